"""Consent for each use of a recording, given and taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.access import may
from facialis_clinic.people.age import comes_of_age, is_minor
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Consent, Person
from facialis_clinic.people.wording import current

NOT_YOURS = Refused("Only the patient, or who acts for them with the right to do so, can decide this.")


@transaction.atomic
def give_consent(
    *, person: Person, use: str, by: User, words_version: str, now: datetime, recording_id: UUID | None = None
) -> Consent | Refused:
    """Say yes to a use, of all recordings or of one, to the words that were shown."""
    minor = is_minor(person.born, now)
    # A child's own account, should there be one, cannot allow anything; its no counts (below).
    if not may(by, person, "own" if minor else "share", now=now) or (minor and by.pk == person.user_id):
        return NOT_YOURS
    if words_version != current(use).id:
        return Refused("The words have changed since you opened the page. Please read them again.")
    if recording_id is not None and not _has(person, recording_id):
        return Refused("There is no such recording.")
    standing = _standing(person, use, recording_id, now)
    if standing is not None and not standing.no:
        return standing
    if standing is not None:
        _close(standing, now)
    consent = Consent.objects.create(
        person=person,
        recording_id=recording_id,
        use=use,
        given_at=now,
        by=by,
        words_version=words_version,
        ends_at=comes_of_age(person.born) if minor and person.born and use != Consent.Use.CARE else None,
    )
    record(subject=person.pk, actor=by, verb="allowed", kind="consent", thing=consent.pk, note=use)
    return consent


@transaction.atomic
def withdraw_consent(
    *, person: Person, use: str, by: User, now: datetime, recording_id: UUID | None = None
) -> list[Consent] | Refused:
    """Take a yes back. For all recordings every yes goes; for one of them a no stands above the yes to all."""
    if not may(by, person, "share", now=now):
        return NOT_YOURS
    if recording_id is not None and not _has(person, recording_id):
        return Refused("There is no such recording.")
    yes = [one for one in _standing_all(person, use, now) if not one.no]
    ended = [one for one in yes if recording_id is None or one.recording_id == recording_id]
    for one in ended:
        _close(one, now)
    if recording_id is not None and any(one.recording_id is None for one in yes):
        ended.append(
            Consent.objects.create(
                person=person,
                recording_id=recording_id,
                use=use,
                no=True,
                given_at=now,
                by=by,
                words_version=current(use).id,
            )
        )
    for one in ended:
        record(subject=person.pk, actor=by, verb="withdrew", kind="consent", thing=one.pk, note=use)
    return ended


def _has(person: Person, recording_id: UUID) -> bool:
    return person.recordings.filter(pk=recording_id).exists()


def _standing_all(person: Person, use: str, now: datetime) -> list[Consent]:
    """Return what stands, locked; what has come to its end is closed first, so that it can be given anew."""
    # All that changes one record's consents goes through this lock, so two clicks at once make one yes.
    Person.objects.select_for_update().get(pk=person.pk)
    rows = Consent.objects.filter(person=person, use=use, withdrawn_at=None)
    rows.filter(ends_at__lte=now).update(withdrawn_at=F("ends_at"))
    return list(rows)


def _standing(person: Person, use: str, recording_id: UUID | None, now: datetime) -> Consent | None:
    return next((one for one in _standing_all(person, use, now) if one.recording_id == recording_id), None)


def _close(consent: Consent, now: datetime) -> None:
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
