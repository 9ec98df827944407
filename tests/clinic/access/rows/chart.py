"""The clinician's side of the chart: the team reads, a neurologist on it weighs, puts findings down and releases."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from facialis_clinic.chart.models import Remark
from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.access.rows.recordings import person
from tests.clinic.chart.answers import answer_to, released_answer
from tests.clinic.conftest import World

CLINICIANS = {"neurologist": "own", "nurse": "own"}
NEUROLOGISTS = {"neurologist": "own"}
WORK = {"neurologist": "page", "nurse": "page"}


def assessment(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"assessment_id": NOWHERE}
    return {"assessment_id": answer_to(_record(world, whose), by=world.eve, now=timezone.now()).pk}


def released(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"assessment_id": NOWHERE}
    return {"assessment_id": released_answer(_record(world, whose), by=world.eve, now=timezone.now()).pk}


def weighed(world: World, whose: str) -> dict[str, Any]:
    if whose != "missing":
        answer_to(_record(world, whose), by=world.eve, now=timezone.now())
    return person(world, whose)


def remark(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"person_id": NOWHERE, "remark_id": NOWHERE}
    record = _record(world, whose)
    given = {"state": "present", "side": "left", "by": world.eve, "at": timezone.now()}
    return {"person_id": record.pk, "remark_id": Remark.objects.create(person=record, code="ear_click", **given).pk}


def _record(world: World, whose: str) -> Any:
    return world.record if whose == "own" else world.other


FINDING = {"code": "other_babinski_sign", "state": "present", "side": "left", "reason": ""}
ROWS = {
    "chart:work": Row(WORK),
    "chart:seen": Row(WORK, method="post", data={"person": str(NOWHERE)}),
    "chart:person": Row(CLINICIANS, args=weighed),
    "chart:assess": Row(NEUROLOGISTS, args=person, method="post"),
    "chart:findings": Row(CLINICIANS, args=weighed),
    "chart:findings post": Row(NEUROLOGISTS, args=person, method="post", data=FINDING),
    "chart:finding_withdraw": Row(NEUROLOGISTS, args=remark, method="post"),
    "chart:assessment": Row(CLINICIANS, args=assessment),
    "chart:release": Row(NEUROLOGISTS, args=assessment),
    "chart:release post": Row(NEUROLOGISTS, args=assessment, method="post", data={"words": "Come and see me."}),
    "chart:withdraw": Row(NEUROLOGISTS, args=released, method="post"),
}
