"""An archive of unknown origin puts nothing into a home that a backup does not hold."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from facialis.commands import CallError
from facialis_clinic import archive, backups, home

FACTS = {
    "format": backups.FORMAT, "facialis": "0.1.0", "made_at": "2026-06-01T09:30:00+00:00", "files_in": "archive",
    "migrations": [], "rows": {}, "postgresql": "18",
}  # fmt: skip


def made(path: Path, *names: str) -> Path:
    with path.open("wb") as stream:
        writer = archive.Writer(stream)
        for name in (backups.DUMP, *names):
            writer.add(name, io.BytesIO(b"x"), 1)
        writer.finish(FACTS)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "database/cluster/postgresql.conf",
        "database/cluster/PG_VERSION",
        "database.running",
        "secrets/database_admin",
        "secrets/deep/django",
        "prepared.json",
        "logs/database.log",
        "mail/one.log",
        "static/facialis/site.js",
        "files",
    ],
)
def test_a_part_that_no_backup_holds_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    place = tmp_path / "home"

    with pytest.raises(CallError, match="is no part of a backup"):
        backups.restore(made(tmp_path / "one", name), place)

    assert not place.exists()


def test_what_a_backup_holds_is_taken(tmp_path: Path) -> None:
    names = ("practice.toml", "audit/checkpoints.jsonl", "secrets/django", "secrets/audit", "files/originals/ab/abcd")

    assert backups.check(made(tmp_path / "one", *names)).files == 1


def test_a_new_home_is_its_owners_alone(tmp_path: Path) -> None:
    home.prepare(tmp_path / "home")

    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
