"""A palsy after the operation, and the eye beside it."""

from __future__ import annotations

import pytest

from tests.facialis.treatment.decompression.conftest import Told

ON_DAY_11 = "[palsy]\nonset = 2026-01-23\n"


def grades(*rows: tuple[str, int]) -> str:
    inner = ", ".join(f"{{date = {day}, house_brackmann = {grade}}}" for day, grade in rows)
    return f"grades = [{inner}]\n"


@pytest.mark.parametrize(
    ("onset", "kind"),
    [("2026-01-12", "at_once"), ("2026-01-13", "delayed"), ("2026-02-25", "delayed"), ("2026-02-26", "later")],
)
def test_a_palsy_is_delayed_from_the_first_to_the_last_day_that_was_published(
    told: Told, onset: str, kind: str
) -> None:
    assert told(f"[palsy]\nonset = {onset}\n", "2026-03-01").palsy.kind == kind


def test_a_new_palsy_of_the_face_alone_is_seen_the_same_day_with_the_eye_protected(told: Told) -> None:
    path = told(ON_DAY_11, "2026-01-24")
    assert {one.code: one.urgency for one in path.attention if one.code.startswith(("palsy", "eye"))} == {
        "palsy_new": "same_day",
        "eye_unknown": "same_day",
    }
    assert path.palsy.outlook is not None
    assert path.palsy.outlook.value == pytest.approx(199 / 210)


@pytest.mark.parametrize("beside", ["arm_or_leg_weakness", "speech_trouble"])
def test_a_palsy_with_more_than_the_face_is_an_emergency(told: Told, beside: str) -> None:
    path = told(f'{ON_DAY_11}[[symptoms]]\ndate = 2026-01-23\nwhat = "{beside}"\n', "2026-01-24")
    assert [one.urgency for one in path.attention][:2] == ["emergency", "emergency"]
    assert "palsy_and_more" in {one.code for one in path.attention}


def test_what_has_ended_is_no_alarm(told: Told) -> None:
    ended = '[[symptoms]]\ndate = 2026-01-13\nwhat = "speech_trouble"\nuntil = 2026-01-14\n'
    assert "emergency" not in {one.urgency for one in told(ON_DAY_11 + ended, "2026-01-24").attention}


def test_a_palsy_later_than_any_published_is_a_new_palsy_of_unknown_cause(told: Told) -> None:
    path = told("[palsy]\nonset = 2026-04-20\n", "2026-04-21")
    assert path.palsy.outlook is None
    assert "palsy_later" in {one.code for one in path.attention}


def test_a_palsy_of_more_than_three_months_is_referred(told: Told) -> None:
    slow = ON_DAY_11 + grades(("2026-01-23", 4), ("2026-03-01", 3))
    assert "palsy_slow" not in {one.code for one in told(slow, "2026-04-20").attention}
    assert "palsy_slow" in {one.code for one in told(slow, "2026-05-01").attention}


def test_six_weeks_without_any_change_are_referred_sooner(told: Told) -> None:
    still = ON_DAY_11 + grades(("2026-01-23", 4), ("2026-03-08", 4))
    assert "palsy_slow" in {one.code for one in told(still, "2026-03-09").attention}


def test_grade_one_ends_a_palsy_and_a_later_grade_two_begins_it_again(told: Told) -> None:
    gone = told(ON_DAY_11 + grades(("2026-01-23", 4), ("2026-03-01", 1)), "2026-03-10").palsy
    assert (gone.state, gone.lasted) == ("recovered", 37)
    assert told(ON_DAY_11 + grades(("2026-03-01", 1), ("2026-03-08", 2)), "2026-03-10").palsy.state == "active"


@pytest.mark.parametrize(
    ("eye", "grade", "state"),
    [
        ("", 0, "unknown"),
        ("", 5, "open"),
        ("", 2, "weak"),
        ('closure = "incomplete"', 2, "open"),
        ('closure = "complete"', 5, "weak"),
        ('closure = "complete"\nred = true', 2, "endangered"),
        ("vision_changed = true", 1, "endangered"),
        ('closure = "incomplete"\nsensation_reduced = true', 4, "endangered"),
    ],
)
def test_the_eye_is_judged_by_what_was_found_then_by_closure_then_by_the_grade(
    told: Told, eye: str, grade: int, state: str
) -> None:
    text = ON_DAY_11 + (grades(("2026-01-23", grade)) if grade else "")
    text += f"[[eye]]\ndate = 2026-01-24\n{eye}\n" if eye else ""
    care = told(text, "2026-01-30").palsy.eye
    assert care is not None
    assert care.key == state


def test_a_red_eye_is_for_the_same_day_even_where_nobody_told_of_a_palsy(told: Told) -> None:
    path = told("[[eye]]\ndate = 2026-01-24\nred = true\n", "2026-01-30")
    assert path.attention[0].urgency == "same_day"


def test_closure_known_from_the_grade_alone_is_said_to_be_unsafe(told: Told) -> None:
    told_of = told(ON_DAY_11 + grades(("2026-01-23", 2)), "2026-01-30").palsy.eye_because
    assert any("does not tell" in text for text in told_of)


def test_an_eye_looked_at_long_ago_is_to_be_looked_at_again(told: Told) -> None:
    eye = '[[eye]]\ndate = 2026-01-24\nclosure = "incomplete"\n'
    assert any("look again" in text for text in told(ON_DAY_11 + eye, "2026-02-20").palsy.eye_because)


def test_no_palsy_told_needs_no_eye_care(told: Told) -> None:
    path = told()
    assert (path.palsy.state, path.palsy.eye) == ("none_told", None)
