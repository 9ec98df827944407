"""``facialis options`` as it is called: cases, exit codes, one line, whole files, red flags first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from facialis import commands, schemas

Run = Callable[..., tuple[int, str, str]]

SIGNS = [
    {"code": code, "state": "present", "side": "left", "source": source}
    for code, source in (
        ("involuntary_movement", "patient"),
        ("involuntary_movement", "clinician"),
        ("onset_eye_first", "patient"),
        ("other_babinski_sign", "clinician"),
        ("spread_same_side", "patient"),
    )
]
CASE: dict[str, Any] = {"age": 52, "age_at_onset": 50, "sex": "female", "setting": "specialist", "findings": SIGNS}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["options", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def case(**changes: Any) -> Path:
        path = tmp_path / "case.json"
        path.write_text(json.dumps({**CASE, **changes}))
        return path

    return case


def test_the_options_are_printed_with_state_and_intervals(run: Run, write: Callable[..., Path]) -> None:
    code, out, err = run(write(circumstances={"myasthenia_gravis": "present"}))
    assert (code, err) == (0, "")
    assert out.startswith("Hemifacial spasm of the left side: ")
    assert "with care: Myasthenia gravis: present: OnabotulinumtoxinA" in out
    assert "no interval" in out
    assert "steroids" in out


def test_the_result_keeps_its_schema_and_the_same_call_writes_the_same_bytes(
    run: Run, write: Callable[..., Path], tmp_path: Path
) -> None:
    results = []
    for name in ("a.json", "b.json"):
        assert run(write(medicines=["warfarin"]), "--json", tmp_path / name, "--on", "2026-06-01")[0] == 0
        results.append((tmp_path / name).read_bytes())
    assert results[0] == results[1]
    result = json.loads(results[0])
    jsonschema.validate(result, schemas.load("facialis.options/1"))
    assert result["on"] == "2026-06-01"
    assert result["for"]["side"] == "left"
    assert result["for"]["diagnosis"]["leads"] is True


def test_an_empty_case_has_no_diagnosis_and_says_that_it_comes_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("")
    code, out, _ = run(tmp_path / "case.toml", "--json", "-")
    assert code == 0
    result = json.loads(out)
    jsonschema.validate(result, schemas.load("facialis.options/1"))
    assert result["for"]["diagnosis"] is None
    assert "the diagnosis comes first" in result["sentences"][0]


def test_where_another_disorder_leads_it_is_named_and_does_not_lead_as_spasm(run: Run, tmp_path: Path) -> None:
    tic = [
        {"code": code, "state": "present", "source": "patient"}
        for code in ("involuntary_movement", "premonitory_urge", "suppressible", "childhood_tics")
    ]
    (tmp_path / "case.json").write_text(json.dumps({"age": 25, "age_at_onset": 20, "findings": tic}))
    result = json.loads(run(tmp_path / "case.json", "--json", "-")[1])
    assert result["for"]["diagnosis"]["disorder"] == "tic"
    assert result["for"]["diagnosis"]["leads"] is False
    name = result["for"]["diagnosis"]["name"]
    assert any(sentence.startswith(f"{name} comes first: ") for sentence in result["sentences"])


def test_sides_that_disagree_block_an_injection_plan(run: Run, write: Callable[..., Path]) -> None:
    torn = [*SIGNS[:1], {**SIGNS[1], "side": "right"}]
    result = json.loads(run(write(findings=torn), "--json", "-")[1])
    assert result["for"]["side_told"]["disagree"] is True
    assert any("blocked until they agree" in sentence for sentence in result["sentences"])
    toxin = next(one for one in result["options"] if one["key"] == "onabotulinumtoxinA")
    assert toxin["state"] == "first"
    assert "patient: left" in toxin["needs_first"][0]["because"]


def test_red_flags_are_printed_first(run: Run, write: Callable[..., Path]) -> None:
    deficit = {"code": "limb_speech_deficit", "state": "present", "source": "patient"}
    code, out, _ = run(write(findings=[*SIGNS, deficit]))
    assert code == 0
    assert out.startswith("EMERGENCY: ")
    assert out.index("Red flags are up") < out.index("Hemifacial spasm")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"circumstances": {"myastenia_gravis": "present"}}, 'did you mean "myasthenia_gravis"'),
        ({"circumstances": {"pregnancy": "yes"}}, "circumstances.pregnancy"),
        ({"medicines": "warfarin"}, "medicines must be a list of texts"),
        ({"agee": 50}, 'did you mean "age"'),
    ],
)
def test_a_wrong_case_is_told_in_one_line_and_nothing_is_written(
    run: Run, write: Callable[..., Path], tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    code, out, err = run(write(**changes), "--json", tmp_path / "out.json", "--report", tmp_path / "page")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out.json").exists()
    assert not (tmp_path / "page").exists()


def test_the_page_is_written_whole(run: Run, write: Callable[..., Path], tmp_path: Path) -> None:
    assert run(write(), "--report", tmp_path / "page")[0] == 0
    assert [file.name for file in (tmp_path / "page").iterdir()] == ["report.html"]
    html = (tmp_path / "page" / "report.html").read_text()
    assert html.rstrip().endswith("</html>")


@pytest.mark.slow
def test_the_page_is_written_as_a_tagged_pdf(run: Run, write: Callable[..., Path], tmp_path: Path) -> None:
    from facialis.paper import pdf

    try:
        pdf.check()
    except pdf.PdfMissing as missing:
        pytest.skip(str(missing))
    pypdf = pytest.importorskip("pypdf")
    assert run(write(), "--pdf", tmp_path / "page.pdf")[0] == 0
    reader = pypdf.PdfReader(tmp_path / "page.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    # What is folded on the screen is open on paper.
    assert any("What it asks of the person" in page.extract_text() for page in reader.pages[2:])
