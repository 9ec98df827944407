"""The gates to recordings. Whose they are decides: each of these asks the gates to people.

What somebody opens is logged; that a page asks how far the measuring is, or that a browser asks for the next piece of a
film, is not logged again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.utils import timezone

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.access import Asked, access_person, may, on_care_team, people_of
from facialis_clinic.people.models import Person
from facialis_clinic.recordings import consent
from facialis_clinic.recordings.models import Measurement, Recording, State, Upload, Viewing

Level = Literal["see", "state", "change", "treat"]
Film = Literal["film", "poster", "original"]


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; asked behind the sign-in alone."""
    assert isinstance(request.user, User)
    return request.user


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who may send a film for a person; ``consents`` says whether they say yes to its uses with it."""

    person: Person
    consents: bool


def access_recording(request: HttpRequest, recording_id: UUID, *, to: Level) -> Recording:
    """Return a recording that may be opened this far, and log it.

    Parameters
    ----------
    request : HttpRequest
        Who asks.
    recording_id : UUID
        Which.
    to : {"see", "state", "change", "treat"}
        ``see``: what was measured. ``state``: how far it is. ``change``: what the patient decides: uses and end.
        ``treat``: what clinicians do. Only ``see`` is logged here: the rest shows nothing, or is logged as it is done.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    user = request.user
    recording = Recording.objects.select_related("person", "by").filter(pk=recording_id).first()
    if recording is None or not isinstance(user, User) or not _may(user, recording.person, to):
        raise Http404
    if to == "see":
        record(subject=recording.person_id, actor=user, verb="read", kind="recording", thing=recording.pk)
    return recording


def _may(user: User, person: Person, to: Level | Literal["original"]) -> bool:
    match to:
        case "change":
            return may(user, person, "share")
        case "treat":
            return user.role in CLINICIANS and may(user, person, "record")
        case "original":
            on_team = on_care_team.test(user, Asked(user, person, timezone.now()))
            return user.role == Role.NEUROLOGIST and bool(on_team)
        case _:
            return may(user, person, "record")


def access_film(request: HttpRequest, recording_id: UUID, what: Film) -> Recording:
    """Return a recording whose film or picture may be watched; the log bears it once an hour and person."""
    user = request.user
    recording = Recording.objects.select_related("person").filter(pk=recording_id).first()
    if (
        recording is None
        or not isinstance(user, User)
        or not _may(user, recording.person, "original" if what == "original" else "see")
    ):
        raise Http404
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    if _first_time(recording, user, what, hour):
        verb = "downloaded" if what == "original" else "watched"
        record(subject=recording.person_id, actor=user, verb=verb, kind=what, thing=recording.pk)
    return recording


@transaction.atomic
def _first_time(recording: Recording, user: User, what: str, hour: datetime) -> bool:
    # Browsers ask for several pieces at once: the row can be made once, whoever comes first.
    return Viewing.objects.get_or_create(recording=recording, user=user, what=what, hour=hour)[1]


def access_measurement(request: HttpRequest, recording_id: UUID, measurement_id: UUID) -> Measurement:
    """Return a measurement for a clinician: what was measured, in full."""
    recording = access_recording(request, recording_id, to="treat")
    found = recording.measurements.filter(pk=measurement_id).first()
    if found is None:
        raise Http404
    assert isinstance(request.user, User)
    record(subject=recording.person_id, actor=request.user, verb="read", kind="measurement", thing=found.pk)
    return found


def access_sender(request: HttpRequest, person_id: UUID) -> Sender:
    """Return the person for whom somebody may send a film; not logged, as nothing of the record is shown.

    The patient and who shares for them decide about the uses with each film. Everybody else who may open the record
    may send one once the patient has said yes to the use of all films for their care; until then it says so.
    """
    person = Person.objects.select_related("user").filter(pk=person_id).first()
    user = request.user
    if person is None or not isinstance(user, User) or not may(user, person, "record"):
        raise Http404
    return Sender(person, may(user, person, "share"))


def care_stands(person: Person, *, now: datetime) -> bool:
    """Whether the patient has said yes to the use of all films for their own care."""
    return consent.stands(person.pk, "care", now=now)


def access_upload(request: HttpRequest, upload_id: UUID) -> Upload:
    """Return a file on its way, to whoever sends it as long as they may."""
    user = request.user
    upload = Upload.objects.select_related("person", "by").filter(pk=upload_id).first()
    if (
        upload is None
        or not isinstance(user, User)
        or upload.by_id != user.pk
        or not may(user, upload.person, "record")
    ):
        raise Http404
    return upload


def uploads_of(request: HttpRequest, person: Person) -> list[Upload]:
    """Return the files for a person that somebody has begun to send and not finished."""
    return list(Upload.objects.filter(person=person, by=request.user.pk, recording=None).order_by("begun_at"))


def recordings_of(request: HttpRequest, person_id: UUID) -> tuple[Person, QuerySet[Recording]]:
    """Return a person and their recordings, the newest first; logged as one read of the record."""
    person = access_person(request, person_id, to="record")
    return person, Recording.objects.filter(person=person).order_by("-created_at", "-id")


def senders_of(request: HttpRequest) -> list[Person]:
    """Return the people whose recordings somebody may open, by name; each with how many of them wait to be read.

    A recording waits from the moment it is measured until a neurologist has opened what was measured for the patient.
    Whose wait come first.
    """
    user = request.user
    if not isinstance(user, User) or user.role in (Role.FRONT_DESK, Role.ADMINISTRATOR):
        raise Http404
    released = Measurement.objects.filter(recording=OuterRef("recordings"), released_at__isnull=False)
    unread = Q(recordings__state=State.MEASURED) & ~Q(Exists(released))
    people = people_of(request).annotate(waiting=Count("recordings", filter=unread, distinct=True))
    return list(people.order_by("-waiting", Lower("name"), "pk"))


def measurements_of(recording: Recording) -> list[Measurement]:
    """Return what was measured in a recording that a gate gave, the newest first."""
    return list(recording.measurements.select_related("released_by", "review").order_by("-measured_at"))
