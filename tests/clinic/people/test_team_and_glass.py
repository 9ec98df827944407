"""The care team, and opening a record in an emergency."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from facialis_clinic.accounts.models import User
from facialis_clinic.people import actions
from facialis_clinic.people.access import may
from facialis_clinic.people.answers import Found, Refused
from facialis_clinic.people.models import BreakGlass, CareTeam, Person
from tests.clinic.conftest import NOW, World

REASON = "Came in with a weak arm, we must know what was given."
SECOND = timedelta(seconds=1)


def test_who_joins_a_team_sees_the_record_and_who_leaves_it_does_not(world: World) -> None:
    member = actions.join_team(person=world.other, staff=world.frank, by=world.dana, now=NOW)
    assert isinstance(member, CareTeam)

    assert may(world.frank, world.other, "record", now=NOW)
    assert not may(world.frank, world.other, "record", now=NOW - SECOND)
    actions.leave_team(member=member, by=world.dana, now=NOW + SECOND)
    assert not may(world.frank, world.other, "contact", now=NOW + SECOND)


def test_only_clinicians_who_work_here_join_a_team_and_only_once(world: World) -> None:
    User.objects.filter(pk=world.frank.pk).update(is_active=False)
    world.frank.refresh_from_db()

    for staff in (world.dana, world.adam, world.bob, world.frank, world.eve):
        assert isinstance(actions.join_team(person=world.record, staff=staff, by=world.dana, now=NOW), Refused)


def test_glass_opens_a_record_for_sixty_minutes_and_not_longer(world: World) -> None:
    actions.break_glass(staff=world.frank, person=world.other, reason=REASON, now=NOW)

    assert may(world.frank, world.other, "record", now=NOW)
    assert may(world.frank, world.other, "record", now=NOW + timedelta(minutes=60) - SECOND)
    assert not may(world.frank, world.other, "record", now=NOW + timedelta(minutes=60))
    assert not may(world.frank, world.other, "share", now=NOW)
    assert not may(world.nora, world.other, "record", now=NOW)


@pytest.mark.parametrize("reason", ["", "emergency", "emergencyemergencyemergency", "a b c d", "   "])
def test_a_reason_that_is_no_sentence_opens_nothing(world: World, reason: str) -> None:
    assert isinstance(actions.break_glass(staff=world.frank, person=world.other, reason=reason, now=NOW), Refused)
    assert not BreakGlass.objects.exists()


def test_only_neurologists_and_nurses_break_glass(world: World) -> None:
    for staff in (world.dana, world.adam, world.alice, world.bob):
        assert isinstance(actions.break_glass(staff=staff, person=world.other, reason=REASON, now=NOW), Refused)


def test_patient_and_administrators_are_told_without_a_word_of_health(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.break_glass(staff=world.frank, person=world.other, reason=REASON, now=NOW)

    assert {"charlie@example.org", "adam@example.org"} == {one.to[0] for one in mail.outbox}
    for one in mail.outbox:
        said = one.subject + one.body
        assert not [word for word in ("Charlie", "Frank", "weak arm", "spasm", "1970") if word in said]
    assert BreakGlass.objects.get().told_at == NOW


def test_a_mail_that_could_not_be_sent_is_sent_later_and_once(
    world: World, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def no_server(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("facialis_clinic.mail.send", no_server)
        with django_capture_on_commit_callbacks(execute=True):
            actions.break_glass(staff=world.frank, person=world.other, reason=REASON, now=NOW)
    assert may(world.frank, world.other, "record", now=NOW)

    assert [actions.tell_of_broken_glass(now=NOW), actions.tell_of_broken_glass(now=NOW)] == [1, 0]
    assert len(mail.outbox) == 2


def test_a_child_s_parents_are_told(world: World, django_capture_on_commit_callbacks: Any) -> None:
    child = actions.open_record_for_child(
        user=world.bob, name="Young Example", born=date(2015, 1, 1), phone="", now=NOW
    )
    assert isinstance(child, Person)
    with django_capture_on_commit_callbacks(execute=True):
        actions.break_glass(staff=world.frank, person=child, reason=REASON, now=NOW)

    assert "bob@example.org" in {one.to[0] for one in mail.outbox}


def test_a_clinician_finds_one_person_by_exact_name_and_birthday(world: World) -> None:
    asked: dict[str, Any] = {"staff": world.frank, "born": date(1970, 1, 1), "now": NOW}

    assert actions.find_person(name="charlie  EXAMPLE", **asked) == Found(world.other)
    assert isinstance(actions.find_person(name="Charlie", **asked), Refused)
    assert isinstance(actions.find_person(name="Charlie Example", **(asked | {"born": date(1970, 1, 2)})), Refused)
    assert isinstance(actions.find_person(name="Charlie Example", **(asked | {"staff": world.dana})), Refused)


def test_two_people_of_one_name_and_birthday_are_never_a_list(world: World) -> None:
    Person.objects.create(name="Charlie Example", born=date(1970, 1, 1))

    answer = actions.find_person(staff=world.frank, name="Charlie Example", born=date(1970, 1, 1), now=NOW)

    assert isinstance(answer, Refused)


def test_guessing_ends_after_twenty_searches_an_hour(world: World) -> None:
    asked: dict[str, Any] = {"staff": world.frank, "born": date(1970, 1, 1)}
    for n in range(20):
        actions.find_person(name=f"Nobody {n}", now=NOW, **asked)

    assert isinstance(actions.find_person(name="Charlie Example", now=NOW, **asked), Refused)
    assert isinstance(actions.find_person(name="Charlie Example", now=NOW + timedelta(hours=1), **asked), Found)


@pytest.mark.django_db(transaction=True)
def test_a_search_is_logged_whether_it_finds_or_not(world: World) -> None:
    from facialis_clinic.audit.models import Event

    asked: dict[str, Any] = {"staff": world.frank, "born": date(1970, 1, 1), "now": NOW}
    actions.find_person(name="Charlie Example", **asked)
    actions.find_person(name="Nobody Example", **asked)

    subjects = list(Event.objects.filter(verb="searched", actor=world.frank.pk).values_list("subject", flat=True))
    assert [world.other.pk, None] == subjects


def test_the_patient_reads_who_opened_it_and_why(world: World, sign_in: Any) -> None:
    from django.utils import timezone

    actions.break_glass(staff=world.frank, person=world.other, reason=REASON, now=timezone.now())

    page = sign_in(world.charlie).get("/people/me/").content.decode()

    assert "Frank Example" in page
    assert REASON in page
