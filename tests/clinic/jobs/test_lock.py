"""The lock by which a worker is known to live."""

from __future__ import annotations

import pytest
from django.db import connection

from facialis_clinic.jobs import enqueue, rows
from facialis_clinic.jobs.lock import LOCK, LockLost, WorkerLock
from tests.clinic.jobs import bodies
from tests.clinic.jobs.conftest import until


def test_as_long_as_the_lock_is_held_the_job_is_the_workers_and_not_a_moment_longer(transactional_db: None) -> None:
    lock = WorkerLock()
    lock.take()
    enqueue(bodies.quick, 1)
    claimed = rows.claim(lock.worker)
    assert claimed is not None

    assert lock.held()
    assert rows.orphans() == []
    lock.release()

    until(rows.orphans)  # the server ends a connection a moment after it was closed
    assert [job.id for job in rows.orphans()] == [claimed.id]


def test_a_lock_that_does_not_stay_with_its_connection_is_noticed(transactional_db: None) -> None:
    """So it is behind a pooler that gives each statement another connection."""
    lock = WorkerLock()
    lock.take()
    with lock.connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_unlock({LOCK.format('%s')})", [lock.worker])
    assert not lock.held()

    elsewhere = WorkerLock()
    elsewhere.held = lambda: False  # type: ignore[method-assign]
    with pytest.raises(LockLost, match="pooler"):
        elsewhere.take()
    lock.release()
    elsewhere.release()


def test_many_workers_have_locks_of_their_own(transactional_db: None) -> None:
    """Half of the keys are negative numbers; each is found again among the locks."""
    locks = [WorkerLock() for _ in range(8)]
    for lock in locks:
        lock.take()
    for _ in locks:
        enqueue(bodies.quick, 1)
    for lock in locks:
        assert rows.claim(lock.worker) is not None

    assert all(lock.held() for lock in locks)
    assert rows.orphans() == []
    for lock in locks:
        lock.release()


def test_another_lock_is_not_taken_for_a_workers(transactional_db: None) -> None:
    enqueue(bodies.quick, 1)
    claimed = rows.claim("gone")
    assert claimed is not None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({LOCK.format('%s')} + 1)", ["gone"])
        assert len(rows.orphans()) == 1
        cursor.execute("SELECT pg_advisory_unlock_all()")
