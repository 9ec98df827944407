"""How much later one muscle begins than the other, and how steady that is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from facialis.emg.synchrony.axis import Floats, Ints
from facialis.findings import Estimate
from facialis.intervals import TAIL

WIDEST_S = 0.05
"""Lags are looked for up to this: synkinesis follows the willed movement by 10-40 ms."""
WIDTH_S = 0.002
"""Of the kernel whose peak is the first guess: the scatter of first discharges in hemifacial spasm is 1-2 ms."""
ROUNDS = 4
MAD_TO_DEVIATION = 1.4826
FIRM_S = 0.001
"""No onset is taken to be better known than this, so that a few sharp ones do not stand for all."""
_STEP_S = 0.00025


def peak(difference: Floats) -> float | None:
    """Return where differences of onsets are densest, seconds; None of none.

    Parameters
    ----------
    difference : array, shape (n,)
        Second minus first, seconds; those beyond :data:`WIDEST_S` do not vote.
    """
    edge = WIDEST_S + 4 * WIDTH_S
    near = difference[np.abs(difference) <= edge]
    if not len(near):
        return None
    cells = round(2 * edge / _STEP_S)
    counted, _ = np.histogram(near, cells, (-edge, edge))
    kernel = stats.norm.pdf(np.arange(-32, 33) * _STEP_S, scale=WIDTH_S)
    smooth = np.convolve(counted, kernel, mode="same")
    at = -edge + (np.arange(cells) + 0.5) * _STEP_S
    inside = np.abs(at) <= WIDEST_S
    # The middle of all places that are equally dense, so that no direction is preferred.
    best = at[inside][smooth[inside] >= smooth[inside].max() * (1 - 1e-9)]
    return float(best[np.argmin(np.abs(best - np.median(best)))])


def locked(difference: Floats, middle_s: float, window_s: float) -> npt.NDArray[np.bool_]:
    """Say which differences lie within the window around the lag, its middle moved onto their median."""
    inside = np.abs(difference - middle_s) <= window_s
    for _ in range(ROUNDS):
        if not inside.any():
            break
        middle_s = float(np.median(difference[inside]))
        inside = np.abs(difference - middle_s) <= window_s
    return inside


def weights(unsure_s: Floats) -> Floats:
    """Return how much differences count whose onsets may lie so far off: the inverse of their variance."""
    # Half an interval is two deviations.
    return np.asarray(1 / (FIRM_S**2 + (unsure_s / 2) ** 2))


def lag_ms(difference: Floats, group: Ints, weight: Floats) -> Estimate:
    """Return the median of locked differences, milliseconds, with an interval that knows of the groups."""
    return median(1000 * difference, group, "ms", weight)


def jitter_ms(difference: Floats, group: Ints, weight: Floats) -> Estimate:
    """Return how far locked differences scatter: their median distance from the median, scaled to a deviation."""
    away = np.abs(difference - median(difference, group, "", weight).value)
    return median(1000 * MAD_TO_DEVIATION * away, group, "ms", weight)


def median(values: Floats, group: Ints, unit: str = "", weight: Floats | None = None) -> Estimate:
    """Return a median with its 95 % interval where values of one group resemble each other.

    The interval of Woodruff (1952): the share of values below the median is one half, give or take what that share
    varies by from group to group; the values at those shares are the ends. It is what a bootstrap over groups tends
    to, without drawing.

    Parameters
    ----------
    values : array, shape (n,)
        At least one.
    group : array of int, shape (n,)
    unit : str
    weight : array, shape (n,), optional
        How much each counts.
    """
    order = np.argsort(values, kind="stable")
    sorted_, part = values[order], np.ones(len(values)) if weight is None else weight[order]
    part = part / part.sum()
    # Each value stands in the middle of its own part.
    until = np.cumsum(part) - part / 2
    middle = float(np.interp(0.5, until, sorted_))
    groups, row = np.unique(group[order], return_inverse=True)
    score = np.bincount(row, part * np.sign(sorted_ - middle) / 2)
    # Never less than if each value were a group of its own: a few groups can agree by accident.
    between = float(np.sum(score**2)) * len(groups) / max(len(groups) - 1, 1)
    reach = float(stats.t.ppf(1 - TAIL, max(len(groups) - 1, 1))) * np.sqrt(max(between, float(np.sum(part**2)) / 4))
    # One value further out on either side, as the order statistics have it.
    low = sorted_[max(int(np.searchsorted(until, 0.5 - reach)) - 1, 0)]
    high = sorted_[min(int(np.searchsorted(until, 0.5 + reach)), len(sorted_) - 1)]
    return Estimate(middle, min(float(low), middle), max(float(high), middle), unit)


def share(hits: npt.NDArray[np.bool_], group: Ints) -> Estimate | None:
    """Return a share with an exact interval for as many values as the groups are worth; None of nothing.

    Parameters
    ----------
    hits : array of bool, shape (n,)
    group : array of int, shape (n,)
    """
    size = len(hits)
    if not size:
        return None
    value = float(hits.mean())
    groups, row = np.unique(group, return_inverse=True)
    plain = size * value * (1 - value)
    score = np.bincount(row, hits - value)
    between = float(np.sum(score**2)) * len(groups) / max(len(groups) - 1, 1)
    # Where all agree the scatter tells nothing; groups are then taken for what they are, not for one value each.
    worth = size / max(between / plain, 1.0) if plain > 0 else float(size)
    seen = value * worth
    low = float(stats.beta.ppf(TAIL, seen, worth - seen + 1)) if seen > 0 else 0.0
    high = float(stats.beta.ppf(1 - TAIL, seen + 1, worth - seen)) if seen < worth else 1.0
    return Estimate(value, min(low, value), max(high, value))


def in_words(seconds: float) -> str:
    """Print a lag as "12 ms later" or "9 ms earlier"."""
    return f"{1000 * abs(seconds):.0f} ms {'later' if seconds >= 0 else 'earlier'}"
