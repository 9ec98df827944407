"""The gates to a patient's own pages: for the patient and whoever acts for them; who works here has pages of their own.

Nothing of an answer passes here before a neurologist has released it.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart.models import Assessment
from facialis_clinic.people.access import Level, Opened, levels, log_read, people_within
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement


def people_of_mine(request: HttpRequest) -> list[Person]:
    """Return whose pages somebody may open: their own first, then those for whom they act."""
    user = _outside(request)
    return sorted(people_within(user, now=timezone.now()), key=lambda person: person.user_id != user.pk)


def access_mine(request: HttpRequest, person_id: UUID, *, to: Level = "record") -> Opened:
    """Open a person's own pages as far as the user may see them, and log it.

    Raises
    ------
    Http404
        When there is no such person, or the user is neither the patient nor acts for them this far.
    """
    opened = _opened(_outside(request), person_id, to)
    log_read(request, opened.person, kind="person")
    return opened


def access_copy(request: HttpRequest, person_id: UUID) -> Opened:
    """Return the person of whose record a copy may be taken: by the patient, or by who shares for them.

    That somebody looked is logged here; that a copy was taken is, as it is taken.
    """
    return access_mine(request, person_id, to="share")


def access_answer(request: HttpRequest, person_id: UUID, assessment_id: UUID, *, verb: str = "read") -> Assessment:
    """Return an answer that a neurologist released and did not take back, and log that it was read.

    Raises
    ------
    Http404
        When there is none, or it is not released, or the user may not: nobody learns which.
    """
    user = _outside(request)
    person = _opened(user, person_id, "record").person
    found = released().select_related("released_by").filter(pk=assessment_id, person=person).first()
    if found is None:
        raise Http404
    found.person = person
    record(subject=person.pk, actor=user, verb=verb, kind="answer", thing=found.pk)
    return found


def released() -> QuerySet[Assessment]:
    """Return the answers that patients may see."""
    return Assessment.objects.filter(released_at__isnull=False, withdrawn_at__isnull=True)


def measured_for(answer: Assessment) -> list[Measurement]:
    """Return what was measured for an answer that a gate gave, as far as it is released, the newest film first."""
    rows = answer.measurements.filter(released_at__isnull=False).select_related("recording", "review")
    return list(rows.order_by("-recording__created_at", "-measured_at"))


def _outside(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not user.is_active or user.is_staff_member:
        raise Http404
    return user


def _opened(user: User, person_id: UUID, to: Level) -> Opened:
    now = timezone.now()
    person = Person.objects.select_related("user").filter(pk=person_id).first()
    reach: frozenset[Level] = levels(user, person, now=now) if person is not None else frozenset()
    if person is None or to not in reach:
        raise Http404
    return Opened(person, reach, now)
