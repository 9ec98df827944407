"""``facialis course`` as it is called: files, exit codes, one line, whole files, alarms first."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest

from facialis import commands, schemas

Run = Callable[..., tuple[int, str, str]]
FIRST, LATEST, ON = date(2026, 1, 5), date(2026, 4, 13), "2026-06-01"
TREATMENTS = """side = "left"
[[treatments]]
kind = "injection"
date = 2026-01-05
product = "onabotulinumtoxinA"
units = 22.5
[[treatments]]
kind = "injection"
date = 2026-04-13
product = "onabotulinumtoxinA"
units = 22.5
[intervals]
payer_days = 84
clinic_days = 90
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["course", *map(str, words), "--draws", "200"])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def rows(*more: str) -> str:
    """A diary of two cycles that hold 80 days."""
    lines = ["date,score,source,symptoms"]
    for after in range(-14, 147, 7):
        day = FIRST + timedelta(days=after)
        since = (day - (LATEST if day >= LATEST else FIRST)).days
        lines.append(f"{day},{1 + after % 2 if 4 < since < 80 else 7},patient,")
    return "\n".join([*lines, *more]) + "\n"


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    path = tmp_path / "diary.csv"
    path.write_text(rows())
    return path


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "treatments.toml"
    path.write_text(TREATMENTS)
    return path


def test_it_says_where_the_side_stands_when_it_wears_off_and_when_the_next_session_is_best(
    run: Run, diary: Path, given: Path
) -> None:
    code, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert code == 0
    told = out.replace("\u00a0", " ")
    assert "Left: 2 injections, 23 entries, by the patient's own score (0-10)." in told
    assert "Injection 2 (13 April 2026, onabotulinumtoxinA 22.5 U) is almost certainly still at work." in told
    assert "Wear-off: " in told
    assert "Next session: best on " in told
    assert "bound by " in told
    assert "assumed: 23 rows without a side: taken as the left, the side that is treated." in told


def test_the_json_is_as_the_schema_says_and_the_same_for_the_same_call(
    run: Run, diary: Path, given: Path, tmp_path: Path
) -> None:
    call = (diary, "--treatment", given, "--on", ON)
    assert run(*call, "--json", tmp_path / "course.json")[0] == 0
    written = (tmp_path / "course.json").read_text()
    assert json.loads(run(*call, "--json", "-")[1]) == json.loads(written)
    result = json.loads(written)
    jsonschema.Draft202012Validator(schemas.load("facialis.course/1")).validate(result)
    assert result["source"]["diary"]["rows"] == 23


def test_pages_and_pictures_are_written(run: Run, diary: Path, given: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    call = (diary, "--treatment", given, "--on", ON, "--report", folder, "--picture")
    assert run(*call, tmp_path / "course.svg")[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == ["patient.html", "report.html"]
    assert (tmp_path / "course.svg").read_bytes().startswith(b"<svg")
    assert run(*call, tmp_path / "course.PNG")[0] == 0
    assert (tmp_path / "course.PNG").read_bytes().startswith(b"\x89PNG")


def test_alarms_come_first_and_weakness_after_toxin_has_words_of_its_own(run: Run, diary: Path, given: Path) -> None:
    diary.write_text(rows("2026-05-10,,patient,sudden_weakness"))
    code, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert code == 0
    assert out.startswith("SAME DAY: Facial weakness after botulinum toxin.")
    assert "patient on 2026-05-10: present" in out
    _, without, _ = run(diary, "--on", ON)
    assert without.startswith("EMERGENCY: ")
    assert "Facial weakness after botulinum toxin" not in without


def test_weakness_after_an_operation_has_words_of_its_own(run: Run, diary: Path, given: Path) -> None:
    diary.write_text(rows("2026-05-30,,patient,sudden_weakness"))
    given.write_text('side = "left"\n[[treatments]]\nkind = "decompression"\ndate = 2026-05-20\n')
    _, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert out.startswith("SAME DAY: Facial weakness after microvascular decompression.")


def test_sudden_weakness_that_no_treatment_explains_is_an_emergency(run: Run, diary: Path, given: Path) -> None:
    diary.write_text(rows("2026-05-30,,patient,sudden_weakness"))
    _, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert out.startswith("EMERGENCY: Sudden facial weakness.")
    given.write_text('side = "left"\n[[treatments]]\nkind = "decompression"\ndate = 2025-05-20\n')
    _, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert out.startswith("EMERGENCY: Sudden facial weakness.")


@pytest.mark.parametrize(
    ("told", "given_then", "urgency"),
    [
        ("2026-05-10", 'kind = "injection"\ndate = 2026-04-20\nproduct = "onabotulinumtoxinA"', "NEXT VISIT"),
        ("2026-05-30", 'kind = "injection"\ndate = 2026-04-20\nproduct = "onabotulinumtoxinA"', "SAME DAY"),
        ("2026-05-30", 'kind = "decompression"\ndate = 2026-05-20', "SAME DAY"),
    ],
)
def test_a_weak_mouth_that_no_injection_explains_is_for_the_same_day(
    run: Run, diary: Path, given: Path, told: str, given_then: str, urgency: str
) -> None:
    diary.write_text(rows(f"{told},,patient,lower_face_weakness"))
    given.write_text(f'side = "left"\n[[treatments]]\n{given_then}\n')
    _, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert f"{urgency}: Weak mouth or cheek" in out


def test_an_old_symptom_raises_nothing_and_is_named(run: Run, diary: Path, given: Path) -> None:
    diary.write_text(rows("2026-02-01,,patient,sudden_weakness"))
    _, out, _ = run(diary, "--treatment", given, "--on", ON)
    assert "SAME DAY" not in out
    assert "raises no flag now: sudden facial weakness (2026-02-01)" in out


def test_the_findings_of_a_case_count_for_the_red_flags(run: Run, diary: Path, given: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"findings": [{"code": "limb_speech_deficit", "state": "present"}]}))
    _, out, _ = run(diary, "--treatment", given, "--on", ON, "--case", case)
    assert out.startswith("EMERGENCY: ")


def test_later_entries_are_set_aside_and_later_treatments_are_plans(run: Run, diary: Path, given: Path) -> None:
    _, out, _ = run(diary, "--treatment", given, "--on", "2026-03-01")
    assert "1 injection, " in out
    assert "planned, not given" in out
    assert "of a later day" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.csv"], "missing.csv: No such file or directory"),
        (["diary.csv", "--treatment", "missing.toml"], "missing.toml: No such file or directory"),
        (["diary.csv", "--treatment", "diary.csv"], "diary.csv: is not TOML"),
        (["treatments.toml"], "treatments.toml: line 1"),
        (["diary.csv", "--picture", "course.gif"], "--picture course.gif: end the name with .svg or .png"),
        (["diary.csv", "--json", "diary.csv"], "--json diary.csv: is the file that is read"),
        (["diary.csv", "--treatment", "treatments.toml", "--json", "treatments.toml"], "is the file that is read"),
        (["diary.csv", "--json", "none/course.json"], "give a file in a folder that exists"),
        (["diary.csv", "--on", "1 June"], "Invalid value for '--on'"),
        (["diary.csv", "--case", "diary.csv"], "diary.csv: is not TOML"),
        (
            ["diary.csv", "--on", "2020-01-01", "--picture", "c.svg", "--json", "c.json"],
            "holds no entry up to 2020-01-01",
        ),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_2_and_nothing_is_written(
    run: Run,
    diary: Path,
    given: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("facialis: ")
    assert said in err
    assert err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
