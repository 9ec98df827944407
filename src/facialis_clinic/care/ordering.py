"""What is known of a person where a test is ordered: the newest assessment, the age, the last toxin, an operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from facialis.diagnosis.ordering import Told, cautions
from facialis_clinic.care.models import Treatment
from facialis_clinic.chart.models import Assessment
from facialis_clinic.library.here import today
from facialis_clinic.people.models import Person

YEAR_DAYS = 365.25


def weighed(person: Person) -> Assessment | None:
    """Return the newest assessment that stands."""
    return Assessment.objects.filter(person=person, withdrawn_at__isnull=True).order_by("-made_at").first()


def told_of(person: Person, *, now: datetime) -> Told:
    """Return what decides on a proposal beside the assessment."""
    day = today(now)
    given = dict(Treatment.objects.filter(person=person, day__lte=day).order_by("day").values_list("kind", "day"))
    last = given.get(Treatment.Kind.INJECTION)
    age = (day - person.born).days / YEAR_DAYS if person.born else None
    return Told(age, (day - last).days if last else None, Treatment.Kind.OPERATION in given)


def last_toxin(told: Told, *, now: datetime) -> date | None:
    """Return the day of the last injection on record."""
    return None if told.days_since_toxin is None else today(now) - timedelta(days=told.days_since_toxin)


def warned(
    kind: str, parts: Sequence[str], assessment: Assessment | None, told: Told, *, last: date | None, now: datetime
) -> list[str]:
    """Return what stands against a test, where ``last`` is the last toxin as whoever orders it says."""
    told = replace(told, days_since_toxin=(today(now) - last).days if last else None)
    return cautions(kind, list(parts), assessment.result if assessment else None, told)
