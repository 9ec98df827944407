"""``facialis change`` as it is called: files, exit codes, one line, whole files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from facialis import commands, schemas

Run = Callable[..., tuple[int, str, str]]
VISIT = """schema = "facialis.visit/1"
date = {date}
side = "left"
never_injected = true
[measures.score]
value = {score}
entries = 4
over_days = 21
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["change", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before.toml", tmp_path / "after.toml"
    before.write_text(VISIT.format(date="2026-01-05", score=8))
    after.write_text(VISIT.format(date="2026-03-05", score=2))
    return before, after


def scale(path: Path, day: str, total: float | None, low: float, high: float) -> Path:
    score = {"total": total, "low": low, "high": high, "estimated": False}
    told = {"schema": "facialis.scale/1", "scale": "hfs_7", "answered_on": day, "score": score}
    path.write_text(json.dumps(told))
    return path


def video(path: Path, rate: float, low: float, high: float, **quality: object) -> Path:
    told = {
        "schema": "facialis.video/1",
        "quality": {"verdict": "good", "reasons": [], **quality},
        "summary": {
            "affected_side": "left",
            "spasm_time_fraction": 0.1,
            "spasms_per_min": {"value": rate, "low": low, "high": high},
        },
    }
    path.write_text(json.dumps(told))
    return path


def test_it_prints_the_verdict_first(run: Run, two: tuple[Path, Path]) -> None:
    code, out, err = run(*two)
    assert (code, err) == (0, "")
    assert out.startswith("Better.")
    assert "the patient's own score" in out


def test_json_goes_to_standard_output_alone_and_validates(run: Run, two: tuple[Path, Path]) -> None:
    code, out, _ = run(*two, "--json", "-", "--looks", "3")
    told = json.loads(out)
    jsonschema.validate(told, schemas.load("facialis.change/1"))
    assert (code, told["beyond_cycle"], told["looks"], told["days_between"]) == (0, "better", 3, 59)


def test_a_page_is_written(run: Run, two: tuple[Path, Path], tmp_path: Path) -> None:
    code, _, _ = run(*two, "--report", tmp_path / "page", "--json", tmp_path / "change.json")
    assert code == 0
    assert "Better than at the visit before" in (tmp_path / "page" / "change.html").read_text()
    jsonschema.validate(json.loads((tmp_path / "change.json").read_text()), schemas.load("facialis.change/1"))


def test_scored_scales_and_measured_videos_are_read_and_the_toxin_is_told_by_the_caller(
    run: Run, tmp_path: Path
) -> None:
    before = scale(tmp_path / "a.json", "2026-01-05", 24, 24, 24)
    after = scale(tmp_path / "b.json", "2026-03-05", None, 3, 5)
    unknown = json.loads(run(before, after, "--json", "-")[1])
    assert (unknown["beyond_cycle"], unknown["verdict"]) == ("cannot_tell", "better")
    told = json.loads(run(before, after, "--json", "-", "--toxin-before", "never", "--toxin-after", "never")[1])
    assert told["beyond_cycle"] == "better"
    assert told["after"]["limits"] == ["items are missing: between 3 and 5 points"]
    one, other = video(tmp_path / "c.json", 2, 1, 4), video(tmp_path / "d.json", 30, 25, 36)
    told = json.loads(run(one, other, "--json", "-", "--toxin-before", "never", "--toxin-after", "never")[1])
    assert told["beyond_cycle"] == "worse"
    assert told["measures"][0]["difference_is"] == "ratio"
    jsonschema.validate(told, schemas.load("facialis.change/1"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--toxin-after", "soon"), "--toxin-after soon"),
        (("--toxin-before", "-3"), "--toxin-before -3"),
        (("--toxin-before", "nan"), "--toxin-before nan"),
        (("--looks", "0"), "--looks"),
        (("--json", "nowhere/x.json"), "give a file in a folder that exists"),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, two: tuple[Path, Path], words: tuple[str, ...], said: str) -> None:
    code, out, err = run(*two, *words)
    assert code == 2
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_visits_in_the_wrong_order_are_one_line(run: Run, two: tuple[Path, Path]) -> None:
    code, _, err = run(two[1], two[0])
    assert code == 2
    assert "swap them" in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_is_not_held_against_itself(run: Run, two: tuple[Path, Path]) -> None:
    code, _, err = run(two[0], two[0])
    assert code == 2
    assert "are one file" in err


def test_a_refused_recording_is_one_line(run: Run, two: tuple[Path, Path], tmp_path: Path) -> None:
    refused = video(tmp_path / "c.json", 2, 1, 4, verdict="refused")
    code, _, err = run(two[0], refused)
    assert code == 2
    assert "refused by its quality" in err


def test_the_file_that_is_read_is_never_written_over(run: Run, two: tuple[Path, Path]) -> None:
    kept = two[0].read_text()
    code, _, err = run(*two, "--json", two[0])
    assert code == 2
    assert "is the file that is read" in err
    assert two[0].read_text() == kept


def test_a_course_for_visits_without_a_date_is_one_line(run: Run, tmp_path: Path) -> None:
    one, other = video(tmp_path / "c.json", 2, 1, 4), video(tmp_path / "d.json", 30, 25, 36)
    course = tmp_path / "course.json"
    course.write_text(json.dumps({"schema": "facialis.course/1", "on": "2026-01-01", "sides": {}}))
    code, _, err = run(one, other, "--course", course)
    assert code == 2
    assert "needs the dates of both visits" in err
