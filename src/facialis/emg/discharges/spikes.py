"""Discharges that stand apart: what rises above the noise, with quiet before and after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from facialis.emg.recording.model import FloatArray

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

THRESHOLD = 4.0
"""Times the noise that a discharge rises above (3.5 to 4: Nielsen 1984 and what followed)."""
APART_S = 0.005
"""Less quiet than this may lie between the phases of one potential; discharges stand apart only if more lies between.
So no rate above about 80 Hz comes from spikes."""
LONGEST_S = 0.012
"""What is above the noise for longer than any potential is several that run into each other."""
LARGE = 1.5
"""A discharge surely missed by none is this many times the threshold."""
SHARE = 0.8
"""So much of a burst's discharges must stand apart, and so much be large, before their intervals are its intervals."""
LEAST = 3
"""Discharges: two intervals."""
USUAL_VARIATION, USUAL_WEIGHT = 0.15, 4.0
"""What is known of intervals before any is seen, worth so many of them: units vary by 10 to 25 %."""
_OF_A_MEDIAN = np.pi / 2
"""Variance of a median over that of a mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Spikes:
    """Discharges that stand apart in each burst; arrays of shape (n_bursts,).

    Attributes
    ----------
    count : int32
        0 where they do not stand apart.
    hz, low_hz, high_hz : float64
        One over the median interval, with its 95 % interval; NaN where they do not stand apart.
    regularity : float64
        CV2: the mean of 2 |b - a| / (a + b) over neighbouring intervals (Holt 1996); NaN below two intervals.
    """

    count: npt.NDArray[np.int32]
    hz: Floats
    low_hz: Floats
    high_hz: Floats
    regularity: Floats

    def where(self, keep: npt.NDArray[np.bool_]) -> Spikes:
        """Return the same with nothing said of the other bursts."""
        told = (np.where(keep, column, np.nan) for column in (self.hz, self.low_hz, self.high_hz, self.regularity))
        return Spikes(np.where(keep, self.count, 0).astype(np.int32), *told)


def spikes(clean: FloatArray, rate_hz: float, starts: Places, stops: Places, noise_uv: float) -> Spikes:
    """Find the discharges that stand apart in bursts and their rate.

    Parameters
    ----------
    clean : array of float32, shape (n,)
        Conditioned.
    rate_hz : float
    starts, stops : intp, shape (n_bursts,)
        First sample and the one after the last, in order.
    noise_uv : float
        Robust standard deviation of the conditioned signal at rest.
    """
    at, longs, tops = _runs(clean, rate_hz, THRESHOLD * noise_uv)
    own = np.searchsorted(starts, at, side="right") - 1
    inside = (own >= 0) & (at < stops[np.maximum(own, 0)])
    own, at, longs, tops = own[inside], at[inside], longs[inside], tops[inside]
    count = np.bincount(own, minlength=len(starts))
    alone = np.bincount(own, longs <= LONGEST_S * rate_hz, len(starts))
    large = np.bincount(own, tops >= LARGE * THRESHOLD * noise_uv, len(starts))
    # Time that merged potentials fill counts too: a long one among many short ones is most of a burst.
    filled = np.bincount(own, np.where(longs > LONGEST_S * rate_hz, longs, 0), len(starts))
    apart = (count >= LEAST) & (np.minimum(alone, large) >= SHARE * count) & (filled <= (1 - SHARE) * (stops - starts))
    hz, low, high, regularity = np.full((4, len(starts)), np.nan)
    heads = np.searchsorted(own, np.arange(len(starts) + 1))
    for burst in np.flatnonzero(apart):
        intervals = np.diff(at[heads[burst] : heads[burst + 1]]) / rate_hz
        hz[burst], low[burst], high[burst], regularity[burst] = _rate(intervals)
    return Spikes(np.where(apart, count, 0).astype(np.int32), hz, low, high, regularity)


def _runs(clean: FloatArray, rate_hz: float, above_uv: float) -> tuple[Floats, Floats, Floats]:
    """Return where the middle of each run above the noise lies, how long it is (samples) and how high."""
    loud = np.flatnonzero(np.abs(clean) > above_uv)
    if not len(loud):
        return np.empty(0), np.empty(0), np.empty(0)
    heads = np.concatenate(([0], np.flatnonzero(np.diff(loud) > APART_S * rate_hz) + 1))
    tails = np.concatenate((heads[1:], [len(loud)])) - 1
    size = np.abs(clean[loud]).astype(np.float64)
    middle = np.add.reduceat(size * loud, heads) / np.add.reduceat(size, heads)
    return middle, (loud[tails] - loud[heads] + 1).astype(np.float64), np.maximum.reduceat(size, heads)


def _rate(intervals: Floats) -> tuple[float, float, float, float]:
    """Return one over the median interval, its 95 % interval by Student's t on a log scale, and CV2."""
    logs = np.log(intervals)
    freedom = USUAL_WEIGHT + len(logs) - 1
    spread = np.sqrt((USUAL_WEIGHT * USUAL_VARIATION**2 + np.sum((logs - logs.mean()) ** 2)) / freedom)
    reach = special.stdtrit(freedom, 0.975) * spread * np.sqrt(_OF_A_MEDIAN / len(logs))
    hz = 1 / float(np.median(intervals))
    pairs = 2 * np.abs(np.diff(intervals)) / (intervals[1:] + intervals[:-1])
    return hz, float(hz * np.exp(-reach)), float(hz * np.exp(reach)), float(pairs.mean())
