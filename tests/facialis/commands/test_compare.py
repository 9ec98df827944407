"""``facialis compare`` as it is called: clips and results, exit codes, one line, whole files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import jsonschema
import numpy as np
import pytest

from facialis import commands, schemas
from facialis.findings import Side

Run = Callable[..., tuple[int, str, str]]
Store = Callable[..., Path]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], nets: dict[str, Path]) -> Run:
    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["compare", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def store(script: Callable[[str], ModuleType], tmp_path: Path) -> Store:
    """Write the result of an invented minute with so many spasms."""
    made = script("tests/facialis/face/made.py")

    def to_file(name: str, spasms: int, side: Side = Side.LEFT, **changes: Any) -> Path:
        events = [made.spasm(0.5 + 58 * t / max(spasms, 1), side) for t in range(spasms)]
        result = made.examination(events, name=f"{name}.mp4").to_json() | changes
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(result))
        return path

    return to_file


def grey(path: Path) -> Path:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(10):
            picture = np.full((120, 160, 3), 100 + number, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path


def one_line(text: str) -> bool:
    return text.startswith("facialis: ") and text.count("\n") == 1 and "Traceback" not in text


def test_the_answer_and_its_table_are_printed_and_everything_is_written(run: Run, store: Store, tmp_path: Path) -> None:
    before, after = store("before", 24), store("after", 4)
    code, out, err = run(before, after, "--json", tmp_path / "c.json", "--report", tmp_path / "page")
    assert (code, err) == (0, "")
    assert out.startswith("Better: 4.0 (")
    assert "time in spasm" in out
    result = json.loads((tmp_path / "c.json").read_text())
    jsonschema.validate(result, schemas.load("facialis.compare/1"))
    assert result["verdict"] == "better"
    assert list((tmp_path / "page").glob("*.html"))


def test_json_can_be_piped_and_says_the_same_twice(run: Run, store: Store) -> None:
    before, after = store("before", 24), store("after", 9)
    code, out, _ = run(before, after, "--json", "-")
    assert code == 0
    assert json.loads(out)["before"]["name"] == "before.mp4"
    assert run(before, after, "--json", "-")[1] == out


def test_a_result_may_have_any_name(run: Run, store: Store) -> None:
    before, after = store("before", 24), store("after", 4)
    assert run(before.rename(before.with_suffix(".txt")), after)[0] == 0


def test_a_clip_that_is_refused_ends_with_three_and_is_still_written(run: Run, store: Store, tmp_path: Path) -> None:
    code, out, err = run(store("before", 24), grey(tmp_path / "grey.mp4"), "--json", tmp_path / "c.json")
    assert (code, err) == (3, "")
    assert out.startswith("Not compared: grey.mp4 was refused: no face was found")
    result = json.loads((tmp_path / "c.json").read_text())
    jsonschema.validate(result, schemas.load("facialis.compare/1"))
    assert result["comparable"] is False


def test_sides_that_differ_end_with_three(run: Run, store: Store) -> None:
    code, out, _ = run(store("before", 24), store("after", 24, Side.RIGHT))
    assert code == 3
    assert "on the left before and on the right after" in out


def test_the_same_recording_twice_is_a_wrong_call(run: Run, store: Store, tmp_path: Path) -> None:
    before = store("before", 24)
    code, out, err = run(before, before)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "the same recording" in err
    clip = grey(tmp_path / "grey.mp4")
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    assert "the same recording" in run(clip, copy)[2]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{}", 'schema is null, not "facialis.video/1"'),
        ("a.json", "[]", "must be an object"),
        ("a.json", "not at all", "is not JSON"),
        ("a.json", '{"schema": "facialis.truth/1"}', 'schema is "facialis.truth/1"'),
        ("a.json", '{"schema": "facialis.video/1"}', "source is missing"),
        ("a.txt", ' {"schema": "facialis.video/1", "source": 3}', "source must be an object"),
        ("a.mp4", "This is not a film.", "a.mp4"),
    ],
)
def test_a_file_that_is_neither_is_one_line(
    run: Run, store: Store, tmp_path: Path, name: str, text: str, words: str
) -> None:
    (tmp_path / name).write_text(text)
    code, out, err = run(store("before", 24), tmp_path / name, "--json", tmp_path / "c.json")
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert words in err
    assert not (tmp_path / "c.json").exists()


@pytest.mark.parametrize("missing", ["nowhere.json", "nowhere.mp4"])
def test_a_missing_file_is_one_line(run: Run, store: Store, missing: str, tmp_path: Path) -> None:
    code, out, err = run(store("before", 24), tmp_path / missing)
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert missing in err


def test_a_wrong_result_is_said_before_a_clip_is_measured(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facialis.face.study.measure", lambda *_: pytest.fail("measured in vain"))
    (tmp_path / "a.json").write_text("{}")
    assert run(grey(tmp_path / "grey.mp4"), tmp_path / "a.json")[0] == 2


@pytest.mark.parametrize("words", [("--json", "nowhere/c.json"), ("--json", "."), ("--report", "a_file")])
def test_what_cannot_be_written_is_said_before_the_work(
    run: Run, store: Store, words: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a_file").write_text("mine")
    code, out, err = run(store("before", 24), store("after", 4), *words)
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert (tmp_path / "a_file").read_text() == "mine"


def test_one_recording_alone_is_a_wrong_call(run: Run, store: Store) -> None:
    code, _, err = run(store("before", 24))
    assert code == 2
    assert one_line(err)
