"""A diary cut at the injections: the cycles of one side, on one scale, ready to be fitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from facialis.findings import Side
from facialis.followup.diary import MEASURES, Diary, Entry, Measure
from facialis.followup.effect import Values
from facialis.followup.fit import Cycle, Draws, fit
from facialis.followup.treatments import Treatment, Treatments
from facialis.knowledge.treatment.course import OTHER

# Fewer entries of a further measure do not tell how it goes with the main one.
_LEAST_BESIDE = 4
# Rounds that only find how the measures go together.
_FEW = 320


@dataclass(frozen=True)
class Scale:
    """How a measure is laid on 0 to 1, where the model works.

    Attributes
    ----------
    measure : Measure
    top : float
        The value that is laid on 1: the measure's highest, or a high one of this person where it has none.
    root : bool
        Whether the square root is fitted: the scatter of a count grows with it.
    """

    measure: Measure
    top: float
    root: bool

    def share(self, value: Values) -> Values:
        """Return values of the measure as shares of the scale."""
        share = (value - self.measure.low) / (self.top - self.measure.low)
        return np.asarray(np.sqrt(np.maximum(share, 0.0)) if self.root else share)

    def value(self, share: Values) -> Values:
        """Return shares of the scale as values of the measure, within its ends."""
        high = np.inf if self.measure.high is None else self.measure.high
        share = np.maximum(share, 0.0)
        told = self.measure.low + (self.top - self.measure.low) * (share**2 if self.root else share)
        return np.asarray(np.clip(told, self.measure.low, high))


@dataclass(frozen=True)
class Used:
    """A measure that was used.

    Attributes
    ----------
    key : str
    rows : int
    ratio : float
        Of the main measure's share to this one's; 1 for the main one.
    noise : float
        Its day-to-day standard deviation against the main one's.
    """

    key: str
    rows: int
    ratio: float
    noise: float


@dataclass(frozen=True)
class OneSide:
    """The cycles of one side.

    Attributes
    ----------
    side : Side
    scale : Scale
        Of the main measure: the one with most entries.
    used : tuple of Used
        The main measure first.
    begins : tuple of date or None
        For each cycle the day of its injection; None for the time before the first.
    treatments : tuple of Treatment or None
        That began it.
    cycles : tuple of Cycle
    entries : tuple of Entry
        Those that were used, of all measures, by day.
    left_out : tuple of str
        What was not used, and why.
    """

    side: Side
    scale: Scale
    used: tuple[Used, ...]
    begins: tuple[date | None, ...]
    treatments: tuple[Treatment | None, ...]
    cycles: tuple[Cycle, ...]
    entries: tuple[Entry, ...]
    left_out: tuple[str, ...]


def of_side(diary: Diary, treatments: Treatments, side: Side, on: date, seed: int = 1) -> OneSide | None:
    """Return the cycles of one side as known on a day; None where there is no entry.

    Parameters
    ----------
    diary : Diary
    treatments : Treatments
    side : Side
    on : date
        Entries and treatments after it are not known yet.
    seed : int
    """
    given, entries, left_out = _span(diary, treatments, side, on)
    if not entries:
        return None
    ranked = sorted(Counter(entry.measure for entry in entries).items(), key=lambda one: (-one[1], _place(one[0])))
    scales = {key: _scale(MEASURES[key], [e.value for e in entries if e.measure == key]) for key, _ in ranked}
    main = ranked[0][0]
    used = [Used(main, ranked[0][1], 1.0, 1.0)]
    cycles = _cut(entries, given, scales, used)
    if len(ranked) > 1:
        draws = fit(cycles, _FEW, seed) if given else None
        for key, rows in ranked[1:]:
            ratio = _beside([e for e in entries if e.measure == key], given, scales[key], cycles, draws)
            if rows < _LEAST_BESIDE or ratio is None:
                left_out.append(f"{MEASURES[key].name}: {rows} entries are too few to lay it beside the main measure")
            else:
                used.append(Used(key, rows, *ratio))
        cycles = _cut(entries, given, scales, used)
    keys = {one.key for one in used}
    return OneSide(
        side,
        scales[main],
        tuple(used),
        (None, *(one.day for one in given)),
        (None, *given),
        tuple(cycles),
        tuple(entry for entry in entries if entry.measure in keys),
        tuple(left_out),
    )


def cut_off(one: OneSide, last: date) -> OneSide:
    """Return the same cycles with the entries up to a day only: what was known then, with what was given since."""
    cycles = []
    for cycle, begin in zip(one.cycles, _origins(one), strict=True):
        known = cycle.days <= (last - begin).days
        cycles.append(replace(cycle, days=cycle.days[known], burden=cycle.burden[known], noise=cycle.noise[known]))
    return replace(one, cycles=tuple(cycles), entries=tuple(entry for entry in one.entries if entry.day <= last))


def _origins(one: OneSide) -> list[date]:
    """Return the day from which the days of each cycle count."""
    first = next((begin for begin in one.begins if begin is not None), None) or one.entries[0].day
    return [begin or first for begin in one.begins]


def entries_of(diary: Diary, side: Side, on: date) -> list[Entry]:
    """Return every entry of a side up to a day, by day and measure."""
    return sorted(
        (entry for entry in diary.entries if entry.side in (side, Side.BOTH) and entry.day <= on),
        key=lambda entry: (entry.day, _place(entry.measure), entry.source, entry.value),
    )


def _span(diary: Diary, treatments: Treatments, side: Side, on: date) -> tuple[list[Treatment], list[Entry], list[str]]:
    """Return the injections and the entries that belong together: an operation begins a new life."""
    rows = sorted(
        (row for row in treatments.rows if row.side in (side, Side.BOTH) and row.day <= on), key=lambda row: row.day
    )
    entries = entries_of(diary, side, on)
    injections = [row for row in rows if row.kind == "injection"]
    operated = [row.day for row in rows if row.kind == "decompression"]
    if not operated:
        return injections, entries, []
    last = operated[-1]
    if any(row.day > last for row in injections):
        left = sum(entry.day < last for entry in entries)
        told = (
            [f"{left} entries from before the operation are not weighed with the injections after it"] if left else []
        )
        return [r for r in injections if r.day > last], [e for e in entries if e.day >= last], told
    left = sum(entry.day >= last for entry in entries)
    told = [f"{left} entries since the operation belong to its own curve"] if left else []
    return injections, [entry for entry in entries if entry.day < last], told


def _place(measure: str) -> int:
    return list(MEASURES).index(measure)


def _scale(measure: Measure, values: Sequence[float]) -> Scale:
    """Return how a measure is laid on 0 to 1; where it has no end, three of this person's highest make it."""
    counted = measure.unit in ("1/min", "share")
    if measure.high is not None and not counted:
        return Scale(measure, measure.high, root=False)
    high = float(np.quantile(values, 0.95)) * 1.5
    return Scale(measure, max(high, 1e-3), root=True)


