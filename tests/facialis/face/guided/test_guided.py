"""A guided examination from end to end: filmed, measured, written, and what the arrow settles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import numpy as np
import pytest

from facialis import schemas
from facialis.face import Examination, examine
from facialis.face.guided import guide, stills
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.guided.stills import View
from facialis.face.guided.tasks import Performed
from facialis.face.measure import measure
from facialis.face.recording import Recording
from facialis.findings import Finding, Side, State

REST_S = 9.0
SMILES = Protocol("smiles", (Task("rest", "rest", 0, REST_S), Task("smile", "smile", REST_S, REST_S + 6, 3)))
TURNED = Protocol("turned", (Task("turn", "arrow", 0, 5, arrow=Side.RIGHT), Task("rest", "rest", 5, 60)))


@pytest.fixture(scope="module")
def filmed(
    nets: dict[str, Path], portraits: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Any, Examination]:
    """A portrait that rests and smiles three times, its right side going half as far; its truth; and what was found."""
    from facialis.face import simulate
    from facialis.face.simulate import photo
    from facialis.face.simulate.actions import Action, Drive
    from facialis.face.simulate.courses import Pulse

    def script(*_: Any) -> list[Action]:
        smiles = []
        for turn, size in enumerate((0.10, 0.11, 0.105)):
            pulse = (Pulse(REST_S + 0.3 + 2 * turn, 0.25, 0.7, 0.3),)
            sides = ((Side.LEFT, size), (Side.RIGHT, size / 2))
            drives = tuple(Drive("zygomaticus", side, gain, pulse) for side, gain in sides)
            smiles.append(Action("expression", Side.BOTH, None, drives, pattern="smile"))
        return smiles

    path = tmp_path_factory.mktemp("guided") / "smiles.mp4"
    plan = simulate.Plan(seconds=REST_S + 6.5, quick_moves_per_min=0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(photo, "write_script", script)
        video = simulate.Video(size=(480, 600))
        truth = simulate.simulate_photo(portraits["grace_hopper"], path, plan=plan, seed=3, video=video)
    return path, truth, examine(path, mirrored="no", protocol=SMILES)


def test_the_weak_side_of_a_filmed_smile_is_found_with_its_size(filmed: tuple[Path, Any, Examination]) -> None:
    _, truth, found = filmed
    smile = found.tasks[1]
    assert smile.repeats == 3
    assert smile.weaker is Side.RIGHT
    true = {side: float(truth.course("zygomaticus", side).max()) for side in (Side.LEFT, Side.RIGHT)}
    for side, size in true.items():
        assert smile.size[side].value == pytest.approx(size, rel=0.25)
    assert smile.asymmetry is not None
    assert smile.asymmetry.value == pytest.approx(1 / 3, abs=0.1)


def test_the_result_is_what_its_schema_says(filmed: tuple[Path, Any, Examination]) -> None:
    result = json.loads(json.dumps(filmed[2].to_json(), allow_nan=False))
    jsonschema.validate(result, schemas.load("facialis.video/1"))
    assert result["protocol"]["name"] == "smiles"
    assert [task["kind"] for task in result["tasks"]] == ["rest", "smile"]
    assert len(result["stills"]) == 7
    codes = [finding["code"] for finding in result["findings"]]
    assert len(codes) == len(set(codes))


def test_the_stills_are_cut_from_the_recording(filmed: tuple[Path, Any, Examination]) -> None:
    path, _, found = filmed
    cut = dict(stills.pictures(path, found.stills, found.places))
    assert set(cut) == {"rest", "smile"}
    for picture in cut.values():
        assert picture.shape == (stills.PIXELS, stills.PIXELS, 3)
        assert picture.std() > 20
    assert np.abs(cut["rest"].astype(float) - cut["smile"]).mean() > 1


def test_without_a_protocol_nothing_changes(filmed: tuple[Path, Any, Examination]) -> None:
    path, _, found = filmed
    plain = examine(path, mirrored="no").to_json()
    assert not {"protocol", "tasks", "effects"} & plain.keys()
    guided = found.to_json()
    for key in ("source", "quality", "software"):
        assert plain[key] == guided[key]


def test_a_task_beyond_the_clip_is_refused_before_it_is_measured(filmed: tuple[Path, Any, Examination]) -> None:
    from facialis.document import DocumentError

    def never(done: float, total: float | None) -> None:
        pytest.fail("it was measured")

    with pytest.raises(DocumentError, match="lies beyond the clip"):
        examine(filmed[0], protocol=SMILES.later(30), progress=never)


@pytest.fixture
def turned(made: ModuleType, face: Any) -> Callable[[str], Examination]:
    """A minute with four spasms on the left and a turn to the picture's left, the arrow being on the person's right."""

    def make(mirrored: str) -> Examination:
        plain = made.examination([made.spasm(at) for at in (10.0, 20.0, 30.0, 40.0)])
        signals = face(60).signals()
        yaw = np.where((signals.time_s > 1) & (signals.time_s < 4), np.radians(-30), 0.0)
        guided = guide(TURNED, signals.time_s, yaw, mirrored)
        judged = guided.judged(made.quality(mirrored=guided.mirrored))
        view = View(yaw, np.full(len(yaw), 0.2, np.float32))
        return replace(plain, signals=signals, quality=judged, guided=guided, view=view)

    return make


def finding(found: Examination, code: str) -> Finding:
    return next(one for one in found.findings() if one.code == code)


def test_where_caller_and_arrow_disagree_no_side_is_known(turned: Callable[[str], Examination]) -> None:
    found = turned("yes")
    assert found.quality.mirrored == "unknown"
    assert found.quality.verdict == "limited"
    assert "contradict" in found.quality.reasons[0]
    assert found.summary.affected_side is Side.NONE
    assert found.summary.side_probability is None
    moving = finding(found, "involuntary_movement")
    assert moving.state is State.PRESENT
    assert moving.side is Side.NONE
    assert {one.side for one in found.findings()} <= {Side.NONE, Side.BOTH}


def test_where_they_disagree_no_reason_and_no_task_names_a_side(turned: Callable[[str], Examination]) -> None:
    found = turned("yes")
    assert not any(re.search(r"\b(left|right)\b", reason) for one in found.findings() for reason in one.because)
    assert finding(found, "strictly_unilateral").because == ("spasms on: side A",)
    assert found.guided is not None
    told = Finding("facial_weakness", State.PRESENT, Side.RIGHT, because=("wink left: the right side goes less far",))
    assert found.guided.found([told], {})[0].because == ("wink left: side B goes less far",)
    task = Performed(Task("smile", "smile", 5.0, 8.0), 3.0, True, (), weaker=Side.RIGHT)
    assert [one.weaker for one in found.guided.performed([task])] == [Side.NONE]
    agreed = turned("no")
    assert agreed.guided is not None
    assert [one.weaker for one in agreed.guided.performed([task])] == [Side.RIGHT]
    assert found.to_json()["protocol"]["warning"].startswith("sides contradict")
    assert agreed.to_json()["protocol"]["warning"] is None


def test_where_they_agree_the_side_stands(turned: Callable[[str], Examination]) -> None:
    for said in ("no", "unknown"):
        found = turned(said)
        assert found.quality.mirrored == "no"
        assert found.quality.verdict == "good"
        assert found.summary.affected_side is Side.LEFT
        assert finding(found, "involuntary_movement").side is Side.LEFT


def test_a_reviewed_examination_counts_its_tasks_anew(turned: Callable[[str], Examination]) -> None:
    found = turned("no")
    fewer = replace(found, events=found.events[:1])
    assert [task.spasms for task in found.tasks] == [0, 4]
    assert [task.spasms for task in fewer.tasks] == [0, 1]


def test_the_nose_of_a_real_head_goes_where_the_angle_says(shared_data: Path, nets: dict[str, Path]) -> None:
    """The woman of this clip looks to the picture's left at first, and to its right a second later."""
    with Recording(shared_data / "video" / "intel_head-pose-female_preview.gif") as recording:
        track = measure(recording)
    early, late = (float(np.nanmedian(track.yaw[np.abs(track.time_s - at) < 0.15])) for at in (0.2, 1.1))
    assert np.degrees(early) < -15
    assert np.degrees(late) > 15
