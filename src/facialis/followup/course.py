"""The course of one person: each injection's onset, relief and wear-off, what is to come, and what needs attention.

>>> from datetime import date
>>> from facialis.followup import Diary, Treatments
>>> from facialis.followup.course import course
>>> course(Diary((), (), ()), Treatments(()), date(2026, 6, 1)).sides
{}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from facialis.findings import Estimate, Side
from facialis.flags import Raised
from facialis.followup import intervals, watch
from facialis.followup.alarms import Alarm, alarms
from facialis.followup.change import Change
from facialis.followup.cycles import OneSide, entries_of, of_side
from facialis.followup.diary import Diary, Entry
from facialis.followup.effect import Values
from facialis.followup.fit import Draws, fit
from facialis.followup.forecast import LEAST_RELIEF, Day, NextSession, day_after, estimate, next_session, peak, usual
from facialis.followup.relief import Relief
from facialis.followup.relief import of as relief_of
from facialis.followup.same_days import same_days
from facialis.followup.treatments import Treatment, Treatments
from facialis.knowledge import treatment

DRAWS = 1000
SEED = 1
# Every so many days the course is written down.
_STEP = 3
# So many days after the latest wear-off that is likely the forecast ends.
_BEYOND = 28
# Before this day of a cycle "no effect" is too early to say: the onset may still come.
_EARLY = 21
_HALF = 0.5
# Below this share of the scale there is no burden that a treatment could take away.
_NOTHING = 0.05
# So many days without an entry, and nobody has seen what happened in them.
_UNWATCHED = 28
# So near to one half nobody can say whether a cycle had worn off.
_UNSURE = 0.25
# A band is drawn from every so many draws: its ends are steady enough for a picture.
_THIN = 4


@dataclass(frozen=True)
class CycleTold:
    """What is known of one injection.

    Attributes
    ----------
    number : int
        From 1.
    treatment : Treatment
    until : date or None
        The next injection; None for the latest.
    entries : int
    state : str
        ``"worn_off"``, ``"working"``, ``"not_yet"``, ``"no_response"`` or ``"not_assessable"``.
    relief : Estimate or None
        Share of the untreated burden that is gone at its best.
    onset_day, peak_day, wear_off_day : Estimate or None
        Days from the injection.
    wear_off : Day or None
    because : tuple of str
    missing : bool
        It seems to last so long that an injection must be missing from the list.
    """

    number: int
    treatment: Treatment
    until: date | None
    entries: int
    state: str
    relief: Estimate | None
    onset_day: Estimate | None
    peak_day: Estimate | None
    wear_off_day: Estimate | None
    wear_off: Day | None
    because: tuple[str, ...]
    missing: bool = False


@dataclass(frozen=True)
class Forecast:
    """What is to come after the latest injection.

    Attributes
    ----------
    begin : date
        Of the latest injection.
    wear_off_day : Estimate
    wear_off : Day
    worn_off_probability : float
        That it has worn off by now.
    learned_from_cycles : int
        Of this person's own before, with entries and an effect.
    population : Estimate
        Days that are usual for the product in people at large.
    product : str
    next_session : NextSession
    curve : tuple of (date, float, float, float)
        Burden with its 95 % interval, in the main measure.
    """

    begin: date
    wear_off_day: Estimate
    wear_off: Day
    worn_off_probability: float
    learned_from_cycles: int
    population: Estimate
    product: str
    next_session: NextSession
    curve: tuple[tuple[date, float, float, float], ...]


@dataclass(frozen=True)
class SideCourse:
    """The course of one side.

    Attributes
    ----------
    one : OneSide or None
        The entries that were fitted; None where there is none.
    untreated, noise : Estimate or None
        Burden without treatment, and day-to-day standard deviation, in the main measure.
    cycles : tuple of CycleTold
    forecast : Forecast or None
    fitted : tuple of (date, float, float, float)
        The course so far, every few days.
    entries : tuple of Entry
        All of this side, also those that belong to no injection.
    expected : tuple of (float, float, float) or None
        For each of them what is expected of it, variation of single days included; None where it was not fitted.
    against : watch.Against or None
        The latest weeks against their forecast.
    grown : Estimate or None
        How many times its first value the untreated burden is.
    no_effect : tuple of float
        For each injection how probable it is that it had no effect.
    shorter : float or None
        How probable it is that the latest cycle that has worn off was short for this person.
    decompression : Relief or None
    change : Change or None
        The last weeks against the same days of the cycle before.
    not_assessable : tuple of str
    """

    one: OneSide | None
    untreated: Estimate | None
    noise: Estimate | None
    cycles: tuple[CycleTold, ...]
    forecast: Forecast | None
    fitted: tuple[tuple[date, float, float, float], ...]
    entries: tuple[Entry, ...]
    expected: tuple[tuple[float, float, float] | None, ...]
    against: watch.Against | None
    grown: Estimate | None
    no_effect: tuple[float, ...]
    shorter: float | None
    decompression: Relief | None
    change: Change | None
    not_assessable: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """The course of one person; ``to_json`` gives the public result."""

    on: date
    diary: Diary
    treatments: Treatments
    sides: Mapping[Side, SideCourse]
    alarms: tuple[Alarm, ...]
    draws: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Return the public result, ``facialis.course/1``."""
        from facialis.followup.result import to_json

        return to_json(self)


