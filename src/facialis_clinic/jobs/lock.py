"""The lock by which everybody sees that a worker lives: the server lets go of it when its connection ends."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from facialis_clinic.jobs.rows import LOCK

# A machine that vanishes says no goodbye. Both ends ask after each other, so that within half a minute the server lets
# go of the lock and the worker knows that it has lost it. On a local socket these mean nothing and do no harm.
IDLE_S, EVERY_S, TIMES = 10, 5, 3
OURS = {
    "keepalives": 1,
    "keepalives_idle": IDLE_S,
    "keepalives_interval": EVERY_S,
    "keepalives_count": TIMES,
    "tcp_user_timeout": 1000 * (IDLE_S + EVERY_S * TIMES),
    "connect_timeout": 10,
}
THEIRS = {"tcp_keepalives_idle": IDLE_S, "tcp_keepalives_interval": EVERY_S, "tcp_keepalives_count": TIMES}


class LockLost(Exception):
    """The worker holds its lock no more, or never got it; the text says which."""


def keep_alive() -> None:
    """Have every connection of this process looked after from both ends."""
    settings = connections[DEFAULT_DB_ALIAS].settings_dict
    settings["OPTIONS"] = OURS | settings.get("OPTIONS", {})
    connection_created.connect(_ask_back, dispatch_uid="facialis worker")


def _ask_back(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    with connection.cursor() as cursor:
        for name, value in THEIRS.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, str(value)])


class WorkerLock:
    """The lock of one worker, on a connection of its own.

    Attributes
    ----------
    worker : str
        The worker's id: new with each lock, so that a lock that is lost is never had again.
    """

    def __init__(self) -> None:
        self.worker = uuid.uuid4().hex
        self.connection = connections.create_connection(DEFAULT_DB_ALIAS)
        self.connection.settings_dict = copy.deepcopy(self.connection.settings_dict)
        # One thread looks after the lock, another gives it up at the end.
        self.connection.inc_thread_sharing()

    def take(self) -> None:
        """Take the lock."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({LOCK.format('%s')})", [self.worker])
        if not self.held():
            raise LockLost(
                "the lock is not held from one statement to the next: a pooler in transaction mode stands before the "
                "database; give the workers a direct connection"
            )

    def held(self) -> bool:
        """Ask the server whether this very connection holds the lock."""
        query = f"""
            SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()
            AND ((classid::bigint << 32) | objid::bigint) = {LOCK.format("%s")})
        """  # noqa: S608 - constants
        with self.connection.cursor() as cursor:
            cursor.execute(query, [self.worker])
            return bool(cursor.fetchone()[0])

    def note_progress(self, id: uuid.UUID, workers: list[str], fraction: float) -> bool:
        """Write down how far a job is; False where this worker has it no more."""
        import json

        query = """
            UPDATE jobs_job j SET progress = %s FROM django_tasks_database_dbtaskresult r
            WHERE j.result_id = r.id AND r.id = %s AND r.status = 'RUNNING' AND r.worker_ids = %s::jsonb
        """
        with self.connection.cursor() as cursor:
            cursor.execute(query, [fraction, id, json.dumps(workers)])
            return bool(cursor.rowcount)

    def release(self) -> None:
        """End the connection, and the lock with it."""
        self.connection.close()
