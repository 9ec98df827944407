"""How much something changed between two recordings: ratios and differences with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from facialis.findings import Estimate
from facialis.intervals import TAIL

Floats = npt.NDArray[np.float64]

DRAWS = 2000


class Change(NamedTuple):
    """A ratio or a difference, after against before; None where an end has no bound.

    Attributes
    ----------
    value, low, high : float or None
        ``value`` is None where nothing stood before.
    """

    value: float | None
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        """Return the public JSON form."""
        known = {name: end if end is not None and isfinite(end) else None for name, end in self._asdict().items()}
        return {name: None if end is None else round(end, 4) for name, end in known.items()}


def rate_ratio(before: tuple[int, float], after: tuple[int, float], dispersion: float = 1.0) -> Change:
    """Return the ratio of two rates with the exact conditional interval (Przyborowski and Wilenski 1940).

    Of all events, the share that falls into the recording after is binomial; its Clopper-Pearson interval gives that of
    the ratio. With volleys both counts are divided by the dispersion first.

    Parameters
    ----------
    before, after : (int, float)
        How many events, in how many seconds that were watched.
    dispersion : float
        As :func:`facialis.intervals.rate` takes it.
    """
    (first, first_s), (second, second_s) = before, after
    if not first + second:
        return Change(None, None, None)
    spread = first_s / second_s

    def odds(share: float) -> float | None:
        return share / (1 - share) * spread if share < 1 else None

    x, y = first / dispersion, second / dispersion
    low = float(special.betaincinv(y, x + 1, TAIL)) if second else 0.0
    high = float(special.betaincinv(y + 1, x, 1 - TAIL)) if first else 1.0
    return Change(second / first * spread if first else None, odds(low), odds(high))


def drawn_ratio(before: Floats, after: Floats, values: tuple[float, float]) -> Change:
    """Return the ratio of two measured values (before, after) with the interval of their draws (N,) each."""
    low, high = (float(end) for end in np.quantile(after / np.maximum(before, 1e-12), (TAIL, 1 - TAIL)))
    if not values[0]:
        return Change(None, low, high)
    value = values[1] / values[0]
    return Change(value, min(low, value), max(high, value))


def median_draws(values: Sequence[float], seed: int) -> Floats:
    """Return bootstrap draws of a median, (DRAWS,).

    The middle one of n draws with replacement is the value at a rank that follows a Beta distribution: no need to draw
    n values each time.
    """
    order = np.sort(np.asarray(values, dtype=np.float64))
    number, rng = len(order), np.random.default_rng(seed)
    middle = (number + 1) // 2
    lower = rng.beta(middle, number - middle + 1, DRAWS)
    upper = lower if number % 2 else lower + (1 - lower) * rng.beta(1, number - middle, DRAWS)
    ranks = (np.minimum((share * number).astype(int), number - 1) for share in (lower, upper))
    return np.asarray(sum(order[rank] for rank in ranks) / 2)


def normal_draws(estimate: Estimate, seed: int) -> Floats:
    """Return draws of an estimate as if it were normal with that interval, (DRAWS,); never below a tenth of it."""
    deviation = (estimate.high - estimate.low) / (2 * special.ndtri(1 - TAIL))
    drawn = np.random.default_rng(seed).normal(estimate.value, deviation, DRAWS)
    return np.maximum(drawn, 0.1 * estimate.value)


def difference(before: Estimate, after: Estimate) -> Change:
    """Return after less before; the interval follows from the two intervals (Zou and Donner 2008)."""
    value = after.value - before.value
    low = value - sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    high = value + sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Change(value, low, high)


def ratio(before: Estimate, after: Estimate) -> Change:
    """Return after over before; the interval follows from the two intervals (Donner and Zou 2012).

    What goes below nought (a side that is dragged the other way) counts as nought. Where the one before may be nothing,
    the ratio has no upper bound.
    """
    a, b = _not_below_nought(after), _not_below_nought(before)
    if b.value <= 0:
        return Change(None, 0.0, None)
    product = a.value * b.value
    spread = b.high * (2 * b.value - b.high)
    low = product - sqrt(max(product**2 - a.low * (2 * a.value - a.low) * spread, 0.0))
    low = low / spread if spread else a.low * (2 * a.value - a.low) / (2 * product)
    if b.low <= 0:
        return Change(a.value / b.value, max(low, 0.0), None)
    spread = b.low * (2 * b.value - b.low)
    high = product + sqrt(max(product**2 - a.high * (2 * a.value - a.high) * spread, 0.0))
    return Change(a.value / b.value, max(low, 0.0), high / spread)


def _not_below_nought(estimate: Estimate) -> Estimate:
    return Estimate(max(estimate.value, 0.0), max(estimate.low, 0.0), max(estimate.high, 0.0))


def size(estimate: Estimate) -> Estimate:
    """Return the size of a signed number: an interval that holds nought begins there."""
    ends = sorted((abs(estimate.low), abs(estimate.high)))
    return Estimate(abs(estimate.value), 0.0 if estimate.low <= 0 <= estimate.high else ends[0], ends[1])
