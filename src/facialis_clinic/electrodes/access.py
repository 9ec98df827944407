"""The gates to recordings of electrodes: clinicians who may open the record. What somebody opens is logged."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from facialis_clinic.accounts.models import CLINICIANS, User
from facialis_clinic.audit.actions import record
from facialis_clinic.electrodes.models import Reading, Study
from facialis_clinic.people.access import access_person, may
from facialis_clinic.people.models import Person

Level = Literal["see", "state", "treat", "download"]


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
    to : {"see", "state", "treat", "download"}
        ``see``: what was read, logged. ``state``: how far it is. ``treat``: what is done with it, which logs itself.
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
    if verb is not None:
        record(subject=study.person_id, actor=user, verb=verb, kind="study", thing=study.pk)
    return study


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
    return study.readings.order_by("-read_at").first()
