"""A practice with rows, films and keys, made once; each test takes a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from facialis_clinic import database
from facialis_clinic.home import prepare
from facialis_clinic.processes import environment
from tests.clinic import places
from tests.clinic.database.conftest import debian, place

__all__ = ["debian", "place"]

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
WORLD = """
import django
django.setup()
from django.db import transaction
from facialis_clinic.audit.actions import record
from tests.clinic.conftest import make_world
with transaction.atomic():
    world = make_world()
    for verb in ("read", "wrote", "read"):
        record(subject=world.record.id, actor=world.eve, verb=verb, kind="person", thing=world.record.id)
    record(subject=None, actor=world.adam, verb="changed", kind="user", note="invented")
"""
CHAINS_ARE_WHOLE = """
import django
django.setup()
from facialis_clinic.audit.actions import verify
report = verify()
assert report.whole and report.chains >= 2 and report.rows >= 3, report
"""
FILMS = {"originals/ab/abcd": os.urandom(300_000), "copies/ef/ef01": b"", "posters/ef/ef01": b"\x00" * 512}


def run(home: Path, *words: str) -> None:
    """Run Python with the settings of `home` as the owner of its tables."""
    around = environment(home, FACIALIS_ROLE="owner")
    around["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run([sys.executable, *words], env=around, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def contents(url: str) -> dict[str, str]:
    """Return a hash of the rows of each table."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        query = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
        found = {}
        for (table,) in tables:
            row = connection.execute(sql.SQL(query).format(sql.Identifier(table))).fetchone()
            found[table] = row[0] if row else ""
    return found


def rights(url: str) -> set[tuple[str, ...]]:
    """Return who may do what with which table, and which triggers guard it."""
    grants = "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
    grants += " WHERE grantor LIKE 'facialis%'"
    triggers = "SELECT 'trigger', event_object_table, trigger_name FROM information_schema.triggers"
    with psycopg.connect(url) as connection:
        return {tuple(map(str, row)) for query in (grants, triggers) for row in connection.execute(query.encode())}


def files(home: Path) -> dict[str, bytes]:
    """Return what a backup must bring back besides the rows."""
    kept = [*(home / "files").rglob("*"), *(home / "secrets").glob("[!d]*"), home / "secrets" / "django"]
    kept.append(home / "practice.toml")
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in kept if path.is_file()}


@pytest.fixture(scope="session")
def made_practice() -> Iterator[Path]:
    """Return a stopped home with tables, the eight invented people, a chain of the audit log, films and keys."""
    folder = places.folder("facialis-practice-")
    folder.chmod(0o755)
    try:
        home = folder / "home"
        prepare(home)
        server = database.start(home)
        run(home, "-m", "facialis_clinic.config.prepare")
        run(home, "-c", WORLD)
        with psycopg.connect(server.url("owner"), autocommit=True) as owner:
            owner.execute("INSERT INTO django_session VALUES ('signed-in', 'somebody', now())")
        server.stop()
        for name, content in FILMS.items():
            (home / "files" / name).parent.mkdir(parents=True, exist_ok=True)
            (home / "files" / name).write_bytes(content)
        (home / "practice.toml").write_text('name = "Invented practice"\n', encoding="utf-8")
        yield home
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def practice(made_practice: Path, place: Path) -> Path:
    """Return a stopped home of a practice."""
    subprocess.run(["cp", "-a", made_practice, place / "practice"], check=True)
    return place / "practice"
