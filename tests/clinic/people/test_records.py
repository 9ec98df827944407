"""Opening, registering, joining and correcting a record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.models import Event
from facialis_clinic.people import actions
from facialis_clinic.people.access import may
from facialis_clinic.people.age import comes_of_age
from facialis_clinic.people.answers import Refused, Registered
from facialis_clinic.people.models import Person
from tests.clinic.conftest import NOW, World

BORN = date(1960, 2, 3)


@pytest.fixture
def zoe(db: None) -> User:
    return User.objects.create_user("zoe@example.org", name="Zoe Example")


@pytest.fixture
def registered(world: World) -> Registered:
    told = actions.register(by=world.dana, name=" Zoe   Example ", born=BORN, phone="01 23", now=NOW)
    assert isinstance(told, Registered)
    return told


def joins(zoe: User, code: str, **other: Any) -> Person | Refused:
    return actions.join(**{"user": zoe, "name": "zoe example", "born": BORN, "code": code, "now": NOW} | other)


def test_a_patient_joins_the_record_of_the_desk_with_name_birthday_and_code(zoe: User, registered: Registered) -> None:
    person = joins(zoe, registered.code.lower().replace("-", " "))

    assert isinstance(person, Person)
    assert person.pk == registered.person.pk
    assert may(zoe, person, "own", now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"name": "Zoe Exemple"}, {"born": date(1960, 2, 4)}, {"code": "AAAAA-AAAAA"}, {"now": NOW + timedelta(days=15)}],
    ids=["name", "birthday", "code", "too late"],
)
def test_whatever_is_wrong_is_refused_in_the_same_words(
    zoe: User, registered: Registered, wrong: dict[str, Any]
) -> None:
    from facialis_clinic.people.actions.records import NO_SUCH_RECORD

    assert joins(zoe, **{"code": registered.code} | wrong) == NO_SUCH_RECORD


def test_a_code_works_once(zoe: User, registered: Registered) -> None:
    joins(zoe, registered.code)
    other = User.objects.create_user("other@example.org", name="Zoe Example")

    assert isinstance(joins(other, registered.code), Refused)


def test_after_five_wrong_codes_from_whomever_the_right_one_is_void(registered: Registered) -> None:
    for n in range(5):
        joins(User.objects.create_user(f"guess{n}@example.org"), "AAAAA-AAAAA")

    assert isinstance(joins(User.objects.create_user("late@example.org"), registered.code), Refused)


def test_one_account_may_try_five_times_an_hour(zoe: User, registered: Registered) -> None:
    for n in range(5):
        joins(zoe, "AAAAA-AAAAA", name=f"Somebody {n}")

    assert joins(zoe, registered.code) == Refused("That was tried too often. Wait an hour, then try again.")
    assert isinstance(joins(zoe, registered.code, now=NOW + timedelta(hours=1)), Person)


def test_a_new_code_makes_the_old_one_void(zoe: User, world: World, registered: Registered) -> None:
    fresh = actions.new_code(person=registered.person, by=world.dana, now=NOW)

    assert isinstance(joins(zoe, registered.code), Refused)
    assert isinstance(fresh, Registered)
    assert isinstance(joins(zoe, fresh.code), Person)


def test_the_code_itself_is_kept_nowhere(registered: Registered) -> None:
    assert registered.code.replace("-", "") not in registered.person.join_code.hashed


def test_the_same_name_and_birthday_is_asked_about_and_can_be_somebody_else(
    world: World, registered: Registered
) -> None:
    again: dict[str, Any] = {"by": world.dana, "name": "ZOE example", "born": BORN, "phone": "", "now": NOW}

    assert isinstance(actions.register(**again), Refused)
    assert isinstance(actions.register(**again, same_name=True), Registered)


def test_who_works_here_opens_no_record_with_the_account_of_their_work(world: World) -> None:
    answer = actions.open_record(user=world.nora, name="Nora Example", born=BORN, phone="", now=NOW)

    assert isinstance(answer, Refused)
    assert not Person.objects.filter(user=world.nora).exists()


def test_a_child_opens_no_record_alone_and_a_grown_person_is_nobodys_child(zoe: User) -> None:
    young, old = date(2010, 6, 2), date(2008, 6, 1)
    asked: dict[str, Any] = {"user": zoe, "name": "Young Example", "phone": "", "now": NOW}

    assert isinstance(actions.open_record(**asked, born=young), Refused)
    assert isinstance(actions.open_record_for_child(**asked, born=old), Refused)


def test_a_parent_acts_for_a_child_until_the_birthday_begins(zoe: User) -> None:
    born = date(2010, 6, 2)
    child = actions.open_record_for_child(user=zoe, name="Young Example", born=born, phone="", now=NOW)
    assert isinstance(child, Person)
    end = comes_of_age(born)

    assert may(zoe, child, "own", now=end - timedelta(seconds=1))
    assert not may(zoe, child, "contact", now=end)
    assert User.objects.get(pk=zoe.pk).role == Role.PROXY


def test_who_was_born_on_the_29th_of_february_comes_of_age_on_the_1st_of_march() -> None:
    assert comes_of_age(date(2008, 2, 29)).date() == date(2026, 3, 1)


def test_a_corrected_birthday_moves_the_end_of_what_the_parent_may_do(zoe: User, world: World) -> None:
    child = actions.open_record_for_child(user=zoe, name="Young Example", born=date(2010, 6, 2), phone="", now=NOW)
    assert isinstance(child, Person)
    asked: dict[str, Any] = {"person": child, "name": child.name, "phone": "", "now": NOW, "born": date(2007, 6, 2)}

    assert isinstance(actions.change_contact(by=zoe, **asked), Refused)
    actions.change_contact(by=world.dana, **asked)

    assert not may(zoe, child, "contact", now=NOW)


@pytest.mark.parametrize("born", [date(2026, 6, 2), date(1800, 1, 1)])
def test_an_impossible_birthday_is_refused(zoe: User, born: date) -> None:
    answer = actions.open_record(user=zoe, name="Zoe Example", born=born, phone="", now=NOW)

    assert isinstance(answer, Refused)


@pytest.mark.django_db(transaction=True)
def test_what_was_done_stands_in_the_log_with_who_did_it(zoe: User) -> None:
    person = actions.open_record(user=zoe, name="Zoe Example", born=BORN, phone="", now=NOW)

    assert isinstance(person, Person)
    event = Event.objects.get(subject=person.pk)
    assert (event.verb, event.kind, event.actor) == ("opened", "person", zoe.pk)
