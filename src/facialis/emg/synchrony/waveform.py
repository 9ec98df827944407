"""What two pairs of electrodes show inside bursts that they share: one muscle heard twice, or two muscles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import fft

from facialis import knowledge
from facialis.emg.synchrony.axis import Floats
from facialis.emg.synchrony.lag import MAD_TO_DEVIATION

REACH_S = 0.015
"""Waveforms are slid against each other by this much at most."""
AROUND_S = 0.01
LONGEST_S = 0.3
"""Of a longer burst its beginning is enough."""
LEAST = 5
"""Bursts to compare: of fewer nothing is said."""
MOST = 40


class Samples(Protocol):
    """Where conditioned samples come from."""

    def __call__(self, channel: int, start_s: float, stop_s: float) -> tuple[npt.NDArray[np.float32], float] | None:
        """Return microvolts of a channel between two times and their rate; None where there are none."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """How the signals of two channels resemble each other inside the bursts that they share.

    Attributes
    ----------
    bursts : int
    at_zero : float
        Correlation without a lag, median over bursts, the noise of both channels taken off; -1 to 1.
    peak : float
        Largest correlation in size, at any lag within 15 ms, the same way.
    peak_lag_ms : float
        Where it is: second minus first.
    spread_ms : float
        Scatter of that place from burst to burst; up to 2-3 ms speaks for ephaptic transmission.
    copied : float
        Share of bursts in which one channel is a scaled copy of the other.
    """

    bursts: int
    at_zero: float
    peak: float
    peak_lag_ms: float
    spread_ms: float
    copied: float

    @property
    def crosstalk(self) -> bool:
        """Say whether one channel hears the other's muscle: alike without a lag, in most bursts."""
        return self.copied > 0.5

    def to_json(self) -> dict[str, Any]:
        """Return its public form."""
        return {
            "bursts": self.bursts,
            "at_zero": self.at_zero,
            "peak": self.peak,
            "peak_lag_ms": self.peak_lag_ms,
            "spread_ms": self.spread_ms,
            "copied_fraction": self.copied,
        }


def compare(
    samples: Samples,
    first: int,
    second: int,
    onset_s: Floats,
    offset_s: Floats,
    noise_share: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Waveform | None:
    """Compare the signals of two channels inside shared bursts; None where fewer than five can be.

    Parameters
    ----------
    samples : Samples
    first, second : int
        Places of the channels in the source.
    onset_s, offset_s : array, shape (n,)
        When the earlier of the two bursts begins and ends.
    noise_share : pair of array, shape (n,)
        Which part of each burst's power is noise, in either channel.
    rng : numpy.random.Generator
        Picks :data:`MOST` of the bursts.
    """
    picked = rng.permutation(len(onset_s))[:MOST]
    rows = []
    for at in picked:
        stop = min(offset_s[at], onset_s[at] + LONGEST_S) + AROUND_S
        pair = [samples(channel, onset_s[at] - AROUND_S, stop) for channel in (first, second)]
        row = None if None in pair else _slid(pair[0], pair[1])  # type: ignore[arg-type]
        if row is not None:
            signal = [1 - min(max(float(part[at]), 0.0), 0.9) for part in noise_share]
            rows.append((*row, 1 / np.sqrt(signal[0] * signal[1])))
    if len(rows) < LEAST:
        return None
    return _summed(rows)


def _slid(
    one: tuple[npt.NDArray[np.float32], float], other: tuple[npt.NDArray[np.float32], float]
) -> tuple[float, float, float] | None:
    """Return correlation without a lag, the largest in size and its lag in seconds; None where they do not compare."""
    rate, size = one[1], min(len(one[0]), len(other[0]))
    a, b = (x[:size].astype(np.float64) for x, _ in (one, other))
    if rate != other[1] or size < 2 * REACH_S * rate or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    if not scale:
        return None
    room = fft.next_fast_len(2 * size)
    slid = fft.irfft(np.conj(fft.rfft(a, room)) * fft.rfft(b, room), room) / scale
    far = int(REACH_S * rate)
    around = np.concatenate((slid[-far:], slid[: far + 1]))
    best = int(np.argmax(np.abs(around)))
    return float(around[far]), float(around[best]), _vertex(np.abs(around), best, far) / rate


def _vertex(values: Floats, best: int, zero: int) -> float:
    """Return where a parabola through the largest value and its neighbours turns, in samples from zero."""
    if not 0 < best < len(values) - 1:
        return float(best - zero)
    left, top, right = values[best - 1 : best + 2]
    bend = left - 2 * top + right
    return float(best - zero + (0.5 * (left - right) / bend if bend else 0.0))


def _summed(rows: Sequence[tuple[float, float, float, float]]) -> Waveform:
    zero, largest, lag, lift = np.array(rows).T
    # Noise makes a copy resemble its original less; lifted by what the noise took, never beyond one.
    zero, largest = np.clip(zero * lift, -1, 1), np.clip(largest * lift, -1, 1)
    least, near = knowledge.threshold("emg_crosstalk_correlation_min"), knowledge.threshold("emg_crosstalk_lag_s_max")
    copied = (np.abs(zero) > least) | ((np.abs(largest) > least) & (np.abs(lag) < near))
    middle = float(np.median(lag))
    return Waveform(
        len(zero),
        float(np.median(zero)),
        float(np.median(largest)),
        1000 * middle,
        1000 * MAD_TO_DEVIATION * float(np.median(np.abs(lag - middle))),
        float(copied.mean()),
    )
