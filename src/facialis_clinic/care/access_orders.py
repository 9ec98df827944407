"""The gates to orders and documents. Whose they are decides: each of these asks the gates to people."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.models import Document, Order
from facialis_clinic.people.access import access_person, may
from facialis_clinic.people.models import Person

Level = Literal["see", "answer", "treat", "decide"]


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; asked behind the sign-in alone."""
    assert isinstance(request.user, User)
    return request.user


def may_decide(user: User, person: Person) -> bool:
    """Whether somebody orders, clears and signs for this person: a neurologist who may open the record."""
    return user.role == Role.NEUROLOGIST and may(user, person, "record")


def may_answer(user: User, person: Person) -> bool:
    """Whether somebody answers the safety form: the patient, who shares for them, or a clinician who asks them."""
    return may(user, person, "record" if user.role in CLINICIANS else "share")


def access_order(request: HttpRequest, order_id: UUID, *, to: Level) -> Order:
    """Return an order that may be opened this far; that it is seen is logged, what is done logs itself.

    Parameters
    ----------
    request : HttpRequest
        Who asks.
    order_id : UUID
        Which.
    to : {"see", "answer", "treat", "decide"}
        ``see``: who may open the record. ``answer``: who may answer the safety form. ``treat``: clinicians.
        ``decide``: neurologists.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    order = Order.objects.select_related("person__user", "by", "ended_by").filter(pk=order_id).first()
    user = request.user
    if order is None or not isinstance(user, User) or not _may(user, order.person, to):
        raise Http404
    record(subject=order.person_id, actor=user, verb="read", kind="order", thing=order.pk)
    return order


def access_document(request: HttpRequest, document_id: UUID, *, to: Literal["see", "treat", "decide"]) -> Document:
    """Return a letter or another paper: to the patient once it is signed and shared, to clinicians always; logged.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    found = Document.objects.select_related("person__user", "by", "signed_by", "supersedes", "superseded_by")
    document = found.filter(pk=document_id).first()
    user = request.user
    if document is None or not isinstance(user, User) or not _may(user, document.person, to):
        raise Http404
    if user.role not in CLINICIANS and (document.shared_at is None or document.signed_at is None):
        raise Http404
    record(subject=document.person_id, actor=user, verb="read", kind="document", thing=document.pk)
    return document


def access_orders_of(request: HttpRequest, person_id: UUID) -> tuple[Person, list[Order]]:
    """Return a person and what was ordered, the newest first; logged as one read of the record."""
    person = access_person(request, person_id, to="record")
    return person, list(Order.objects.filter(person=person).select_related("by").order_by("-ordered_at", "-id"))


def access_documents_of(request: HttpRequest, person_id: UUID) -> tuple[Person, list[Document]]:
    """Return a person and their papers, the newest first: to clinicians all, to the patient what is shared."""
    person = access_person(request, person_id, to="record")
    found = Document.objects.filter(person=person).select_related("signed_by", "superseded_by")
    if user_of(request).role not in CLINICIANS:
        found = found.filter(shared_at__isnull=False, signed_at__isnull=False)
    return person, list(found.defer("body", "facts").order_by("-made_at", "-id"))


def access_to_decide(request: HttpRequest, person_id: UUID) -> Person:
    """Return a person for whom this neurologist may order and write."""
    person = access_person(request, person_id, to="record")
    if user_of(request).role != Role.NEUROLOGIST:
        raise Http404
    return person


def _may(user: User, person: Person, to: Level) -> bool:
    match to:
        case "decide":
            return may_decide(user, person)
        case "treat":
            return user.role in CLINICIANS and may(user, person, "record")
        case "answer":
            return may_answer(user, person)
        case _:
            return may(user, person, "record")