def _cut(
    entries: Sequence[Entry], given: Sequence[Treatment], scales: dict[str, Scale], used: Sequence[Used]
) -> list[Cycle]:
    known = {one.key: one for one in used}
    rows = [entry for entry in entries if entry.measure in known]
    origin = given[0].day if given else entries[0].day
    starts = [origin, *(row.day for row in given)]
    number = [sum(row.day <= entry.day for row in given) for entry in rows]
    share = np.array(
        [float(scales[e.measure].share(np.array(e.value))) * known[e.measure].ratio for e in rows], dtype=float
    )
    noise = np.array([known[entry.measure].noise for entry in rows], dtype=float)
    cycles = []
    for k, start in enumerate(starts):
        mine = np.array([at == k for at in number], dtype=bool)
        days = np.array([(entry.day - start).days for entry, keep in zip(rows, mine, strict=True) if keep], dtype=float)
        gap = float((start - starts[k - 1]).days) if k > 1 else np.inf
        cycles.append(Cycle(days, share[mine], noise[mine], (given[k - 1].product or OTHER) if k else "", gap))
    return cycles


def _beside(
    entries: Sequence[Entry], given: Sequence[Treatment], scale: Scale, cycles: Sequence[Cycle], draws: Draws | None
) -> tuple[float, float] | None:
    """Return by what a further measure's share is multiplied to lie on the main one's, and its noise against it."""
    share = scale.share(np.array([entry.value for entry in entries]))
    if draws is None:
        told = np.concatenate([cycle.burden for cycle in cycles])
        expected = np.full(len(share), float(np.mean(told)))
        main_noise = float(np.std(told)) if len(told) > 1 else 0.1
    else:
        expected = np.array([_expected(entry.day, given, draws) for entry in entries])
        main_noise = float(draws.noise.mean())
    if not (share @ share) or not (expected @ expected):
        return None
    slope = float(share @ expected) / float(expected @ expected)
    if slope <= 0.0:
        return None
    left = share / slope - expected
    return 1.0 / slope, float(np.clip(np.sqrt(np.mean(left**2)) / max(main_noise, 1e-3), 0.5, 4.0))


def _expected(day: date, given: Sequence[Treatment], draws: Draws) -> float:
    k = sum(row.day <= day for row in given) - 1
    if k < 0:
        return float(draws.untreated[:, 0].mean())
    return float(draws.burden(k, np.array([float((day - given[k].day).days)])).mean())
