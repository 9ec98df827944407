"""The order of the questions, the way back, how many are left; whatever is answered, it comes to an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.findings import Finding
from facialis.history.answers import Answer, AnswerError, counted
from facialis.history.interview import Interview, Rank
from facialis.history.questions import SKIPPED, UNKNOWN, Item, Stage
from facialis.history.read import questionnaire

ORDER = [Stage.RED_FLAG, Stage.BASICS, Stage.SOON, Stage.RANKED]


def some_answers(item: Item) -> list[Answer]:
    words: list[Answer] = [*item.choices, UNKNOWN, SKIPPED]
    return words if item.choices else [*words, item.least, item.most, (item.least + item.most) // 2]


def walk(interview: Interview, answers: Mapping[str, Answer], default: Answer, rank: Rank | None = None) -> list[Item]:
    asked = []
    while (item := interview.next(rank)) is not None:
        asked.append(item)
        interview = interview.tell(item.key, answers.get(item.key, default))
    return asked


def reversed_rank(findings: Sequence[Finding], fields: Mapping[str, Any], codes: Sequence[str]) -> list[str]:
    return list(codes)[::-1]


def test_warning_signs_come_first_then_the_person_then_what_is_to_be_seen_soon(begun: Interview) -> None:
    stages = [ORDER.index(item.stage) for item in walk(begun, {"moves": "yes"}, "unknown")]
    assert stages == sorted(stages)
    assert {0, 1, 2, 3} == set(stages)


def test_the_warning_signs_come_first_whatever_the_rank_says(begun: Interview) -> None:
    plain, turned = (
        [item.key for item in walk(begun, {}, UNKNOWN, rank) if item.stage is not Stage.RANKED]
        for rank in (None, reversed_rank)
    )
    assert plain == turned
    assert plain[0] == "face_dropped"


def test_the_question_that_tells_most_comes_first_in_the_last_stage(begun: Interview) -> None:
    seen: list[tuple[Sequence[Finding], Mapping[str, Any], Sequence[str]]] = []

    def rank(findings: Sequence[Finding], fields: Mapping[str, Any], codes: Sequence[str]) -> list[str]:
        seen.append((findings, fields, codes))
        return ["persists_in_sleep", "onset_whole_side"]

    asked = walk(begun, {"age": 52, "moves": "yes", "pain": "ache"}, UNKNOWN, rank)
    ranked = [item.key for item in asked if item.stage is Stage.RANKED]
    assert ranked[:3] == ["seen_asleep", "began_where", "spread"]
    findings, fields, codes = seen[0]
    assert fields == {"age": 52}
    assert "involuntary_movement" in {finding.code for finding in findings}
    assert "premonitory_urge" in codes
    assert len(set(codes)) == len(codes)


def test_what_is_known_from_elsewhere_is_told_to_the_rank(begun: Interview) -> None:
    from facialis.findings import State

    known = Finding("other_babinski_sign", State.PRESENT, source="video")
    seen: list[Any] = []
    interview = Interview(begun.questionnaire, 2026, {}, (known,), {"setting": "specialist"})
    walk(interview, {}, UNKNOWN, lambda findings, fields, codes: seen.append((findings, fields)) or list(codes))
    assert all(known in findings and fields["setting"] == "specialist" for findings, fields in seen)


def test_a_gate_is_ranked_by_what_it_opens(begun: Interview) -> None:
    gate = begun.questionnaire.items["toxin_for_it"]
    assert "toxin_no_response" in begun._asks_for(gate)
    assert "low_mood" in begun._asks_for(begun.questionnaire.items["phq_down"])


def test_back_takes_the_last_answer_away_and_the_same_question_comes_again(begun: Interview) -> None:
    interview = begun
    while (item := interview.next(reversed_rank)) is not None:
        after = interview.tell(item.key, UNKNOWN)
        assert after.back() == interview
        again = after.back().next(reversed_rank)
        assert again is not None
        assert again.key == item.key
        interview = after
    while interview.answers:
        interview = interview.back()
    assert interview == begun == begun.back()


def test_an_answer_is_given_once_and_only_to_a_question_that_exists(begun: Interview) -> None:
    once = begun.tell("age", 52)
    with pytest.raises(LookupError):
        once.tell("age", 53)
    with pytest.raises(LookupError):
        begun.tell("shoe_size", 42)
    with pytest.raises(AnswerError):
        begun.tell("age", "old")


def test_everything_skipped_is_an_interview_without_findings(begun: Interview) -> None:
    interview = begun
    while (item := interview.next()) is not None:
        interview = interview.tell(item.key, SKIPPED)
    assert interview.findings() == ()
    assert interview.fields() == {}
    assert interview.contradictions() == ()
    assert interview.left() == 0


def test_a_high_score_brings_advice_and_the_question_on_self_harm_at_once(begun: Interview) -> None:
    asked = [item.key for item in walk(begun, {"phq_interest": "nearly_every_day"}, "unknown")]
    assert asked[asked.index("phq_interest") + 1] == "phq_better_off_dead"
    low = begun.tell("phq_interest", "nearly_every_day")
    assert "PHQ-9" in low.advice()[0]
    assert begun.advice() == ()


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.data(), st.integers(0, 2**32))
def test_whatever_is_answered_it_ends_and_less_is_left_each_time(data: st.DataObject, seed: int) -> None:
    asked, chance = questionnaire(), Random(seed)
    interview = Interview(asked, 2026)

    def rank(findings: Sequence[Finding], fields: Mapping[str, Any], codes: Sequence[str]) -> list[str]:
        return chance.sample(list(codes), chance.randint(0, len(codes)))

    steps, backs = 0, 5
    while (item := interview.next(rank)) is not None:
        left = interview.left()
        assert len(interview.open()) <= left
        if backs and data.draw(st.integers(0, 15)) == 0:
            backs -= 1
            interview = interview.back()
            continue
        interview = interview.tell(item.key, data.draw(st.sampled_from(some_answers(item)), label=item.key))
        assert interview.left() < left
        steps += 1
        assert steps <= len(asked.items) + 5
    assert interview.left() == 0
    assert set(counted(asked, interview.answers)) == set(interview.answers)
    codes = [(finding.code, finding.source) for finding in interview.findings()]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= asked.sets


def test_a_changed_answer_stays_in_its_place_and_drops_what_no_longer_applies(begun: Interview) -> None:
    told = begun.tell("moves", "yes").tell("side", "left").tell("jaw", "no").tell("stress", "yes")

    after, dropped = told.retell("moves", "no")

    assert dropped == ("side", "stress")
    assert dict(after.answers) == {"moves": "no", "jaw": "no"}
    assert list(after.answers) == ["moves", "jaw"]


def test_an_answer_can_be_changed_only_where_there_is_one(begun: Interview) -> None:
    with pytest.raises(LookupError):
        begun.retell("moves", "no")
