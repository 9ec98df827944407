"""Where the traces of a page come from: conditioned samples where it is near, lows and highs where it is far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.emg import conditioning, lines
from facialis.emg.page.traces import Trace
from facialis.emg.pyramid import Pyramid, lows_and_highs
from facialis.emg.recording import Recording

NEAR_S = 60.0
"""Up to this length the samples themselves are read, their mains and what is outside 20 to 450 Hz taken off."""
MARGIN_S = 10.0
"""Read on both sides besides: the mains are fitted over seconds."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A recording that is open, and its pyramid where one was made."""

    recording: Recording
    pyramid: Pyramid | None = None

    def __call__(self, start_s: float, stop_s: float, columns: int) -> list[Trace]:
        """Return a trace of each muscle, in at most `columns` columns."""
        source = self.recording.source
        places = [place for place, channel in enumerate(source.channels) if channel.use == "emg"]
        if stop_s - start_s <= NEAR_S or self.pyramid is None:
            return [self._near(place, start_s, stop_s, columns) for place in places]
        return [self._far(self.pyramid, place, start_s, stop_s, columns) for place in places]

    def _far(self, pyramid: Pyramid, place: int, start_s: float, stop_s: float, columns: int) -> Trace:
        times, low, high = pyramid.window(place, start_s, stop_s, columns)
        return Trace(place, times, low.astype(np.float64), high.astype(np.float64))

    def _near(self, place: int, start_s: float, stop_s: float, columns: int) -> Trace:
        parts = [np.zeros((3, 0))]
        for piece in self.recording.window(max(start_s - MARGIN_S, 0.0), stop_s + MARGIN_S, [place]):
            given, missing = conditioning.filled(piece.samples)
            quiet = lines.without_lines(given, piece.rate_hz, round(piece.start_s * piece.rate_hz)).samples
            clean = conditioning.banded(quiet, piece.rate_hz).astype(np.float64)
            if missing is not None:
                clean[missing] = np.nan
            times = piece.start_s + np.arange(len(clean)) / piece.rate_hz
            inside = (times >= start_s) & (times < stop_s)
            # A break between two stretches keeps the line from being drawn across the gap.
            parts += [_thinned(times[inside], clean[inside], columns), np.full((3, 1), np.nan)]
        times, low, high = np.concatenate(parts, axis=1)
        return Trace(place, times, low, high)


def _thinned(times: npt.NDArray[np.float64], values: npt.NDArray[np.float64], columns: int) -> npt.NDArray[np.float64]:
    if len(times) <= 2 * columns:
        return np.stack([times, values, values])
    edges = np.linspace(0, len(times), columns + 1).astype(np.intp)[:-1]
    pairs = lows_and_highs(np.stack([values, values], axis=1).astype(np.float32), edges)
    return np.stack([times[edges], pairs[:, 0], pairs[:, 1]])
