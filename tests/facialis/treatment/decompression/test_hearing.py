"""What a change of hearing after the operation means."""

from __future__ import annotations

import pytest

from tests.facialis.treatment.decompression.conftest import Told, audiogram

BEFORE = audiogram("2025-12-20", 18, 96)


@pytest.mark.parametrize(("average", "state"), [(33, "same"), (34, "worse"), (18, "same"), (2, "better")])
def test_a_loss_is_more_than_fifteen_decibels(told: Told, average: float, state: str) -> None:
    assert told(BEFORE + audiogram("2026-01-19", average, 96)).hearing.state == state


def test_tones_and_speech_that_fall_together_come_back_in_most(told: Told) -> None:
    heard = told(BEFORE + audiogram("2026-01-19", 40, 78)).hearing
    assert heard.kind == "proportional"
    assert heard.outlook is not None
    assert heard.outlook.value == pytest.approx(12 / 17)


def test_words_lost_while_tones_stay_are_of_the_nerve_and_seldom_come_back(told: Told) -> None:
    heard = told(BEFORE + audiogram("2026-01-19", 25, 40)).hearing
    assert (heard.state, heard.kind) == ("worse", "speech_alone")
    assert heard.outlook is not None
    assert heard.outlook.value == pytest.approx(2 / 8)


def test_a_loss_whose_words_fell_further_than_its_tones_is_of_the_nerve_too(told: Told) -> None:
    assert told(BEFORE + audiogram("2026-01-19", 45, 30)).hearing.kind == "speech_alone"


def test_an_ear_that_does_not_answer_has_not_come_back_in_anybody(told: Told) -> None:
    heard = told(BEFORE + audiogram("2026-01-19", None)).hearing
    assert (heard.kind, heard.delayed) == ("deaf", False)
    assert heard.outlook is not None
    assert heard.outlook.value == 0.0
    assert heard.outlook.high is not None
    assert heard.outlook.high > 0.3, "five people are few"


def test_a_gap_between_air_and_bone_is_the_middle_ear_and_a_leak_is_thought_of(told: Told) -> None:
    heard = told(BEFORE + audiogram("2026-01-19", 44, 96, air_bone_gap=25)).hearing
    assert heard.kind == "middle_ear"
    assert heard.outlook is None
    assert any("cerebrospinal fluid" in text for text in heard.because)


def test_a_loss_after_a_good_test_is_delayed_and_one_of_thirty_decibels_is_for_the_same_day(told: Told) -> None:
    path = told(BEFORE + audiogram("2026-01-19", 20, 96) + audiogram("2026-02-05", 52, 60))
    assert (path.hearing.delayed, path.hearing.sudden) == (True, True)
    assert path.attention[0].urgency == "same_day"
    assert path.hearing.outlook is not None
    assert path.hearing.outlook.value == pytest.approx(5 / 6)


def test_a_loss_that_was_there_at_the_first_test_is_not_called_sudden(told: Told) -> None:
    path = told(BEFORE + audiogram("2026-01-19", 60, 50))
    assert not path.hearing.sudden
    assert [one.urgency for one in path.attention if one.code.startswith("hearing")] == ["soon"]


def test_three_neighbouring_frequencies_make_a_sudden_loss_though_the_average_hides_it(told: Told) -> None:
    def tested(day: str, high: int) -> str:
        rows = f"thresholds = {{500 = 10, 1000 = 10, 2000 = {high}, 3000 = {high}, 4000 = {high}}}"
        return f'[[audiograms]]\ndate = {day}\near = "left"\nspeech_discrimination = 96\n{rows}\n'

    path = told(tested("2025-12-20", 10) + tested("2026-01-19", 10) + tested("2026-02-05", 42))
    assert path.hearing.sudden


def test_without_a_test_before_nothing_can_be_said(told: Told) -> None:
    heard = told(audiogram("2026-01-19", 40, 78)).hearing
    assert heard.state == "not_assessable"
    assert "before the operation" in heard.because[0]


def test_the_other_ear_tells_nothing_of_the_operated_one(told: Told) -> None:
    assert told(audiogram("2025-12-20", 18, 96, "right") + audiogram("2026-01-19", 60, 20, "right")).hearing.state == (
        "not_assessable"
    )


def test_a_test_without_speech_is_said_to_hide_a_loss_of_the_nerve(told: Told) -> None:
    path = told(audiogram("2025-12-20", 18) + audiogram("2026-01-19", 20))
    assert path.hearing.state == "same"
    assert any("nerve" in text for text in path.hearing.because)
    states = {one.step.key: one.state for one in path.steps}
    assert states["audiogram_before"] == states["audiogram_after"] == "incomplete"