def course(
    diary: Diary,
    treatments: Treatments,
    on: date,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    flags: Sequence[Raised] = (),
) -> Course:
    """Return the course as it is known on a day.

    Parameters
    ----------
    diary : Diary
    treatments : Treatments
        Those after `on` are plans and are not counted as given.
    on : date
    draws : int
        For the intervals: more are slower and steadier.
    seed : int
        The same seed gives the same result.
    flags : sequence of Raised
        Red flags, which stand before all alarms.
    """
    sides = {side: _side(diary, treatments, side, on, draws, seed) for side in _sides(diary, treatments, on)}
    raised = alarms(diary, treatments, sides, on, flags)
    return Course(on, diary, treatments, sides, tuple(raised), draws, seed)


def _sides(diary: Diary, treatments: Treatments, on: date) -> list[Side]:
    told = {entry.side for entry in diary.entries if entry.day <= on}
    told |= {row.side for row in treatments.rows if row.day <= on and row.kind != "medicine"}
    if Side.BOTH in told:
        told |= {Side.LEFT, Side.RIGHT}
    sides: list[Side] = [side for side in (Side.LEFT, Side.RIGHT) if side in told]
    return sides or ([Side.NONE] if Side.NONE in told else [])


def _side(diary: Diary, treatments: Treatments, side: Side, on: date, draws: int, seed: int) -> SideCourse:
    one = of_side(diary, treatments, side, on, seed)
    relief = relief_of(diary, treatments, side, on, seed=seed)
    entries = tuple(entries_of(diary, side, on))
    if one is None:
        why = "no entry before the operation" if entries else "no entry of this side: nothing can be said of its course"
        if not entries and any(entry.side is side.other for entry in diary.entries):
            why += f"; all entries are of the {side.other.value}: is a side mistyped?"
        unknown = (None,) * len(entries)
        return SideCourse(None, None, None, (), None, (), entries, unknown, None, None, (), None, relief, None, (why,))
    given = [row for row in one.treatments if row is not None]
    if not given:
        unknown = (None,) * len(entries)
        gaps = _gaps(one, (), given)
        return SideCourse(one, None, None, (), None, (), entries, unknown, None, None, (), None, relief, None, gaps)
    drawn = fit(one.cycles, draws, seed)
    no_effect = tuple(watch.no_effect(drawn, k) for k in range(len(given)))
    cycles = tuple(_cycle(one, drawn, k, on, no_effect[k]) for k in range(len(given)))
    operated_since = relief is not None and all(row.day < relief.operated for row in given)
    ahead = None if operated_since or cycles[-1].missing else _forecast(one, drawn, cycles, treatments, on)
    over = [k for k, cycle in enumerate(cycles) if cycle.state == "worn_off"]
    return SideCourse(
        one,
        _in_measure(one, drawn.untreated[:, -1]),
        _noise(one, drawn),
        cycles,
        ahead,
        _fitted(one, drawn, relief.operated if relief is not None and operated_since else on),
        entries,
        _expected(one, drawn, entries, seed),
        watch.against_forecast(one, on, seed),
        watch.slow(one, drawn),
        no_effect,
        watch.shorter(drawn, over[-1]) if over and over[-1] == len(cycles) - 1 else None,
        relief,
        None if operated_since else same_days(one, on, seed),
        _gaps(one, cycles, given),
    )


