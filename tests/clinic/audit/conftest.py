"""A small log with notes, and a hand that changes what is stored below the triggers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from facialis_clinic.audit import actions, checkpoints

PEOPLE = tuple(uuid.UUID(int=place) for place in (1, 2))
PER_CHAIN = 5


@contextmanager
def below() -> Iterator[Callable[..., None]]:
    """Give a hand that writes with every lock of the log taken off, as the owner of the tables can."""
    tables = ("audit_event", "audit_head", "audit_note")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield lambda sql, *values: cursor.execute(sql, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home for the checkpoints alone."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def log(db: None, home: Path, now: datetime) -> None:
    """Write a log of three chains, a checkpoint two rows before the end of each."""
    for place in range(PER_CHAIN):
        for subject in (*PEOPLE, None):
            actions.record(
                subject=subject,
                actor=None,
                verb="read",
                kind="recording",
                thing=uuid.UUID(int=100 + place),
                note=f"Invented reason {place}." if place % 2 else "",
            )
        if place == PER_CHAIN - 3:
            actions.checkpoint(now=now)
    assert actions.verify().whole


def seals(home: Path) -> list[str]:
    """Return the lines of the file of checkpoints."""
    return checkpoints.place(home).read_text(encoding="utf-8").splitlines()
