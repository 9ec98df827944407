"""A finding is put down by hand, and taken back. What it said before stays in its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from facialis import knowledge
from facialis.document import DocumentError
from facialis.findings import Side, State
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart import weighing
from facialis_clinic.chart.models import Remark
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

LONGEST = 500


@transaction.atomic
def put_down(
    *, person: Person, code: str, state: str, side: str, reason: str, by: User, now: datetime
) -> Remark | Refused:
    """Put a finding down by hand. One of the same finding that stood before is withdrawn and stays to be seen.

    Parameters
    ----------
    person : Person
        From a gate.
    code : str
        Of the vocabulary.
    state : {"present", "absent", "not_assessable"}
        What is found.
    side : {"left", "right", "both", "none"}
        The patient's own.
    reason : str
        Needed where it overrules what was told or measured.
    by : User
        A neurologist.
    now : datetime
        The moment.
    """
    reason = reason.strip()
    if why := _wrong(code, state, side, reason, by):
        return Refused(why)
    if state != State.PRESENT:
        side = Side.NONE
    Person.objects.select_for_update().get(pk=person.pk)
    known = weighing.known_of(person, now=now)
    against = [row for row in known.said_of(code) if weighing.differs(row, state, side)]
    if against and not reason:
        told = "; ".join(f"{row['source']}: {weighing.said(row)}" for row in against)
        return Refused(f"This overrules what stands ({told}). Say why.")
    before = next((one for one in known.remarks if one.code == code), None)
    if before is not None and (before.state, before.side, before.reason) == (state, side, reason):
        return before
    made = Remark(person=person, code=code, state=state, side=side, reason=reason, by=by, at=now)
    if why := _contradicts(known, made):
        return Refused(why)
    if before is not None:
        _withdraw(before, by, now)
    made.save()
    record(subject=person.pk, actor=by, verb="wrote", kind="finding", thing=made.pk)
    return made


@transaction.atomic
def take_back(*, remark: Remark, by: User, now: datetime) -> Remark | Refused:
    """Take back what was put down by hand: what was told and measured counts again."""
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist takes a finding back.")
    found = Remark.objects.select_for_update().get(pk=remark.pk)
    if found.withdrawn_at is None:
        _withdraw(found, by, now)
        record(subject=found.person_id, actor=by, verb="took_back", kind="finding", thing=found.pk)
    return found


def _withdraw(remark: Remark, by: User, now: datetime) -> None:
    remark.withdrawn_at, remark.withdrawn_by = now, by
    remark.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _wrong(code: str, state: str, side: str, reason: str, by: User) -> str:
    if by.role != Role.NEUROLOGIST:
        return "A neurologist puts findings down by hand."
    if code not in knowledge.findings():
        return "Choose a finding of the list."
    if state not in tuple(State):
        return "Say whether it is present, absent or cannot be judged."
    if side not in tuple(Side):
        return "Choose the patient's own left or right, both, or no side."
    if len(reason) > LONGEST:
        return f"The reason is {len(reason)} letters long. Say it in {LONGEST} or fewer."
    return ""


def _contradicts(known: weighing.Known, made: Remark) -> str:
    """Say what a new remark cannot stand beside; nothing where it fits, or where nothing fitted before it either."""
    others = [one for one in known.remarks if one.code != made.code]
    try:
        replace(known, remarks=[*others, made]).case()
    except DocumentError as wrong:
        try:
            known.case()
        except DocumentError:
            return ""
        return f"This cannot stand beside what is known: {wrong}. Overrule the other one too, or first."
    return ""
