"""What is done with a letter or another paper: one function a verb, the moment passed in, the answer a value."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.models import Document
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

NEUROLOGIST: Final = Refused("A neurologist writes and signs letters.")
SIGNED: Final = Refused("This is signed and stays as it is. Make a new version to correct it.")


@transaction.atomic
def draft(
    *,
    person: Person,
    kind: str,
    by: User,
    now: datetime,
    facts: dict[str, Any],
    title: str,
    body: str,
    recipient: str = "",
) -> Document:
    """Begin a letter or another paper."""
    made = Document.objects.create(
        person=person, kind=kind, title=title, recipient=recipient, facts=facts, body=body, by=by, made_at=now
    )
    record(subject=person.pk, actor=by, verb="drafted", kind="document", thing=made.pk)
    return made


@transaction.atomic
def write(*, document: Document, by: User, title: str, recipient: str, body: str, now: datetime) -> Document | Refused:
    """Change a draft."""
    document = _locked(document)
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    if document.signed_at is not None:
        return SIGNED
    document.title, document.recipient, document.body, document.made_at = title, recipient, body, now
    document.save(update_fields=["title", "recipient", "body", "made_at"])
    record(subject=document.person_id, actor=by, verb="wrote", kind="document", thing=document.pk)
    return document


@transaction.atomic
def sign(*, document: Document, by: User, now: datetime) -> Document | Refused:
    """Sign a draft: from now on it stays as it is."""
    document = _locked(document)
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    if document.signed_at is not None:
        return SIGNED
    if document.kind != Document.Kind.PACKET and not document.body.strip():
        return Refused("There is nothing to sign: the text is empty.")
    document.signed_at, document.signed_by = now, by
    # The name stands as it was signed, whatever becomes of the account.
    document.facts = document.facts | {"signed_by": by.get_full_name()}
    document.save(update_fields=["signed_at", "signed_by", "facts"])
    record(subject=document.person_id, actor=by, verb="signed", kind="document", thing=document.pk)
    return document


@transaction.atomic
def amend(*, document: Document, by: User, now: datetime) -> Document | Refused:
    """Begin a new version of a signed document, which supersedes it; both are kept."""
    document = _locked(document)
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    if document.signed_at is None:
        return Refused("This is a draft still: change it as it is.")
    if Document.objects.filter(supersedes=document).exists():
        return Refused("There is a newer version already.")
    facts = {key: told for key, told in document.facts.items() if key != "signed_by"}
    made = Document.objects.create(
        person_id=document.person_id,
        kind=document.kind,
        title=document.title,
        recipient=document.recipient,
        facts=facts,
        body=document.body,
        by=by,
        made_at=now,
        supersedes=document,
    )
    record(subject=document.person_id, actor=by, verb="amended", kind="document", thing=made.pk)
    return made


@transaction.atomic
def discard(*, document: Document, by: User) -> Refused | None:
    """Throw a draft away; what was signed stays."""
    document = _locked(document)
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    if document.signed_at is not None:
        return SIGNED
    record(subject=document.person_id, actor=by, verb="discarded", kind="document", thing=document.pk)
    document.delete()
    return None


@transaction.atomic
def share(*, document: Document, by: User, now: datetime) -> Document | Refused:
    """Let the patient read a signed document. A mail tells them that there is something to read, and not what."""
    document = _locked(document)
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist shares letters with the patient.")
    if document.signed_at is None:
        return Refused("Sign it first: the patient reads what is signed.")
    if document.shared_at is not None:
        return document
    document.shared_at = now
    document.save(update_fields=["shared_at"])
    record(subject=document.person_id, actor=by, verb="shared", kind="document", thing=document.pk)
    patient = document.person.user
    if patient is not None:
        told = {"page": reverse("care:document", args=[document.pk])}
        send = partial(mail.send, patient.email, template="care/mail/shared.txt", context=told)
        transaction.on_commit(send, robust=True)
    return document


def _locked(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=document.pk)
