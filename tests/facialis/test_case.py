"""Cases as they are handed in: half a case is a fine case, and a wrong one is told what, where and the nearest word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from facialis import schemas
from facialis.case import to_mapping
from facialis.diagnosis import Case, assess, from_mapping, rank_questions, read
from facialis.document import DocumentError
from facialis.findings import Finding, Side, State

VIDEO = {
    "schema": "facialis.video/1",
    "quality": {"verdict": "good", "mirrored": "unknown"},
    "findings": [
        {
            "code": "involuntary_movement",
            "state": "present",
            "side": "left",
            "because": ["7 spasms"],
            "probability": 0.8,
        },
        {"code": "synkinesis", "state": "not_assessable", "side": "none", "because": ["no task"]},
    ],
}


def write(folder: Path, name: str, value: object) -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_toml_and_json_hold_the_same_case(tmp_path: Path) -> None:
    value = {"age": 52, "sex": "female", "findings": [{"code": "ear_click", "state": "present", "side": "left"}]}
    toml = 'age = 52\nsex = "female"\n[[findings]]\ncode = "ear_click"\nstate = "present"\nside = "left"\n'
    assert read(write(tmp_path, "a.json", value)) == read(write(tmp_path, "a.toml", toml))


@pytest.mark.parametrize(
    "value", [{}, {"age": 40}, {"findings": []}, {"sex": None, "age": None}, {"note": "only this"}]
)
def test_half_a_case_is_a_fine_case(value: dict[str, Any]) -> None:
    told = assess(from_mapping(value), draws=200)
    assert sum(one.probability.value for one in told.differential) == pytest.approx(1.0)
    jsonschema.validate(value, schemas.load("facialis.case/1"))


def test_a_result_brings_its_findings_their_doubt_and_who_read_them(tmp_path: Path) -> None:
    write(tmp_path, "visit.json", VIDEO)
    case = read(write(tmp_path, "case.json", {"results": ["visit.json"]}))
    assert case.results == ("visit.json",)
    assert [finding.source for finding in case.findings] == ["video", "video"]
    assert case.findings[0].probability == 0.8
    assert any("mirrored" in doubt for doubt in case.doubts)


def test_a_result_alone_is_a_case_too(tmp_path: Path) -> None:
    assert read(write(tmp_path, "visit.json", VIDEO)).findings[0].side is Side.LEFT


def test_a_finding_without_a_source_is_the_clinicians_if_the_clinician_can_tell_it() -> None:
    rows = [{"code": "other_babinski_sign", "state": "present"}, {"code": "ear_click", "state": "present"}]
    told = from_mapping({"findings": rows}).findings
    assert [finding.source for finding in told] == ["clinician", "patient"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"findings": [{"code": "other_babinsky_sign", "state": "present"}]}, "other_babinski_sign"),
        ({"findings": [{"code": "ear_click", "state": "presnt"}]}, 'did you mean "present"'),
        ({"findings": [{"code": "ear_click", "state": "present", "side": "lft"}]}, 'did you mean "left"'),
        ({"findings": [{"code": "ear_click", "state": "present", "source": "doctor"}]}, "patient, video, clinician"),
        ({"findings": [{"code": "ear_click"}]}, "findings[0].state is missing"),
        ({"findings": [{"state": "present"}]}, "findings[0].code is missing"),
        ({"findings": [{"code": "ear_click", "state": "present", "probability": 1.2}]}, "at most 1"),
        ({"findings": [{"code": "ear_click", "state": "present", "probability": "often"}]}, "must be a number"),
        ({"findings": {"ear_click": "present"}}, "findings must be a list"),
        ({"findings": ["ear_click"]}, "findings[0]"),
        ({"age": 230}, "age must be at most 120"),
        ({"age": -1}, "age must be at least 0"),
        ({"age": "fifty"}, "age must be a number"),
        ({"age": 40, "age_at_onset": 50}, "above the age of 40"),
        ({"duration_months": -3}, "duration_months must be at least 0"),
        ({"age": 2, "duration_months": 60}, "longer than the age of 2 allows"),
        ({"age": 60, "age_at_onset": 50, "duration_months": 3}, "it is about 10 years"),
        ({"sex": "Female"}, 'did you mean "female"'),
        ({"setting": "hospital"}, "specialist, primary_care, self_referred"),
        ({"ages": 40}, 'did you mean "age"'),
        ({"schema": "facialis.case/2"}, 'not "facialis.case/1"'),
        ([], "must be an object"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place_and_the_nearest_word(
    tmp_path: Path, value: object, says: str
) -> None:
    with pytest.raises(DocumentError) as error:
        read(write(tmp_path, "case.json", value))
    assert says in str(error.value)
    assert "case.json" in str(error.value)
    assert "\n" not in str(error.value)


CONTRADICTIONS: list[tuple[list[dict[str, str]], str]] = [
    (
        [
            {"code": "involuntary_movement", "state": "absent", "source": "clinician"},
            {"code": "tonic_sustained", "state": "present", "side": "left", "source": "clinician"},
        ],
        "tonic_sustained is present on the left, and involuntary_movement is absent",
    ),
    (
        [
            {"code": "strictly_unilateral", "state": "present", "side": "left"},
            {"code": "bilateral_synchronous", "state": "present", "side": "both"},
        ],
        "cannot both be present",
    ),
    ([{"code": "strictly_unilateral", "state": "present", "side": "both"}], 'side "both"'),
    (
        [
            {"code": "onset_eye_first", "state": "present", "source": "patient"},
            {"code": "onset_lower_first", "state": "present", "source": "patient"},
        ],
        "cannot both be present",
    ),
    (
        [
            {"code": "ear_click", "state": "present", "source": "patient"},
            {"code": "ear_click", "state": "absent", "source": "patient"},
        ],
        "both present and absent",
    ),
    (
        [
            {"code": "involuntary_movement", "state": "present", "side": "left", "source": "clinician"},
            {"code": "bilateral_lid_spasm", "state": "present", "source": "clinician"},
        ],
        'give it side "both"',
    ),
]


@pytest.mark.parametrize(("rows", "says"), CONTRADICTIONS)
def test_a_contradiction_of_one_source_is_refused(rows: list[dict[str, str]], says: str) -> None:
    with pytest.raises(DocumentError, match=says.replace("(", r"\(")):
        from_mapping({"findings": rows})


def test_two_sources_may_disagree_and_two_sides_may_differ() -> None:
    case = from_mapping(
        {
            "findings": [
                {"code": "ear_click", "state": "present", "source": "patient"},
                {"code": "ear_click", "state": "absent", "source": "record"},
                {"code": "mri_contact_root", "state": "present", "side": "left"},
                {"code": "mri_contact_root", "state": "absent", "side": "right"},
                {"code": "mri_contact_cisternal_only", "state": "present", "side": "right"},
            ]
        }
    )
    assert [finding.state for finding in case.findings].count(State.PRESENT) == 3
    assert len(case.findings) == 5


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({**VIDEO, "schema": "facialis.video/2"}, "this version reads facialis.video/1"),
        ({"schema": "something"}, "facialis.mri/1"),
        ({"findings": []}, "schema"),
        ({"schema": ["facialis.video/1"], "findings": []}, "schema"),
        (
            {"schema": "facialis.mri/1", "findings": [{"code": "mri_lesion", "state": "present", "source": "video"}]},
            '"mri"',
        ),
        ({"schema": "facialis.mri/1"}, "findings is missing"),
        ("{", "is not JSON"),
    ],
)
def test_a_result_of_another_kind_or_version_is_refused(tmp_path: Path, value: object, says: str) -> None:
    write(tmp_path, "result.json", value)
    with pytest.raises(DocumentError, match=r"result\.json") as error:
        read(write(tmp_path, "case.json", {"results": ["result.json"]}))
    assert says in str(error.value)


def test_a_result_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"results names \"gone\.json\""):
        read(write(tmp_path, "case.toml", 'results = ["gone.json"]'))


@pytest.mark.parametrize("text", ["age = ", "\x00", "NaN", '{"age": NaN}', "[" * 3000])
def test_what_is_no_case_at_all_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    for name in ("case.toml", "case.json", "case"):
        with pytest.raises(DocumentError) as error:
            read(write(tmp_path, name, text))
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", '{"schema": ["x"]}'), ("a.json", '{"schema": {}}'), ("a.toml", "schema = 2020-01-01")]
)
def test_a_schema_that_is_no_text_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(DocumentError, match=r'schema is .*, not "facialis\.case/1"'):
        read(write(tmp_path, name, text))


def test_a_case_made_in_python_is_checked_too() -> None:
    with pytest.raises(ValueError, match="age_at_onset is 60"):
        Case(age=50, age_at_onset=60)
    with pytest.raises(ValueError, match='ear_click: its source is ""'):
        Case((Finding("ear_click", State.PRESENT),))
    with pytest.raises(LookupError, match="ear_click"):
        Case((Finding("ear_clik", State.PRESENT),))


def test_questions_keep_their_order_behind_the_red_flags_while_the_answers_contradict_each_other() -> None:
    told = [
        Finding("strictly_unilateral", State.PRESENT, Side.LEFT, source="patient"),
        Finding("bilateral_lid_spasm", State.PRESENT, Side.BOTH, source="patient"),
    ]
    asked = ["stress_worse", "premonitory_urge", "ear_click", "hearing_loss_unilateral"]
    first, *others = rank_questions(told, {}, asked)
    assert first == "hearing_loss_unilateral"
    assert others == asked[:3]


def test_a_state_or_side_given_by_its_word_is_that_state_or_side() -> None:
    told = Finding("other_babinski_sign", "present", "left", source="clinician")  # type: ignore[arg-type]
    assert told.state is State.PRESENT
    assert told.side is Side.LEFT
    with pytest.raises(ValueError, match="presnt"):
        Finding("other_babinski_sign", "presnt")  # type: ignore[arg-type]


def test_results_at_hand_count_as_those_of_files_do(tmp_path: Path) -> None:
    write(tmp_path, "visit", json.dumps(VIDEO))
    of_file = read(write(tmp_path, "case.json", {"age": 50, "results": ["visit"]}))
    assert from_mapping({"age": 50}, results={"visit": VIDEO}) == of_file


def test_a_result_at_hand_that_is_wrong_is_named() -> None:
    with pytest.raises(DocumentError, match=r"Monday's film: schema"):
        from_mapping({}, results={"Monday's film": {"schema": "facialis.video/9"}})


def test_a_case_written_down_is_read_as_it_was() -> None:
    case = from_mapping(
        {"age": 50, "sex": "female", "circumstances": {"pregnancy": "absent"}, "medicines": ["aspirin"]},
        results={"visit": VIDEO},
    )
    told = to_mapping(case)
    jsonschema.validate(told, schemas.load("facialis.case/1"))
    again = from_mapping(told)
    assert (case.findings, case.age, case.medicines) == (again.findings, again.age, again.medicines)
    assert case.circumstances == again.circumstances
