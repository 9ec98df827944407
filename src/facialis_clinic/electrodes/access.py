"""The gates to recordings of electrodes: clinicians who may open the record. What somebody opens is logged."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from facialis_clinic.accounts.models import CLINICIANS, User
from facialis_clinic.audit.actions import record
from facialis_clinic.electrodes.models import Reading, Study
from facialis_clinic.people.access import access_person, may
from facialis_clinic.people.models import Person

Level = Literal["see", "part", "state", "treat", "download"]
AN_HOUR_S: Final = 3600


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; asked behind the sign-in alone."""
    assert isinstance(request.user, User)
    return request.user


def access_study(request: HttpRequest, study_id: UUID, *, to: Level) -> Study:
    """Return a study that may be opened this far.

    Parameters
    ----------
    request : HttpRequest
        Who asks.
    study_id : UUID
        Which.
    to : {"see", "part", "state", "treat", "download"}
        ``see``: what was read, logged. ``part``: a part of what a page shows, logged once an hour, the page's own entry
        included. ``state``: how far it is. ``treat``: what is done with it, which logs itself.
        ``download``: the file as it was sent, logged.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    user = request.user
    study = Study.objects.select_related("person", "by").filter(pk=study_id).first()
    if study is None or not isinstance(user, User) or not _may(user, study.person):
        raise Http404
    verb = {"see": "read", "download": "downloaded"}.get(to)
    if verb is not None or (to == "part" and _first_time(user, study)):
        record(subject=study.person_id, actor=user, verb=verb or "read", kind="study", thing=study.pk)
    if to == "see":
        _first_time(user, study)
    return study


def _first_time(user: User, study: Study) -> bool:
    """Whether they have opened nothing of it within an hour: a page asks for its pictures one by one."""
    return bool(cache.add(f"study:{user.pk}:{study.pk}", 1, AN_HOUR_S))


def _may(user: User, person: Person) -> bool:
    return user.role in CLINICIANS and may(user, person, "record")


def access_reading(request: HttpRequest, study_id: UUID, reading_id: UUID) -> Reading:
    """Return what was read in a study, in full, to be taken away; logged."""
    study = access_study(request, study_id, to="state")
    found = study.readings.filter(pk=reading_id).first()
    if found is None:
        raise Http404
    record(subject=study.person_id, actor=user_of(request), verb="downloaded", kind="reading", thing=found.pk)
    return found


def access_picture(request: HttpRequest, study_id: UUID, reading_id: UUID) -> Reading:
    """Return what was read in a study, to draw a part of it."""
    study = access_study(request, study_id, to="part")
    found = study.readings.filter(pk=reading_id).first()
    if found is None:
        raise Http404
    found.study = study
    return found


def access_sender(request: HttpRequest, person_id: UUID) -> Person:
    """Return the person for whom a clinician may send a recording; not logged, as nothing of the record is shown."""
    person = Person.objects.select_related("user").filter(pk=person_id).first()
    if person is None or not isinstance(request.user, User) or not _may(request.user, person):
        raise Http404
    return person


def studies_of(request: HttpRequest, person_id: UUID) -> tuple[Person, QuerySet[Study]]:
    """Return a person and their studies, the newest first; logged as one read of the record."""
    access_sender(request, person_id)
    person = access_person(request, person_id, to="record")
    return person, Study.objects.filter(person=person).order_by("-created_at", "-id")


def readings_of(study: Study) -> list[Reading]:
    """Return what was read in a study that a gate gave, the newest first."""
    return list(study.readings.order_by("-read_at"))


def newest_reading(study: Study) -> Reading | None:
    """Return what was read last in a study that a gate gave."""
    return study.readings.select_related("study").order_by("-read_at").first()
