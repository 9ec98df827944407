"""What is recorded stands in the chain once the transaction commits, and not otherwise."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from facialis_clinic.audit import actions
from facialis_clinic.audit.models import Event, Head, Note
from tests.clinic.conftest import World

SUBJECT = uuid.UUID(int=7)


def some(verb: str = "read", **given: object) -> None:
    """Record an event that nobody did."""
    actions.record(**({"subject": SUBJECT, "actor": None, "verb": verb, "kind": "recording"} | given))  # type: ignore[arg-type]


def test_an_event_tells_who_did_what_in_which_role_and_why(world: World) -> None:
    thing = uuid.uuid4()

    actions.record(subject=SUBJECT, actor=world.eve, verb="broke_glass", kind="person", thing=thing, note="A fall.")

    event = Event.objects.get()
    assert (event.subject, event.actor, event.role) == (SUBJECT, world.eve.id, "neurologist")
    assert (event.verb, event.kind, event.thing) == ("broke_glass", "person", thing)
    assert Note.objects.get(hash=event.note_hash).text == "A fall."


@pytest.mark.django_db
def test_the_events_of_a_chain_count_on_and_each_bears_the_hash_of_the_one_before() -> None:
    for _ in range(3):
        some("wrote")

    first, second, third = Event.objects.order_by("seq")
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert first.previous == bytes(32)
    assert second.previous == first.hash
    assert third.previous == second.hash
    assert Head.objects.get().hash == third.hash


@pytest.mark.django_db
def test_each_person_and_the_practice_have_a_chain_of_their_own() -> None:
    for subject in (SUBJECT, None, uuid.UUID(int=8), None):
        some("wrote", subject=subject)

    assert sorted(Event.objects.filter(subject=None).values_list("seq", flat=True)) == [1, 2]
    assert Event.objects.get(subject=SUBJECT).seq == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_rolled_back_to_a_savepoint_leaves_nothing_and_no_gap() -> None:
    with transaction.atomic():
        some("wrote")
        place = transaction.savepoint()
        some("deleted")
        transaction.savepoint_rollback(place)
        some("shared")

    assert list(Event.objects.order_by("seq").values_list("seq", "verb")) == [(1, "wrote"), (2, "shared")]


@pytest.mark.django_db(transaction=True)
def test_one_page_that_opens_one_thing_ten_times_is_one_reading_and_two_pages_are_two() -> None:
    for _ in range(2):
        with transaction.atomic():
            for _ in range(10):
                some("read")

    assert Event.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_written_twice_in_one_transaction_stands_twice_and_so_do_readings_for_two_reasons() -> None:
    with transaction.atomic():
        some("wrote")
        some("wrote")
        some("read", note="One.")
        some("read", note="Two. " * 2000)

    assert Event.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_behind_in_what_waits_for_the_commit() -> None:
    some("read")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_pending")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["", "Read", "read it", "read\tit", "x" * 33, "ré"])
def test_a_verb_that_is_no_plain_word_is_refused_at_once(verb: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        some(verb)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET verb = 'x'", "DELETE FROM audit_event", "DELETE FROM audit_head"]
)
def test_not_even_the_owner_changes_or_removes_a_row(statement: str) -> None:
    some("read")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_row_that_is_put_in_by_hand_is_chained_too() -> None:
    some("read")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (subject, role, verb, kind, seq, previous, hash)"
            " VALUES (%s, 'nurse', 'read', 'x', 77, '', '')",
            [SUBJECT],
        )

    first, second = Event.objects.order_by("seq")
    assert (second.seq, second.previous) == (2, first.hash)
    assert len(second.hash) == 32
