"""A table in which the jobs of the tests leave their lines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.clinic.jobs.bodies import TABLE

ROOT = Path(__file__).resolve().parents[3]
Lines = Callable[..., list[str]]


@pytest.fixture(scope="session")
def table_of_lines(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, what text, key text, pid int)")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP TABLE {TABLE}")


def read_lines(what: str | None = None) -> list[str]:
    """Return the keys of the lines, in the order in which they came."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT what, key FROM {TABLE} ORDER BY id")
        return [key for said, key in cursor.fetchall() if what is None or said == what]


@pytest.fixture
def lines(table_of_lines: None, db: None) -> Lines:
    return read_lines


class Started:
    """A worker process of a test and what it prints."""

    def __init__(self, words: list[str], around: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            words, env=around, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip

    def end(self, within_s: float = 60.0) -> tuple[int, str]:
        """Wait for its end; return the exit code and what it printed."""
        printed, _ = self.process.communicate(timeout=within_s)
        return self.process.returncode, printed

    def stop(self) -> tuple[int, str]:
        self.process.terminate()
        return self.end()


def around() -> dict[str, str]:
    """Return the environment of a worker for the database of this test."""
    told = connection.settings_dict
    url = (
        f"postgresql://{told['USER']}:{quote(told['PASSWORD'])}@/{told['NAME']}?host={quote(told['HOST'], safe='')}"
        + (f"&port={told['PORT']}" if told["PORT"] else "")
    )
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "facialis_clinic.config.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def start(table_of_lines: None, transactional_db: None) -> Iterator[Callable[..., Started]]:
    """Return a function that starts a worker process; whatever still runs at the end is killed."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}")
    begun: list[Started] = []

    def starter(*words: str, command: list[str] | None = None) -> Started:
        first = command or [sys.executable, "-m", "tests.clinic.jobs.process"]
        begun.append(Started([*first, *words], around()))
        return begun[-1]

    yield starter
    for one in begun:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
        if one.process.stdout is not None and not one.process.stdout.closed:
            sys.stdout.write(one.process.communicate()[0])  # shown where the test failed
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}")  # a worker commits: the next test would find its lines


def until(true: Callable[[], object], within_s: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.03)
