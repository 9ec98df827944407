"""Letting somebody act, and consent for each use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.people import actions
from facialis_clinic.people.access import may
from facialis_clinic.people.age import comes_of_age
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.consents import allowed
from facialis_clinic.people.models import Consent, Person, Proxy
from facialis_clinic.people.wording import agreed, current, versions
from facialis_clinic.recordings.models import Recording
from tests.clinic.conftest import NOW, World

LATER = NOW + timedelta(hours=1)
BORN = date(2010, 6, 2)


def invite(world: World, email: str = "gina@example.org", **more: Any) -> Any:
    told = {"person": world.record, "email": email, "may_share": False, "by": world.alice, "now": NOW}
    return actions.invite_proxy(**told | {"words_version": current("proxy").id} | more)


@pytest.fixture
def gina(world: World) -> User:
    return User.objects.create_user("gina@example.org", name="Gina Example")


@pytest.fixture
def child(world: World) -> Person:
    """A child whose parent is Bob."""
    person = actions.open_record_for_child(user=world.bob, name="Young Example", born=BORN, phone="", now=NOW)
    assert isinstance(person, Person)
    return person


def film(person: Person) -> Recording:
    return Recording.objects.create(person=person, name="invented.mp4")


def test_an_invitation_opens_the_record_once_accepted_and_until_withdrawn(world: World, gina: User) -> None:
    proxy = invite(world)
    assert not may(gina, world.record, "contact", now=NOW)

    actions.accept(proxy=proxy, user=gina, now=NOW)
    assert may(gina, world.record, "record", now=NOW)
    assert not may(gina, world.record, "share", now=NOW)
    assert User.objects.get(pk=gina.pk).role == Role.PROXY

    actions.withdraw_proxy(proxy=proxy, by=world.alice, now=LATER)
    assert not may(gina, world.record, "contact", now=LATER)


def test_what_the_proxy_may_do_is_what_the_patient_ticked(world: World, gina: User) -> None:
    actions.accept(proxy=invite(world, may_share=True), user=gina, now=NOW)

    assert may(gina, world.record, "share", now=NOW)
    assert not may(gina, world.record, "own", now=NOW)


def test_an_invitation_is_accepted_by_whom_it_was_sent_to_and_in_time(world: World, gina: User) -> None:
    proxy = invite(world)

    assert isinstance(actions.accept(proxy=proxy, user=world.charlie, now=NOW), Refused)
    assert isinstance(actions.accept(proxy=proxy, user=gina, now=NOW + timedelta(days=14)), Refused)
    assert isinstance(actions.accept(proxy=proxy, user=gina, now=NOW), Proxy)


def test_staff_act_for_nobody_with_the_account_of_their_work(world: World) -> None:
    proxy = invite(world, world.frank.email)

    assert isinstance(actions.accept(proxy=proxy, user=world.frank, now=NOW), Refused)


def test_nobody_but_patient_and_sharing_proxy_lets_somebody_in(world: World) -> None:
    for by in (world.bob, world.charlie, world.eve, world.nora, world.dana, world.adam):
        assert isinstance(invite(world, by=by), Refused)


def test_words_that_changed_meanwhile_are_asked_again(world: World) -> None:
    assert isinstance(invite(world, words_version="proxy-0"), Refused)


def test_the_invitation_says_nothing_of_the_patient(world: World, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(world)

    assert mail.outbox[0].to == ["gina@example.org"]
    assert "Alice" not in mail.outbox[0].subject + mail.outbox[0].body


def test_who_was_let_in_before_can_be_let_in_again(world: World, gina: User) -> None:
    actions.withdraw_proxy(proxy=invite(world), by=world.alice, now=NOW)

    assert isinstance(invite(world), Proxy)
    assert isinstance(invite(world), Refused)
    assert isinstance(invite(world, now=NOW + timedelta(days=15)), Proxy)


def test_a_proxy_can_leave(world: World) -> None:
    proxy = Proxy.objects.get(user=world.bob)
    actions.withdraw_proxy(proxy=proxy, by=world.bob, now=NOW)

    assert not may(world.bob, world.record, "contact", now=NOW)


def test_a_changed_birthday_opens_nobody_who_signs_in_to_a_named_parent(world: World) -> None:
    """The desk can make an adult a child by a correction; the record stays theirs."""
    person = world.record
    person.born = date(2015, 1, 1)
    person.save()

    told = actions.name_parent(person=person, email="stranger@example.org", by=world.dana, now=NOW)

    assert isinstance(told, Refused)
    assert "account of their own" in told.why


def test_the_desk_ends_a_parent_and_no_other(world: World, child: Person) -> None:
    actions_of_dana: dict[str, Any] = {"by": world.dana, "now": NOW}

    assert isinstance(
        actions.withdraw_proxy(proxy=Proxy.objects.get(person=world.record, user=world.bob), **actions_of_dana), Refused
    )
    actions.withdraw_proxy(proxy=Proxy.objects.get(person=child), **actions_of_dana)
    assert not may(world.bob, child, "contact", now=NOW)


def test_parents_are_told_once_two_months_before_the_birthday(world: World, child: Person) -> None:
    end = comes_of_age(BORN)

    assert actions.tell_of_endings(now=end - timedelta(days=61)) == 0
    assert [actions.tell_of_endings(now=end - timedelta(days=60)) for _ in range(2)] == [1, 0]
    assert mail.outbox[0].to == ["bob@example.org"]
    assert "Young" not in mail.outbox[0].subject + mail.outbox[0].body


def say(person: Person, by: User, use: str = "teaching", **more: Any) -> Any:
    told = {"person": person, "use": use, "by": by, "now": NOW, "words_version": current(use).id}
    return actions.give_consent(**told | more)


def take_back(person: Person, by: User, use: str = "teaching", **more: Any) -> Any:
    return actions.withdraw_consent(**{"person": person, "use": use, "by": by, "now": LATER} | more)


def usable(use: str = "teaching", now: Any = LATER) -> set[Any]:
    return set(Recording.objects.filter(allowed(use, now)).values_list("pk", flat=True))


def test_each_use_is_asked_on_its_own(world: World) -> None:
    one = film(world.record)
    say(world.record, world.alice, "teaching")

    assert {one.pk} == usable("teaching")
    assert set() == usable("research") == usable("care")


def test_what_is_taken_back_is_out_of_every_handing_out_at_once(world: World) -> None:
    film(world.record)
    say(world.record, world.alice)
    take_back(world.record, world.alice)

    assert set() == usable()


def test_a_no_to_one_recording_stands_above_the_yes_to_all_and_can_be_turned(world: World) -> None:
    one, two = film(world.record), film(world.record)
    say(world.record, world.alice)
    take_back(world.record, world.alice, recording_id=one.pk)
    assert {two.pk} == usable()

    say(world.record, world.alice, recording_id=one.pk, now=LATER)
    assert {one.pk, two.pk} == usable()
    take_back(world.record, world.alice)
    assert set() == usable()


def test_a_yes_to_one_recording_is_no_yes_to_the_others(world: World) -> None:
    one, _ = film(world.record), film(world.record)
    say(world.record, world.alice, recording_id=one.pk)

    assert {one.pk} == usable()


def test_nobody_says_yes_for_another_and_staff_never_do(world: World) -> None:
    for by in (world.bob, world.charlie, world.dana, world.eve, world.nora, world.adam):
        assert isinstance(say(world.record, by), Refused)
    assert not Consent.objects.exists()


def test_a_yes_keeps_the_words_that_were_read(world: World) -> None:
    consent = say(world.record, world.alice)

    assert current("teaching") == agreed(consent.words_version)
    assert isinstance(say(world.record, world.alice, "research", words_version="research-0"), Refused)


def test_saying_yes_twice_is_one_yes(world: World) -> None:
    assert say(world.record, world.alice).pk == say(world.record, world.alice).pk


def test_a_recording_of_somebody_else_is_not_spoken_for(world: World) -> None:
    other = film(world.other)

    assert isinstance(say(world.record, world.alice, recording_id=other.pk), Refused)
    assert isinstance(say(world.record, world.alice, recording_id=uuid4()), Refused)


def test_a_parent_says_yes_for_a_child_and_beyond_care_it_ends_at_eighteen(world: World, child: Person) -> None:
    one, end = film(child), comes_of_age(BORN)
    say(child, world.bob, "teaching")
    say(child, world.bob, "care")

    assert {one.pk} == usable("teaching", end - timedelta(seconds=1))
    assert set() == usable("teaching", end)
    assert {one.pk} == usable("care", end)


def test_a_grown_child_says_yes_anew(world: World, child: Person, gina: User) -> None:
    say(child, world.bob)
    Person.objects.filter(pk=child.pk).update(user=gina)
    child.refresh_from_db()
    end = comes_of_age(BORN)

    consent = say(child, gina, now=end)

    assert consent.ends_at is None
    assert Consent.objects.filter(person=child, use="teaching").count() == 2


def test_a_childs_own_account_can_say_no_and_not_yes(world: World, child: Person, gina: User) -> None:
    Person.objects.filter(pk=child.pk).update(user=gina)
    child.refresh_from_db()
    say(child, world.bob)

    assert isinstance(say(child, gina, "research"), Refused)
    assert len(take_back(child, gina)) == 1


# What was ever shown to somebody. A change of a sentence is a new version; then its hash is added here.
SHOWN = {
    "care-1": "c3ad82f1c36a73eb",
    "care-2": "3363964b947c8779",
    "teaching-1": "b31a20940fe72287",
    "research-1": "a9c0af0bdbc83c95",
    "proxy-1": "0db798253616d54c",
    "parent-1": "2adcebe370b5390c",
}


def fingerprint(text: tuple[str, ...]) -> str:
    import hashlib

    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]


def test_words_that_were_shown_are_never_changed() -> None:
    there = {
        one.id: fingerprint(one.text)
        for about in ("care", "teaching", "research", "proxy", "parent")
        for one in versions(about)
    }

    assert there == SHOWN
