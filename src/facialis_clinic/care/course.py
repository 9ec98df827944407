"""The course of a person: from the diary, the films as they stand, the scales and what was given; kept once worked out.

Nothing here is a gate: whoever calls has opened the record.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from facialis.findings import Finding, Side
from facialis.followup import Diary, Treatments, symptoms
from facialis.followup.course import Course, course
from facialis.followup.diary import Entry
from facialis.followup.diary import of as diary_from
from facialis.followup.results import SCALES, told_of
from facialis.followup.treatments import sides
from facialis.version import __version__
from facialis_clinic.care.given import standing, treatments_from
from facialis_clinic.care.models import Alarm, CourseResult
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.intake.models import Scale
from facialis_clinic.intake.told import diary_of, told_case
from facialis_clinic.library.here import today
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement

_BOTH = {Side.BOTH: (Side.LEFT, Side.RIGHT)}


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a course is made of.

    Attributes
    ----------
    diary : Diary
        With the values of films and scales.
    treatments : Treatments
    on : date
    """

    diary: Diary
    treatments: Treatments
    on: date

    @property
    def key(self) -> str:
        """Name what went in: the same key, the same course."""
        told = [self.on.isoformat(), self.diary.sha256, repr(self.treatments), __version__]
        return sha256(json.dumps(told).encode()).hexdigest()

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet of which a course could be made."""
        return not self.diary.entries and not self.diary.symptoms and not self.treatments.rows


def course_of(person: Person, *, now: datetime, on: date) -> Course | None:
    """Return the course as it is known on a day; None where nothing was written, measured or given.

    Parameters
    ----------
    person : Person
        From a gate.
    now : datetime
        The moment; nothing here depends on it.
    on : date
        What lies after it is not looked at.

    Raises
    ------
    facialis.document.DocumentError
        When what was given contradicts itself, in one line.
    """
    return worked_out(inputs_of(person, on=on), findings_of(person))


def worked_out(told: Inputs, findings: Sequence[Finding] = ()) -> Course | None:
    """Return the course of what went in, red flags before everything."""
    if told.empty:
        return None
    raised = symptoms.red_flags(told.diary, told.treatments, told.on, findings)
    return course(told.diary, told.treatments, told.on, flags=raised)


def inputs_of(person: Person, *, on: date) -> Inputs:
    """Return what a course is made of, by four questions to the database."""
    given = treatments_from(standing(person.pk), on=on)
    told = diary_of(person.pk)
    values = [*told.entries, *_films(person), *_scales(person)]
    kept = [one for one in values if one.day <= on]
    noticed = [one for one in told.symptoms if one.day <= on]
    return Inputs(diary_from(_sided(kept, given), noticed), given, on)


def kept_of(person_id: UUID) -> CourseResult | None:
    """Return the course as it was worked out last."""
    return CourseResult.objects.filter(person=person_id).first()


def alarms_of(person: Person) -> list[Alarm]:
    """Return what needs attention and nobody has seen to, the newest first."""
    return list(Alarm.objects.filter(person=person, seen_at=None).order_by("-raised_on", "code", "side"))


def findings_of(person: Person) -> Sequence[Finding]:
    """Return what was told of the story: toxin of late, or an operation, changes what a weak face means."""
    from facialis.case import from_mapping

    told = told_case(person.pk).get("findings") or []
    return from_mapping({"findings": told}).findings if told else ()


def _films(person: Person) -> list[Entry]:
    """Return what the newest measurement of each film counts, as it stands after the verdicts."""
    rows = Measurement.objects.filter(recording__person=person).select_related("recording", "review")
    found: dict[UUID, Measurement] = {}
    for one in rows.defer("words").order_by("-measured_at"):
        found.setdefault(one.recording_id, one)
    values = []
    for one in found.values():
        film = one.recording
        day = film.filmed_on or today(film.created_at)
        values += _values(day, result_of(one), f"the film of {day:%-d %B %Y}")
    return values


def _scales(person: Person) -> list[Entry]:
    rows = Scale.objects.filter(person=person, name__in=list(SCALES)).order_by("answered_at")
    values = []
    for one in rows:
        if one.result.get("schema"):
            values += _values(today(one.answered_at), one.result, one.name)
    return values


def _values(day: date, result: dict[str, Any], name: str) -> list[Entry]:
    told = told_of(result, name)
    at = _BOTH.get(told.side, (told.side,))
    return [Entry(day, side, key, value, told.source) for side in at for key, value in told.values.items()]


def _sided(values: Sequence[Entry], given: Treatments) -> list[Entry]:
    """Count a value of no side for the one side that is treated, as a diary in a file does."""
    treated = sides(given)
    if treated not in (Side.LEFT, Side.RIGHT):
        return list(values)
    return [
        Entry(one.day, treated, one.measure, one.value, one.source) if one.side is Side.NONE else one for one in values
    ]
