"""Ask to be forgotten, hold it, decide it, take it back. What is then done stands in ``forgetting``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.access import may
from facialis_clinic.people.actions.after import once_committed
from facialis_clinic.people.actions.glass import addresses_of
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import BreakGlass, CareTeam, DeletionRequest, Person

GRACE: Final = timedelta(days=7)
NOT_YOURS: Final = Refused("Only the patient, or a child's parent or guardian, can ask for this.")
ADMINISTRATORS_ONLY: Final = Refused("Only an administrator decides this.")


def kept_by_staff(person: Person) -> bool:
    """Whether the practice has a part in a record: it made it, or somebody who works here ever looked after it."""
    return (
        person.by_staff
        or CareTeam.objects.filter(person=person).exists()
        or BreakGlass.objects.filter(person=person).exists()
    )


@transaction.atomic
def ask_to_be_forgotten(*, person: Person, by: User, now: datetime) -> DeletionRequest | Refused:
    """Ask for a record to be deleted. One in which the practice has no part needs nobody's leave, only the week."""
    if not may(by, person, "own", now=now):
        return NOT_YOURS
    request, new = DeletionRequest.objects.get_or_create(person=person, defaults={"asked_at": now, "asked_by": by})
    if not new:
        return request
    record(subject=person.pk, actor=by, verb="asked", kind="deletion", thing=request.pk)
    if kept_by_staff(person):
        once_committed(_tell_administrators, request.pk)
        return request
    return _decided(request, by, now)


@transaction.atomic
def hold(*, request: DeletionRequest, reason: str, by: User, now: datetime) -> DeletionRequest | Refused:
    """Keep a record against its patient's wish, because the law asks for it; the patient reads the reason."""
    reason = " ".join(reason.split())
    if by.role != Role.ADMINISTRATOR:
        return ADMINISTRATORS_ONLY
    if len(reason) < 20:
        return Refused(
            "Write the reason as a sentence: which rule asks the practice to keep this record, and until when."
        )
    request = DeletionRequest.objects.select_for_update().get(pk=request.pk)
    request.hold_reason, request.held_at = reason, now
    request.decided_at = request.due_at = request.decided_by = None
    request.save()
    record(subject=request.person_id, actor=by, verb="held", kind="deletion", thing=request.pk, note=reason)
    _tell_patient(request, "people/mail/deletion_held.txt", now)
    return request


@transaction.atomic
def lift_hold(*, request: DeletionRequest, by: User, now: datetime) -> DeletionRequest | Refused:
    """Say that nothing stands against the deletion any more; it still has to be decided."""
    if by.role != Role.ADMINISTRATOR:
        return ADMINISTRATORS_ONLY
    request = DeletionRequest.objects.select_for_update().get(pk=request.pk)
    request.hold_reason, request.held_at = "", None
    request.save(update_fields=["hold_reason", "held_at"])
    record(subject=request.person_id, actor=by, verb="released", kind="deletion", thing=request.pk)
    return request


@transaction.atomic
def decide(*, request: DeletionRequest, by: User, now: datetime) -> DeletionRequest | Refused:
    """Order the deletion, by an administrator; it is done after a week unless the patient takes it back."""
    if by.role != Role.ADMINISTRATOR:
        return ADMINISTRATORS_ONLY
    request = DeletionRequest.objects.select_for_update().get(pk=request.pk)
    if request.hold_reason:
        return Refused("The record is held. Lift the hold first.")
    return request if request.due_at is not None else _decided(request, by, now)


@transaction.atomic
def take_back(*, request: DeletionRequest, by: User, now: datetime) -> Person | Refused:
    """Keep the record after all, for as long as it has not been deleted."""
    person = request.person
    if not may(by, person, "own", now=now):
        return NOT_YOURS
    # Whoever deletes holds the same row, so one of the two is first and the other finds nothing to do.
    standing = DeletionRequest.objects.select_for_update().filter(pk=request.pk).first()
    if standing is None:
        return Refused("Nothing is asked for any more.")
    standing.delete()
    record(subject=person.pk, actor=by, verb="took_back", kind="deletion", thing=request.pk)
    return person


def _decided(request: DeletionRequest, by: User, now: datetime) -> DeletionRequest:
    request.decided_at, request.decided_by, request.decided_role = now, by, by.role
    request.due_at = now + GRACE
    request.save()
    record(subject=request.person_id, actor=by, verb="decided", kind="deletion", thing=request.pk)
    _tell_patient(request, "people/mail/deletion_decided.txt", now)
    return request


def _tell_patient(request: DeletionRequest, template: str, now: datetime) -> None:
    page = reverse("people:forget", args=[request.person_id])
    for address in addresses_of(request.person, now):
        context = {"page": page, "due": request.due_at}
        once_committed(mail.send, address, template=template, context=context)


def _tell_administrators(case: object) -> None:
    page = reverse("people:deletion", args=[case])
    for address in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).values_list("email", flat=True):
        mail.send(address, template="people/mail/deletion_asked.txt", context={"page": page})
