"""What a typed line means."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.history.answers import AnswerError, check
from facialis.history.questions import Questionnaire
from facialis.history.read import questionnaire
from facialis.history.typed import Wish, meaning


@pytest.mark.parametrize(
    ("key", "line", "meant"),
    [
        ("stress", "y", "yes"),
        ("stress", " YES. ", "yes"),
        ("stress", "No!", "no"),
        ("stress", "s", "skipped"),
        ("stress", "d", "unknown"),
        ("stress", "I don\u2019t know", "unknown"),
        ("stress", "?", Wish.HELP),
        ("stress", "back", Wish.BACK),
        ("side", "b", Wish.BACK),
        ("side", "both", "both"),
        ("side", "l", "left"),
        ("side", "2", "right"),
        ("side", "my right side", "right"),
        ("side", "q", Wish.STOP),
        ("sex", "f", "female"),
        ("began_where", "3", "together"),
        ("phq_down", "several", "several_days"),
        ("age", " 52 ", 52),
        ("onset", "2024", 2024),
        ("onset", "0", 0),
    ],
)
def test_an_answer_may_be_typed_as_number_word_or_beginning(
    shipped: Questionnaire, key: str, line: str, meant: object
) -> None:
    assert meaning(shipped.items[key], line, 2026) == meant


@pytest.mark.parametrize(
    ("key", "line", "words"),
    [
        ("stress", "", "y for yes or n for no"),
        ("stress", "maybe", "y for yes or n for no"),
        ("stress", "1", "y for yes or n for no"),
        ("side", "4", "a number from 1 to 3"),
        ("side", "0", "a number from 1 to 3"),
        ("side", "my", "a number from 1 to 3"),
        ("pain", "yes", "a number from 1 to 3"),
        ("age", "fifty", "a number, in digits"),
        ("age", "-3", "a number, in digits"),
        ("age", "130", "130 is not between 0 and 120"),
        ("age", "\u00b2", "a number, in digits"),
        ("age", "9" * 400, "a number, in digits"),
        ("onset", "2030", "a year up to 2026"),
        ("onset", "long ago", "an age or a year, in digits"),
    ],
)
def test_what_means_nothing_is_answered_with_what_may_be_typed(
    shipped: Questionnaire, key: str, line: str, words: str
) -> None:
    with pytest.raises(AnswerError) as wrong:
        meaning(shipped.items[key], line, 2026)
    assert words in str(wrong.value)


@given(st.text(max_size=20), st.sampled_from(sorted(questionnaire().items)))
def test_whatever_is_typed_is_an_answer_a_wish_or_refused(line: str, key: str) -> None:
    item = questionnaire().items[key]
    meant: object = None
    with suppress(AnswerError):
        meant = meaning(item, line, 2026)
    assert meant is None or isinstance(meant, Wish) or check(item, meant, 2026) == meant
