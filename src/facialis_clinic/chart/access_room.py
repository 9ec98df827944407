"""The gates to the examination room: clinicians who may open the record look; neurologists on the team judge."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart.models import Review, Verdict
from facialis_clinic.people.access import Asked, may, on_care_team
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement


def access_room(request: HttpRequest, measurement_id: UUID, *, to: Literal["see", "draw", "judge"]) -> Measurement:
    """Return a measurement that may be looked at or judged in the examination room.

    Parameters
    ----------
    request : HttpRequest
        Who asks.
    measurement_id : UUID
        Which.
    to : {"see", "draw", "judge"}
        ``see``: the page, which is logged. ``draw``: what a page that was opened goes on to ask for. ``judge``: say
        what an event is; logged as it is said.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    user = request.user
    found = _found(measurement_id)
    if found is None or not isinstance(user, User) or not _may(user, found.recording.person, to):
        raise Http404
    if to == "see":
        record(subject=found.recording.person_id, actor=user, verb="read", kind="measurement", thing=found.pk)
    return found


def _found(measurement_id: UUID) -> Measurement | None:
    every = Measurement.objects.select_related("recording__person", "review__by", "released_by")
    return every.filter(pk=measurement_id).first()


def as_it_stands(measurement: Measurement) -> Measurement:
    """Return a measurement that a gate gave, with what was said of it in the meantime.

    Raises
    ------
    Http404
        When it is gone by now.
    """
    found = _found(measurement.pk)
    if found is None:
        raise Http404
    return found


def access_beside(request: HttpRequest, measurement_id: UUID, other_id: UUID) -> tuple[Measurement, Measurement]:
    """Return two measurements of one person, the earlier film first; that both were opened is logged.

    Raises
    ------
    Http404
        When one is missing, closed to this user, of somebody else, or the same as the other.
    """
    one, other = (access_room(request, pk, to="see") for pk in (measurement_id, other_id))
    if one.pk == other.pk or one.recording.person_id != other.recording.person_id:
        raise Http404
    first, second = sorted((one, other), key=filmed)
    return first, second


def filmed(measurement: Measurement) -> tuple[str, datetime, datetime]:
    """Return what orders measurements in time: the day of the film, when it came, when it was measured."""
    film = measurement.recording
    day = film.filmed_on or timezone.localdate(film.created_at)
    return day.isoformat(), film.created_at, measurement.measured_at


def may_judge(user: User, person: Person, *, now: datetime) -> bool:
    """Whether somebody may say what an event is: a neurologist on the patient's team."""
    return user.role == Role.NEUROLOGIST and bool(on_care_team.test(user, Asked(user, person, now)))


def _may(user: User, person: Person, to: str) -> bool:
    if to == "judge":
        return may_judge(user, person, now=timezone.now())
    return user.role in CLINICIANS and may(user, person, "record")


def verdicts_of(measurement: Measurement) -> list[Verdict]:
    """Return what was said of the events of a measurement that a gate gave, the newest last."""
    return list(Verdict.objects.filter(measurement=measurement).select_related("by").order_by("at", "apex_s"))


def others_of(measurement: Measurement) -> list[Measurement]:
    """Return the newest measurement of each other recording of the person, the newest film first; fifty at most."""
    found = (
        Measurement.objects.filter(recording__person=measurement.recording.person_id)
        .exclude(recording=measurement.recording_id)
        .select_related("recording")
        .defer("result", "words")
        .order_by("recording", "-measured_at")
        .distinct("recording")
    )
    return sorted(found, key=filmed, reverse=True)[:50]


def review_of(measurement: Measurement) -> Review | None:
    """Return what clinicians made of a measurement that a gate gave."""
    return Review.objects.select_related("by").filter(measurement=measurement).first()
