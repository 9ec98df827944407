"""The SMC grade: I, II or "at least II", and never more than a camera can tell."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from facialis.face.events import Event
from facialis.face.grade import Grade, smc_grade
from facialis.face.watched import Watched
from facialis.findings import Side

EYE = ("orbicularis_oculi",)


def graded(made: ModuleType, events: list[Event], usable_s: float = 90.0, **limits: Any) -> Grade:
    return smc_grade(Watched(events, made.quality(usable_s, **limits)), Side.LEFT)


def test_spasms_round_the_eye_alone_are_grade_one(made: ModuleType) -> None:
    eye = [made.spasm(5.0 * t, regions=EYE) for t in range(8)]
    assert graded(made, eye).grade == "I"


def test_grade_one_needs_the_rest_of_the_face_a_minute_of_rest_and_five_spasms(made: ModuleType) -> None:
    eye = [made.spasm(2.0 * t, regions=EYE) for t in range(8)]
    hidden = graded(made, eye, mentalis=None)
    assert hidden.grade is None
    assert "mentalis" in hidden.because[0]
    assert graded(made, eye, usable_s=40.0).grade is None
    assert graded(made, eye[:4]).grade is None


def test_spasms_beyond_the_eye_are_grade_two(made: ModuleType) -> None:
    cheek = [made.spasm(5.0 * t) for t in range(8)]
    grade = graded(made, cheek)
    assert grade.grade == "II"
    assert "zygomaticus" in grade.because[0]


def test_the_brow_is_beyond_the_eye(made: ModuleType) -> None:
    brow = [made.spasm(5.0 * t, regions=("orbicularis_oculi", "frontalis")) for t in range(8)]
    assert graded(made, brow).grade == "II"


def test_a_brow_that_the_closing_eye_draws_down_is_round_the_eye(made: ModuleType) -> None:
    down = made.measures(brow_up=-0.01)
    brow = [made.spasm(5.0 * t, regions=("orbicularis_oculi", "frontalis"), measures=down) for t in range(8)]
    assert graded(made, brow).grade == "I"


def test_grade_one_says_if_a_spasm_was_held(made: ModuleType) -> None:
    held = [made.spasm(6.0 * t, regions=EYE, form="tonic", seconds=2.0) for t in range(8)]
    grade = graded(made, held)
    assert grade.grade == "I"
    assert "8 held for 1 s or more" in grade.because


def test_one_spasm_beyond_the_eye_leaves_it_open(made: ModuleType) -> None:
    mixed = [made.spasm(5.0 * t, regions=EYE) for t in range(8)] + [made.spasm(60)]
    assert graded(made, mixed).grade is None


def test_a_tonic_spasm_makes_it_at_least_two(made: ModuleType) -> None:
    held = [made.spasm(5.0 * t) for t in range(8)] + [made.spasm(60, form="tonic", seconds=2.0)]
    assert graded(made, held).grade == "at least II"


def test_a_short_look_at_spread_says_at_least_two(made: ModuleType) -> None:
    assert graded(made, [made.spasm(3.0 * t) for t in range(8)], usable_s=30.0).grade == "at least II"


def test_every_grade_names_what_the_patient_and_the_clinician_must_say(made: ModuleType) -> None:
    grades = [
        graded(made, [made.spasm(5.0 * t, regions=EYE) for t in range(8)]),
        graded(made, [made.spasm(5.0 * t) for t in range(8)]),
        graded(made, [made.spasm(3.0 * t) for t in range(8)], usable_s=30.0),
    ]
    assert all("patient" in grade.because[-1] and "clinician" in grade.because[-1] for grade in grades)


def test_without_spasms_or_with_two_sides_there_is_no_grade(made: ModuleType) -> None:
    blinks = [made.blink(5.0 * t) for t in range(8)]
    assert graded(made, blinks) == Grade(None, ("no spasm seen",))
    assert graded(made, [*blinks, made.spasm(3)]).grade is None
    both = Watched([made.spasm(5.0 * t, Side.BOTH) for t in range(8)], made.quality(90.0))
    assert smc_grade(both, Side.BOTH).grade is None


@pytest.mark.parametrize("seconds", [20.0, 90.0])
def test_what_is_on_the_other_side_is_no_spread(made: ModuleType, seconds: float) -> None:
    eye = [made.spasm(5.0 * t, regions=EYE) for t in range(8)]
    other = [made.spasm(60, Side.RIGHT), made.spasm(65, Side.RIGHT)]
    assert graded(made, [*eye, *other], usable_s=seconds).grade in ("I", None)
