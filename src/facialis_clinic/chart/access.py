"""The gates to the clinician's side of the chart: the team reads, a neurologist on it decides.

Whoever opened a record in an emergency reads it and changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart.models import Assessment, Remark
from facialis_clinic.people.access import LEVELS, Asked, on_care_team, team_now
from facialis_clinic.people.models import CareTeam, Person
from facialis_clinic.recordings.models import Measurement

To = Literal["see", "decide"]


@dataclass(frozen=True)
class Opened:
    """A chart that was opened, by whom, and whether they decide here."""

    person: Person
    user: User
    now: datetime
    decides: bool


def access_chart(request: HttpRequest, person_id: UUID, *, to: To, people: QuerySet[Person] | None = None) -> Opened:
    """Open the chart of a person; that it is seen is logged, what is done logs itself.

    Parameters
    ----------
    request : HttpRequest
        Who asks.
    person_id : UUID
        Whose.
    to : {"see", "decide"}
        ``see``: clinicians who may open the record. ``decide``: neurologists on the team.
    people : QuerySet of Person, optional
        What else is asked of the person by the same query.

    Raises
    ------
    Http404
        When there is no such person, or this user may not: nobody learns which.
    """
    person = (people if people is not None else Person.objects.all()).filter(pk=person_id).first()
    opened = _opened(request, person, to)
    if to == "see":
        record(subject=opened.person.pk, actor=opened.user, verb="read", kind="chart")
    return opened


def access_assessment(request: HttpRequest, assessment_id: UUID, *, to: To) -> tuple[Assessment, Opened]:
    """Return what was weighed, for the team to read or a neurologist on it to release; that it is read is logged.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    found = Assessment.objects.select_related("person__user", "by", "released_by").filter(pk=assessment_id).first()
    opened = _opened(request, found.person if found is not None else None, to)
    assert found is not None
    record(subject=found.person_id, actor=opened.user, verb="read", kind="assessment", thing=found.pk)
    return found, opened


def access_remark(request: HttpRequest, person_id: UUID, remark_id: UUID) -> Remark:
    """Return a finding put down by hand, to a neurologist on the team; that it is taken back is logged as it is done.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    opened = access_chart(request, person_id, to="decide")
    found = Remark.objects.filter(pk=remark_id, person=opened.person).first()
    if found is None:
        raise Http404
    return found


def access_work(request: HttpRequest) -> User:
    """Return the clinician whose work list is asked for; that it was looked at is logged in the practice's own log.

    Raises
    ------
    Http404
        When somebody else asks.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active or user.role not in CLINICIANS:
        raise Http404
    record(subject=None, actor=user, verb="listed", kind="work")
    return user


def patients_of(user: User, ids: list[UUID], *, now: datetime) -> list[Person]:
    """Return those of these people whom a clinician looks after."""
    mine = CareTeam.objects.filter(team_now(now), staff=user).values("person")
    return list(Person.objects.filter(pk__in=mine).filter(pk__in=ids))


def before(assessment: Assessment) -> Assessment | None:
    """Return what was weighed before something that a gate gave, whether it still stands or not."""
    older = Assessment.objects.filter(person=assessment.person_id, made_at__lt=assessment.made_at)
    return older.order_by("-made_at").first()


def measured_for(assessment: Assessment) -> list[Measurement]:
    """Return what was measured for an assessment that a gate gave, the newest film first."""
    rows = assessment.measurements.select_related("recording", "review")
    return list(rows.order_by("-recording__created_at", "-measured_at"))


def remarks_of(person: Person) -> list[Remark]:
    """Return what was ever put down by hand of a person that a gate gave, the newest first."""
    return list(Remark.objects.filter(person=person).select_related("by", "withdrawn_by").order_by("-at", "-pk"))


def _opened(request: HttpRequest, person: Person | None, to: To) -> Opened:
    user, now = request.user, timezone.now()
    if person is None or not isinstance(user, User) or user.role not in CLINICIANS:
        raise Http404
    # One question to the database answers both.
    asked = Asked(user, person, now)
    decides = user.role == Role.NEUROLOGIST and bool(on_care_team.test(user, asked))
    if not LEVELS["record"].test(user, asked) or (to == "decide" and not decides):
        raise Http404
    return Opened(person, user, now, decides)
