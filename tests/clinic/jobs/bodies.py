"""Jobs for the tests. A job leaves a line in a table of the tests, so that what happened twice is seen twice."""

from __future__ import annotations

import os
import signal
import time

from django.db import connection, transaction

from facialis_clinic.jobs import JobFailed, Status, fence, follows, task, this_run

TABLE = "tests_of_jobs"
SECRET = "spasms of Alice Example"


def note(what: str, key: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (what, key, pid) VALUES (%s, %s, %s)", [what, str(key), os.getpid()])


def noted(what: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {TABLE} WHERE what = %s AND key = %s", [what, str(key)])
        return cursor.fetchone() is not None


@task
def quick(key: int) -> None:
    note("done", key)


@task
def slow(key: int, milliseconds: int) -> None:
    """Begin, take a while, record under the fence; as a measurement, what stands there already is not written again."""
    note("begun", key)
    run = this_run()
    for step in range(10):
        run.progress(step / 10)
        time.sleep(milliseconds / 10_000)
    with transaction.atomic():
        fence()
        note("again" if noted("done", key) else "done", key)


@task
def deaf(key: int) -> None:
    """Record without asking for the fence first."""
    note("begun", key)
    time.sleep(60)


@task
def deadly(key: int) -> None:
    note("begun", key)
    os.kill(os.getpid(), signal.SIGKILL)


@task
def refusing(key: int) -> None:
    raise JobFailed("It is too dark. Film again with the window in front of you.")


@task
def mistaken(key: int) -> None:
    raise ValueError(SECRET, key)


@follows(refusing)
@follows(mistaken)
@follows(deadly)
def followed(status: Status, key: int) -> None:
    note(f"{status.state} {status.why}".strip(), key)


@task
def daily_one() -> None:
    note("done", "daily")


@task(priority=10)
def short(key: int) -> None:
    note("done", key)
