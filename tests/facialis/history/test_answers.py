"""How answers become findings and fields, and what does not fit together."""

from __future__ import annotations

import pytest

from facialis.findings import Finding, Side, State
from facialis.history.answers import Answer, AnswerError, check, contradictions, fields, findings
from facialis.history.questions import SKIPPED, UNKNOWN, Questionnaire

Told = dict[str, Answer]


def found(shipped: Questionnaire, told: Told) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings(shipped, told)}


def test_yes_no_and_dont_know_are_present_absent_and_not_assessable_and_skipped_is_nothing(
    shipped: Questionnaire,
) -> None:
    states = {
        answer: found(shipped, {"stress": answer}).get("stress_worse") for answer in ("yes", "no", UNKNOWN, SKIPPED)
    }
    assert [finding and finding.state for finding in states.values()] == [
        State.PRESENT,
        State.ABSENT,
        State.NOT_ASSESSABLE,
        None,
    ]
    yes = states["yes"]
    assert yes is not None
    assert yes.because == ("Is the twitching worse when you are under stress? Yes",)
    assert yes.source == "patient"


@pytest.mark.parametrize(
    ("light", "sore", "state"),
    [
        ("no", "no", State.ABSENT),
        ("no", "yes", State.PRESENT),
        ("yes", SKIPPED, State.PRESENT),
        ("yes", UNKNOWN, State.PRESENT),
        ("no", UNKNOWN, State.NOT_ASSESSABLE),
        ("no", SKIPPED, None),
        (SKIPPED, SKIPPED, None),
    ],
)
def test_of_two_questions_for_one_finding_one_yes_is_enough_and_both_must_be_no(
    shipped: Questionnaire, light: str, sore: str, state: State | None
) -> None:
    for told in ({"light": light, "sore_eyes": sore}, {"light": sore, "sore_eyes": light}):
        finding = found(shipped, dict(told)).get("ocular_irritation")
        assert (finding and finding.state) is state


def test_half_of_two_questions_answered_with_no_is_not_absent_yet(shipped: Questionnaire) -> None:
    assert "ocular_irritation" not in found(shipped, {"light": "no"})
    assert found(shipped, {"light": "yes"})["ocular_irritation"].state is State.PRESENT


def test_no_injections_at_all_is_no_recent_and_no_failed_one(shipped: Questionnaire) -> None:
    told = found(shipped, {"toxin": "no"})
    assert told["recent_toxin"].state is State.ABSENT
    assert told["toxin_no_response"].state is State.ABSENT
    assert found(shipped, {"toxin": UNKNOWN, "toxin_lately": UNKNOWN})["recent_toxin"].state is State.NOT_ASSESSABLE
    assert "recent_toxin" not in found(shipped, {"toxin": "yes"})


def test_what_asks_for_the_side_that_moves_has_that_side(shipped: Questionnaire) -> None:
    told: Told = {"moves": "yes", "side": "left", "palsy": "yes", "numb": "yes"}
    one = found(shipped, told)
    assert one["prior_facial_palsy"].because == ("Was the left side of your face ever paralysed? Yes",)
    sides = {code: finding.side for code, finding in one.items()}
    assert sides["involuntary_movement"] is Side.LEFT
    assert sides["prior_facial_palsy"] is Side.LEFT
    assert sides["facial_numbness"] is Side.NONE


def test_where_both_sides_move_only_a_sign_of_the_spasms_is_on_both(shipped: Questionnaire) -> None:
    told = found(shipped, {"moves": "yes", "side": "both", "palsy": "yes", "holds_tight": "yes"})
    assert told["tonic_sustained"].side is Side.BOTH
    assert told["prior_facial_palsy"].side is Side.NONE
    assert told["strictly_unilateral"].state is State.ABSENT


def test_nobody_knows_the_side_is_no_side(shipped: Questionnaire) -> None:
    told = found(shipped, {"moves": "yes", "side": UNKNOWN, "always_that_side": "yes"})
    assert told["involuntary_movement"].side is Side.NONE
    assert told["strictly_unilateral"].state is State.PRESENT


