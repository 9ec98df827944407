"""An answer is opened for the patient, and taken back."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart.models import Assessment
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import actions as recordings

LONGEST = 4000


@transaction.atomic
def release(*, assessment: Assessment, words: str, by: User, now: datetime) -> Assessment | Refused:
    """Let the patient read an answer, with the neurologist's own words, and what it was measured from.

    A mail tells them that there is something to read, and not what. An answer that is open already stays as it is.

    Parameters
    ----------
    assessment : Assessment
        From a gate.
    words : str
        What the neurologist says to the patient; may be empty.
    by : User
        A neurologist.
    now : datetime
        The moment.
    """
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist releases an answer.")
    words = words.strip()
    if len(words) > LONGEST:
        return Refused(f"That is {len(words)} letters long. Say it in {LONGEST} or fewer.")
    found = Assessment.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=assessment.pk)
    if found.withdrawn_at is not None:
        return Refused("This answer was taken back. Weigh anew what is known, and release that.")
    if found.released_at is not None:
        return Refused("The patient can read this answer already. Nothing was changed.")
    for measurement in found.measurements.select_related("recording"):
        recordings.release(measurement=measurement, by=by, now=now, quietly=True)
    found.words, found.released_at, found.released_by = words, now, by
    found.save(update_fields=["words", "released_at", "released_by"])
    record(subject=found.person_id, actor=by, verb="released", kind="assessment", thing=found.pk)
    if found.person.user is not None:
        told = {"page": reverse("chart:result", args=[found.person_id, found.pk])}
        send = partial(mail.send, found.person.user.email, template="recordings/mail/released.txt", context=told)
        transaction.on_commit(send, robust=True)
    return found


@transaction.atomic
def withdraw(*, assessment: Assessment, by: User, now: datetime) -> Assessment | Refused:
    """Take an answer back: the patient cannot read it any more. That it was open, and until when, stays written."""
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist takes an answer back.")
    found = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if found.released_at is None:
        return Refused("The patient has never been able to read this one.")
    if found.withdrawn_at is not None:
        return found
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    record(subject=found.person_id, actor=by, verb="took_back", kind="assessment", thing=found.pk)
    return found
