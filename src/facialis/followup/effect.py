"""What an injection does to the burden over time: a rise from the onset, a fall round the day of wear-off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facialis.knowledge import treatment

Values = NDArray[np.float64]

# Points of the grid on which the hidden days of a cycle are weighed.
_ONSETS, _DURATIONS, _STEEPS = 7, 44, 2
_SHORTEST, _LONGEST = 14.0, 420.0
# The first and the last onset of the grid, days.
_FIRST, _LAST = 0.7, 28.0


@dataclass(frozen=True)
class Grid:
    """The hidden days of a cycle, as points that are weighed.

    Attributes
    ----------
    onset, wear_off, steep : ndarray, shape (C,)
        Days from the injection to the first effect; to the day when half of the effect is gone; exponent of the fall.
        The last point stands for a treatment without effect: it has no days of its own.
    log_onset, log_wear_off : ndarray, shape (C,)
        Their logarithms.
    """

    onset: Values
    wear_off: Values
    steep: Values
    log_onset: Values
    log_wear_off: Values


@lru_cache(maxsize=1)
def grid() -> Grid:
    """Return the grid; its last point is a treatment without effect."""
    courses = treatment.courses()
    onset = np.geomspace(_FIRST, _LAST, _ONSETS)
    wear_off = np.geomspace(_SHORTEST, _LONGEST, _DURATIONS)
    steep = np.geomspace(courses.number("steep"), courses.number("steepest"), _STEEPS)
    points = [axis.ravel() for axis in np.meshgrid(onset, wear_off, steep, indexing="ij")]
    later = points[1] > 2.0 * points[0]
    o, d, k = (np.append(axis[later], 1.0) for axis in points)
    return Grid(o, d, k, np.log(o), np.log(d))


def spacing() -> tuple[float, float]:
    """Return how far neighbouring points lie apart in the logarithms of onset and wear-off."""
    return (
        float(np.log(_LAST / _FIRST) / (_ONSETS - 1)),
        float(np.log(_LONGEST / _SHORTEST) / (_DURATIONS - 1)),
    )


def effect(days: Values, onset: Values, wear_off: Values, steep: Values) -> Values:
    """Return the share of the full effect at so many days after an injection.

    Parameters
    ----------
    days : ndarray
        From the injection; before it the effect is 0.
    onset, wear_off, steep : ndarray
        As in :class:`Grid`; broadcast against `days`.

    Returns
    -------
    ndarray
        0 to 1; one half on the day of wear-off, but for what is left of the rise.
    """
    fall = 1.0 / (1.0 + (np.maximum(days, 0.0) / wear_off) ** steep)
    return np.asarray(rise(days, onset) * fall)


def rise(days: Values, onset: Values) -> Values:
    """Return the share of the effect that has come at so many days after an injection, 0 to 1."""
    rise_days = treatment.courses().number("rise_days")
    return np.asarray(-np.expm1(-np.maximum(days - onset, 0.0) / rise_days))
