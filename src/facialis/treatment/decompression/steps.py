"""The steps of the path: what is done, due, overdue or to come, with its days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.treatment.decompression_path import Step, Watch
from facialis.treatment.decompression.audiogram import Audiogram
from facialis.treatment.decompression.hearing import Hearing
from facialis.treatment.decompression.record import Record

STATES = ("done", "incomplete", "due", "overdue", "missed", "to_come", "open", "not_done", "not_needed")
WATCH_STATES = ("happened", "now", "to_come", "past")


@dataclass(frozen=True)
class Taken:
    """A step and where it stands.

    Attributes
    ----------
    step : Step
    state : str
        One of ``STATES``. "open" and "not_done" are of what nobody waits for; "missed" cannot be made good.
    done : date or None
    due, begin, end : date or None
        When it is due, and from when to when; None before the operation.
    because : str
    """

    step: Step
    state: str
    done: date | None
    due: date | None
    begin: date | None
    end: date | None
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""

        def day(value: date | None) -> str | None:
            return None if value is None else value.isoformat()

        return {
            "key": self.step.key,
            "phase": self.step.phase,
            "name": self.step.name,
            "plain": self.step.plain,
            "text": self.step.text,
            "needed": self.step.needed,
            "visit": self.step.visit,
            "state": self.state,
            "done": day(self.done),
            "due": day(self.due),
            "from": day(self.begin),
            "to": day(self.end),
            "because": self.because,
            "basis": self.step.basis.value,
            "sources": list(self.step.sources),
        }


@dataclass(frozen=True)
class Watched:
    """Something to watch for, and where in its days we are: one of ``WATCH_STATES``."""

    watch: Watch
    state: str
    begin: date
    end: date
    peak: date | None

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        one = self.watch
        return {
            "key": one.key,
            "name": one.name,
            "plain": one.plain,
            "short": one.short,
            "state": self.state,
            "from": self.begin.isoformat(),
            "to": self.end.isoformat(),
            "peak": None if self.peak is None else self.peak.isoformat(),
            "from_day": one.from_day,
            "to_day": one.to_day,
            "peak_day": one.peak_day,
            "urgency": one.urgency.value,
            "action": one.action,
            "plain_action": one.plain_action,
            "rate": None if one.rate is None else one.rate.to_json(),
            "why_no_rate": one.why_no_rate,
            "days_basis": one.days_basis.value,
            "sources": list(dict.fromkeys((*one.days_sources, *(one.rate.sources if one.rate is not None else ())))),
        }


def taken(record: Record, heard: Hearing, on: date) -> tuple[Taken, ...]:
    """Say of every step where it stands."""
    known = treatment.decompression().steps
    done = _done_before(record)
    found = [_before(step, record, done) for step in known if step.phase == "before"]
    after = [step for step in known if step.phase == "after"]
    visits = _visits(record, [step for step in after if step.visit])
    return (*found, *(_after(step, record, heard, visits, on) for step in after))


def watched(record: Record, heard: Hearing, on: date) -> tuple[Watched, ...]:
    """Say of everything to watch for where in its days we are."""
    begin = _begin(record)
    told = {one.key for one in record.symptoms}
    happened = {
        "delayed_palsy": record.palsy is not None and record.day_of(record.palsy.onset) >= 1,
        "delayed_hearing": heard.delayed,
        "csf_leak": "clear_fluid" in told,
    }
    found = []
    for one in treatment.decompression().watch:
        first, last = begin + timedelta(days=one.from_day), begin + timedelta(days=one.to_day)
        state = "to_come" if on < first or record.operated is None else ("now" if on <= last else "past")
        peak = None if one.peak_day is None else begin + timedelta(days=one.peak_day)
        found.append(Watched(one, "happened" if happened.get(one.key) else state, first, last, peak))
    return tuple(found)


def _begin(record: Record) -> date:
    begin = record.operated or record.planned
    assert begin is not None
    return begin


def _done_before(record: Record) -> Mapping[str, date]:
    found = dict(record.before)
    heard = [one for one in record.audiograms if one.ear is record.side and record.day_of(one.day) <= 0]
    spread = [day for day, _ in record.lateral_spread if record.day_of(day) < 0]
    if heard:
        found["audiogram_before"] = heard[-1].day
    if spread:
        found["lateral_spread_before"] = spread[-1]
    if record.scan in ("lesion", "no_lesion") and "mri" in found:
        found["scan_read"] = found["mri"]
    return found


def _before(step: Step, record: Record, done: Mapping[str, date]) -> Taken:
    due = record.planned if record.operated is None else record.operated
    if step.key in done:
        heard = [one for one in record.audiograms if one.ear is record.side and one.day == done[step.key]]
        lacks = step.key == "audiogram_before" and _without_speech(heard)
        because = "speech discrimination was not tested" if lacks else ""
        if step.key == "audiogram_before" and not lacks and not _other_ear(record):
            because = "the other ear was not tested"
        if step.key == "scan_read" and record.scan == "lesion":
            because = "a lesion was seen: settle what it is before this operation"
        return Taken(step, "incomplete" if lacks else "done", done[step.key], due, None, None, because)
    because = "the scan is unread" if step.key == "scan_read" and record.scan == "unread" else ""
    if record.operated is not None and step.needed and not because:
        because = "nothing is recorded"
    if record.operated is None:
        return Taken(step, "due" if step.needed else "open", None, due, None, None, because)
    return Taken(step, "missed" if step.needed else "not_done", None, due, None, None, because)


def _without_speech(heard: Sequence[Audiogram]) -> bool:
    return all(one.speech is None and one.average is not None for one in heard)


def _other_ear(record: Record) -> bool:
    return any(one.ear is record.side.other and record.day_of(one.day) <= 0 for one in record.audiograms)


def _visits(record: Record, steps: Sequence[Step]) -> dict[str, date]:
    """Return which visit stands for which step: the one nearest its day, within its days."""
    found = {}
    for step in steps:
        assert step.window is not None
        window = step.window
        fits = [day for day in record.visits if window.from_day <= record.day_of(day) <= window.to_day]
        if fits:
            found[step.key] = min(fits, key=lambda day: abs(record.day_of(day) - window.day))
    return found


def _after(step: Step, record: Record, heard: Hearing, visits: Mapping[str, date], on: date) -> Taken:
    assert step.window is not None
    window, begin = step.window, _begin(record)
    due, first, last = (begin + timedelta(days=day) for day in (window.day, window.from_day, window.to_day))
    done = visits.get(step.key) if step.visit else _test(step, record)
    if done is not None:
        lacks = step.key.startswith("audiogram") and _without_speech(
            [one for one in record.audiograms if one.ear is record.side and one.day == done]
        )
        because = "speech discrimination was not tested" if lacks else ""
        return Taken(step, "incomplete" if lacks else "done", done, due, first, last, because)
    if step.only_if == "hearing_changed" and heard.state != "worse":
        return Taken(step, "not_needed", None, due, first, last, "no loss of hearing is known")
    if record.operated is None or on < first:
        return Taken(step, "to_come", None, due, first, last)
    if on <= last:
        return Taken(step, "due" if step.needed else "open", None, due, first, last)
    if not step.needed:
        return Taken(step, "not_done", None, due, first, last)
    later = any(record.day_of(day) > window.to_day for day in (*record.visits, *_tests(step, record)))
    return Taken(step, "missed" if later else "overdue", None, due, first, last)


def _tests(step: Step, record: Record) -> list[date]:
    if step.key.startswith("audiogram"):
        return [one.day for one in record.audiograms if one.ear is record.side and record.day_of(one.day) > 0]
    if step.key.startswith("lateral_spread"):
        return [day for day, _ in record.lateral_spread if record.day_of(day) > 0]
    return []


def _test(step: Step, record: Record) -> date | None:
    """Return the first test within a step's days; a late audiogram is done by any in its days."""
    assert step.window is not None
    window = step.window
    fits = [day for day in _tests(step, record) if window.from_day <= record.day_of(day) <= window.to_day]
    return fits[0] if fits else None
