"""Recordings of electrodes: for the clinicians on the team alone; the patient has them in the copy of the record."""

from io import BytesIO
from typing import Any

from django.utils import timezone

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.conftest import World

CLINICIANS = {"neurologist": "own", "nurse": "own"}


def person(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"person_id": NOWHERE}
    return {"person_id": (world.record if whose == "own" else world.other).pk}


def of(world: World, whose: str) -> Any:
    """Make a study that was read, with all its files."""
    from facialis_clinic.electrodes.models import Study
    from tests.clinic.electrodes import kept

    study = Study.objects.create(
        person=world.record if whose == "own" else world.other,
        kind="free",
        name="spasms.edf",
        state="read",
        sha256="0" * 64,
        ending="edf",
        duration_s=12,
        original=kept.stored("electrodes", BytesIO(b"original")),
        channels=[{"name": "one", "muscle": "mentalis", "side": "left", "rate_hz": 2000.0}],
        montage={"channels": [{"name": "one", "muscle": "mentalis", "side": "left"}]},
        created_at=timezone.now(),
    )
    kept.reading_of(study)
    return study


def study(world: World, whose: str) -> dict[str, Any]:
    return {"study_id": NOWHERE if whose == "missing" else of(world, whose).pk}


def reading(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"study_id": NOWHERE, "reading_id": NOWHERE}
    one = of(world, whose)
    return {"study_id": one.pk, "reading_id": one.readings.get().pk}


def pictured(world: World, whose: str) -> dict[str, Any]:
    return reading(world, whose) | {"name": "raster"}


def placed(world: World, whose: str) -> dict[str, Any]:
    return {"muscle_0": "mentalis", "side_0": "right"}


ROWS = {
    "electrodes:of": Row(CLINICIANS, args=person),
    "electrodes:send": Row(CLINICIANS, args=person),
    # Without a file the form comes back with what is missing: whoever sees it was let in.
    "electrodes:send post": Row(CLINICIANS, args=person, method="post", data={"kind": "free"}),
    "electrodes:show": Row(CLINICIANS, args=study),
    "electrodes:state": Row(CLINICIANS, args=study),
    "electrodes:place": Row(CLINICIANS, args=study),
    "electrodes:place post": Row(CLINICIANS, args=study, method="post", data=placed),
    "electrodes:traces": Row(CLINICIANS, args=study),
    "electrodes:read_again": Row(CLINICIANS, args=study, method="post"),
    "electrodes:delete": Row(CLINICIANS, args=study),
    "electrodes:delete post": Row(CLINICIANS, args=study, method="post"),
    # Asked for by HEAD: through the same gate, and no file is left half read.
    "electrodes:original": Row(CLINICIANS, args=study, method="head"),
    "electrodes:result": Row(CLINICIANS, args=reading),
    "electrodes:bursts": Row(CLINICIANS, args=reading),
    "electrodes:picture": Row(CLINICIANS, args=pictured),
}
