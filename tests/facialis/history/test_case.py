"""The file of an interview: it can be stopped and taken up at every point, and it keeps what others wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from facialis.document import DocumentError
from facialis.history.case import from_mapping, read, to_bytes, to_json
from facialis.history.interview import Interview
from facialis.history.questions import SKIPPED, UNKNOWN, Questionnaire
from facialis.history.read import questionnaire

VIDEO = {
    "code": "other_babinski_sign",
    "state": "present",
    "side": "left",
    "source": "video",
    "because": ["seen twice"],
}


def saved(path: Path, interview: Interview, rest: dict[str, Any] | None = None) -> Path:
    path.write_bytes(to_bytes(interview, rest or {}))
    return path


@pytest.mark.parametrize("answer", ["yes", UNKNOWN, SKIPPED])
def test_it_is_resumed_at_every_point_as_it_was_left(begun: Interview, tmp_path: Path, answer: str) -> None:
    interview = begun
    while (item := interview.next()) is not None:
        interview = interview.tell(item.key, answer if answer in (UNKNOWN, SKIPPED, *item.choices) else UNKNOWN)
        path = saved(tmp_path / "case.json", interview, {"setting": "specialist", "findings": [VIDEO]})
        again = read(path, begun.questionnaire, 2030)
        assert again.interview.answers == interview.answers
        assert list(again.interview.answers) == list(interview.answers)
        assert again.interview.year == 2026
        assert again.rest["findings"] == [VIDEO]
        assert to_bytes(again.interview, again.rest) == path.read_bytes()


def test_the_case_has_the_fields_and_the_findings_that_an_assessment_reads(begun: Interview) -> None:
    interview = begun.tell("age", 52).tell("moves", "yes").tell("side", "left").tell("onset", 2024)
    case = to_json(interview, {"setting": "self_referred"})
    assert {key: case[key] for key in ("age", "age_at_onset", "sex", "setting")} == {
        "age": 52,
        "age_at_onset": 50,
        "sex": None,
        "setting": "self_referred",
    }
    assert {"code": "involuntary_movement", "state": "present", "side": "left", "source": "patient"}.items() <= (
        case["findings"][0].items()
    )
    assert case["interview"]["answers"] == {"age": 52, "moves": "yes", "side": "left", "onset": 2024}
    assert case["interview"]["questionnaire"] == begun.questionnaire.digest


def test_an_assessment_reads_the_case(begun: Interview, tmp_path: Path) -> None:
    from facialis import diagnosis

    interview = begun
    while (item := interview.next()) is not None:
        interview = interview.tell(item.key, {"age": 52, "onset": 50}.get(item.key, UNKNOWN))
    case = diagnosis.read(saved(tmp_path / "case.json", interview, {"setting": "self_referred"}))
    assert (case.age, case.age_at_onset) == (52, 50)
    assert {finding.code for finding in case.findings} == {finding.code for finding in interview.findings()}


def test_what_others_wrote_stays_and_what_was_told_is_told_anew(begun: Interview, tmp_path: Path) -> None:
    path = saved(tmp_path / "case.json", begun.tell("stress", "yes"), {"findings": [VIDEO], "results": ["video.json"]})
    again = read(path, begun.questionnaire, 2026)
    back = to_json(again.interview.back(), again.rest)
    assert back["findings"] == [VIDEO]
    assert back["results"] == ["video.json"]
    assert [finding.code for finding in again.interview.known] == ["other_babinski_sign"]


def test_a_case_without_an_interview_can_be_begun_with(begun: Interview, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"age": 61, "findings": [VIDEO]}))
    begun_here = read(path, begun.questionnaire, 2026)
    assert begun_here.interview.all_fields() == {"age": 61}
    assert to_json(begun_here.interview, begun_here.rest)["age"] == 61
    assert to_json(begun_here.interview.tell("age", 62), begun_here.rest)["age"] == 62


def test_an_age_that_was_taken_back_is_gone(begun: Interview, tmp_path: Path) -> None:
    again = read(saved(tmp_path / "case.json", begun.tell("age", 52)), begun.questionnaire, 2026)
    assert to_json(again.interview.back(), again.rest)["age"] is None


def test_answers_that_a_changed_questionnaire_does_not_know_are_dropped_by_name(
    begun: Interview, tmp_path: Path
) -> None:
    case = to_json(begun.tell("age", 52).tell("side", "left"), {})
    case["interview"]["answers"] |= {"shoe_size": 42, "stress": "rarely"}
    case["interview"]["questionnaire"] = "another"
    (tmp_path / "case.json").write_text(json.dumps(case))
    again = read(tmp_path / "case.json", begun.questionnaire, 2026)
    assert again.dropped == ("shoe_size", "stress")
    assert again.interview.answers == {"age": 52, "side": "left"}


def broken(key: str, value: object) -> Any:
    def change(case: dict[str, Any]) -> None:
        *way, last = key.split(".")
        inner = case
        for name in way:
            inner = inner[name]
        inner[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (broken("interview.answers.side", "leftt"),
         'interview.answers.side is wrong: "leftt" is no answer; did you mean "left"?'),
        (broken("interview.answers.sid", "left"), 'interview.answers.sid is no question; did you mean "side"?'),
        (broken("interview.answers.age", "52"), 'interview.answers.age is wrong: "52" is no whole number'),
        (broken("interview.schema", "facialis.interview/2"), "interview.schema is"),
        (broken("interview.answer", {}), 'interview "answer" is not known; did you mean "answers"?'),
        (broken("interview.year", 3000), "interview.year must be at most 2026"),
        (broken("interview.told", ["age"]), "interview.told must be a list of pairs"),
        (broken("interview", []), "interview must be an object in braces"),
        (broken("findings", [{"code": "stres_worse", "state": "present"}]), 'did you mean "stress_worse"?'),
        (broken("findings", [{"code": "stress_worse", "state": "persent"}]), 'did you mean "present"?'),
        (broken("findings", [{"code": "stress_worse", "state": "absent", "source": "me"}]), "findings[0].source is"),
        (broken("findings", [{"state": "present"}]), "findings[0].code is missing"),
        (broken("findings", ["present"]), "findings[0] must be an object"),
        (broken("age", "old"), "age must be a number"),
        (broken("sex", "woman"), "sex is"),
        (broken("setting", "home"), "setting is"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_one_line(begun: Interview, tmp_path: Path, change: Any, line: str) -> None:
    case = to_json(begun.tell("age", 52).tell("side", "left"), {"setting": "self_referred"})
    change(case)
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case))
    with pytest.raises(DocumentError) as wrong:
        read(path, begun.questionnaire, 2026)
    assert line in str(wrong.value)
    assert str(wrong.value).startswith(f"{path}: ")
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"age": NaN}', "\x00", "[" * 100_000])
def test_what_is_no_case_is_one_line(shipped: Questionnaire, tmp_path: Path, text: str) -> None:
    path = tmp_path / "case.json"
    path.write_text(text)
    with pytest.raises(DocumentError) as wrong:
        read(path, questionnaire(), 2026)
    assert "\n" not in str(wrong.value)


def test_a_case_with_answers_that_contradict_each_other_can_be_weighed(begun: Interview) -> None:
    from facialis.diagnosis import from_mapping

    interview = begun
    for key, answer in (("moves", "yes"), ("side", "left"), ("always_that_side", "yes"), ("both_eyes", "yes")):
        interview = interview.tell(key, answer)
    value = json.loads(to_bytes(interview, {}))
    states = {row["code"]: row["state"] for row in value["findings"]}
    assert states["strictly_unilateral"] == states["bilateral_lid_spasm"] == "not_assessable"
    assert interview.contradictions()
    from_mapping(value)


def test_a_case_out_of_a_mapping_is_that_of_its_file(begun: Interview, tmp_path: Path) -> None:
    interview = begun.tell("age", 50).tell("moves", "yes")
    value = to_json(interview, {"setting": "specialist", "findings": [VIDEO]})

    told = from_mapping(value, begun.questionnaire, 2030)

    assert told == read(saved(tmp_path / "case.json", interview, told.rest), begun.questionnaire, 2030)
    assert list(told.interview.answers) == ["age", "moves"]


def test_a_mapping_that_is_no_case_is_refused_in_one_line(begun: Interview) -> None:
    with pytest.raises(DocumentError, match=r"^case: interview\.answers must be an object in braces$"):
        from_mapping(
            {"interview": {"schema": "facialis.interview/1", "questionnaire": "x", "year": 2026, "answers": []}},
            begun.questionnaire,
            2026,
        )
