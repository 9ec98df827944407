"""``facialis audit``: is the log of reads and writes whole, what does it say of a person, where do its chains end."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from facialis_clinic.audit.verify import Report

app = typer.Typer(no_args_is_help=True, help="The log of who read and wrote what: verify, show, export, checkpoint.")
Home = Annotated[Path | None, typer.Option(help="The folder of the state.", show_default="FACIALIS_HOME")]
Person = Annotated[UUID, typer.Option(help="The person's id, as their record's address shows it.")]
AnyPerson = Annotated[UUID | None, typer.Option(help="One person's chain alone, by id.", show_default="all chains")]
BROKEN = 3


@app.command()
def verify(
    home: Home = None,
    person: AnyPerson = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
) -> None:
    """Look through the log and say whether it is whole. Exit code 0 whole, 3 broken."""
    with _site(home):
        from django.utils.timezone import now

        from facialis_clinic.audit import actions

        begun = time.perf_counter()
        report = actions.verify(subject=person, progress=_progress())
        seconds = time.perf_counter() - begun
        if person is None:
            actions.keep(report, seconds=seconds, now=now())
    printed = json_file is not None and os.fspath(json_file) == "-"
    if json_file is not None:
        text = json.dumps(_told(report, seconds), indent=1)
        typer.echo(text) if printed else _write(json_file, [text])
    if not printed:
        typer.echo(_sentence(report, seconds))
    if not report.whole:
        raise typer.Exit(BROKEN)


@app.command()
def show(person: Person, home: Home = None) -> None:
    """Print who opened and changed a person's record. That it was printed is logged too."""
    with _site(home):
        from facialis_clinic.audit.printed import printed

        for line in printed(person):
            typer.echo(line)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write; - for standard output.")],
    home: Home = None,
    person: AnyPerson = None,
) -> None:
    """Write the chains as text that any program can verify: docs/audit.md says how. Notes are left out."""
    with _site(home):
        from facialis_clinic.audit.printed import exported

        if os.fspath(file) == "-":
            for line in exported(person):
                typer.echo(line)
            return
        _write(file, exported(person))


@app.command()
def checkpoint(home: Home = None) -> None:
    """Write down, outside the database and sealed, where the chains end now."""
    with _site(home):
        from django.conf import settings
        from django.utils.timezone import now

        from facialis_clinic.audit import actions, checkpoints

        chains = actions.checkpoint(now=now())
        typer.echo(f"{chains} chains: {checkpoints.place(settings.HOME)}")


@contextmanager
def _site(home: Path | None) -> Iterator[None]:
    """Stand in the site: beside the one that runs, or with its database started for this while."""
    from facialis.commands import CallError
    from facialis_clinic import database
    from facialis_clinic.home import default_home

    place = (home or default_home()).expanduser().absolute()
    os.environ["FACIALIS_HOME"] = os.fspath(place)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    server = None
    try:
        if not os.environ.get("DATABASE_URL") and database.running(place) is None:
            if not (place / "database").is_dir():
                raise CallError(
                    f"{place} has no database: give the home of a practice with --home, or set DATABASE_URL"
                )
            server = database.start(place)
        _set_up()
        with _in_words():
            yield
    except database.DatabaseError as error:
        raise CallError(str(error)) from error
    finally:
        if server is not None:
            with suppress(Exception):
                from django.db import connections

                connections.close_all()
            server.stop()


def _set_up() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    from facialis.commands import CallError

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CallError(str(error).splitlines()[0]) from error


@contextmanager
def _in_words() -> Iterator[None]:
    from django.db import Error, OperationalError, ProgrammingError

    from facialis.commands import CallError
    from facialis_clinic.audit.checkpoints import CheckpointError

    try:
        yield
    except OperationalError as error:
        raise CallError(f"the database does not answer: {str(error).splitlines()[0]}") from error
    except ProgrammingError as error:
        raise CallError(f"{str(error).splitlines()[0]}: start the site once, so that its tables are made") from error
    except (CheckpointError, Error) as error:
        raise CallError(str(error).splitlines()[0]) from error


def _progress() -> Callable[[int], None]:
    """Return what shows on a terminal how far it is."""
    from facialis_clinic.audit.verify import silent

    if not sys.stderr.isatty():
        return silent

    def tell(rows: int) -> None:
        sys.stderr.write(f"\r{rows:,} rows\x1b[K" if rows else "\r\x1b[K")
        sys.stderr.flush()

    return tell


def _told(report: Report, seconds: float) -> dict[str, Any]:
    return {
        "schema": "facialis.audit/1",
        "whole": report.whole,
        "rows": report.rows,
        "chains": report.chains,
        "seconds": round(seconds, 3),
        "breaks": report.breaks,
        "broken": [asdict(one) for one in report.broken],
    }


def _sentence(report: Report, seconds: float) -> str:
    if report.whole:
        return f"whole: {report.rows} rows in {report.chains} chains, looked through in {seconds:.1f} s"
    more = f" (and {report.breaks - 1} more)" if report.breaks > 1 else ""
    return f"broken: {report.broken[0]}{more}"


def _write(file: Path, lines: Iterable[str]) -> None:
    """Write a file that only its owner reads; it is there when it is whole."""
    from facialis.commands import CallError

    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.writelines(line + "\n" for line in lines)
        part.replace(file)
    except OSError as error:
        raise CallError(f"{file}: {error.strerror}; nothing was written") from error
    finally:
        part.unlink(missing_ok=True)
