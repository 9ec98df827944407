"""How a film was asked for goes with it: from the page that filmed it to the process that measures it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import actions
from facialis_clinic.recordings.actions import measuring
from facialis_clinic.recordings.actions.told import Told
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.forms import Begin
from facialis_clinic.recordings.models import Recording
from tests.clinic.conftest import NOW, World
from tests.clinic.recordings.conftest import Send, sha256

TASKS = [
    {"name": "turn to the arrow", "kind": "arrow", "arrow": "right", "start_s": 0.3, "end_s": 0.8},
    {"name": "smile", "kind": "smile", "start_s": 1.0, "end_s": 1.6, "repeats": 3},
    {"name": "rest", "kind": "rest", "start_s": 2.5, "end_s": 9.0},
]
PROTOCOL = {"name": "home", "task": TASKS}


def begun(protocol: str) -> Begin:
    told = {"name": "film.mp4", "size": 1, "sha256": "a" * 64, "mirrored": "unknown", "protocol": protocol}
    return Begin(told, consents=False)


def test_the_tasks_of_a_film_are_read_with_it() -> None:
    form = begun(json.dumps(PROTOCOL))

    assert form.is_valid()
    assert form.told().protocol == PROTOCOL
    assert Told.from_json(json.loads(json.dumps(form.told().to_json()))) == form.told()


def test_a_film_without_tasks_has_none() -> None:
    form = begun("")

    assert form.is_valid()
    assert form.told().protocol == {}


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[" * 10_000,
        "[]",
        json.dumps({"name": "x"}),
        json.dumps({"name": "x", "task": [{"kind": "somersault", "duration_s": 3}]}),
        json.dumps({"name": "x", "task": [{"kind": "rest", "start_s": 5, "end_s": 3}]}),
        '{"name": "x", "task": [{"kind": "rest", "start_s": 0, "end_s": Infinity}]}',
        json.dumps({"name": "x", "task": [{"kind": "rest", "duration_s": 1}] * 101}),
        json.dumps({"name": "x" * 20_000, "task": [{"kind": "rest", "duration_s": 1}]}),
    ],
)
def test_tasks_that_cannot_be_are_refused_in_one_line(broken: str) -> None:
    form = begun(broken)

    assert not form.is_valid()
    (told,) = form.errors["protocol"]
    assert "\n" not in told


def test_names_of_tasks_hold_only_what_can_be_shown_and_kept() -> None:
    form = begun(json.dumps({"name": "a\x00b", "task": [{**TASKS[0], "name": "s\ud800mile\x07" + "x" * 300}]}))
    assert form.is_valid()
    assert form.told().protocol["name"] == "ab"
    assert form.told().protocol["task"][0]["name"] == ("smile" + "x" * 300)[:100]


def test_tasks_beyond_the_end_of_a_film_that_was_broken_off_are_not_kept(send: Send, grey: Path, told: Told) -> None:
    recording = send(grey, told=replace(told, protocol=PROTOCOL))

    assert isinstance(recording, Recording)
    recording.refresh_from_db()
    assert recording.protocol == {"name": "home", "task": TASKS[:2]}


def test_a_film_that_ended_before_its_first_task_is_a_film_without_tasks(send: Send, grey: Path, told: Told) -> None:
    late = {"name": "home", "task": [TASKS[2]]}

    assert send(grey, told=replace(told, protocol=late)).protocol == {}


def test_what_comes_in_parts_keeps_its_tasks(world: World, grey: Path, told: Told) -> None:
    data = grey.read_bytes()
    whole = replace(told, protocol=PROTOCOL)
    given = {"person": world.record, "by": world.alice, "name": "film.mp4", "told": whole, "now": NOW}
    upload = actions.begin(**given, size=len(data), sha256=sha256(data))
    assert not isinstance(upload, Refused)
    actions.add_part(upload=upload, start=0, content=data, now=NOW)

    recording = actions.finish(upload=upload, now=NOW)

    assert isinstance(recording, Recording)
    assert recording.protocol["task"] == TASKS[:2]


def test_the_process_that_measures_is_told_the_tasks(
    send: Send, grey: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = send(grey, told=replace(told, protocol=PROTOCOL))
    asked: list[Any] = []

    def run(task: str, *, told: Any, **_: Any) -> Any:
        asked.append(told)
        return apart.Lost("no matter")

    monkeypatch.setattr(measuring.apart, "run", run)
    with pytest.raises(measuring.LostMeasurer):
        actions.measure(recording.pk, attempt=1, clock=lambda: NOW)

    assert [one["protocol"] for one in asked] == [recording.protocol]
