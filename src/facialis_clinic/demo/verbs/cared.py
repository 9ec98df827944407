"""What is done for the patient: tests, papers, choices, plans and treatment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from facialis_clinic.demo.verbs.scene import Halt, Scene, taken


def order(scene: Scene, *, kind: str, indication: str) -> None:
    """Order a test: all of it that is proposed, for a reason in the neurologist's own words."""
    from facialis.diagnosis.ordering import propose
    from facialis_clinic.care import ordering
    from facialis_clinic.care.actions import orders

    assessment, known = ordering.weighed(scene.person), ordering.told_of(scene.person, now=scene.now)
    proposal = propose(kind, assessment.result if assessment else None, known)
    last = ordering.last_toxin(known, now=scene.now)
    stand = ordering.warned(kind, proposal.parts, assessment, known, last=last, now=scene.now)
    taken(
        orders.order(
            person=scene.person, by=scene.by, kind=kind, indication=indication, parts=proposal.parts,
            last_toxin=last, cautions=stand, now=scene.now,
        )
    )  # fmt: skip


def safety(scene: Scene, *, answers: Mapping[str, str], weight_kg: float) -> None:
    """Answer the safety form of the order that is open: what is not named is answered with no."""
    from facialis_clinic.care import safety as forms
    from facialis_clinic.care.actions import orders
    from facialis_clinic.care.models import Order

    found = Order.objects.filter(person=scene.person, kind="mri", state=Order.State.ORDERED).first()
    if found is None:
        raise Halt("no MRI is ordered")
    given = {one.key: answers.get(one.key, "no") for one in forms.asked(found)}
    taken(orders.answer_safety(order=found, by=scene.by, answers=given, weight_kg=weight_kg, now=scene.now))


def test_done(scene: Scene, *, kind: str, answer: str) -> None:
    """Close an order with what the test showed."""
    from facialis_clinic.care.actions import orders
    from facialis_clinic.care.models import Order

    found = Order.objects.filter(person=scene.person, kind=kind, state=Order.State.ORDERED).first()
    if found is None:
        raise Halt(f"no test is ordered: {kind}")
    taken(orders.end(order=found, by=scene.by, done=True, answer=answer, now=scene.now))


def letter(scene: Scene, *, kind: str = "letter", recipient: str = "", sign: bool = True) -> None:
    """Draft a paper from what is on record; sign it and share it, unless it stays a draft."""
    from facialis_clinic.care import writing
    from facialis_clinic.care.actions import documents

    begun = taken(writing.begin(scene.person, kind))
    made = documents.draft(
        person=scene.person, kind=kind, by=scene.by, now=scene.now, facts=begun.facts, title=begun.title,
        body=begun.body, recipient=recipient,
    )  # fmt: skip
    if sign:
        now = scene.now + timedelta(minutes=4)
        taken(documents.sign(document=made, by=scene.by, now=now))
        taken(documents.share(document=made, by=scene.by, now=now))
