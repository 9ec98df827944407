"""Orders and letters: to clinicians on the team; to the patient that a test is ordered, and what is shared."""

from typing import Any

from django.utils import timezone

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.conftest import World

READERS = {"patient": "own", "proxy": "own", "neurologist": "own", "nurse": "own"}
# Alice's proxy of the tests may read and not share: the safety form is answered by Alice or with a clinician.
ANSWERERS = {"patient": "own", "neurologist": "own", "nurse": "own"}
CLINICIANS = {"neurologist": "own", "nurse": "own"}
NEUROLOGIST = {"neurologist": "own"}


def of(world: World, whose: str) -> Any:
    return world.record if whose == "own" else world.other


def person(world: World, whose: str) -> dict[str, Any]:
    return {"person_id": NOWHERE if whose == "missing" else of(world, whose).pk}


def new(world: World, whose: str) -> dict[str, Any]:
    return {**person(world, whose), "kind": "mri"}


def order(world: World, whose: str) -> dict[str, Any]:
    """An MRI that is ordered, with a pacemaker that nobody has cleared."""
    from facialis_clinic.care.models import Order

    if whose == "missing":
        return {"order_id": NOWHERE}
    made = Order.objects.create(
        person=of(world, whose),
        kind="mri",
        indication="What presses on the nerve?",
        protocol={"parts": ["t2_ciss", "tof"], "side": "both", "note": "", "last_toxin": None, "cautions": []},
        safety={
            "answers": dict.fromkeys(SAFETY, "no") | {"pacemaker": "yes"},
            "weight_kg": 70,
            "name": "Alice Example",
            "role": "patient",
        },
        by=world.eve,
        ordered_at=timezone.now(),
    )
    return {"order_id": made.pk}


SAFETY = ("pacemaker", "cochlear_implant", "aneurysm_clip", "metal_in_eye", "implants", "pregnancy", "claustrophobia")


def answers(world: World, whose: str) -> dict[str, Any]:
    return {**dict.fromkeys(SAFETY, "no"), "weight_kg": "70"}


def _document(world: World, whose: str, **more: Any) -> dict[str, Any]:
    from facialis_clinic.care.models import Document

    if whose == "missing":
        return {"document_id": NOWHERE}
    made = Document.objects.create(
        person=of(world, whose),
        kind="letter",
        title="Clinic letter",
        body="Dear colleague,\n\n## Plan\n\n- A scan.",
        by=world.eve,
        made_at=timezone.now(),
        **more,
    )
    return {"document_id": made.pk}


def draft(world: World, whose: str) -> dict[str, Any]:
    return _document(world, whose)


def signed(world: World, whose: str) -> dict[str, Any]:
    return _document(
        world, whose, signed_at=timezone.now(), signed_by=world.eve, facts={"signed_by": world.eve.get_full_name()}
    )


def shared(world: World, whose: str) -> dict[str, Any]:
    now = timezone.now()
    return _document(
        world, whose, signed_at=now, signed_by=world.eve, shared_at=now, facts={"signed_by": world.eve.get_full_name()}
    )


ROWS = {
    "care:orders": Row(READERS, args=person),
    "care:order_new": Row(NEUROLOGIST, args=new),
    "care:order_new post": Row(
        NEUROLOGIST, args=new, method="post", data={"indication": "The cause.", "thin_t2": "t2_ciss", "parts": ["tof"]}
    ),
    "care:order": Row(READERS, args=order),
    "care:order_safety": Row(ANSWERERS, args=order),
    "care:order_safety post": Row(ANSWERERS, args=order, method="post", data=answers),
    "care:order_clear": Row(NEUROLOGIST, args=order),
    "care:order_clear post": Row(
        NEUROLOGIST,
        args=order,
        method="post",
        data={"key": "pacemaker", "name": "R. Example", "note": "The card was seen."},
    ),
    "care:order_end": Row(NEUROLOGIST, args=order),
    "care:order_end post": Row(
        NEUROLOGIST, args=order, method="post", data={"outcome": "done", "answer": "No lesion."}
    ),
    "care:order_sheet": Row(CLINICIANS, args=order),
    "care:documents": Row(READERS, args=person),
    "care:document_draft": Row(NEUROLOGIST, args=person, method="post", data={"kind": "letter"}),
    # What is shared the patient reads; what is signed and not shared, clinicians alone.
    "care:document": Row(READERS, args=shared),
    "care:document signed": Row(CLINICIANS, args=signed),
    "care:document draft": Row(CLINICIANS, args=draft),
    "care:document_pdf": Row(READERS, args=shared),
    "care:document_pdf signed": Row(CLINICIANS, args=signed),
    "care:document_edit": Row(NEUROLOGIST, args=draft),
    "care:document_edit post": Row(
        NEUROLOGIST, args=draft, method="post", data={"title": "Letter", "recipient": "", "body": "Dear colleague,"}
    ),
    "care:document_sign": Row(NEUROLOGIST, args=draft, method="post"),
    "care:document_amend": Row(NEUROLOGIST, args=signed, method="post"),
    "care:document_discard": Row(NEUROLOGIST, args=draft, method="post"),
    "care:document_share": Row(NEUROLOGIST, args=signed, method="post"),
}
