"""``facialis video``: every spasm in an ordinary video, and what the video could not show."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from facialis.face import Examination
    from facialis.face.guided.protocol import Protocol
    from facialis.face.review import Review

REFUSED = 3


def command(
    clip: Annotated[Path, typer.Argument(help="A video of one face: mp4, mov, mkv, webm, avi or gif.")],
    mirrored: Annotated[
        bool | None,
        typer.Option(
            "--mirrored/--not-mirrored",
            help="Whether the clip shows the face as a mirror does.",
            show_default="not known",
        ),
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option(help="The guided examination it was filmed by: clinic, home, or a TOML file (docs/protocol.md)."),
    ] = None,
    protocol_offset: Annotated[
        float | None, typer.Option(help="Where in the clip the protocol begins, seconds; negative for a late clip.")
    ] = None,
    days_since_toxin: Annotated[
        float | None,
        typer.Option(min=0, help="Days since the last botulinum toxin, any site; it may weaken and hide signs."),
    ] = None,
    stills: Annotated[
        Path | None, typer.Option(help="Write the seven stills of the protocol as PNG into this folder.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html and its figures into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF; needs the extra pdf.")] = None,
    events: Annotated[Path | None, typer.Option(help="Write the events as CSV.")] = None,
    signals: Annotated[Path | None, typer.Option(help="Write every signal, a row a frame, as CSV.")] = None,
    faces: Annotated[bool, typer.Option("--faces/--no-faces", help="Show pictures of the face in the report.")] = True,
    review: Annotated[
        Path | None, typer.Option(help="Apply a reviewer's changes: events taken out or called by another name.")
    ] = None,
    write_review: Annotated[
        Path | None, typer.Option(help="Write every event as a line of a review, ready to be edited.")
    ] = None,
) -> None:
    """Measure a video of a face: when, which side, which muscles, how large, and what it could not show."""
    from facialis.paper.files import write_whole

    files = {"--json": json_file, "--pdf": pdf, "--events": events, "--signals": signals}
    can_write(files, {"--report": report, "--stills": stills})
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    changes = _changes(clip, review, write_review)
    guide = _protocol(protocol, protocol_offset, days_since_toxin)
    from facialis.face import examine
    from facialis.face.tables import events_csv, signals_csv

    words = {None: "unknown", True: "yes", False: "no"}
    with progress(f"measuring {clip.name}") as step:
        examination = examine(clip, mirrored=words[mirrored], protocol=guide, progress=step)
    if changes is not None:
        from facialis.face.review import apply

        examination = apply(examination, changes)
    if write_review is not None:
        from facialis.face.review import template

        write_whole(write_review, template(examination))
    result = examination.to_json()
    if report is not None or pdf is not None:
        _write_report(clip, examination, report, pdf, faces)
    if stills is not None:
        _write_stills(clip, examination, stills)
    if events is not None:
        write_whole(events, events_csv(examination.events))
    if signals is not None:
        write_whole(signals, signals_csv(examination.signals))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
    else:
        if json_file is not None:
            write_whole(json_file, text.encode())
        _print(examination)
    if examination.quality.verdict == "refused":
        raise typer.Exit(REFUSED)


def can_write(files: dict[str, Path | None], folders: dict[str, Path | None], keep: Path | None = None) -> None:
    """Say before the work what could not be written after it, or would be written over the file to keep."""
    from facialis.commands import CallError

    for option, path in files.items():
        if path is None or (option == "--json" and str(path) == "-"):
            continue
        if path.is_dir() or not path.parent.is_dir():
            raise CallError(f"{option} {path}: give a file in a folder that exists")
        if keep is not None and keep.exists() and path.exists() and path.samefile(keep):
            raise CallError(f"{option} {path}: is the file that is read; name another one")
    for option, path in folders.items():
        if path is None:
            continue
        there = next((folder for folder in (path, *path.parents) if folder.exists()), None)
        if there is not None and not there.is_dir():
            raise CallError(f"{option} {path}: give a folder, {there} is a file")


def _protocol(name: str | None, offset_s: float | None, days_since_toxin: float | None) -> Protocol | None:
    """Read the protocol before the work."""
    from dataclasses import replace

    from facialis.commands import CallError
    from facialis.face.guided.protocol import load, untasked

    if name is None:
        if offset_s is not None:
            raise CallError("--protocol-offset goes with --protocol: name the guided examination, or leave it out")
        return None if days_since_toxin is None else untasked(days_since_toxin)

    guide = load(name)
    if days_since_toxin is not None:
        guide = replace(guide, days_since_toxin=days_since_toxin)
    return guide.later(offset_s) if offset_s is not None else guide


def _write_stills(clip: Path, examination: Examination, folder: Path) -> None:
    import cv2

    from facialis.face.guided import stills
    from facialis.paper.files import write_whole

    names = stills.file_names(examination.stills)
    for name, picture in stills.pictures(clip, examination.stills, examination.places):
        whole, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        if whole:
            write_whole(folder / names[name], data.tobytes())


def _changes(clip: Path, review: Path | None, template: Path | None) -> Review | None:
    """Read the review and see that it is of this clip, before the work."""
    from facialis.commands import CallError

    if template is not None:
        if review is not None:
            raise CallError("--write-review lists what was measured: give it without --review")
        if template.exists():
            raise CallError(f"--write-review {template}: is there already and may hold a review; give another name")
        if not template.parent.is_dir():
            raise CallError(f"--write-review {template}: give a file in a folder that exists")
    if review is None:
        return None
    from facialis.face.review import read, sha256

    told = read(review)
    if clip.is_file():
        told.check(sha256(clip))
    return told


def _write_report(clip: Path, examination: Examination, folder: Path | None, pdf: Path | None, faces: bool) -> None:
    from facialis.face import page
    from facialis.paper.files import write_whole

    pictures = None
    if faces:
        with progress("cutting pictures and films") as step:
            pictures = page.cut(clip, examination, step)
    result = examination.to_json()
    if folder is not None:
        page.write(result, examination.signals, pictures, folder)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(page.compose(result, examination.signals, pictures)))


@contextmanager
def progress(words: str) -> Iterator[Callable[[float, float | None], None]]:
    """Show how far it is and how long it will take, on a terminal's standard error only."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(examination: Examination) -> None:
    """Print the answer and the one-sided events."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from facialis.face.page.answer import answer
    from facialis.units import clock, percent_iod

    console = Console()
    result = examination.to_json()
    told = answer(result)
    console.print(Text(told.headline))
    for caution in told.cautions:
        console.print(Text(f"  {caution}"))
    if examination.review is not None and examination.measured is not None:
        console.print(Text(f"  {_told(examination.review, examination.measured)}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("kind", "side", "onset", "seconds", "size", "form"):
        table.add_column(head, no_wrap=True)
    table.add_column("regions", overflow="fold", ratio=1)
    table.add_column("p", no_wrap=True)
    for event in examination.events:
        if event.kind in ("spasm", "synkinesis"):
            regions = ", ".join(event.regions).replace("_", " ")
            table.add_row(
                event.kind, event.side.value, clock(event.onset_s), f"{event.offset_s - event.onset_s:.2f}",
                percent_iod(event.amplitude_iod), event.form or "", regions, f"{event.probability:.2f}",
            )  # fmt: skip
    if table.row_count:
        console.print(table)


def _told(review: Review, measured: Examination) -> str:
    """Say who changed what, and what was measured before."""
    from facialis.face.page.answer import answer
    from facialis.units import count

    out = sum(change.to == "out" for change in review.changes)
    named = sum(change.applied for change in review.changes) - out
    before = answer(measured.to_json()).headline
    return f"Reviewed by {review.reviewer}: {count(out, 'event')} taken out, {named} named anew. Measured: {before}"
