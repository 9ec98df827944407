"""``facialis assess`` as it is called: cases and results, exit codes, one line, whole files, red flags first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from facialis import commands, schemas

Run = Callable[..., tuple[int, str, str]]

CASE = {
    "age": 52,
    "age_at_onset": 50,
    "sex": "female",
    "setting": "specialist",
    "findings": [
        {"code": "involuntary_movement", "state": "present", "side": "left", "source": "clinician"},
        {"code": "onset_eye_first", "state": "present", "side": "left", "source": "patient"},
        {"code": "other_babinski_sign", "state": "present", "side": "left", "source": "clinician"},
        {"code": "sensory_trick", "state": "not_assessable", "because": ["not tried"]},
    ],
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["assess", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE))
    return path


def test_the_answer_is_printed_with_its_interval_and_what_speaks_for_it(run: Run, case: Path) -> None:
    code, out, err = run(case)
    assert (code, err) == (0, "")
    assert out.startswith("Hemifacial spasm of the left side is most likely: ")
    assert "G51.32" in out
    assert "Other Babinski sign present" in out
    assert "not assessable: Sensory trick: clinician: not tried" in out


def test_the_result_keeps_its_schema_and_the_same_call_writes_the_same_bytes(
    run: Run, case: Path, tmp_path: Path
) -> None:
    results = []
    for name in ("a.json", "b.json"):
        assert run(case, "--json", tmp_path / name)[0] == 0
        results.append((tmp_path / name).read_bytes())
    assert results[0] == results[1]
    result = json.loads(results[0])
    jsonschema.validate(result, schemas.load("facialis.assessment/1"))
    assert result["not_assessable"] == ["sensory_trick"]
    assert sum(one["probability"]["value"] for one in result["differential"]) == pytest.approx(1.0, abs=1e-4)
    for one in result["differential"]:
        assert one["probability"]["low"] <= one["probability"]["value"] <= one["probability"]["high"]


def test_an_empty_case_is_answered_by_the_setting_and_keeps_the_schema(run: Run, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("{}")
    code, out, _ = run(tmp_path / "case.json", "--json", "-")
    assert code == 0
    result = json.loads(out)
    jsonschema.validate(result, schemas.load("facialis.assessment/1"))
    assert "Nothing is known yet" in result["answer"]["sentences"][0]
    assert result["next_steps"][0]["ask_or_test"] == "red_flag_questions"


def test_red_flags_come_before_the_answer(run: Run, tmp_path: Path) -> None:
    rows = [*CASE["findings"], {"code": "limb_speech_deficit", "state": "present", "source": "patient"}]  # type: ignore[misc]
    (tmp_path / "case.json").write_text(json.dumps({**CASE, "findings": rows}))
    code, out, _ = run(tmp_path / "case.json")
    assert code == 0
    assert out.startswith("EMERGENCY: ")
    assert out.index("EMERGENCY") < out.index("most likely" if "most likely" in out else "No single")


def test_the_pages_are_written_and_the_patients_page_holds_the_answer_only_once_released(
    run: Run, case: Path, tmp_path: Path
) -> None:
    code, out, _ = run(case, "--report", tmp_path / "out")
    assert code == 0
    assert "--release adds the answer" in out
    assert "Hemifacial spasm" in (tmp_path / "out" / "report.html").read_text()
    before = (tmp_path / "out" / "patient.html").read_text()
    assert "spasm" not in before.lower().split("<body>")[1]
    assert run(case, "--report", tmp_path / "out", "--release")[0] == 0
    assert "spasm" in (tmp_path / "out" / "patient.html").read_text().lower().split("<body>")[1]


def test_the_pdf_is_written(run: Run, case: Path, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    assert run(case, "--pdf", tmp_path / "a.pdf", "--patient-pdf", tmp_path / "b.pdf")[0] == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"findings": [{"code": "other_babinsky_sign", "state": "present"}]}, 'did you mean "other_babinski_sign"?'),
        ({"age": 200}, "age must be at most 120"),
        ({"age": 30, "age_at_onset": 31}, "above the age of 30"),
        ({"results": ["old.json"]}, "this version reads facialis.video/1"),
        ({"results": ["gone.json"]}, 'results names "gone.json"'),
    ],
)
def test_what_is_wrong_is_one_line_exit_2_and_nothing_is_written(
    run: Run, tmp_path: Path, value: object, says: str
) -> None:
    (tmp_path / "old.json").write_text('{"schema": "facialis.video/9", "findings": []}')
    (tmp_path / "case.json").write_text(json.dumps(value))
    code, out, err = run(tmp_path / "case.json", "--json", tmp_path / "out.json", "--report", tmp_path / "out")
    assert (code, out) == (2, "")
    assert err.startswith("facialis: ")
    assert err.count("\n") == 1
    assert says in err
    assert not (tmp_path / "out.json").exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--json", "--pdf", "--patient-pdf"])
def test_the_case_is_never_written_over(run: Run, case: Path, option: str) -> None:
    code, out, err = run(case, option, case.parent / "." / case.name)
    assert (code, out) == (2, "")
    assert err == f"facialis: {option} {case}: is the file that is read; name another one\n"
    assert json.loads(case.read_text()) == CASE


def test_a_nonsense_of_signs_is_called_unexplained(run: Run, tmp_path: Path) -> None:
    codes = ("other_babinski_sign", "mouth_pulled_down", "continuous_rippling", "jaw_spasm", "hemifacial_atrophy")
    codes += ("lid_moves_with_gaze", "palate_eye_oscillation", "bilateral_lid_spasm", "regular_rhythm")
    rows = [{"code": code, "state": "present", "source": "clinician"} for code in codes]
    (tmp_path / "case.json").write_text(json.dumps({"findings": rows}))
    code, out, _ = run(tmp_path / "case.json")
    assert code == 0
    assert "None of the disorders on the list explains these findings well" in out


def test_the_example_case_is_a_case_and_leads_to_hemifacial_spasm_of_the_left(run: Run, root: Path) -> None:
    import tomllib

    path = root / "examples" / "case.toml"
    jsonschema.validate(tomllib.loads(path.read_text()), schemas.load("facialis.case/1"))
    code, out, _ = run(path)
    assert code == 0
    assert out.startswith("Hemifacial spasm of the left side is most likely: ")


def test_a_video_a_result_of_another_version_and_a_word_within_a_word_are_told_what_to_do(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"\x00\x01")
    assert "facialis video --json" in run(tmp_path / "clip.mp4")[2]
    (tmp_path / "old.json").write_text('{"schema": "facialis.video/9", "findings": []}')
    assert "this version reads facialis.video/1" in run(tmp_path / "old.json")[2]
    (tmp_path / "word.json").write_text('{"findings": [{"code": "babinski", "state": "present"}]}')
    assert 'did you mean "other_babinski_sign"?' in run(tmp_path / "word.json")[2]
