"""Recordings: for the patient, whom they let in, and the clinicians on their team; never for the desk."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.chart import examined
from tests.clinic.conftest import World

CLINICIANS = {"neurologist": "own", "nurse": "own"}
READERS = {"patient": "own", "proxy": "own", **CLINICIANS}
# Alice's proxy of the tests may read and not share: uses, parts and deletion are Alice's.
SHARERS = {"patient": "own"}


def person(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"person_id": NOWHERE}
    return {"person_id": (world.record if whose == "own" else world.other).pk}


def of(world: World, whose: str) -> Any:
    """Make a measured recording with all its files."""
    from facialis_clinic.recordings.apart.said import said
    from facialis_clinic.recordings.models import Measurement, Recording
    from facialis_clinic.storage import recordings_storage

    store = recordings_storage()
    one = Recording.objects.create(
        person=world.record if whose == "own" else world.other,
        name="film.mov",
        state="measured",
        format="mov",
        duration_s=3,
        sha256="0" * 64,
        original=store.keep("originals", BytesIO(b"original")),
        copy=store.keep("copies", BytesIO(b"copy")),
        poster=store.keep("posters", BytesIO(b"poster")),
    )
    # A whole result: the chart and what can be done are made of the newest one.
    _, result = examined.kept()
    Measurement.objects.create(
        recording=one,
        version="0",
        result={**result, "source": {**result["source"], "name": str(one.pk)}},
        words=said(result),
        attempt=1,
        measured_at=timezone.now(),
    )
    return one


def recording(world: World, whose: str) -> dict[str, Any]:
    return {"recording_id": NOWHERE if whose == "missing" else of(world, whose).pk}


def measurement(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"recording_id": NOWHERE, "measurement_id": NOWHERE}
    one = of(world, whose)
    return {"recording_id": one.pk, "measurement_id": one.measurements.get().pk}


def upload(world: World, whose: str) -> dict[str, Any]:
    """A file on its way, begun by the patient whose film it is."""
    from facialis_clinic.recordings.models import Upload

    if whose == "missing":
        return {"upload_id": NOWHERE}
    by, whom = (world.alice, world.record) if whose == "own" else (world.charlie, world.other)
    now = timezone.now() - timedelta(minutes=1)
    told = {"mirrored": "no", "filmed_on": None, "words": {}}
    one = Upload.objects.create(
        person=whom, by=by, name="film.mov", size=10, sha256="a" * 64, told=told, begun_at=now, touched_at=now
    )
    return {"upload_id": one.pk}


def about(world: World, whose: str) -> dict[str, Any]:
    from facialis_clinic.people.wording import current

    words = {f"{use}_words": current(use).id for use in ("care", "teaching", "research")}
    return {"name": "film.mov", "size": 10, "sha256": "a" * 64, "mirrored": "no", "care": "on", **words}


def too_large(world: World, whose: str) -> dict[str, Any]:
    return {"still": "x" * 200_000}


def use(world: World, whose: str) -> dict[str, Any]:
    from facialis_clinic.people.wording import current

    return {"use": "teaching", "words": current("teaching").id, "answer": "yes"}


ROWS = {
    "recordings:list": Row(dict.fromkeys(READERS, "page")),
    "recordings:of": Row(READERS, args=person),
    "recordings:send": Row(READERS, args=person),
    # Without a file the form comes back with what is missing: whoever sees it was let in.
    "recordings:send post": Row(READERS, args=person, method="post", data=about),
    "recordings:guided": Row(READERS, args=person),
    # Too large to be looked at: whoever is told so was let in, and no process is started for it.
    "recordings:look": Row(READERS, args=person, method="post", data=too_large, ok=(413,)),
    "recordings:begin": Row(READERS, args=person, method="post", data=about, ok=(201,)),
    "recordings:part": Row(SHARERS, args=upload),
    "recordings:part put": Row(SHARERS, args=upload, method="put", ok=(422,)),
    "recordings:finish": Row(SHARERS, args=upload, method="post", ok=(409,)),
    "recordings:give_up": Row(SHARERS, args=upload, method="post"),
    "recordings:show": Row(READERS, args=recording),
    "recordings:state": Row(READERS, args=recording),
    # Asked for by HEAD: through the same gate, and no film is left half read.
    "recordings:film": Row(READERS, args=recording, method="head"),
    "recordings:poster": Row(READERS, args=recording, method="head"),
    "recordings:original": Row({"neurologist": "own"}, args=recording, method="head"),
    "recordings:use": Row(SHARERS, args=recording, method="post", data=use),
    "recordings:delete": Row(SHARERS, args=recording),
    "recordings:delete post": Row(SHARERS, args=recording, method="post"),
    "recordings:remeasure": Row(CLINICIANS, args=recording, method="post"),
    "recordings:result": Row(CLINICIANS, args=measurement),
    "recordings:release": Row(CLINICIANS, args=measurement, method="post"),
}
