"""How often two muscles that know nothing of each other would begin together.

Two ways to break what binds them, and the less surprising one counts, because each is right where the other fails:

- **the whole train shifted** by up to a minute, spans closed on themselves: both rhythms and their phase, clusters and
  gaps stay as they are. Right for rhythms of nearly one rate that run side by side for long.
- **each group shifted by itself** by up to a second: what is within a group stays, and so does how often either muscle
  fires around that second. Right where the rates rise and fall together, as they do in sleep or in a bout of spasms.

As bursts of one muscle are at least 30 ms apart and the window is 20 ms wide, an onset has one partner at most:
counting differences of onsets counts onsets with a partner, and a histogram of them holds every shift at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.emg.synchrony.axis import Axis, Floats, Ints, Train, differences

SURROGATES = 999
"""Shuffles of either kind; 500 are asked for at least."""
NEAR_S = 0.1
"""No shuffle shifts by less: what is locked with a lag of up to 50 ms is still locked after a smaller one."""
GROUP_SHIFT_S = 1.0
FAR_S = (10.0, 60.0)
"""How far the whole train is shifted at least and at most, if the recording is that long."""
PERIODS = 10
"""And over this many of the rarer muscle's usual intervals, so that a rhythm meets every phase."""
MOST_DIFFERENCES = 1_000_000
MOST_ONSETS = 10_000
STRETCH = 1_000
"""Of a huge train, stretches of this many onsets in a row, evenly spread, are shuffled, MOST_ONSETS together."""
BIN_S = 0.0005
GROUP_BIN_S = 0.005


@dataclass(frozen=True, slots=True)
class Shuffled:
    """What chance gives in as many onsets as were counted.

    Attributes
    ----------
    onsets : int
        Onsets of the rarer muscle that were counted.
    together : int
        Those with a partner.
    chance, high : float
        Share of those with a partner after shuffling: mean, and what 95 % of the shuffles stay at or below.
    p : float
        How often shuffling gives at least as many.
    """

    onsets: int
    together: int
    chance: float
    high: float
    p: float