def test_an_answer_that_an_earlier_one_rules_out_does_not_count(shipped: Questionnaire) -> None:
    assert "premonitory_urge" in found(shipped, {"urge": "yes"})
    assert "premonitory_urge" not in found(shipped, {"moves": "no", "urge": "yes"})


@pytest.mark.parametrize(
    ("interest", "down", "state"),
    [
        ("nearly_every_day", SKIPPED, State.PRESENT),
        ("more_than_half", "several_days", State.PRESENT),
        ("several_days", "several_days", State.ABSENT),
        ("several_days", UNKNOWN, State.NOT_ASSESSABLE),
        ("several_days", SKIPPED, None),
    ],
)
def test_a_score_is_absent_only_with_every_answer_and_present_as_soon_as_it_is_reached(
    shipped: Questionnaire, interest: str, down: str, state: State | None
) -> None:
    finding = found(shipped, {"phq_interest": interest, "phq_down": down}).get("low_mood")
    assert (finding and finding.state) is state


def test_the_fields_of_the_case_are_filled_and_a_year_becomes_an_age(shipped: Questionnaire) -> None:
    assert fields(shipped, {"age": 52, "sex": "female", "onset": 50}, 2026) == {
        "age": 52,
        "sex": "female",
        "age_at_onset": 50,
    }
    assert fields(shipped, {"age": 52, "onset": 2024}, 2026) == {"age": 52, "age_at_onset": 50}
    assert fields(shipped, {"onset": 2024}, 2026) == {}
    assert fields(shipped, {"age": UNKNOWN, "sex": SKIPPED}, 2026) == {}


@pytest.mark.parametrize(
    ("onset", "words"), [(60, "it began at age 60"), (1950, "it began 24 years before you were born")]
)
def test_an_impossible_age_of_onset_is_said_and_left_out(shipped: Questionnaire, onset: int, words: str) -> None:
    told: Told = {"age": 52, "onset": onset}
    (line,) = contradictions(shipped, told, 2026)
    assert words in line
    assert fields(shipped, told, 2026) == {"age": 52}


def test_always_one_side_and_both_eyes_at_once_do_not_fit_together(shipped: Questionnaire) -> None:
    told: Told = {"side": "left", "always_that_side": "yes", "both_eyes": "yes"}
    (line,) = contradictions(shipped, told, 2026)
    assert line == "You said that it is always the same side, and that both eyes squeeze shut together. Which is right?"
    assert contradictions(shipped, told | {"both_eyes": "no"}, 2026) == ()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("side", "leftt", 'did you mean "left"?'),
        ("side", 1, "left, right, both, unknown, skipped"),
        ("side", None, "is no answer"),
        ("side", ["left"], "is no answer"),
        ("age", "52", "is no whole number"),
        ("age", True, "is no whole number"),
        ("age", 52.5, "is no whole number"),
        ("age", 121, "is not between 0 and 120"),
        ("onset", 2027, "neither an age up to 120 nor a year up to 2026"),
        ("onset", 1800, "neither an age"),
        ("onset", -1, "is not between"),
    ],
)
def test_what_is_no_answer_is_refused(shipped: Questionnaire, key: str, value: object, words: str) -> None:
    with pytest.raises(AnswerError) as wrong:
        check(shipped.items[key], value, 2026)
    assert words in str(wrong.value)


@pytest.mark.parametrize(("both", "side"), [("yes", Side.BOTH), ("no", Side.LEFT), (UNKNOWN, Side.LEFT)])
def test_the_movement_is_on_both_sides_where_an_answer_shows_it_whichever_was_named(
    shipped: Questionnaire, both: Answer, side: Side
) -> None:
    one = found(shipped, {"moves": "yes", "side": "left", "both_eyes": both, "palsy": "yes"})
    assert one["involuntary_movement"].side is side
    assert one["bilateral_lid_spasm"].side is Side.BOTH
    assert one["prior_facial_palsy"].side is Side.LEFT
