"""What the pages of orders and documents say, to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import HttpResponse

from facialis import knowledge
from facialis.diagnosis.ordering import proposed
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.exact import Proof
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.care import documents, order_paper, ordering, safety
from facialis_clinic.care.access_orders import may_answer
from facialis_clinic.care.forms_orders import Clear
from facialis_clinic.care.models import Document, Order
from facialis_clinic.people.models import Person

STATES: Final = {
    Order.State.ORDERED: ("ordered", "plain"),
    Order.State.DONE: ("done", "good"),
    Order.State.CANCELLED: ("cancelled", "warn"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An order in a list."""

    order: Order
    name: str
    word: str
    kind: str
    safety: tuple[str, str] | None

    @classmethod
    def of(cls, order: Order, *, plain: bool = False) -> Row:
        """Say in a word where it stands, and how its safety form does; ``plain`` to patients."""
        form = safety.form_of(order) if order.state == Order.State.ORDERED else None
        test = knowledge.orders().tests[order.kind]
        return cls(
            order,
            test.plain_name if plain else test.name,
            *STATES[Order.State(order.state)],
            form.state if form else None,
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in a list."""

    document: Document
    word: str
    kind: str
    newer: Document | None

    @classmethod
    def of(cls, document: Document) -> Paper:
        """Say in a word where it stands."""
        newer = _newer(document)
        if document.signed_at is None:
            return cls(document, "draft", "warn", newer)
        if newer is not None:
            return cls(document, "superseded", "plain", newer)
        return cls(document, "signed", "good", None)


def _newer(document: Document) -> Document | None:
    """Return the signed version that takes its place: a draft of one supersedes nothing yet."""
    newer: Document | None = getattr(document, "superseded_by", None)
    return newer if newer is not None and newer.signed_at is not None else None


def listed(person: Person, orders: list[Order], user: User, *, now: datetime) -> dict[str, Any]:
    """Return what the list of orders shows."""
    may_order = user.role == Role.NEUROLOGIST
    told: dict[str, Any] = {
        "person": person,
        "own": person.user_id == user.pk,
        "rows": [Row.of(one, plain=not user.is_clinician) for one in orders],
        "may_order": may_order,
    }
    if not may_order:
        return told
    assessment = ordering.weighed(person)
    waiting = {one.kind for one in orders if one.state == Order.State.ORDERED}
    found = proposed(assessment.result if assessment else None, ordering.told_of(person, now=now))
    tests = knowledge.orders().tests
    return told | {
        "proposed": [(tests[one.test], one) for one in found if one.test not in waiting],
        "tests": list(tests.values()),
    }


def page(order: Order, user: User) -> dict[str, Any]:
    """Return what the page of one order shows."""
    known = knowledge.orders()
    form = safety.form_of(order)
    waits = order.state == Order.State.ORDERED
    told: dict[str, Any] = {
        "order": order,
        "person": order.person,
        "own": order.person.user_id == user.pk,
        "row": Row.of(order),
        "test": known.tests[order.kind],
        "form": form,
        "waits": waits,
        "may_answer": waits and form is not None and may_answer(user, order.person),
    }
    if not user.is_clinician:
        return told
    last = order.protocol.get("last_toxin")
    return told | {
        "parts": [known.parts[key] for key in order.protocol.get("parts", ()) if key in known.parts],
        "questions": [one.text for one in known.questions if one.test == order.kind],
        "cautions": order.protocol.get("cautions", ()),
        "last_toxin": date.fromisoformat(last) if last else None,
        "warnings": order_paper.warnings(form) if waits else [],
        "may_decide": user.role == Role.NEUROLOGIST,
    }


def cited(proof: Proof) -> str:
    """Say what a line rests on: that it is elicited, or its sources."""
    known = knowledge.sources()
    named = "; ".join(known[key].cite for key in proof.sources)
    return named if proof.basis is Basis.PUBLISHED else f"{proof.basis.value}: {proof.rule or named}"


def to_clear(form: safety.Form, bound: Clear | None) -> list[tuple[safety.Flag, str, Clear]]:
    """Return each open answer, what its rule rests on and a form; the one that was sent keeps what was typed."""
    found = []
    for flag in form.open:
        key = flag.question.key
        sent = bound is not None and bound.data.get("key") == key
        found.append(
            (
                flag,
                cited(flag.question.proof),
                bound if sent and bound else Clear(initial={"key": key}, auto_id=f"id_{key}_%s"),
            )
        )
    return found


def document(found: Document, user: User) -> dict[str, Any]:
    """Return what the page of one document shows."""
    packet = found.kind == Document.Kind.PACKET
    return {
        "document": found,
        "person": found.person,
        "own": found.person.user_id == user.pk,
        "row": Paper.of(found),
        "sheet": documents.sheet(found),
        "may_write": user.role == Role.NEUROLOGIST,
        "may_edit": user.role == Role.NEUROLOGIST and found.signed_at is None and not packet,
        "draft_of": getattr(found, "superseded_by", None),
        "packet": packet and "packet" in found.facts,
    }


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a PDF under a name that tells nobody's."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
