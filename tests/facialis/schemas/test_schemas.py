"""The public results: what a good one looks like, and that the schema refuses what was never promised."""

import copy
import json

import jsonschema
import pytest

from facialis import knowledge, schemas
from facialis.face.signals import REGIONS

SHA = "0123456789abcdef" * 4

VIDEO = {
    "schema": "facialis.video/1",
    "source": {
        "name": "visit 3.mp4",
        "sha256": SHA,
        "duration_s": 31.5,
        "frames": 945,
        "fps_median": 30.0,
        "variable_rate": False,
        "width": 1080,
        "height": 1920,
        "rotation": 90,
    },
    "quality": {
        "verdict": "limited",
        "reasons": ["a hand covers the chin for 2 s"],
        "usable_s": 29.5,
        "iod_px_median": 143.0,
        "mirrored": "unknown",
        "detection_limit_iod": {"orbicularis_oculi": 0.008, "platysma": None},
    },
    "events": [
        {
            "kind": "spasm",
            "side": "left",
            "onset_s": 3.1,
            "apex_s": 3.2,
            "offset_s": 3.4,
            "amplitude_iod": 0.05,
            "regions": ["orbicularis_oculi", "zygomaticus"],
            "form": "clonic",
            "probability": 0.93,
            "why": ["only the left side moved"],
        }
    ],
    "summary": {
        "affected_side": "left",
        "side_probability": 0.98,
        "side_because": ["every spasm is on the left"],
        "spasm_time_fraction": 0.01,
        "synchrony": 1.0,
        "spasms_per_min": {"value": 2.0, "low": 0.1, "high": 11.3},
        "usable_s": 29.5,
    },
    "findings": [
        {
            "code": "involuntary_movement",
            "state": "not_assessable",
            "side": "none",
            "estimate": None,
            "source": "video",
            "because": ["one event; two are needed"],
        }
    ],
    "software": {"version": "0.1.0", "models": {"face_landmark.tflite": SHA}},
}

TRUTH = {
    "schema": "facialis.truth/1",
    "source": {"name": "portrait.jpg"},
    "seed": 0,
    "fps": 30,
    "iod_px": 87.0,
    "events": [{key: value for key, value in VIDEO["events"][0].items() if key not in ("probability", "why")}],
}


def validate(result):
    jsonschema.Draft202012Validator(schemas.load(result["schema"])).validate(result)


def changed(result, path, value):
    """Return a copy of `result` with the value at `path` replaced; "drop" removes the key."""
    result = copy.deepcopy(result)
    *way, last = path.split(".")
    place = result
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value == "drop":
        del place[last]
    else:
        place[last] = value
    return result


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_one_itself_and_names_its_result(name):
    schema = schemas.load(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == schema["properties"]["schema"]["const"] == name


def test_every_schema_in_the_folder_has_a_name():
    folder = schemas.files(schemas.__name__)
    held = {json.loads(file.read_text())["$id"] for file in folder.iterdir() if file.name.endswith(".schema.json")}
    assert held == set(schemas.NAMES)


def test_an_unknown_result_is_refused_in_one_line():
    there = ", ".join(schemas.NAMES)
    with pytest.raises(LookupError, match=rf'^no schema "facialis.video/2"; there are {there}$'):
        schemas.load("facialis.video/2")


@pytest.mark.parametrize("result", [VIDEO, TRUTH], ids=lambda result: result["schema"])
def test_a_good_result_validates(result):
    validate(result)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("source.fps_median", None),
        ("quality.iod_px_median", None),
        ("quality.detection_limit_iod", {}),
        ("events", []),
        ("events.0.amplitude_iod", None),
        ("events.0.probability", None),
        ("events.0.form", None),
        ("events.0.side", "both"),
        ("summary.side_probability", None),
        ("summary.spasms_per_min", {"value": None, "low": None, "high": None}),
        ("summary.synchrony_chance", None),
        ("summary.usable_s", "drop"),
        ("findings.0.estimate", {"value": 2.0, "low": 0.1, "high": 11.3, "unit": "1/min"}),
        ("findings.0.source", "drop"),
        ("software.models", {}),
    ],
)
def test_what_is_not_known_is_null_and_what_was_added_may_be_missing(path, value):
    validate(changed(VIDEO, path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("source", "drop"),
        ("source.sha256", "abc"),
        ("source.rotation", 45),
        ("source.path", "folder/clip.mp4"),
        ("quality.verdict", "excellent"),
        ("quality.usable_s", -1),
        ("quality.detection_limit_iod", {"masseter": 0.01}),
        ("quality.mirrored", True),
        ("events.0.kind", "twitch"),
        ("events.0.side", "none"),
        ("events.0.regions", ["orbicularis_oculi", "orbicularis_oculi"]),
        ("events.0.onset_s", None),
        ("events.0.probability", 1.2),
        ("events.0.form", "myoclonic"),
        ("events.0.why", [""]),
        ("events.0.score", 3),
        ("summary.affected_side", "unknown"),
        ("summary.spasms_per_min", {"value": 2.0}),
        ("summary.spasms_per_min", 2.0),
        ("summary.spasms_per_min", None),
        ("findings.0.because", []),
        ("findings.0.code", "Other Babinski"),
        ("findings.0.state", "unknown"),
        ("software.models", {"face_landmark.tflite": "unknown"}),
        ("extra", 1),
    ],
)
def test_a_result_that_breaks_the_promise_is_refused(path, value):
    with pytest.raises(jsonschema.ValidationError):
        validate(changed(VIDEO, path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", "drop"),
        ("fps", 0),
        ("iod_px", None),
        ("source", {}),
        ("events.0.kind", "twitch"),
        ("events.0.side", "drop"),
    ],
)
def test_a_truth_that_breaks_the_promise_is_refused(path, value):
    with pytest.raises(jsonschema.ValidationError):
        validate(changed(TRUTH, path, value))


def test_the_regions_and_sources_are_those_of_the_code():
    shared = schemas.load("facialis.video/1")["$defs"]
    assert shared["region"]["enum"] == list(REGIONS)
    assert shared["finding"]["properties"]["source"]["enum"] == list(knowledge.ASSESSORS)
    truth = schemas.load("facialis.truth/1")["properties"]["events"]["items"]["properties"]
    assert truth["regions"]["items"]["enum"] == list(REGIONS)
    assert truth["kind"] == shared["event"]["properties"]["kind"]