def _in_measure(one: OneSide, share: Values) -> Estimate:
    return estimate(one.scale.value(share), one.scale.measure.unit)


def _noise(one: OneSide, drawn: Draws) -> Estimate | None:
    """Return the day-to-day standard deviation; None where the root is fitted: it differs along the scale."""
    return None if one.scale.root else estimate(drawn.noise * (one.scale.top - one.scale.measure.low))


def _cycle(one: OneSide, drawn: Draws, k: int, on: date, no_effect: float) -> CycleTold:
    given = [row for row in one.treatments if row is not None]
    begin, until = given[k].day, given[k + 1].day if k + 1 < len(given) else None
    entries = len(one.cycles[k + 1].days)
    if not entries:
        return CycleTold(k + 1, given[k], until, 0, "not_assessable", None, None, None, None, None, ("no entry",))
    last = ((until or on) - begin).days
    seen = float(one.cycles[k + 1].days.max())
    worn_off = float(np.mean(drawn.wear_off[:, k] <= last))
    if float(np.median(drawn.untreated[:, k])) < _NOTHING:
        nothing = ("no spasms before or after it: there was nothing to relieve",)
        return CycleTold(k + 1, given[k], until, entries, "not_assessable", None, None, None, None, None, nothing)
    if last - seen > _UNWATCHED and worn_off > _HALF > np.mean(drawn.wear_off[:, k] <= seen + _UNWATCHED / 2.0):
        # What would be told of it is what is known of people at large.
        unseen = (f"no entry after day {seen:.0f}: whether it has worn off was not seen",)
        return CycleTold(k + 1, given[k], until, entries, "not_assessable", None, None, None, None, None, unseen)
    state, because = _state(no_effect, worn_off, float(np.mean(drawn.onset[:, k] > last)), seen, last)
    if state == "no_response":
        return CycleTold(
            k + 1, given[k], until, entries, state, _relief(one, drawn, k), None, None, None, None, because
        )
    because_missing = _missing(one, drawn, k, last)
    if because_missing:
        because = (because_missing,)
        return CycleTold(
            k + 1, given[k], until, entries, "not_assessable", None, None, None, None, None, because, missing=True
        )
    if until is not None and abs(worn_off - _HALF) < _UNSURE:
        because = (
            f"the next was given on day {last}, about half of the effect gone, probability {worn_off:.0%}".replace(
                "%", " %"
            ),
        )
    at, _ = peak(drawn, k)
    wear_off = estimate(drawn.wear_off[:, k], "days")
    return CycleTold(
        k + 1,
        given[k],
        until,
        entries,
        state,
        _relief(one, drawn, k),
        estimate(drawn.onset[:, k], "days"),
        estimate(at, "days"),
        wear_off,
        day_after(begin, wear_off),
        because,
    )


def _missing(one: OneSide, drawn: Draws, k: int, last: int) -> str:
    """Say why an injection must be missing from the list after this one; empty where none need be."""
    held = float(np.median(drawn.wear_off[:, k]))
    number = treatment.alarms().number
    given = [row for row in one.treatments if row is not None]
    if min(held, float(last)) > number("beyond_known_times") * usual(given[k].product).high:
        return f"an effect of {held:.0f} days is beyond what is known: is an injection missing from the list?"
    cycle = one.cycles[k + 1]
    level, depth = float(np.median(drawn.untreated[:, k])), float(np.median(drawn.depth[:, k]))
    again = (cycle.days > held + number("window_days")) & (cycle.burden < level - number("again_share") * depth)
    run = 0
    for day, low in zip(cycle.days, again, strict=True):
        run = run + 1 if low else 0
        if run >= number("again_entries"):
            return f"better again on day {day:.0f}, after it had worn off: is an injection missing from the list?"
    return ""


def _state(no_effect: float, worn_off: float, not_begun: float, seen: float, last: int) -> tuple[str, tuple[str, ...]]:
    if no_effect > _HALF and seen >= _EARLY:
        return "no_response", (f"less than {LEAST_RELIEF:.0%} relief, probability {no_effect:.0%}".replace("%", " %"),)
    if worn_off > _HALF:
        return "worn_off", (
            f"half of the effect gone before day {last}, probability {worn_off:.0%}".replace("%", " %"),
        )
    if not_begun > _HALF or (no_effect > _HALF and seen < _EARLY):
        return "not_yet", (f"day {last}: the effect may still begin",)
    return "working", (f"still at work on day {last}, probability {1 - worn_off:.0%}".replace("%", " %"),)


