"""``facialis video --review`` and ``--write-review`` as they are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from facialis import commands, schemas
from facialis.face import Examination
from facialis.face.review import sha256

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"stands for a clip that was measured")
    return path


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    script: Callable[[str], ModuleType],
    clip: Path,
) -> Run:
    """Call the command with a measurement that is known: eight spasms, four blinks."""
    made = script("tests/facialis/face/made.py")
    events = [*(made.spasm(5.0 * t) for t in range(8)), *(made.blink(5.0 * t + 2) for t in range(4))]
    measured = made.examination(events, sha256=sha256(clip))

    def examine(path: Path, **options: Any) -> Examination:
        assert path == clip
        return measured

    monkeypatch.setattr("facialis.face.study.examine", examine)

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["video", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def one_line(text: str) -> bool:
    return text.startswith("facialis: ") and text.count("\n") == 1 and "Traceback" not in text


def test_a_template_is_edited_and_applied(run: Run, clip: Path, tmp_path: Path) -> None:
    draft = tmp_path / "review.json"
    assert run(clip, "--write-review", draft)[0] == 0
    told = json.loads(draft.read_text())
    assert len(told["changes"]) == 12
    told["reviewer"] = "Dr Ochoa"
    told["changes"][0] |= {"to": "out", "reason": "chewing"}
    told["changes"][2] |= {"to": "expression", "reason": "a grimace at will"}
    draft.write_text(json.dumps(told))
    code, out, err = run(clip, "--review", draft, "--json", tmp_path / "r.json")
    assert (code, err) == (0, "")
    assert "Reviewed by Dr Ochoa: 1 event taken out, 1 named anew." in " ".join(out.split())
    result = json.loads((tmp_path / "r.json").read_text())
    jsonschema.validate(result, schemas.load("facialis.video/1"))
    assert result["summary"]["spasms_per_min"]["value"] == pytest.approx(6)
    assert result["review"]["measured"]["summary"]["spasms_per_min"]["value"] == pytest.approx(8)


def test_a_template_never_takes_the_place_of_a_review(run: Run, clip: Path, tmp_path: Path) -> None:
    mine = tmp_path / "review.json"
    mine.write_text("an hour's work")
    code, _, err = run(clip, "--write-review", mine)
    assert code == 2
    assert one_line(err)
    assert mine.read_text() == "an hour's work"
    assert run(clip, "--write-review", tmp_path / "nowhere" / "r.json")[0] == 2
    assert run(clip, "--write-review", tmp_path / "r.json", "--review", mine)[0] == 2


@pytest.mark.parametrize(
    ("review", "words"),
    [
        ({"recording_sha256": "f" * 64}, "a review of another recording"),
        ({"reviewer": ""}, "reviewer must be a text that is not empty"),
        ({"changes": [{"kind": "spasm", "side": "left", "apex_s": 59, "to": "out", "reason": "x"}]}, "no such event"),
        ({"changes": [{"kind": "tic", "side": "left", "apex_s": 5, "to": "out", "reason": "x"}]}, "it must be one of"),
        ({"schema": "facialis.video/1"}, 'not "facialis.review/1"'),
    ],
)
def test_a_review_that_is_wrong_is_one_line_and_nothing_is_written(
    run: Run, clip: Path, tmp_path: Path, review: dict[str, Any], words: str
) -> None:
    good = {"schema": "facialis.review/1", "recording_sha256": sha256(clip), "reviewer": "Dr Ochoa", "changes": []}
    (tmp_path / "review.json").write_text(json.dumps(good | review))
    code, out, err = run(clip, "--review", tmp_path / "review.json", "--json", tmp_path / "r.json")
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert words in err
    assert not (tmp_path / "r.json").exists()


def test_a_review_that_is_not_there_is_one_line(run: Run, clip: Path, tmp_path: Path) -> None:
    code, _, err = run(clip, "--review", tmp_path / "nowhere.json")
    assert code == 2
    assert one_line(err)
    assert "nowhere.json" in err
