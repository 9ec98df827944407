"""Answers as the site stores them: of invented people, made by the library once and never measured from a film."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from facialis_clinic.accounts.models import User
from facialis_clinic.chart.models import Assessment
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement, Recording, State

CASE = {
    "age": 52,
    "age_at_onset": 50,
    "sex": "female",
    "setting": "specialist",
    "findings": [
        {"code": "strictly_unilateral", "state": "present", "side": "left", "source": "patient"},
        {"code": "onset_eye_first", "state": "present", "side": "left", "source": "patient"},
    ],
}
VIDEO: dict[str, Any] = {
    "schema": "facialis.video/1",
    "source": {"duration_s": 60.0},
    "quality": {
        "verdict": "limited", "usable_s": 55.0, "mirrored": "no",
        "reasons": ["too dark or too bright: light from the front"],
        "detection_limit_iod": {"orbicularis_oculi": 0.01, "zygomaticus": 0.02},
    },
    "events": [
        {"kind": "spasm", "side": "left", "onset_s": 10.0, "apex_s": 10.2, "offset_s": 10.5, "amplitude_iod": 0.05},
        {"kind": "blink", "side": "both", "onset_s": 20.0, "apex_s": 20.1, "offset_s": 20.2, "amplitude_iod": 0.03},
        {"kind": "spasm", "side": "left", "onset_s": 30.0, "apex_s": 30.3, "offset_s": 34.0, "amplitude_iod": 0.03},
    ],
    "findings": [{"code": "involuntary_movement", "state": "present"}],
    "summary": {"affected_side": "left", "spasms_per_min": {"value": 2.2, "low": 0.3, "high": 7.9}},
}  # fmt: skip


@cache
def _weighed() -> dict[str, Any]:
    from facialis.diagnosis import assess, from_mapping
    from facialis.diagnosis.result import to_json

    return to_json(assess(from_mapping(CASE)))


def weighed() -> dict[str, Any]:
    """Return ``facialis.assessment/1`` of an invented case, in which hemifacial spasm leads."""
    return copy.deepcopy(_weighed())


def measured(person: Person, *, now: datetime, released: bool = False) -> Measurement:
    """Return what was measured in a film of a minute with two twitches on the left."""
    film = Recording.objects.create(
        person=person, name="film.mov", state=State.MEASURED, duration_s=60, format="mov", sha256="0" * 64
    )
    return Measurement.objects.create(
        recording=film,
        version="0",
        attempt=1,
        measured_at=now,
        result=copy.deepcopy(VIDEO),
        released_at=now if released else None,
    )


def answer_to(person: Person, *, by: User, now: datetime, words: str = "") -> Assessment:
    """Return an answer that waits for its release, with a film that does too."""
    one = Assessment.objects.create(
        person=person, case=CASE, result=weighed(), version="0", by=by, made_at=now, words=words
    )
    one.measurements.add(measured(person, now=now))
    return one


def released_answer(
    person: Person, *, by: User, now: datetime, words: str = "It is what we thought.\n\nWe go on slowly."
) -> Assessment:
    """Return an answer that the patient may read, with its film."""
    one = answer_to(person, by=by, now=now - timedelta(hours=1), words=words)
    one.measurements.update(released_at=now, released_by=by)
    one.released_at, one.released_by = now, by
    one.save(update_fields=["released_at", "released_by"])
    return one