def thinned(train: Train) -> Train:
    """Return stretches of a train that is too long to be shuffled whole."""
    if len(train) <= MOST_ONSETS:
        return train
    stretch = np.arange(len(train)) // STRETCH
    kept = np.linspace(0, stretch[-1], MOST_ONSETS // STRETCH).astype(int)
    return train.where(np.isin(stretch, kept))


def reach(first: Train, second: Train, axis: Axis) -> float:
    """Return how far the whole train is shifted: as far as rhythm asks, time allows and memory holds, seconds."""
    usual = float(np.median(np.diff(first.place))) if len(first) > 1 else FAR_S[0]
    wanted = float(np.clip(PERIODS * usual, *FAR_S))
    longest = float(axis.length.max())
    # Counted by what lies within two seconds: a train that comes in clusters is denser there than on the whole.
    near = np.searchsorted(second.place, first.place + 1.0) - np.searchsorted(second.place, first.place - 1.0)
    per_second = max(float(near.sum()) / 2, 1.0)
    return float(np.clip(min(wanted, longest / 2, MOST_DIFFERENCES / (2 * per_second)), 2 * NEAR_S, axis.room_s - 0.1))


@dataclass(frozen=True, slots=True, eq=False)
class Correlogram:
    """Differences of onsets of two muscles, second minus first, counted in bins of half a millisecond and by group.

    Attributes
    ----------
    onsets : int
        Onsets of the first.
    reach_s : float
        Bins go from minus to plus this.
    total : array, shape (bins + 1,)
        Running sum of the bins, spans closed on themselves.
    groups : array, shape (groups, cells + 1)
        Running sum over cells of 5 ms around zero, of groups of the first that have any.
    """

    onsets: int
    reach_s: float
    total: Ints
    groups: npt.NDArray[np.int32]

    def at(self, shift_s: Floats, window_s: float) -> Ints:
        """Return how many onsets have a partner within the window around shifts."""
        middle = np.rint((np.asarray(shift_s) + self.reach_s) / BIN_S).astype(np.int64)
        half = round(window_s / BIN_S)
        last = len(self.total) - 1
        return np.asarray(self.total[np.clip(middle + half, 0, last)] - self.total[np.clip(middle - half, 0, last)])

    def of_groups(self, shift_s: Floats, window_s: float) -> npt.NDArray[np.int32]:
        """Return the same for each group alone, shape (groups, shifts)."""
        edge = GROUP_SHIFT_S + 0.1
        middle = np.rint((np.asarray(shift_s) + edge) / GROUP_BIN_S).astype(np.int64)
        half = round(window_s / GROUP_BIN_S)
        return np.asarray(self.groups[:, middle + half] - self.groups[:, middle - half])


def correlogram(first: Train, second: Train, axis: Axis) -> Correlogram:
    """Count the differences of onsets of two trains; the first should be the rarer one."""
    far = reach(first, second, axis)
    difference, place, _ = differences(first.place, second.closed, far)
    bins = round(2 * far / BIN_S)
    counted = np.bincount(np.clip(((difference + far) / BIN_S).astype(np.int64), 0, bins - 1), minlength=bins)
    edge = GROUP_SHIFT_S + 0.1
    if far < edge:
        difference, place, _ = differences(first.place, second.closed, edge)
    near = np.abs(difference) < edge
    groups, row = np.unique(first.group[place[near]], return_inverse=True)
    cells = round(2 * edge / GROUP_BIN_S)
    cell = np.clip(((difference[near] + edge) / GROUP_BIN_S).astype(np.int64), 0, cells - 1)
    table = np.bincount(row * cells + cell, minlength=len(groups) * cells).astype(np.int32)
    running = np.zeros((len(groups), cells + 1), np.int32)
    np.cumsum(table.reshape(len(groups), cells), axis=1, out=running[:, 1:])
    return Correlogram(len(first), far, np.concatenate(([0], np.cumsum(counted))), running)


def shuffled(
    counts: Correlogram, window_s: float, rng: np.random.Generator, lag_s: float = 0.0, looks: int = 1
) -> Shuffled:
    """Hold what was counted around a lag against both shuffles.

    Parameters
    ----------
    counts : Correlogram
    window_s : float
        Half the width of the window.
    rng : numpy.random.Generator
    lag_s : float
        Middle of the window.
    looks : int
        Among how many windows this one was picked as the fullest.
    """
    size = 1 + SURROGATES
    sign = rng.choice((-1.0, 1.0), SURROGATES)
    whole = counts.at(sign * rng.uniform(NEAR_S, counts.reach_s - abs(lag_s) - window_s, SURROGATES) + lag_s, window_s)
    together = int(counts.at(np.array([lag_s]), window_s)[0])
    parts = [(together, whole)]
    grid = np.arange(NEAR_S, GROUP_SHIFT_S - abs(lag_s) + 1e-9, GROUP_BIN_S)
    cell = round(lag_s / GROUP_BIN_S) * GROUP_BIN_S
    here = counts.of_groups(np.array([cell]), window_s)[:, 0]
    there = counts.of_groups(np.concatenate((-grid, grid)) + cell, window_s)
    parts.append((int(here.sum()), _each_its_own(there, rng)))
    p = max((1 + int(np.count_nonzero(drawn >= seen))) / size for seen, drawn in parts)
    drawn = max((drawn for _, drawn in parts), key=lambda drawn: (np.quantile(drawn, 0.95), drawn.mean()))
    onsets = max(counts.onsets, 1)
    high = float(np.quantile(drawn, 0.95, method="higher")) / onsets
    return Shuffled(
        counts.onsets, together, float(drawn.mean()) / onsets, min(high, 1.0), min(1.0, 1 - (1 - p) ** looks)
    )


def _each_its_own(there: npt.NDArray[np.int32], rng: np.random.Generator) -> Ints:
    """Draw a shift for each group and add up, as often as there are surrogates; shape (surrogates,)."""
    shifts = there.shape[1]
    drawn = np.zeros(SURROGATES, np.int64)
    # Groups that meet nobody whatever the shift add nothing.
    flat = np.ascontiguousarray(there[there.any(axis=1)])
    if not flat.size:
        return drawn
    start = np.arange(len(flat)) * shifts
    rows = max(1, 2_000_000 // len(flat))
    for low in range(0, SURROGATES, rows):
        block = min(rows, SURROGATES - low)
        picks = rng.integers(0, shifts, (block, len(flat)), dtype=np.int32)
        drawn[low : low + block] = flat.ravel()[start + picks].sum(axis=1)
    return drawn
