"""Somebody has seen what is new of their patients: it leaves their work list and stays in the chart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart.models import Look
from facialis_clinic.people.models import Person


@transaction.atomic
def seen(*, people: Iterable[Person], by: User, until: datetime) -> int:
    """Note that somebody has seen what is new of these people up to a moment; return of how many.

    Parameters
    ----------
    people : iterable of Person
        From a gate.
    by : User
        Whose work list it is.
    until : datetime
        When the list was shown: what came after it stays new.
    """
    looks = [Look(person=one, user=by, until=until) for one in people]
    for look in looks:
        record(subject=look.person_id, actor=by, verb="saw", kind="news")
    Look.objects.bulk_create(looks, update_conflicts=True, unique_fields=["person", "user"], update_fields=["until"])
    return len(looks)