def _relief(one: OneSide, drawn: Draws, k: int) -> Estimate:
    _, reached = peak(drawn, k)
    value = one.scale.value
    untreated = np.maximum(value(drawn.untreated[:, k]), 1e-9)
    best = value(drawn.untreated[:, k] - drawn.depth[:, k] * reached)
    return estimate(np.clip(1.0 - best / untreated, 0.0, 1.0))


def _forecast(one: OneSide, drawn: Draws, cycles: Sequence[CycleTold], treatments: Treatments, on: date) -> Forecast:
    latest = cycles[-1].treatment
    k = len(cycles) - 1
    wear_off = drawn.wear_off[:, k]
    told = estimate(wear_off, "days")
    days = np.arange(0.0, max(told.high, float((on - latest.day).days)) + _BEYOND, _STEP)
    low, middle, high = np.quantile(drawn.burden(k, days, _THIN), (0.025, 0.5, 0.975), axis=0)
    value = one.scale.value
    rows = zip(days, value(middle), value(low), value(high), strict=True)
    earliest = intervals.earliest(latest, treatments, on)
    return Forecast(
        latest.day,
        told,
        day_after(latest.day, told),
        float(np.mean(wear_off <= (on - latest.day).days)),
        sum(cycle.state in ("worn_off", "working") for cycle in cycles[:-1]),
        usual(latest.product),
        latest.product,
        next_session(wear_off, latest.day, on, earliest),
        tuple((latest.day + timedelta(days=int(day)), float(a), float(b), float(c)) for day, a, b, c in rows),
    )


def _fitted(one: OneSide, drawn: Draws, on: date) -> tuple[tuple[date, float, float, float], ...]:
    """Return the course from the first injection to today."""
    given = [row for row in one.treatments if row is not None]
    told = []
    for k, row in enumerate(given):
        end = given[k + 1].day if k + 1 < len(given) else on
        days = np.arange(0.0, float((end - row.day).days) + 0.5, _STEP)
        low, middle, high = np.quantile(drawn.burden(k, days, _THIN), (0.025, 0.5, 0.975), axis=0)
        value = one.scale.value
        told += [
            (row.day + timedelta(days=int(day)), float(a), float(b), float(c))
            for day, a, b, c in zip(days, value(middle), value(low), value(high), strict=True)
        ]
    return tuple(told)


def _expected(
    one: OneSide, drawn: Draws, entries: Sequence[Entry], seed: int
) -> tuple[tuple[float, float, float] | None, ...]:
    """Return for each entry what is expected of it, in its own measure, variation of single days included."""
    rng = np.random.default_rng(seed)
    given = [row for row in one.treatments if row is not None]
    fitted = set(one.entries)
    told: list[tuple[float, float, float] | None] = []
    for entry in entries:
        k = sum(row.day <= entry.day for row in given) - 1
        if not given or entry not in fitted or entry.measure != one.scale.measure.key:
            told.append(None)
            continue
        days = np.array([float((entry.day - given[max(k, 0)].day).days)])
        burden = drawn.burden(k, days)[:, 0] if k >= 0 else drawn.untreated[:, 0]
        apart = rng.standard_normal(len(burden)) * drawn.noise
        low, middle, high = one.scale.value(np.quantile(burden + apart, (0.025, 0.5, 0.975)))
        told.append((float(middle), float(low), float(high)))
    return tuple(told)


def _gaps(one: OneSide, cycles: Sequence[CycleTold], given: Sequence[Treatment]) -> tuple[str, ...]:
    told = list(one.left_out)
    told += [f"injection {cycle.number}: {cycle.because[0]}" for cycle in cycles if cycle.missing]
    if not given:
        told.append("no injection of this side: no wear-off to forecast")
    if given and not len(one.cycles[0].days):
        told.append(
            "no entry before the first injection: the untreated burden is read from what followed each wear-off"
        )
    early = [
        cycle.number for cycle, entries in zip(cycles, one.cycles[1:], strict=True) if not (entries.days < _EARLY).any()
    ]
    if early:
        numbers = ", ".join(str(number) for number in early)
        told.append(f"injection {numbers}: no entry in the first {_EARLY} days, so that onset and peak are not seen")
    return tuple(told)
