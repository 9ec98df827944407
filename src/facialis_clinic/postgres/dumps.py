"""What the tables hold, written to a file by ``pg_dump`` and put back by ``pg_restore``, of any server that will do."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from facialis_clinic.postgres import DatabaseError, binaries, roles
from facialis_clinic.postgres.roles import first_line

KNOWS_TRANSACTION_TIMEOUT = 170000  # as libpq numbers versions
# What a restored site must not know again: who was signed in, and what was only remembered for speed.
PASSING = ("django_session", "facialis_cache")


def write(url: str, dump: Path) -> dict[str, Any]:
    """Write the tables to a new file; return what is to be known of them, read in the very same snapshot.

    Parameters
    ----------
    url : str
        The database as its owner.
    dump : Path
        The file, which must not exist.

    Returns
    -------
    dict
        ``postgresql`` (the major version), ``migrations`` (those that were done) and ``rows`` (how many, by table).
    """
    with _connected(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        migrations = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        facts = {
            "postgresql": str(connection.info.server_version // 10000),
            "migrations": [row[0] for row in migrations],
            "rows": _rows(connection),
        }
        options = ["--format=custom", "--compress=gzip:3", f"--snapshot={snapshot[0] if snapshot else ''}"]
        options += [f"--exclude-table-data={table}" for table in PASSING]
        with os.fdopen(os.open(dump, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _run("pg_dump", url, options, stdout=out)
    return facts


def load(url: str, dump: Path, rows: dict[str, int]) -> None:
    """Fill an empty database from a dump, whole or not at all, and count what came."""
    # By default the app gets rights to every new table; to the tables of the access log it must not.
    with roles.without_default_rights(url), _connected(url) as connection:
        if connection.info.server_version < KNOWS_TRANSACTION_TIMEOUT:
            _load_older(connection, dump)
        else:
            _run("pg_restore", url, ["--exit-on-error", "--single-transaction", "--no-owner", os.fspath(dump)])
    with _connected(url) as connection:
        found = _rows(connection)
    if found != rows:
        wrong = next(name for name in sorted({*found, *rows}) if found.get(name) != rows.get(name))
        raise DatabaseError(f"the table {wrong} has {found.get(wrong)} rows where the archive says {rows.get(wrong)}")


def _load_older(connection: psycopg.Connection, dump: Path) -> None:
    """Run the script of a dump on a server to which ``pg_restore`` sends a setting that it does not know."""
    connection.execute("SET LOCAL search_path = ''")
    for section in ("pre-data", "data", "post-data"):
        with _script(dump, section) as lines:
            statements: list[bytes] = []
            for line in lines:
                if line.startswith((b"\\restrict", b"\\unrestrict")) or line == b"SET transaction_timeout = 0;\n":
                    continue
                if section == "data" and line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                    _execute(connection, statements)
                    _copy(connection, line, lines)
                else:
                    statements.append(line)
            _execute(connection, statements)


def _copy(connection: psycopg.Connection, statement: bytes, lines: Iterator[bytes]) -> None:
    with connection.cursor().copy(statement) as copy:
        for line in lines:
            if line == b"\\.\n":
                return
            copy.write(line)


def _execute(connection: psycopg.Connection, statements: list[bytes]) -> None:
    if statements:
        connection.execute(b"".join(statements))
        statements.clear()


@contextmanager
def _script(dump: Path, section: str) -> Iterator[Iterator[bytes]]:
    """Give the lines of one section of a dump as SQL."""
    words: list[str | Path] = [
        binaries.installed() / "pg_restore",
        "--file=-",
        "--no-owner",
        f"--section={section}",
        dump,
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        yield iter(program.stdout)
        said = program.stderr.read().decode("utf-8", "replace")
    if program.returncode:
        raise DatabaseError(f"pg_restore: {_error_in(said)}")


def check_empty(url: str) -> None:
    """Refuse a database of the practice's own server that holds tables."""
    with _connected(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    if found:
        raise DatabaseError(
            f"DATABASE_OWNER_URL: the database holds tables already ({found[0]}): restore into an empty one"
        )


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    """Return how many rows each table has, but for those that are left out."""
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    rows = {}
    for (table,) in found:
        if table not in PASSING:
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            rows[table] = int((counted.fetchone() or (0,))[0])
    return rows


def _run(program: str, url: str, options: list[str], stdout: IO[bytes] | None = None) -> None:
    """Run a program of PostgreSQL against a database; the password is in its environment, which others cannot read."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", "")
    words: list[str | Path] = [
        binaries.installed() / program,
        "--no-password",
        f"--dbname={make_conninfo(**parts)}",
        *options,
    ]
    around = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"} | (
        {"PGPASSWORD": password} if password else {}
    )
    done = subprocess.run(words, env=around, stdout=stdout, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise DatabaseError(f"{program}: {_error_in(done.stderr.decode('utf-8', 'replace'))}")


def _error_in(said: str) -> str:
    lines = said.splitlines() or ["no word"]
    return re.sub("^.*?error: ", "", next((line for line in lines if "error:" in line), lines[-1]))


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(url) as connection:
            yield connection
    except psycopg.Error as error:
        raise DatabaseError(f"the database: {first_line(error)}") from error
