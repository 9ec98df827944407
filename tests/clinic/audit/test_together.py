"""Many who write at once: no chain forks, nobody waits in a circle, and nobody waits for a page to be made."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Semaphore, Thread
from time import sleep

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit import actions
from facialis_clinic.audit.models import Event, Head
from facialis_clinic.people.models import CareTeam, Person

WRITERS = 200
AT_ONCE = Semaphore(40)  # the embedded server takes eighty, and others are there too
CHAINS = [uuid.UUID(int=place) for place in range(1, 9)]
pytestmark = pytest.mark.django_db(transaction=True)


def write(*subjects: uuid.UUID | None) -> None:
    """Record an event for each of these, in one transaction on a connection of this thread's own."""
    with AT_ONCE:
        try:
            with transaction.atomic():
                for subject in subjects:
                    actions.record(subject=subject, actor=None, verb="wrote", kind="recording", thing=uuid.uuid4())
        finally:
            connections["default"].close()


def all_at_once(calls: list[Callable[[], None]]) -> None:
    """Call all of these in threads of their own; raise what one of them raised."""
    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def test_two_hundred_writers_to_one_chain_leave_one_chain() -> None:
    all_at_once([lambda: write(CHAINS[0])] * WRITERS)

    assert Head.objects.get(chain=CHAINS[0]).seq == WRITERS
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, WRITERS + 1))
    assert actions.verify().whole


def test_two_hundred_writers_to_many_chains_in_any_order_do_not_wait_in_a_circle() -> None:
    rng = random.Random(7)
    orders = [rng.sample([*CHAINS, None], 4) for _ in range(WRITERS)]

    all_at_once([lambda order=order: write(*order) for order in orders])  # type: ignore[misc]

    report = actions.verify()
    assert (report.rows, report.chains, report.broken) == (4 * WRITERS, 9, [])


def test_without_the_lock_of_the_chain_it_would_fork() -> None:
    """The control: two who read the head at the same time, and then both write, get the same place."""
    both = Barrier(2, timeout=30)
    refused = []

    def naive() -> None:
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as mine:
            seq, told = mine.execute("SELECT seq, hash FROM audit_head WHERE chain = %s", [CHAINS[0]]).fetchone() or ()
            both.wait()
            try:
                mine.execute(
                    "INSERT INTO audit_event (subject, seq, at, role, verb, kind, previous, hash)"
                    " VALUES (%s, %s, now(), 'nobody', 'wrote', 'recording', %s, %s)",
                    [CHAINS[0], seq + 1, told, uuid.uuid4().bytes * 2],
                )
            except psycopg.errors.UniqueViolation as error:
                refused.append(error)

    write(CHAINS[0])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_place")
    try:
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(naive) for _ in range(2)]:
                done.result()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_place")

    assert len(refused) == 1


@contextmanager
def somebody_else() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Give a function that does something on another connection, with a short patience for locks."""

    def do(act: Callable[[], None]) -> None:
        def run() -> None:
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute("SET LOCAL lock_timeout = '300ms'")
                    act()
            finally:
                connections["default"].close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()

    yield do


def some() -> None:
    actions.record(subject=CHAINS[0], actor=None, verb="wrote", kind="recording")


def test_a_page_that_takes_long_holds_nobody_up() -> None:
    with somebody_else() as do, transaction.atomic():
        some()
        do(some)  # this page answers before ours does

    assert actions.verify().rows == 2


def test_once_the_chain_is_being_written_the_next_one_waits() -> None:
    """The control of the one above: the lock is there, and is the commit's."""
    with somebody_else() as do, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS audit_pending_ready, audit_pending_append IMMEDIATE")
        some()
        with pytest.raises(OperationalError, match="lock timeout"):
            do(some)


def until_somebody_waits() -> None:
    """Wait until somebody waits for a lock of ours."""
    for _ in range(500):
        with connection.cursor() as cursor:
            # What the server tells of activity is told once a transaction, unless it is asked to look again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
            if cursor.rowcount:
                return
        sleep(0.01)
    raise AssertionError("nobody waited")


def test_a_chain_is_locked_after_every_check_of_the_commit() -> None:
    """Somebody holds a person's row and then writes to their chain; we refer to that row and write to the chain too.

    Our commit must wait for the row before it locks the chain, or both wait for each other.
    """
    person = Person.objects.create(name="Alice Example")
    staff = User.objects.create_user("eve@example.org", name="Eve Example", role="neurologist")
    began = Barrier(2, timeout=30)

    def ours() -> None:
        try:
            with transaction.atomic():
                actions.record(subject=person.pk, actor=None, verb="read", kind="person")
                CareTeam.objects.create(person=person, staff=staff, since=person.created_at)
                began.wait()
        finally:
            connections["default"].close()

    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        thread = Thread(target=ours)
        thread.start()
        began.wait()
        until_somebody_waits()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        actions.record(subject=person.pk, actor=None, verb="wrote", kind="person")
    thread.join(30)

    assert not thread.is_alive()
    assert sorted(Event.objects.values_list("verb", flat=True)) == ["read", "wrote"]


def test_the_clock_is_the_database_s_and_runs_forward_along_a_chain() -> None:
    all_at_once([lambda: write(CHAINS[0])] * 20)

    times = list(Event.objects.order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
    assert len(set(times)) == 20
