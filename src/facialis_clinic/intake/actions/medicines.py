"""Tell of medicines and allergies, answer what is asked by name, and go through the list as a clinician."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from facialis.findings import State
from facialis.knowledge.treatment import circumstances
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.intake.models import Circumstance, Medicine
from facialis_clinic.people.actions.records import tidy
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

MOST: Final = 100
STATES: Final = {"yes": State.PRESENT, "no": State.ABSENT, "unknown": State.NOT_ASSESSABLE}
FOR_CLINICIANS: Final = Refused("A nurse or a neurologist goes through the list.")


@transaction.atomic
def add_medicine(*, person: Person, kind: str, name: str, detail: str, by: User, now: datetime) -> Medicine | Refused:
    """Tell of a medicine that is taken, or of an allergy."""
    name = tidy(name)
    if not name:
        return Refused("Write the name.")
    if kind not in Medicine.Kind.values:
        return Refused("Choose whether it is a medicine or an allergy.")
    Person.objects.select_for_update().get(pk=person.pk)
    standing = Medicine.objects.filter(person=person, ended_at=None)
    if standing.filter(kind=kind, name__iexact=name).exists():
        return Refused(f"{name} stands on the list already.")
    if standing.count() >= MOST:
        return Refused("The list is full. End what is not taken any more.")
    made = Medicine.objects.create(
        person=person, kind=kind, name=name, detail=" ".join(detail.split())[:200], told_by=by, told_at=now
    )
    record(subject=person.pk, actor=by, verb="added", kind="medicine", thing=made.pk)
    return made


@transaction.atomic
def end_medicine(*, medicine: Medicine, by: User, now: datetime) -> Medicine | Refused:
    """Say that a medicine is not taken any more, or that an allergy was none."""
    row = Medicine.objects.select_for_update().get(pk=medicine.pk)
    if row.ended_at is not None:
        return Refused(f"{row.name} was ended already.")
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    record(subject=row.person_id, actor=by, verb="ended", kind="medicine", thing=row.pk)
    return row


@transaction.atomic
def tell_circumstances(
    *, person: Person, answers: Mapping[str, str], by: User, now: datetime
) -> list[Circumstance] | Refused:
    """Answer what is asked by name: yes, no or unknown by code; what is left out stays as it was."""
    unknown = [code for code, said in answers.items() if code not in circumstances() or said not in STATES]
    if unknown:
        return Refused("One of the answers is not known here.")
    if not answers:
        return Refused("Answer at least one question.")
    Person.objects.select_for_update().get(pk=person.pk)
    rows = []
    for code, said in answers.items():
        told = {"state": STATES[said], "told_by": by, "told_at": now}
        rows.append(Circumstance.objects.update_or_create(person=person, code=code, defaults=told)[0])
    record(subject=person.pk, actor=by, verb="wrote", kind="circumstance", thing=person.pk)
    return rows


@transaction.atomic
def reconcile(*, person: Person, medicines: Collection[UUID], by: User, now: datetime) -> int | Refused:
    """Note that a clinician has gone through these medicines and allergies with the patient; return how many.

    Parameters
    ----------
    person : Person
    medicines : collection of UUID
        Those that stand. One that was ended or is somebody else's is refused: the list has changed meanwhile.
    by : User
        A neurologist or a nurse.
    now : datetime
    """
    if not by.is_clinician:
        return FOR_CLINICIANS
    rows = Medicine.objects.select_for_update().filter(person=person, ended_at=None, pk__in=medicines)
    if not medicines or len(rows) != len(set(medicines)):
        return Refused("Tick what you have gone through. The list may have changed meanwhile: look at it again.")
    rows.update(reconciled_by=by, reconciled_at=now)
    record(subject=person.pk, actor=by, verb="reconciled", kind="medicine", thing=person.pk)
    return len(rows)
