"""``facialis decompression`` as it is called: what is printed, whole files, one line and exit code 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from facialis import commands, schemas

Run = Callable[..., tuple[int, str, str]]

RECORD = """side = "left"
operated = 2026-01-12
visits = [2026-01-16]
[palsy]
onset = 2026-01-23
grades = [{date = 2026-01-23, house_brackmann = 4}]
[[spasms]]
date = 2026-01-05
score = 7
[[spasms]]
date = 2026-02-10
score = 3
[[spasms]]
date = 2026-02-17
score = 2
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["decompression", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "path.toml"
    path.write_text(RECORD, encoding="utf-8")
    return path


def test_what_is_urgent_comes_first_then_the_steps_then_how_it_is(run: Run, record: Path) -> None:
    code, out, err = run(record, "--on", "2026-02-20")
    assert (code, err) == (0, "")
    assert out.startswith("SOON: The eye does not close.")
    assert out.index("Visit at 1 month") < out.index("palsy: active") < out.index("spasms: improving")


def test_a_record_that_tells_of_later_days_is_refused(run: Run, record: Path) -> None:
    code, _, err = run(record, "--on", "2026-01-24")
    assert code == 2
    assert "after 2026-01-24 (see --on)" in err


def test_the_result_joins_the_spasms_and_keeps_its_schema(run: Run, record: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    for file in (first, second):
        assert run(record, "--on", "2026-02-20", "--json", file)[0] == 0
    assert first.read_bytes() == second.read_bytes()
    result = json.loads(first.read_text(encoding="utf-8"))
    jsonschema.validate(result, schemas.load("facialis.decompression/1"))
    assert (result["relief"]["state"], result["day"]) == ("improving", 39)


def test_without_a_score_the_spasms_are_not_assessable(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "path.toml"
    path.write_text('side = "left"\noperated = 2026-01-12\n', encoding="utf-8")
    result = json.loads(run(path, "--on", "2026-02-20", "--json", "-")[1])
    assert result["relief"] is None
    assert any("no score" in text for text in result["not_assessable"])


def test_the_pages_hold_the_path_and_ask_nothing_of_a_network(run: Run, record: Path, tmp_path: Path) -> None:
    assert run(record, "--on", "2026-02-20", "--report", tmp_path / "out")[0] == 0
    clinician = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    patient = (tmp_path / "out" / "patient.html").read_text(encoding="utf-8")
    assert "Day 39 after decompression of the left side" in clinician
    assert "House-Brackmann" in clinician
    assert "House-Brackmann" not in patient
    for page in (clinician, patient):
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('side = "left"\noperated = 2026-01-12\nvisits = [2026-01-01]\n', "before the operation"),
        ('side = "left"\nspasm_side = "right"\noperated = 2026-01-12\n', "settle the side"),
    ],
)
def test_a_wrong_record_ends_in_one_line_and_writes_nothing(run: Run, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "path.toml"
    path.write_text(text, encoding="utf-8")
    code, out, err = run(path, "--on", "2026-02-20", "--json", tmp_path / "a.json", "--report", tmp_path / "out")
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "a.json").exists()
    assert not (tmp_path / "out").exists()


def test_a_record_that_is_not_there_is_said(run: Run, tmp_path: Path) -> None:
    code, _, err = run(tmp_path / "none.toml", "--on", "2026-02-20")
    assert code == 2
    assert "none.toml" in err
