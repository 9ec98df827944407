"""Where the traces of a page come from: conditioned samples where it is near, lows and highs where it is far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.emg import conditioning, lines
from facialis.emg.page.traces import Trace
from facialis.emg.pyramid import Pyramid, blocks
from facialis.emg.recording import Recording
from facialis.emg.recording.model import FloatArray

NEAR_S = 60.0
"""Up to this length the samples themselves are read, their mains and what is outside 20 to 500 Hz taken off."""
MARGIN_S = 10.0
"""Read on both sides besides: the mains are fitted over seconds."""
_NEAR = 1e-3  # of a sample: times are sums of rounded numbers


@dataclass(frozen=True, slots=True)
class Shown:
    """A recording that is open, and its pyramid where one was made."""

    recording: Recording
    pyramid: Pyramid | None = None

    def __call__(self, start_s: float, stop_s: float, columns: int) -> list[Trace]:
        """Return a trace of each muscle, in at most `columns` columns."""
        if stop_s - start_s <= NEAR_S or self.pyramid is None:
            return self.near(start_s, stop_s, columns)
        return [self._far(self.pyramid, place, start_s, stop_s, columns) for place in self._places()]

    def near(self, start_s: float, stop_s: float, columns: int) -> list[Trace]:
        """Return the same from the samples, however long it is: about a minute of computing for six hours."""
        return [self._near(place, start_s, stop_s, columns) for place in self._places()]

    def _places(self) -> list[int]:
        return [place for place, channel in enumerate(self.recording.source.channels) if channel.use == "emg"]

    def _far(self, pyramid: Pyramid, place: int, start_s: float, stop_s: float, columns: int) -> Trace:
        times, low, high = pyramid.window(place, start_s, stop_s, columns)
        return Trace(place, times, low.astype(np.float64), high.astype(np.float64))

    def _near(self, place: int, start_s: float, stop_s: float, columns: int) -> Trace:
        parts = [np.zeros((3, 0))]
        for piece in self.recording.window(max(start_s - MARGIN_S, 0.0), stop_s + MARGIN_S, [place]):
            given, missing = conditioning.filled(piece.samples)
            quiet = lines.without_lines(given, piece.rate_hz, round(piece.start_s * piece.rate_hz)).samples
            clean = conditioning.banded(quiet, piece.rate_hz)
            if missing is not None:
                clean[missing] = np.nan
            ends = [int(np.ceil((at - piece.start_s) * piece.rate_hz - _NEAR)) for at in (start_s, stop_s)]
            first, last = (min(max(end, 0), len(clean)) for end in ends)
            # A break between two stretches keeps the line from being drawn across the gap.
            parts += [_thinned(clean[first:last], piece.start_s + first / piece.rate_hz, piece.rate_hz, columns)]
            parts += [np.full((3, 1), np.nan)]
        times, low, high = np.concatenate(parts, axis=1)
        return Trace(place, times, low, high)


def _thinned(values: FloatArray, start_s: float, rate_hz: float, columns: int) -> npt.NDArray[np.float64]:
    if len(values) <= 2 * columns:
        return np.stack([start_s + np.arange(len(values)) / rate_hz, values, values])
    edges = np.linspace(0, len(values), columns + 1).astype(np.intp)
    pairs = blocks(values, edges)
    return np.stack([start_s + edges[:-1] / rate_hz, pairs[:, 0], pairs[:, 1]])
