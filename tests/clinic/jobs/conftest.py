"""A table in which the jobs of the tests leave their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tests.clinic.jobs.bodies import TABLE

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
