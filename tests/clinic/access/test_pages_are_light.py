"""How many queries and bytes each page takes, pinned: a page that grows says so.

``FACIALIS_PIN=1 make test`` (or pytest on this file alone) writes the numbers anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.clinic.access.row import ROLES, Row
from tests.clinic.access.test_matrix import ROWS, practice, request_of, send
from tests.clinic.conftest import World

__all__ = ["practice"]

pytestmark = pytest.mark.django_db
PINNED = Path(__file__).with_name("queries.json")
MOST_QUERIES = 12
# The whole record in one file: one query a table, however much there is in each.
WHOLE_RECORD = {"chart:download_json": 40, "chart:download_pdf": 40}
MOST_BYTES = 60_000
# What opens and closes a transaction is no question to the database; once a minute a session notes that it is in use.
NO_QUERY = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", 'UPDATE "django_session"')


@pytest.fixture(scope="module")
def counted(practice: tuple[World, dict[str, Client]], django_db_blocker: Any) -> dict[str, tuple[int, int]]:
    """Open every page as each role, and once before that to warm what all of them share."""
    world, clients = practice
    counts = {}
    with django_db_blocker.unblock():
        for name, row in ROWS.items():
            roles = [role for role in ROLES if role in row.allow] if row.method == "get" else []
            if not roles:
                continue
            with undone():
                told = request_of(name.partition(" ")[0], row, world, "own")
                with undone():
                    send(clients[roles[0]], row, *told)
                for role in roles:
                    with undone():
                        counts[f"{name} as {role}"] = _count(clients[role], row, *told)
    return counts


@contextmanager
def undone() -> Iterator[None]:
    """Undo at the end whatever is done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _count(client: Client, row: Row, path: str, data: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many queries a page takes, and its bytes; none of a file."""
    with CaptureQueriesContext(connection) as asked:
        answer = send(client, row, path, data)
    queries = sum(not query["sql"].startswith(NO_QUERY) for query in asked.captured_queries)
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return queries, len(answer.content) if is_page else 0


def test_no_page_asks_the_database_too_often(counted: dict[str, tuple[int, int]]) -> None:
    """At most twelve queries, with those of the session and of the log."""
    most = {page: WHOLE_RECORD.get(page.partition(" ")[0], MOST_QUERIES) for page in counted}

    assert {page: queries for page, (queries, _) in counted.items() if queries > most[page]} == {}


def test_no_page_weighs_too_much(counted: dict[str, tuple[int, int]]) -> None:
    """At most 60 kB of HTML."""
    assert {page: size for page, (_, size) in counted.items() if size > MOST_BYTES} == {}


def test_every_page_takes_as_many_queries_as_it_did(counted: dict[str, tuple[int, int]]) -> None:
    """More is a mistake until somebody says otherwise, and fewer is to be kept."""
    queries = {page: count for page, (count, _) in sorted(counted.items())}
    if os.environ.get("FACIALIS_PIN"):
        PINNED.write_text(json.dumps(queries, indent=0) + "\n", encoding="utf-8")

    assert queries == json.loads(PINNED.read_text(encoding="utf-8"))
