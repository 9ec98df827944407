"""``facialis cohort``: every recording of a folder, measured here or on a cluster, as one table."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facialis.commands import CallError
from facialis.units import count

if TYPE_CHECKING:
    from facialis.cohort.clips import Found
    from facialis.cohort.engine import Cluster
    from facialis.cohort.run import Progress, Run

_FILE = "(.csv or .parquet)"
_SHOWN = 10


def command(
    folder: Annotated[Path, typer.Argument(help="A folder of videos, each of one face.")],
    out: Annotated[Path, typer.Option(help=f"Write the table, a row a recording {_FILE}.")],
    events: Annotated[Path | None, typer.Option(help=f"Write a row an event {_FILE}.")] = None,
    tasks: Annotated[Path | None, typer.Option(help=f"Write a row a task of the protocol {_FILE}.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="What is known of each clip (.csv, docs/cohort.md).")] = None,
    mirrored: Annotated[
        bool | None,
        typer.Option(
            "--mirrored/--not-mirrored",
            help="Whether the clips show the face as a mirror does.",
            show_default="not known",
        ),
    ] = None,
    protocol: Annotated[
        str | None, typer.Option(help="What the people were asked to do: clinic, home, or a TOML file.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Measure anew what is finished already.")] = False,
    limit_minutes: Annotated[float, typer.Option(min=0.01, help="Give up a clip after so long.")] = 60.0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Clips measured at once here.", show_default="one a core")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tls://HOST:PORT", help="Measure on the cluster of this dask scheduler.")
    ] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="The authority that the cluster and you trust (PEM).")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Your certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of your certificate (PEM).")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Allow tcp://: whoever reaches that scheduler can run programs on it.")
    ] = False,
) -> None:
    """Measure every video of a folder. What is finished is kept: run the same call again to go on after any stop."""
    from facialis.cohort import CohortError
    from facialis.cohort.clips import Options, find
    from facialis.cohort.clips import protocol as load
    from facialis.cohort.engine import Cluster
    from facialis.cohort.parts import Parts, beside
    from facialis.cohort.run import Run

    named = {"recordings": out, "events": events, "tasks": tasks}
    files = {name: path for name, path in named.items() if path is not None}
    _can_write(list(files.values()))
    words = {None: "unknown", True: "yes", False: "no"}
    found = find(folder, Options(words[mirrored], load(protocol) if protocol else None), manifest)
    if not found.clips:
        raise CallError(f"{folder}: holds no video ({count(found.others, 'other file')}); give a folder of videos")
    cluster = Cluster(scheduler, tls_ca, tls_cert, tls_key, insecure) if scheduler else None
    run = Run(found.clips, Parts(beside(out)), 60 * limit_minutes)
    with run.parts.alone():
        try:
            _measure(run, cluster, workers, again)
        except (KeyboardInterrupt, CohortError, OSError):
            if run.progress.done > run.progress.before:  # else the table says as much already
                typer.echo(_told(run, found, _write(run, files)))
                typer.echo(f"The same call{' without --again' if again else ''} goes on from there.")
            raise
        outcomes = _write(run, files)
    typer.echo(_told(run, found, outcomes))


def _can_write(files: list[Path]) -> None:
    from facialis.cohort.table import can_write

    for path in files:
        can_write(path)
    if len({path.resolve() for path in files}) < len(files):
        raise CallError("the tables are files of their own: give each another name")


def _measure(run: Run, cluster: Cluster | None, workers: int | None, again: bool) -> None:
    """Measure what is not finished; without a stop, a clip that fails is no error."""
    from facialis.cohort.engine import cores, engine

    if not again:
        run.recall()
    with _progress(run.progress) as tell:
        run.tell = tell
        if run.progress.done < run.progress.total:
            with engine(min(workers or cores(), len(run.clips)), cluster) as client:
                if again:
                    run.parts.forget()
                run.go(client)


def _write(run: Run, files: dict[str, Path]) -> list[str]:
    """Write the tables of what is finished, and return the outcomes."""
    from facialis.cohort import table

    tables = table.Tables.of(run)
    for name, path in files.items():
        table.write(path, getattr(tables, name), getattr(table, name)())
    return tables.recordings["outcome"]


def _told(run: Run, found: Found, outcomes: list[str]) -> str:
    """Say in a few lines what became of the recordings."""
    total, before = len(found.clips), run.progress.before
    parts = [f"{number} {outcome.replace('_', ' ')}" for outcome, number in Counter(outcomes).most_common()]
    parts += [f"{total - len(outcomes)} not yet"] if len(outcomes) < total else []
    parts += [f"{before} finished before"] if before else []
    parts += [f"{count(found.others, 'other file')} left out"] if found.others else []
    failed = [f"  {clip.file}: {failure.reason}" for clip, failure in run.failures.items()]
    more = [f"  and {len(failed) - _SHOWN} more, see the column reason"] if len(failed) > _SHOWN else []
    return "\n".join([f"{count(total, 'recording')}: {', '.join(parts)}", *failed[:_SHOWN], *more])


@contextmanager
def _progress(start: Progress) -> Iterator[Callable[[Progress], None]]:
    """Show clips done, failed and the time left, on a terminal's standard error only."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    began, before = time.monotonic(), start.done
    columns = (TextColumn("measuring"), BarColumn(20), TextColumn("{task.fields[words]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=start.total, completed=before, words=f"{before} of {start.total} clips")

        def tell(now: Progress) -> None:
            each = (time.monotonic() - began) / max(now.done - before, 1)
            left = f"about {_lasting(each * (now.total - now.done))} left"
            failed = f"{now.failed} failed, " if now.failed else ""
            bar.update(task, completed=now.done, words=f"{now.done} of {now.total} clips, {failed}{left}")

        yield tell


def _lasting(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
