"""Treatment: planned and written down by the team; the patient reads what was given and how it goes."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.conftest import World

READERS = {"patient": "own", "proxy": "own", "neurologist": "own", "nurse": "own"}
CLINICIANS = {"neurologist": "own", "nurse": "own"}
NEUROLOGIST = {"neurologist": "own"}


def of(world: World, whose: str) -> Any:
    return world.record if whose == "own" else world.other


def person(world: World, whose: str) -> dict[str, Any]:
    return {"person_id": NOWHERE if whose == "missing" else of(world, whose).pk}


def today() -> date:
    from facialis_clinic.library.here import today

    return today()


def treated(world: World, whose: str) -> dict[str, Any]:
    """Somebody with a session behind them, a diary and a course that was worked out."""
    from facialis_clinic.care.actions.following import follow
    from tests.clinic.care.treated import session, wrote

    if whose == "missing":
        return {"person_id": NOWHERE}
    one = of(world, whose)
    if one.treatments.exists():
        return {"person_id": one.pk}
    session(one, today() - timedelta(days=100))
    wrote(one, today() - timedelta(days=130), [7, 7, 7, 7, 5, 2, 1, 1, 2, 3, 4, 5])
    follow(person=one, now=timezone.now())
    return {"person_id": one.pk}


def _plan(world: World, whose: str, **more: Any) -> dict[str, Any]:
    from facialis_clinic.care.models import Plan
    from tests.clinic.care.treated import ASKED, planned

    if whose == "missing":
        return {"plan_id": NOWHERE}
    day = today()
    made = Plan.objects.create(
        person=of(world, whose),
        day=day,
        asked={**ASKED, "date": day.isoformat()},
        plan=planned(day),
        by=world.eve,
        made_at=timezone.now(),
        **more,
    )
    return {"plan_id": made.pk}


def draft(world: World, whose: str) -> dict[str, Any]:
    return _plan(world, whose)


def ready(world: World, whose: str) -> dict[str, Any]:
    return _plan(world, whose, state="ready")


def confirmed(world: World, whose: str) -> dict[str, Any]:
    time_out = {"first": "E. Example", "second": "N. Example", "at": timezone.now().isoformat()}
    sides = dict.fromkeys(("patient_states", "marked", "record"), "left")
    return _plan(world, whose, state="ready", time_out=time_out | sides)


def given(world: World, whose: str) -> dict[str, Any]:
    from tests.clinic.care.treated import session

    if whose == "missing":
        return {"treatment_id": NOWHERE}
    return {"treatment_id": session(of(world, whose), today() - timedelta(days=100)).pk}


def alarm(world: World, whose: str) -> dict[str, Any]:
    from facialis_clinic.care.models import Alarm

    if whose == "missing":
        return {"alarm_id": NOWHERE}
    made = Alarm.objects.create(
        person=of(world, whose), code="ptosis", side="left", urgency="soon", told={}, raised_on=today()
    )
    return {"alarm_id": made.pk}


def aid(world: World, whose: str) -> dict[str, Any]:
    """An aid of three options, handed over."""
    from facialis_clinic.care.models import Choice
    from tests.clinic.care.treated import aid

    if whose == "missing":
        return {"choice_id": NOWHERE}
    made = Choice.objects.create(person=of(world, whose), aid=aid(), by=world.eve, handed_at=timezone.now())
    return {"choice_id": made.pk}


def dose(world: World, whose: str) -> dict[str, Any]:
    return {
        "date": today().isoformat(), "side": "left", "vial": "onabotulinumtoxinA|50", "diluent_ml": "1",
        "stated": "left", "clinician": "left", "other": "none", "left-zygomaticus_major-belly": "1", "do": "draft",
    }  # fmt: skip


def elsewhere(world: World, whose: str) -> dict[str, Any]:
    return {"kind": "medicine", "date": "2025-03-01", "name": "carbamazepine"}


TICKED = {
    "first": "E. Example", "second": "N. Example", "patient_states": "left", "marked": "left", "patient": "on",
    "side": "on", "product": "on",
}  # fmt: skip

ROWS = {
    "care:options": Row(CLINICIANS, args=treated),
    "care:aid_hand": Row(
        NEUROLOGIST, args=person, method="post", data={"option": ["onabotulinumtoxinA", "watchful_waiting"]}
    ),
    "care:aid": Row(READERS, args=aid),
    # Alice's proxy of the tests may read and not share: the aid is answered by Alice alone.
    "care:aid post": Row({"patient": "own"}, args=aid, method="post", data={"leaning": "unsure"}),
    "care:packet": Row(NEUROLOGIST, args=treated),
    "care:packet post": Row(NEUROLOGIST, args=person, method="post", data={"payer": "medicare_noridian"}),
    "care:plan_new": Row(NEUROLOGIST, args=treated),
    "care:plan_new post": Row(NEUROLOGIST, args=person, method="post", data=dose),
    "care:plan": Row(CLINICIANS, args=draft),
    "care:plan_edit": Row(NEUROLOGIST, args=draft),
    "care:plan_edit post": Row(NEUROLOGIST, args=draft, method="post", data=dose),
    "care:plan_ready": Row(NEUROLOGIST, args=draft, method="post"),
    "care:plan_drop": Row(NEUROLOGIST, args=draft, method="post"),
    "care:time_out": Row(CLINICIANS, args=ready),
    "care:time_out post": Row(CLINICIANS, args=ready, method="post", data=TICKED),
    "care:session": Row(CLINICIANS, args=confirmed),
    "care:session post": Row(CLINICIANS, args=confirmed, method="post", data={"operator": "E. Example"}),
    "care:treatments": Row(READERS, args=treated),
    "care:treatment_new": Row(CLINICIANS, args=person),
    "care:treatment_new post": Row(CLINICIANS, args=person, method="post", data=elsewhere),
    "care:treatment": Row(READERS, args=given),
    "care:treatment_amend": Row(NEUROLOGIST, args=given),
    "care:treatment_amend post": Row(NEUROLOGIST, args=given, method="post", data={"why": "A slip."}),
    "care:course": Row(READERS, args=treated),
    "care:alarms": Row(CLINICIANS, args=person),
    "care:alarm_seen": Row(CLINICIANS, args=alarm, method="post", data={"note": "Called."}),
}
