"""The course: made of diary, films, scales and treatments; kept until one of them changes; alarms raised once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from facialis.findings import Side
from facialis_clinic.audit.models import Event
from facialis_clinic.care.actions.following import follow, see_to
from facialis_clinic.care.course import alarms_of, course_of, inputs_of
from facialis_clinic.care.models import Alarm, CourseResult, Treatment
from facialis_clinic.intake.actions import write
from facialis_clinic.intake.models import Entry
from facialis_clinic.jobs.testing import run_waiting
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from tests.clinic.care.treated import session, wrote
from tests.clinic.chart.answers import measured
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
GIVEN = date(2026, 3, 2)


def treated(world: World) -> None:
    session(world.record, GIVEN, by=world.eve)
    wrote(world.record, date(2026, 2, 2), [7, 7, 7, 7, 6, 3, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4])


def test_of_somebody_of_whom_nothing_is_known_there_is_no_course(world: World) -> None:
    assert course_of(world.record, now=NOW, on=TODAY) is None
    assert follow(person=world.record, now=NOW) is None
    assert not CourseResult.objects.exists()


def test_a_course_is_made_of_the_diary_and_of_the_sessions_on_record(world: World) -> None:
    treated(world)
    found = course_of(world.record, now=NOW, on=TODAY)

    assert found is not None
    cycle = found.sides[Side.LEFT].cycles[0]
    assert cycle.treatment.day == GIVEN
    assert cycle.treatment.units == 6
    assert cycle.entries >= 10
    assert found.sides[Side.LEFT].forecast is not None


def test_a_film_counts_as_it_stands_after_the_verdicts(world: World) -> None:
    treated(world)
    film = measured(world.record, now=NOW)
    film.recording.filmed_on = date(2026, 5, 20)
    film.recording.save()
    counted = [one for one in inputs_of(world.record, on=TODAY).diary.entries if one.source == "video"]

    assert [(one.day, one.measure, one.value) for one in counted] == [(date(2026, 5, 20), "spasms_per_min", 2.2)]


def test_a_line_without_a_side_counts_for_the_side_that_is_treated(world: World) -> None:
    session(world.record, GIVEN)
    wrote(world.record, GIVEN + timedelta(days=7), [3], side="none")

    assert inputs_of(world.record, on=TODAY).diary.entries[0].side is Side.LEFT


def test_what_lies_ahead_is_not_looked_at(world: World) -> None:
    treated(world)
    wrote(world.record, date(2026, 7, 1), [9, 9])

    assert max(one.day for one in inputs_of(world.record, on=TODAY).diary.entries) <= TODAY


def test_a_version_that_was_superseded_is_not_counted(world: World) -> None:
    old = session(world.record, GIVEN)
    new = session(world.record, GIVEN + timedelta(days=1))
    Treatment.objects.filter(pk=new.pk).update(supersedes=old)

    assert [row.day for row in inputs_of(world.record, on=TODAY).treatments.rows] == [GIVEN + timedelta(days=1)]


def test_a_course_is_worked_out_again_only_when_something_changed(world: World) -> None:
    treated(world)
    first = follow(person=world.record, now=NOW)
    again = follow(person=world.record, now=NOW + timedelta(hours=1))
    assert first is not None
    assert again is not None
    assert (again.key, again.made_at) == (first.key, NOW)

    Entry.objects.create(person=world.record, day=TODAY, side="left", severity=9, written_at=NOW)
    changed = follow(person=world.record, now=NOW + timedelta(hours=2))
    assert changed is not None
    assert changed.key != first.key


def weak(world: World, *, symptoms: list[str], day: date = TODAY - timedelta(days=2)) -> None:
    Entry.objects.create(person=world.record, day=day, side="left", symptoms=symptoms, written_at=NOW)


def test_trouble_with_swallowing_after_toxin_is_the_ambulance(world: World) -> None:
    session(world.record, TODAY - timedelta(days=12))
    weak(world, symptoms=["dysphagia"])
    follow(person=world.record, now=NOW)
    (alarm,) = [one for one in alarms_of(world.record) if one.urgency == "emergency"]

    assert alarm.told["action"]
    assert alarm.told["plain_action"]


def test_an_alarm_is_raised_once_and_not_again_when_somebody_has_seen_to_it(world: World) -> None:
    session(world.record, TODAY - timedelta(days=12))
    weak(world, symptoms=["ptosis"])
    follow(person=world.record, now=NOW)
    (alarm,) = Alarm.objects.filter(person=world.record)
    follow(person=world.record, now=NOW + timedelta(days=1))
    assert Alarm.objects.count() == 1

    assert isinstance(see_to(alarm=alarm, by=world.eve, note="Called: lid opens again.", now=NOW), Alarm)
    follow(person=world.record, now=NOW + timedelta(days=2))
    assert alarms_of(world.record) == []
    assert list(Event.objects.filter(thing=alarm.pk).order_by("seq").values_list("verb", flat=True)) == [
        "raised",
        "saw_to",
    ]


def test_the_alarm_that_nothing_is_written_ends_by_itself_once_something_is_and_no_other_does(world: World) -> None:
    session(world.record, TODAY - timedelta(days=100))
    weak(world, symptoms=["diplopia"], day=TODAY - timedelta(days=90))
    follow(person=world.record, now=NOW)
    assert [one.code for one in alarms_of(world.record)] == ["not_watched"]

    day = TODAY - timedelta(days=2)
    Entry.objects.create(person=world.record, day=day, side="left", severity=2, symptoms=["diplopia"], written_at=NOW)
    follow(person=world.record, now=NOW + timedelta(hours=1))
    left = [one.code for one in alarms_of(world.record)]
    over = Alarm.objects.get(person=world.record, code="not_watched")

    assert "not_watched" not in left
    assert len(left) == 1
    assert (over.seen_by, over.done) == (None, "Written since.")

    follow(person=world.record, now=NOW + timedelta(days=80))
    assert {one.code for one in alarms_of(world.record)} == {*left, "not_watched"}


@pytest.mark.parametrize(("name", "note"), [("alice", "Seen."), ("eve", "  "), ("eve", "x" * 301)])
def test_an_alarm_is_seen_to_by_a_clinician_with_a_word_on_how(world: World, name: str, note: str) -> None:
    alarm = Alarm.objects.create(
        person=world.record, code="ptosis", side="left", urgency="soon", told={}, raised_on=TODAY
    )

    assert isinstance(see_to(alarm=alarm, by=getattr(world, name), note=note, now=NOW), Refused)
    assert alarms_of(world.record) == [alarm]


def test_what_is_written_in_the_diary_raises_its_alarm_at_once(world: World) -> None:
    now = timezone.now()
    day = today(now)
    session(world.record, day - timedelta(days=12))
    told = {"side": "left", "severity": 3, "symptoms": ("diplopia",), "note": ""}

    made = write(person=world.record, by=world.alice, day=day, today=day, now=now, **told)
    run_waiting()

    assert isinstance(made, Entry)
    assert [one.code for one in alarms_of(world.record)] == ["diplopia"]
