"""What was told is what the library gets: the case, the diary, what is taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from facialis.case import from_mapping
from facialis.findings import Side
from facialis_clinic.intake.models import Circumstance, Entry, Interview, Medicine
from facialis_clinic.intake.saved import kept_of
from facialis_clinic.intake.told import circumstances_of, diary_of, medicines_of, told_case
from tests.clinic.conftest import World
from tests.clinic.intake.conftest import Answers

pytestmark = pytest.mark.django_db


def test_whoever_has_told_nothing_has_an_empty_case(world: World) -> None:
    assert told_case(world.record.pk) == {}


def test_what_is_told_is_a_case_that_the_library_reads(world: World, tell: Answers) -> None:
    tell(until="both_eyes")

    case = from_mapping(told_case(world.record.pk))

    assert (case.age, case.age_at_onset, case.sex, case.setting) == (56, 50, "female", "self_referred")
    moves = next(one for one in case.findings if one.code == "involuntary_movement")
    assert (moves.side, moves.source) == (Side.LEFT, "patient")


def test_the_answers_come_back_in_the_order_in_which_they_were_given(tell: Answers, now: datetime) -> None:
    row = Interview.objects.get(pk=tell(speech="no", arm_or_leg="no", face_dropped="no").pk)

    assert list(kept_of(row.saved, now=now).interview.answers) == ["age", "speech", "arm_or_leg", "face_dropped"]


def test_the_open_interview_counts_before_a_finished_one(world: World, now: datetime, tell: Answers) -> None:
    old = {"age": 30, "findings": []}
    Interview.objects.create(person=world.record, saved=old, begun_at=now, touched_at=now, finished_at=now)
    tell(face_dropped="no")

    assert told_case(world.record.pk)["age"] == 56


def test_a_diary_of_rows_counts_each_of_two_sides_and_says_who_wrote(world: World, now: datetime) -> None:
    day = date(2026, 5, 1)
    common = {"person": world.record, "written_at": now}
    Entry.objects.create(day=day, side="both", severity=4, symptoms=["bruise"], by=world.alice, **common)
    Entry.objects.create(day=day + timedelta(days=1), side="left", severity=None, by=world.nora, **common)
    Entry.objects.create(day=day + timedelta(days=2), side="left", severity=0, by=world.nora, **common)

    diary = diary_of(world.record.pk)

    assert [(one.side, one.value, one.source) for one in diary.entries] == [
        (Side.LEFT, 4.0, "patient"),
        (Side.RIGHT, 4.0, "patient"),
        (Side.LEFT, 0.0, "clinician"),
    ]
    assert [(one.code, one.side) for one in diary.symptoms] == [("bruise", Side.LEFT), ("bruise", Side.RIGHT)]


def test_medicines_that_were_ended_no_longer_stand(world: World, now: datetime) -> None:
    for name, ended in (("Bisoprolol", None), ("Aspirin", now)):
        Medicine.objects.create(person=world.record, kind="medicine", name=name, told_at=now, ended_at=ended)

    assert [one.name for one in medicines_of(world.record.pk)] == ["Bisoprolol"]


def test_what_was_asked_by_name_is_told_as_a_case_holds_it(world: World, now: datetime) -> None:
    Circumstance.objects.create(person=world.record, code="anticoagulant", state="present", told_at=now)

    told = from_mapping({"circumstances": circumstances_of(world.record.pk)})

    assert told.circumstances == {"anticoagulant": "present"}
