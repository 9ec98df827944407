"""What is told: by the patient, whom they let in, and the clinicians who may open the record; never at the desk."""

from typing import Any

from django.utils import timezone

from facialis_clinic.library.here import today
from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.conftest import World

CLINICIANS = {"neurologist": "own", "nurse": "own"}
TELLERS = {"patient": "own", "proxy": "own", **CLINICIANS}
FORM = (200, 302, 422)


def person(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"person_id": NOWHERE}
    return {"person_id": (world.record if whose == "own" else world.other).pk}


def interview(world: World, whose: str) -> dict[str, Any]:
    return _interview(world, whose, face_dropped="no", arm_or_leg="no")


def stopped(world: World, whose: str) -> dict[str, Any]:
    return _interview(world, whose, face_dropped="yes")


def _interview(world: World, whose: str, **answers: str) -> dict[str, Any]:
    from facialis_clinic.intake.actions import answer, begin

    if whose == "missing":
        return {"interview_id": NOWHERE}
    by, whom = (world.alice, world.record) if whose == "own" else (world.charlie, world.other)
    now = timezone.now()
    row = begin(person=whom, by=by, now=now)
    for key, said in answers.items():
        answer(interview=row, key=key, typed=said, was="", by=by, now=now)
    return {"interview_id": row.pk}


def answered(world: World, whose: str) -> dict[str, Any]:
    from facialis_clinic.intake.models import Scale

    if whose == "missing":
        return {"scale_id": NOWHERE}
    result = {"urgent": [], "missing": [], "because": [], "grade": None, "ask_next": []}
    whom = world.record if whose == "own" else world.other
    one = Scale.objects.create(
        person=whom, name="phq_2", answers={"1": 0, "2": 0}, result=result, answered_at=timezone.now()
    )
    return {"scale_id": one.pk}


def entry(world: World, whose: str) -> dict[str, Any]:
    from facialis_clinic.intake.models import Entry

    if whose == "missing":
        return {"entry_id": NOWHERE}
    now = timezone.now()
    whom = world.record if whose == "own" else world.other
    told = {"severity": 3, "symptoms": ["bruise"], "written_at": now}
    one, _ = Entry.objects.update_or_create(person=whom, day=today(now), side="left", defaults=told)
    return {"entry_id": one.pk}


def medicine(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"medicine_id": NOWHERE}
    return {"medicine_id": _medicine(world, whose)}


def _medicine(world: World, whose: str) -> Any:
    from facialis_clinic.intake.models import Medicine

    whom = world.record if whose == "own" else world.other
    return Medicine.objects.create(person=whom, kind="medicine", name="Bisoprolol", told_at=timezone.now()).pk


def day(world: World, whose: str) -> dict[str, Any]:
    return {"day": today().isoformat(), "side": "left", "severity": "3"}


def listed(world: World, whose: str) -> dict[str, Any]:
    return {"medicine": "" if whose == "missing" else str(_medicine(world, whose))}


def scale(world: World, whose: str) -> dict[str, Any]:
    return {**person(world, whose), "name": "phq_2"}


ROWS = {
    "intake:home": Row(TELLERS, args=person),
    "intake:begin": Row(TELLERS, args=person, method="post"),
    "intake:question": Row(TELLERS, args=interview),
    "intake:question post": Row(TELLERS, args=interview, method="post", data={"q": "speech", "answer": "no"}),
    "intake:stop": Row(TELLERS, args=stopped),
    "intake:stop post": Row(TELLERS, args=stopped, method="post"),
    "intake:finish": Row(TELLERS, args=interview, method="post"),
    "intake:done": Row(TELLERS, args=interview),
    "intake:diary": Row(TELLERS, args=person),
    "intake:diary post": Row(TELLERS, args=person, method="post", data=day),
    "intake:entry": Row(TELLERS, args=entry),
    "intake:entry post": Row(TELLERS, args=entry, method="post", data=day),
    "intake:undo": Row(TELLERS, args=entry, method="post"),
    "intake:scales": Row(TELLERS, args=person),
    "intake:scale": Row(TELLERS, args=scale),
    "intake:scale post": Row(TELLERS, args=scale, method="post", data={"item_1": "0", "item_2": "0"}),
    "intake:scored": Row(TELLERS, args=answered),
    "intake:medicines": Row(TELLERS, args=person),
    "intake:medicines post": Row(TELLERS, args=person, method="post", data={"kind": "medicine", "name": "Bisoprolol"}),
    "intake:asked": Row(TELLERS, args=person, method="post", data={"anticoagulant": "no"}),
    "intake:end_medicine": Row(TELLERS, args=medicine, method="post"),
    "intake:reconcile": Row(CLINICIANS, args=person),
    "intake:reconcile post": Row(CLINICIANS, args=person, method="post", data=listed, ok=FORM),
}
