"""Whether a recording may be used for something, at this very moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from facialis_clinic.people.consents import standing_now
from facialis_clinic.people.models import Consent


def stands(person_id: UUID, use: str, *, now: datetime, recording_id: UUID | None = None) -> bool:
    """Whether a yes stands: a no to one recording stands above the yes to all.

    Parameters
    ----------
    person_id : UUID
        Whose recording.
    use : str
        ``care``, ``teaching`` or ``research``.
    now : datetime
        When.
    recording_id : UUID, optional
        Which one; without it, whether the yes to all stands.
    """
    return use in uses(person_id, now=now, recording_id=recording_id)


def uses(person_id: UUID, *, now: datetime, recording_id: UUID | None = None) -> set[str]:
    """Return what a recording may be used for; without one, what all of a person's may."""
    rows = Consent.objects.filter(standing_now(now), person=person_id)
    told = list(rows.filter(Q(recording_id=None) | Q(recording_id=recording_id)).values_list("use", "no"))
    return {use for use, no in told if not no} - {use for use, no in told if no}
