"""Write a day of the diary, change it, take the last line back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from facialis.followup.diary import symptom_codes
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.tasks import follow_person
from facialis_clinic.intake.models import Entry
from facialis_clinic.jobs import enqueue
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

SIDES: Final = ("left", "right", "both")
LONGEST_AGO: Final = timedelta(days=366)
TAKE_BACK: Final = timedelta(hours=24)
NOTHING: Final = Refused("Choose a number from 0 to 10, or tick what you noticed.")
TOO_LATE: Final = Refused("A line can be taken back within 24 hours. You can still change it.")
TAKEN: Final = Refused("There is a line of this day and side already. Change that one.")


@transaction.atomic
def write(
    *,
    person: Person,
    by: User,
    day: date,
    side: str,
    severity: int | None,
    symptoms: Sequence[str],
    note: str,
    today: date,
    now: datetime,
    entry: Entry | None = None,
) -> Entry | Refused:
    """Write how a day was; the line of that day and side is written anew where there is one.

    Parameters
    ----------
    person : Person
    by : User
    day : date
    side : str
        One of ``SIDES``.
    severity : int or None
        0 to 10; None where nothing was said.
    symptoms : sequence of str
        Codes of the vocabulary.
    note : str
    today : date
        On the practice's own calendar.
    now : datetime
    entry : Entry or None
        The line that is changed; None for a new one.
    """
    if why := _wrong(day, side, severity, symptoms, today):
        return Refused(why)
    if severity is None and not symptoms and not note.strip():
        return NOTHING
    Person.objects.select_for_update().get(pk=person.pk)
    same = Entry.objects.filter(person=person, day=day, side=side).first()
    if entry is not None and same is not None and same.pk != entry.pk:
        return TAKEN
    row = entry or same or Entry(person=person)
    row.day, row.side, row.severity, row.symptoms = day, side, severity, list(dict.fromkeys(symptoms))
    row.note, row.by, row.written_at = note.strip()[:500], by, now
    row.save()
    record(subject=person.pk, actor=by, verb="wrote", kind="diary", thing=row.pk)
    # What was noticed may need attention today, not at the next round.
    enqueue(follow_person, person.pk, whose=person.pk)
    return row


def _wrong(day: date, side: str, severity: int | None, symptoms: Sequence[str], today: date) -> str:
    if day > today:
        return "This day lies ahead."
    if day < today - LONGEST_AGO:
        return "This day is more than a year ago."
    if side not in SIDES:
        return "Choose a side: left, right or both."
    if severity is not None and not 0 <= severity <= 10:
        return "Choose a number from 0 to 10."
    return "" if set(symptoms) <= set(symptom_codes()) else "One of the signs is not known here."


@transaction.atomic
def take_back(*, entry: Entry, by: User, now: datetime) -> Refused | None:
    """Take a line back that was written by mistake, within a day."""
    row = Entry.objects.select_for_update().get(pk=entry.pk)
    if now - row.written_at > TAKE_BACK:
        return TOO_LATE
    record(subject=row.person_id, actor=by, verb="took_back", kind="diary", thing=row.pk)
    row.delete()
    enqueue(follow_person, row.person_id, whose=row.person_id)
    return None
