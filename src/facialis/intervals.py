"""Intervals of what is counted: a rate, a share, a median. All at 95 %; exact where an exact one exists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from facialis.findings import Estimate
from facialis.units import per_minute

TAIL = 0.025
"""What lies beyond either end of an interval."""

_EVEN = 1e-9
_AT_ONCE = 1_000_000


def rate(count: int, seconds: float, dispersion: float = 1.0) -> Estimate | None:
    """Return events a minute with the exact Poisson interval (Garwood 1936); None where nothing was watched.

    Parameters
    ----------
    count : int
    seconds : float
        How long was watched.
    dispersion : float
        Variance of such counts over their mean, at least 1: events that come in volleys tell as much as a count that
        many times smaller.
    """
    value = per_minute(count, seconds)
    if value is None:
        return None
    low, high = _of_a_count(count / dispersion)
    each = dispersion * 60 / seconds
    return Estimate(value, min(low * each, value), max(high * each, value), "1/min")


@lru_cache(maxsize=4096)
def _of_a_count(count: float) -> tuple[float, float]:
    low = special.gammaincinv(count, TAIL) if count else 0.0
    return float(low), float(special.gammaincinv(count + 1, 1 - TAIL))


def proportion(hits: int, count: int) -> Estimate | None:
    """Return a share with its exact binomial interval (Clopper and Pearson 1934); None of nothing."""
    if not count:
        return None
    return Estimate(hits / count, *_of_a_share(hits, count))


@lru_cache(maxsize=4096)
def _of_a_share(hits: int, count: int) -> tuple[float, float]:
    low = float(special.betaincinv(hits, count - hits + 1, TAIL)) if hits else 0.0
    high = float(special.betaincinv(hits + 1, count - hits, 1 - TAIL)) if hits < count else 1.0
    return low, high


def median(values: Sequence[float], unit: str = "") -> Estimate | None:
    """Return a median with the interval of the order statistics; None below six values, where none reaches 95 %.

    The true median lies between the k-th smallest and the k-th largest value unless fewer than k of them fall on one
    side of it, which is binomial whatever the values' distribution.
    """
    order = np.sort(np.asarray(values, dtype=np.float64))
    # The largest k for which both tails together hold no more than 5 %.
    rank = int(np.searchsorted(special.bdtr(np.arange(len(order)), len(order), 0.5), TAIL))
    if rank < 1:
        return None
    return Estimate(float(np.median(order)), float(order[rank - 1]), float(order[-rank]), unit)


def variation(values: Sequence[float], seed: int = 0, times: int = 1000) -> Estimate | None:
    """Return the coefficient of variation with a bootstrap interval; None below two values.

    On a log scale, with the bootstrap's deviation and Student's t: with 9 to 60 intervals of an exponential or gamma
    distribution this covers the truth in 90 to 98 of 100, where the plain percentiles do in 78 to 94.

    Parameters
    ----------
    values : sequence of float
        Positive.
    seed : int
        Of the resampling.
    times : int
        Resamplings.
    """
    sample = np.asarray(values, dtype=np.float64)
    size = len(sample)
    if size < 2:
        return None
    rng = np.random.default_rng(seed)
    value = float(_variation(sample))
    # In blocks: of a long film all at once would take memory by the thousandfold of its spasms.
    rows = max(1, _AT_ONCE // size)
    blocks = [min(rows, times - done) for done in range(0, times, rows)]
    drawn = np.concatenate([_variation(sample[rng.integers(0, size, (block, size))]) for block in blocks])
    logs = np.log(np.fmax(drawn, _EVEN))
    reach = float(np.exp(special.stdtrit(size - 1, 1 - TAIL) * logs.std() * np.sqrt(size / (size - 1))))
    return Estimate(value, value / reach, value * reach)


def _variation(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(samples.std(axis=-1, ddof=1) / samples.mean(axis=-1))
