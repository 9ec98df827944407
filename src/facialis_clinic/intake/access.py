"""The gates to what a person tells. Whose it is decides: each of these asks the gates to people."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.intake.models import Entry, Interview, Medicine, Scale
from facialis_clinic.people.access import access_person, may
from facialis_clinic.people.models import Person


def access_teller(request: HttpRequest, person_id: UUID) -> Person:
    """Return the person for whom somebody may tell: the patient, a proxy, or a clinician who may open the record."""
    return access_person(request, person_id, to="record")


def access_reconciler(request: HttpRequest, person_id: UUID) -> Person:
    """Return the person whose medicines a clinician may go through."""
    if not (isinstance(request.user, User) and request.user.is_clinician):
        raise Http404
    return access_person(request, person_id, to="record")


def access_interview(request: HttpRequest, interview_id: UUID) -> Interview:
    """Return an interview that may be read and gone on with, and log it."""
    found = Interview.objects.select_related("person").filter(pk=interview_id).first()
    if found is None or not may(request.user, found.person, "record"):
        raise Http404
    _log(request, found.person, "interview", found.pk)
    return found


def access_scale(request: HttpRequest, scale_id: UUID) -> Scale:
    """Return a scale that was answered, and log that it was read."""
    found = Scale.objects.select_related("person", "by").filter(pk=scale_id).first()
    if found is None or not may(request.user, found.person, "record"):
        raise Http404
    _log(request, found.person, "scale", found.pk)
    return found


def access_entry(request: HttpRequest, entry_id: UUID) -> Entry:
    """Return a line of a diary, and log that it was read."""
    found = Entry.objects.select_related("person", "by").filter(pk=entry_id).first()
    if found is None or not may(request.user, found.person, "record"):
        raise Http404
    _log(request, found.person, "diary", found.pk)
    return found


def access_medicine(request: HttpRequest, medicine_id: UUID) -> Medicine:
    """Return a medicine or an allergy, and log that it was read."""
    found = Medicine.objects.select_related("person").filter(pk=medicine_id).first()
    if found is None or not may(request.user, found.person, "record"):
        raise Http404
    _log(request, found.person, "medicine", found.pk)
    return found


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; asked behind the sign-in alone."""
    assert isinstance(request.user, User)
    return request.user


def _log(request: HttpRequest, person: Person, kind: str, thing: UUID) -> None:
    record(subject=person.pk, actor=user_of(request), verb="read", kind=kind, thing=thing)
