"""The safety path: the ninth item of PHQ-9, and from PHQ-2 to PHQ-9."""

from __future__ import annotations

import pytest

from facialis import knowledge
from facialis.findings import State
from facialis.history.scales import find, score


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_any_ninth_answer_above_nought_is_an_emergency_with_words_of_what_to_do(answer: int) -> None:
    result = score("phq_9", {**dict.fromkeys("12345678", 0), "9": answer})
    finding = next(finding for finding in result.findings() if finding.code == "self_harm")
    assert (finding.state, finding.source) == (State.PRESENT, "patient")
    (urgent,) = result.urgent
    assert (urgent.code, urgent.urgency) == ("self_harm", "emergency")
    flag = knowledge.red_flags()["self_harm"]
    assert (urgent.action, urgent.plain_action) == (flag.action, flag.plain_action)


def test_the_ninth_item_speaks_also_where_nothing_else_was_answered() -> None:
    result = score("phq_9", {"9": 1})
    assert result.total is None
    assert [urgent.code for urgent in result.urgent] == ["self_harm"]


def test_without_a_red_flag_in_the_knowledge_the_words_of_the_scale_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "red_flags", dict)
    (urgent,) = score("phq_9", {"9": 1}).urgent
    rule = next(rule for rule in find("phq_9").rules if rule.code == "self_harm")
    assert (urgent.action, urgent.plain_action) == (rule.action, rule.plain_action)
    assert "do not leave them alone" in urgent.action
    assert "call the emergency number" in urgent.plain_action


def test_a_ninth_answer_of_nought_is_no_emergency() -> None:
    result = score("phq_9", {**dict.fromkeys("12345678", 3), "9": 0})
    assert result.total == 24
    assert result.urgent == ()


@pytest.mark.parametrize(
    ("answers", "state", "then"),
    [
        ({"1": 1, "2": 2}, "present", ("phq_9",)),
        ({"1": 1, "2": 1}, "absent", ()),
        ({"1": 3}, "present", ("phq_9",)),
        ({"1": 2}, "not_assessable", ()),
        ({}, "not_assessable", ()),
    ],
)
def test_from_three_points_on_phq_2_is_low_mood_and_asks_phq_9(
    answers: dict[str, int], state: str, then: tuple[str, ...]
) -> None:
    result = score("phq_2", answers)
    (finding,) = result.findings()
    assert (finding.code, finding.state.value, result.ask_next) == ("low_mood", state, then)


def test_the_two_items_of_phq_2_are_the_first_two_of_phq_9() -> None:
    short, long = find("phq_2"), find("phq_9")
    assert [item.topic for item in short.items] == [item.topic for item in long.items[:2]]


def test_phq_9_names_low_mood_by_its_first_two_items() -> None:
    states = {f.code: f.state.value for f in score("phq_9", {"1": 3, "2": 0, "9": 0}).findings()}
    assert states == {"self_harm": "absent", "low_mood": "present"}
