"""The examination room: clinicians on the patient's team look, a neurologist on it says what an event is."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.chart import examined
from tests.clinic.conftest import World

CLINICIANS = {"neurologist": "own", "nurse": "own"}


def of(world: World, whose: str) -> Any:
    return examined.measured(
        world.record if whose == "own" else world.other, now=timezone.now(), filmed=whose == "own", sha256="0" * 64
    )


def measurement(world: World, whose: str) -> dict[str, Any]:
    return {"measurement_id": NOWHERE if whose == "missing" else of(world, whose).pk}


def two(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"measurement_id": NOWHERE, "other_id": NOWHERE}
    return {"measurement_id": of(world, whose).pk, "other_id": of(world, whose).pk}


ROWS = {
    "chart:room": Row(CLINICIANS, args=measurement),
    "chart:signals": Row(CLINICIANS, args=measurement),
    "chart:traces": Row(CLINICIANS, args=measurement),
    "chart:verdict": Row(
        {"neurologist": "own"}, args=measurement, method="post", data={"number": 0, "seen": "", "do": "out"}
    ),
    "chart:beside": Row(CLINICIANS, args=two),
}
