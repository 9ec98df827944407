"""The questionnaire that is shipped: whole, plain, asked in a safe order."""

from __future__ import annotations

import re

import pytest

from facialis import knowledge
from facialis.findings import State
from facialis.history import scales
from facialis.history.answers import Answer, applies, contradictions, counted, findings
from facialis.history.questions import Item, Questionnaire, Sided, Stage
from facialis.history.read import questionnaire
from facialis.knowledge import Urgency

SHIPPED = questionnaire()
ITEMS = list(SHIPPED.items.values())
SYLLABLES = re.compile(r"[aeiouy]+")
NAMES = re.compile("quetiapine|risperidone|metoclopramide")
JARGON = ("spasm", "ipsilateral", "periocular", "onset", "unilateral", "bilateral", "synchronous", "contraction",
          "involuntary", "chronic", "acute", "symptom", "dystonia", "diplopia", "vertigo", "photophobia")  # fmt: skip


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade; 7 is reading age 12."""
    words = re.findall(r"[a-z']+", text.lower())
    sentences = max(1, len(re.findall(r"[.?!:]", text)))
    syllables = sum(max(1, len(SYLLABLES.findall(re.sub(r"(?<=[^l])e$", "", word)))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_every_word_of_the_vocabulary_that_has_a_plain_question_is_asked_or_left_out_with_a_reason() -> None:
    askable = {code for code, finding in knowledge.findings().items() if finding.question}
    asked = {code for code, _ in SHIPPED.sets}
    assert asked.isdisjoint(SHIPPED.not_asked)
    assert askable == asked | set(SHIPPED.not_asked)
    patients = {code for code, finding in knowledge.findings().items() if "patient" in finding.assessed_by}
    assert patients - asked == set()


@pytest.mark.parametrize("code", sorted(code for code, _ in SHIPPED.sets))
def test_every_finding_can_be_present_and_absent(code: str) -> None:
    states = {choice.sets.get(code) for item in ITEMS for choice in item.choices.values()}
    of_a_score = code in {score.finding for score in SHIPPED.scores.values()}
    assert of_a_score or {State.PRESENT, State.ABSENT} <= states


def test_what_was_seen_asleep_is_a_record_and_never_the_same_as_what_sleep_relieves() -> None:
    assert ("persists_in_sleep", "record") in SHIPPED.sets
    assert ("persists_in_sleep", "patient") not in SHIPPED.sets
    both = [item for item in ITEMS if {"persists_in_sleep", "relieved_by_sleep"} <= set(item.codes)]
    assert both == []
    nobody = findings(SHIPPED, {"moves": "yes", "seen_asleep": "nobody", "better_with_sleep": "yes"})
    states = {finding.code: finding.state for finding in nobody}
    assert states["persists_in_sleep"] is State.NOT_ASSESSABLE
    assert states["relieved_by_sleep"] is State.PRESENT


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_a_finding_that_is_urgent_is_asked_before_the_questions_that_are_ranked(item: Item) -> None:
    urgent = {knowledge.finding(code).urgency for code in item.shows}
    if urgent & {Urgency.EMERGENCY, Urgency.SAME_DAY}:
        assert item.stage is Stage.RED_FLAG
    elif Urgency.SOON in urgent:
        assert item.stage is Stage.SOON


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_a_question_is_one_plain_question(item: Item) -> None:
    text = item.question.replace("{side}", SHIPPED.side_words["left"])
    assert text.endswith("?")
    assert text.count("?") == 1
    assert not [word for word in JARGON if word in f"{text} {item.help}".lower()]
    assert text.isascii()
    assert item.help.isascii()
    in_its_own_words = item.key.startswith("phq_")
    assert in_its_own_words or len(text.split()) <= 20
    assert in_its_own_words or grade(NAMES.sub("x", text)) <= 7.0


def test_a_question_stands_for_itself_since_any_other_may_come_before_it() -> None:
    vague = [
        item.key
        for item in ITEMS
        if item.stage is Stage.RANKED and re.match(r"(Is|Does|Can|Has|Was) it\b", item.question)
    ]
    assert vague == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_what_counts_only_on_the_side_that_moves_is_asked_of_that_side(item: Item) -> None:
    for code in item.codes:
        if knowledge.finding(code).same_side:
            assert item.sided is Sided.MOVING
            assert "{side}" in item.question


def path_to(item: Item, shipped: Questionnaire) -> dict[str, Answer]:
    """Answer what must be answered so that a question is asked, and nothing else."""
    answers: dict[str, Answer] = {}
    for key, words in (item.ask_if[0] if item.ask_if else {}).items():
        if key in shipped.scores:
            for name in shipped.scores[key].items:
                most = max(shipped.items[name].choices.values(), key=lambda choice: choice.points or 0)
                answers |= path_to(shipped.items[name], shipped) | {name: most.key}
        else:
            answers |= path_to(shipped.items[key], shipped) | {key: words[0]}
    return answers


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_every_question_can_be_reached(item: Item, shipped: Questionnaire) -> None:
    told = counted(shipped, path_to(item, shipped))
    assert applies(shipped, item, told)


def test_a_face_that_does_not_move_is_not_asked_how_it_moves(shipped: Questionnaire) -> None:
    told: dict[str, Answer] = {"moves": "no"}
    asked = {key for key, item in shipped.items.items() if applies(shipped, item, told)}
    assert asked.isdisjoint({"side", "onset", "began_where", "where_now", "stress", "urge", "seen_asleep"})
    assert asked >= {"light", "blood_pressure", "numb", "toxin"}


@pytest.mark.parametrize("number", range(len(SHIPPED.contradictions)))
def test_every_contradiction_can_come_up_and_is_one_plain_line(number: int, shipped: Questionnaire) -> None:
    one = shipped.contradictions[number]
    answers: dict[str, Answer] = {}
    for code, state in one.findings.items():
        item = next(item for item in ITEMS if any(choice.sets.get(code) is state for choice in item.choices.values()))
        choice = next(choice for choice in item.choices.values() if choice.sets.get(code) is state)
        answers |= path_to(item, shipped) | {item.key: choice.key}
    if "both_at_once" in answers:
        answers |= {"side": "left", "always_that_side": "yes", "both_eyes": "yes"}
    assert one.text in contradictions(shipped, answers, 2026)
    assert "\n" not in one.text


def test_the_two_questions_on_mood_are_in_their_own_words_and_lead_to_the_ninth_of_phq_9(
    shipped: Questionnaire,
) -> None:
    asked = [shipped.items[key].question.lower() for key in ("phq_interest", "phq_down", "phq_better_off_dead")]
    items = [*scales.find("phq_2").items, scales.find("phq_9").items[-1]]
    assert [item.topic.lower() in question for item, question in zip(items, asked, strict=True)] == [True] * 3
    assert f"{next(iter(shipped.scores.values())).at_least:g}" == "3"
    assert [choice.points for choice in shipped.items["phq_down"].choices.values()] == [0, 1, 2, 3]
    told: dict[str, Answer] = {"phq_interest": "more_than_half", "phq_down": "several_days"}
    ninth = shipped.items["phq_better_off_dead"]
    assert applies(shipped, ninth, told)
    assert not applies(shipped, ninth, told | {"phq_down": "not_at_all"})


def test_a_child_is_not_asked_what_was_made_for_adults(shipped: Questionnaire) -> None:
    for age, asked in ((9, False), (18, True), ("unknown", True)):
        assert applies(shipped, shipped.items["phq_down"], {"age": age}) is asked


def test_the_numbers_in_the_questions_are_those_of_the_knowledge() -> None:
    assert f"{knowledge.threshold('recent_toxin_months'):g} months" in SHIPPED.items["toxin_lately"].question
    assert f"{knowledge.threshold('suppressible_s'):g} seconds" in SHIPPED.items["hold_back"].question
    assert not [item.key for item in ITEMS if re.search(r"\{(?!side\})", item.question + item.help)]
