"""When motor units fire: the discharges of one burst in one channel, before they become a signal."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

ONE_BURST_GAP_S = 0.030
"""Bursts less than this apart are one (DESIGN section 4)."""

_LOCKED_SPREAD_S = 0.0006  # of the units that one ectopic impulse reaches
_REFRACTORY_S = 0.0015  # two discharges of one unit are never closer


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """Discharges: when each potential begins, of which unit, how large, and how often each unit fired a second."""

    times_s: Floats
    units: Ints
    gains: Floats
    discharge_hz: float

    def __len__(self) -> int:
        return len(self.times_s)

    def moved(self, by_s: float) -> Train:
        """Return it at another time."""
        return replace(self, times_s=self.times_s + by_s)

    def only(self, keep: npt.NDArray[np.bool_]) -> Train:
        """Return the discharges that a mask names."""
        return replace(self, times_s=self.times_s[keep], units=self.units[keep], gains=self.gains[keep])


def _joined(parts: list[tuple[Floats, int]]) -> Train:
    times = np.concatenate([part for part, _ in parts])
    units = np.repeat([unit for _, unit in parts], [len(part) for part, _ in parts]).astype(np.intp)
    intervals = np.concatenate([np.diff(part) for part, _ in parts])
    hz = float(1 / intervals.mean()) if len(intervals) else float("nan")
    order = np.argsort(times, kind="stable")
    return Train(times[order], units[order], np.ones(len(times)), hz)


def _renewal(rng: np.random.Generator, length_s: float, hz: float, variation: float) -> Floats:
    """Draw discharges from 0: intervals N(1/hz, variation/hz), never shorter than the refractory time."""
    count = int(length_s * hz * (1 + 4 * variation)) + 10
    intervals = np.maximum(rng.normal(1 / hz, variation / hz, count), _REFRACTORY_S)
    times = np.concatenate(([0.0], np.cumsum(intervals)))
    return times[times <= length_s]


def volley(
    rng: np.random.Generator, pool_size: int, length_s: float, hz: float, variation: float, units: int, *, locked: bool
) -> Train:
    """Draw an ectopic volley: each unit fires at about ``hz`` from the start to the end.

    Parameters
    ----------
    rng : numpy.random.Generator
    pool_size : int
        Units of the channel to choose from.
    length_s : float
    hz : float
    variation : float
        Standard deviation of the intervals over their mean.
    units : int
        How many take part.
    locked : bool
        One impulse fires all of them at nearly the same time (ephaptic spread); else each keeps its own time.
    """
    chosen = rng.choice(pool_size, min(units, pool_size), replace=False)
    common = _renewal(rng, length_s, hz, variation)
    parts = [(common, int(chosen[0]))]
    for unit in chosen[1:]:
        if locked:
            late = abs(rng.normal(0, _LOCKED_SPREAD_S))
            own = common + late + rng.normal(0, 0.0001, len(common))
        else:
            own = rng.uniform(0, 1 / hz) + _renewal(rng, max(length_s - 1 / hz, 0.0), hz, variation)
        parts.append((own, int(unit)))
    return _joined(parts)


def recruited(
    rng: np.random.Generator,
    pool_size: int,
    length_s: float,
    hz: tuple[float, float],
    variation: tuple[float, float],
    *,
    rise_s: float,
    fall_s: float,
    share: float = 1.0,
) -> Train:
    """Draw a contraction at will: units join smallest first over the rise, leave largest first over the fall.

    Parameters
    ----------
    rng : numpy.random.Generator
    pool_size : int
        Units of the channel.
    length_s : float
    hz, variation : (float, float)
        Between which each unit's rate and the variation of its intervals lie.
    rise_s, fall_s : float
        How long units join and leave.
    share : float
        Of the units that take part, smallest first.
    """
    count = max(round(share * pool_size), 2)
    threshold = np.linspace(0, 1, count)
    parts = []
    for unit in range(count):
        begin = threshold[unit] * rise_s * rng.uniform(0.7, 1.1)
        end = length_s - threshold[unit] * fall_s * rng.uniform(0.7, 1.1)
        rate = rng.uniform(*hz)
        # A steady state has any phase; only the first unit begins at the begin.
        begin += 0.0 if unit == 0 else rng.uniform(0, min(1 / rate, 0.04))
        if end - begin > 0:
            parts.append((begin + _renewal(rng, end - begin, rate, rng.uniform(*variation)), unit))
    return whole(_joined(parts))


def whole(train: Train) -> Train:
    """Keep the longest run of discharges without a pause, so that the contraction is one burst."""
    breaks = np.flatnonzero(np.diff(train.times_s) > ONE_BURST_GAP_S) + 1
    if not len(breaks):
        return train
    runs = np.split(np.arange(len(train)), breaks)
    longest = max(runs, key=len)
    kept = np.zeros(len(train), bool)
    kept[longest] = True
    return train.only(kept)


def multiplet(rng: np.random.Generator, unit: int, count: int, hz: float, variation: float) -> Train:
    """Draw one group of a few discharges of one unit (myokymia)."""
    intervals = np.maximum(rng.normal(1 / hz, variation / hz, max(count - 1, 0)), 2 * _REFRACTORY_S)
    return _joined([(np.concatenate(([0.0], np.cumsum(intervals))), unit)])
