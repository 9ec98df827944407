"""What is done with an order: one function a verb, the moment passed in, the answer a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from facialis import knowledge
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care import safety
from facialis_clinic.care.models import Order
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

NEUROLOGIST: Final = Refused("A neurologist orders tests.")
ENDED: Final = Refused("This order has ended already. Order the test anew if it is needed again.")


@transaction.atomic
def order(
    *,
    person: Person,
    by: User,
    kind: str,
    indication: str,
    parts: Sequence[str],
    note: str = "",
    last_toxin: date | None = None,
    cautions: Sequence[str] = (),
    now: datetime,
) -> Order | Refused:
    """Order a test with its indication, its parts and what stood against it as it was ordered."""
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    if not indication.strip():
        return Refused("Say what the test shall answer.")
    known = knowledge.orders()
    if not parts or any(key not in known.parts or known.parts[key].test != kind for key in parts):
        return Refused("Choose what of the test is to be done.")
    groups = [known.parts[key].one_of for key in parts if known.parts[key].one_of]
    if len(set(groups)) < len(groups):
        return Refused("Choose one of each kind, not two.")
    made = Order.objects.create(
        person=person,
        kind=kind,
        indication=indication.strip(),
        protocol={
            "parts": list(parts),
            "side": "both",
            "note": note.strip(),
            "last_toxin": last_toxin.isoformat() if last_toxin else None,
            "cautions": list(cautions),
        },
        by=by,
        ordered_at=now,
    )
    record(subject=person.pk, actor=by, verb="ordered", kind="order", thing=made.pk)
    return made


@transaction.atomic
def answer_safety(
    *, order: Order, by: User, answers: Mapping[str, str], weight_kg: float | None, now: datetime
) -> Order | Refused:
    """Write down the answers to the safety form. New answers take every clearance of what they change back."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.state != Order.State.ORDERED:
        return ENDED
    keys = [one.key for one in safety.asked(order)]
    if not keys:
        return Refused("This test asks for no safety form.")
    if any(answers.get(key) not in safety.ANSWERS for key in keys):
        return Refused("Answer every question; “I do not know” is an answer.")
    before = order.safety
    same = {key for key in keys if before.get("answers", {}).get(key) == answers[key]}
    order.safety = {
        "answers": {key: answers[key] for key in keys},
        "weight_kg": weight_kg,
        "by": str(by.pk),
        "name": by.get_full_name(),
        "role": str(by.get_role_display()),
        "at": now.isoformat(),
        "cleared": {key: told for key, told in before.get("cleared", {}).items() if key in same},
    }
    order.save(update_fields=["safety"])
    record(subject=order.person_id, actor=by, verb="answered", kind="safety_form", thing=order.pk)
    return order


@transaction.atomic
def clear(*, order: Order, by: User, key: str, name: str, note: str, now: datetime) -> Order | Refused:
    """Write down that a named person has cleared one answer, and how; the neurologist who writes it is kept too."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist writes down that something is cleared.")
    if order.state != Order.State.ORDERED:
        return ENDED
    form = safety.form_of(order)
    if form is None or key not in {flag.question.key for flag in form.open}:
        return Refused("There is nothing of that name to be cleared.")
    if not name.strip() or not note.strip():
        return Refused("Say who cleared it, and how.")
    told = {"name": name.strip(), "note": note.strip(), "by": str(by.pk), "at": now.isoformat()}
    order.safety = order.safety | {"cleared": order.safety.get("cleared", {}) | {key: told}}
    order.save(update_fields=["safety"])
    record(subject=order.person_id, actor=by, verb="cleared", kind="safety_form", thing=order.pk)
    return order


@transaction.atomic
def end(*, order: Order, by: User, done: bool, answer: str, now: datetime) -> Order | Refused:
    """Close an order: done with its answer, or cancelled with the reason."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist closes an order.")
    if order.state != Order.State.ORDERED:
        return ENDED
    if not answer.strip():
        return Refused("Write what the test showed." if done else "Say why it is cancelled.")
    order.state = Order.State.DONE if done else Order.State.CANCELLED
    order.answer, order.ended_at, order.ended_by = answer.strip(), now, by
    order.save(update_fields=["state", "answer", "ended_at", "ended_by"])
    if done:
        record(subject=order.person_id, actor=by, verb="finished", kind="order", thing=order.pk)
    else:
        record(subject=order.person_id, actor=by, verb="cancelled", kind="order", thing=order.pk)
    return order
