"""What needs attention: red flags first, then what the course shows, then side effects that were told.

An alarm compares with what was forecast for that person on that day: an ordinary wear-off is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from facialis.findings import Side
from facialis.flags import Raised
from facialis.followup.diary import MEASURES, Diary
from facialis.followup.treatments import Treatments
from facialis.knowledge import treatment
from facialis.knowledge.treatment.alarm import URGENCIES, AlarmWords

if TYPE_CHECKING:
    from facialis.followup.course import SideCourse


@dataclass(frozen=True)
class Alarm:
    """One thing that needs attention.

    Attributes
    ----------
    words : AlarmWords
    side : Side
    since : date
    because : tuple of str
    """

    words: AlarmWords
    side: Side
    since: date
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        words = self.words
        return {
            "code": words.key,
            "kind": words.kind,
            "side": self.side.value,
            "urgency": words.urgency,
            "since": self.since.isoformat(),
            "title": words.title,
            "because": list(self.because),
            "action": words.action,
            "plain": words.plain,
            "plain_action": words.plain_action,
            "basis": words.basis.value,
            "sources": list(words.sources),
        }


def alarms(
    diary: Diary,
    treatments: Treatments,
    sides: Mapping[Side, SideCourse],
    on: date,
    flags: Sequence[Raised] = (),
) -> list[Alarm]:
    """Return what needs attention, the most urgent first.

    Parameters
    ----------
    diary : Diary
    treatments : Treatments
    sides : mapping of Side to SideCourse
    on : date
    flags : sequence of Raised
        Red flags that are up.
    """
    told = [_of_flag(raised, on) for raised in flags]
    for side, one in sides.items():
        told += _of_course(side, one, on)
    told += _side_effects(diary, treatments, on)
    told += _new_side(diary, treatments, sides, on)
    told += _not_watched(diary, treatments, on)
    # Within one urgency red flags come first, then the order in which they were found.
    return sorted(told, key=lambda alarm: (URGENCIES.index(alarm.words.urgency), alarm.words.kind != "red_flag"))


def _of_flag(raised: Raised, on: date) -> Alarm:
    flag = raised.flag
    words = AlarmWords(
        flag.key,
        "red_flag",
        raised.urgency.value,
        flag.title,
        flag.action,
        flag.plain,
        flag.plain_action,
        flag.basis,
        flag.sources,
    )
    return Alarm(words, Side.NONE, on, raised.because)


def _of_course(side: Side, one: SideCourse, on: date) -> Iterator[Alarm]:
    known, number = treatment.alarms().alarms, treatment.alarms().number
    if one.against is not None and one.against.raised:
        times = one.against.times
        because = (
            f"{one.against.entries} entries of the last {number('window_days'):.0f} days are "
            f"{times.value:.1f} times ({times.low:.1f} to {times.high:.1f}) what was forecast before them",
        )
        yield Alarm(known["worse_than_forecast"], side, one.against.since, because)
    if one.grown is not None and one.grown.low > 1.0 and one.grown.value > number("slow_times"):
        because = (
            f"untreated burden {one.grown.value:.1f} times ({one.grown.low:.1f} to {one.grown.high:.1f}) the first",
        )
        yield Alarm(known["slow_worsening"], side, one.cycles[-1].treatment.day, because)
    yield from _without_effect(side, one)
    missing = [cycle for cycle in one.cycles if cycle.missing]
    if missing:
        latest = missing[-1]
        yield Alarm(known["injection_missing"], side, latest.treatment.day, latest.because)
    if one.shorter is not None and one.shorter > number("sure"):
        latest = [cycle for cycle in one.cycles if cycle.state == "worn_off"][-1]
        held = latest.wear_off_day
        told = (
            (f"injection {latest.number} held {held.value:.0f} days ({held.low:.0f} to {held.high:.0f})",)
            if held
            else ()
        )
        yield Alarm(known["shorter_effect"], side, latest.wear_off.day if latest.wear_off else on, told)
    if one.decompression is not None:
        key = {"relapse": "relapse_after_operation", "late": "late_after_operation"}.get(one.decompression.state)
        if key:
            yield Alarm(known[key], side, on, one.decompression.because)


def _without_effect(side: Side, one: SideCourse) -> Iterator[Alarm]:
    known, sure = treatment.alarms().alarms, treatment.alarms().number("sure")
    without = [
        cycle.state == "no_response" and share > sure for cycle, share in zip(one.cycles, one.no_effect, strict=True)
    ]
    if not without or not without[-1]:
        return
    latest = one.cycles[-1].treatment.day
    numbers = " and ".join(str(k + 1) for k in range(max(len(without) - 2, 0), len(without)) if without[k])
    because = (f"injection {numbers}: no relief worth the name",)
    twice = len(without) > 1 and without[-2]
    yield Alarm(known["no_effect_twice" if twice else "no_effect_once"], side, latest, because)


def _side_effects(diary: Diary, treatments: Treatments, on: date) -> Iterator[Alarm]:
    """Say what was told lately; each effect and side once, from when it began."""
    known = treatment.alarms().side_effects
    told = [*diary.symptoms, *(symptom for row in treatments.rows for symptom in row.adverse)]
    begun: dict[tuple[str, Side], date] = {}
    last: dict[tuple[str, Side], date] = {}
    for symptom in sorted(told, key=lambda one: one.day):
        if symptom.code in known and symptom.day <= on:
            begun.setdefault((symptom.code, symptom.side), symptom.day)
            last[symptom.code, symptom.side] = symptom.day
    given = [row.day for row in treatments.rows if row.kind != "medicine"]
    for (code, side), since in begun.items():
        if on - last[code, side] > timedelta(days=treatment.alarms().number("recent_days")):
            continue
        before = [day for day in given if day <= since]
        after = f", {(since - before[-1]).days} days after a treatment" if before else ""
        words = known[code]
        within = treatment.alarms().number("toxin_explains_days")
        if before and (since - before[-1]).days > within and words.urgency != "emergency":
            words = treatment.alarms().alarms["late_side_effect"]
            after += f": {known[code].title.lower()}"
        if code == "lower_face_weakness" and not _by_toxin(treatments, side, since):
            words = treatment.alarms().alarms["weak_unexplained"]
        yield Alarm(words, side, since, (f"told on {since.isoformat()}{after}",))


def _by_toxin(treatments: Treatments, side: Side, since: date) -> bool:
    """Say whether an injection of that side, not too long before and no operation since, explains a weak face."""
    within = timedelta(days=treatment.alarms().number("toxin_explains_days"))
    before = [row for row in treatments.rows if row.kind != "medicine" and row.day <= since]
    return (
        bool(before)
        and before[-1].kind == "injection"
        and any(row.kind == "injection" and since - row.day <= within and _same(row.side, side) for row in before)
    )


def _same(one: Side, other: Side) -> bool:
    return one is other or not {one, other} <= {Side.LEFT, Side.RIGHT}


def _new_side(diary: Diary, treatments: Treatments, sides: Mapping[Side, SideCourse], on: date) -> Iterator[Alarm]:
    """Say where a side that was never treated begins to move, though the other one was."""
    number = treatment.alarms().number
    treated = {row.side for row in treatments.rows if row.kind != "medicine" and row.day <= on}
    if Side.BOTH in treated:
        return
    for side in sides:
        if side in treated or side.other not in treated:
            continue
        if not any(entry.side in (side.other, Side.BOTH) for entry in diary.entries):
            # Every entry on the side that was not treated: a side is mistyped. The course says so.
            continue
        moved = []
        for entry in diary.entries:
            measure = MEASURES[entry.measure]
            share = entry.value / measure.high if measure.high else entry.value
            if entry.side is side and entry.day <= on and share > number("other_side_share"):
                moved.append(entry.day)
        if len(moved) >= number("least_entries"):
            because = (f"{len(moved)} entries of spasms on the {side.value}; the {side.other.value} is treated",)
            yield Alarm(treatment.alarms().alarms["new_side"], side, min(moved), because)


def _not_watched(diary: Diary, treatments: Treatments, on: date) -> Iterator[Alarm]:
    days = [entry.day for entry in diary.entries if entry.day <= on]
    given = [row.day for row in treatments.rows if row.kind != "medicine" and row.day <= on]
    if not days and not given:
        return
    last = max(days or given)
    without = (on - last).days
    if without > treatment.alarms().number("no_entry_days"):
        because = (f"the last entry is of {last.isoformat()}, {without} days ago",)
        yield Alarm(treatment.alarms().alarms["not_watched"], Side.NONE, last, because)
