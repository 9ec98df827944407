"""What is said at once to whoever tells a symptom."""

from datetime import date

import pytest

from facialis.findings import Finding, Side, State
from facialis.followup import Symptom, Treatments
from facialis.followup.diary import of, symptom_codes
from facialis.followup.symptoms import to_tick, warned

DAY = date(2026, 3, 2)


def told(*codes, findings=()):
    diary = of([], [Symptom(DAY, Side.LEFT, code, "patient") for code in codes])
    return [(one.code, one.urgency) for one in warned(diary, Treatments(()), DAY, findings)]


def test_what_can_be_ticked_is_known_to_a_diary_and_said_in_words():
    assert set(to_tick()) <= set(symptom_codes())
    assert all(words.endswith(".") for words in to_tick().values())
    assert {"ptosis", "bruise", "sudden_weakness", "limb_speech_deficit"} <= set(to_tick())


def test_the_most_urgent_is_said_first():
    assert told("bruise", "lagophthalmos", "limb_speech_deficit") == [
        ("limb_speech_deficit", "emergency"),
        ("lagophthalmos", "same_day"),
        ("bruise", "routine"),
    ]


@pytest.mark.parametrize(
    ("findings", "flag"),
    [((), ("sudden_weakness", "emergency")),
     ((Finding("recent_toxin", State.PRESENT, source="patient"),), ("weakness_after_toxin", "same_day"))],
)  # fmt: skip
def test_a_weak_face_after_toxin_has_words_of_its_own(findings, flag):
    assert told("sudden_weakness", findings=findings) == [flag]


def test_what_was_told_on_another_day_is_not_said_again():
    diary = of([], [Symptom(DAY, Side.LEFT, "painful_red_eye", "patient")])

    assert warned(diary, Treatments(()), date(2026, 3, 3)) == []


def test_what_was_known_before_is_no_news_of_the_day():
    before = (Finding("painful_red_eye", State.PRESENT, source="patient"),)

    assert told("bruise", findings=before) == [("bruise", "routine")]
