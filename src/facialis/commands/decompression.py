"""``facialis decompression``: the path round the operation: done, due, overdue; hearing, face, eye, what to watch."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facialis.treatment.decompression import Record


def command(
    record: Annotated[Path, typer.Argument(help="What was done round one operation (TOML).")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today, when it is another day.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html and patient.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the clinician's page as PDF; needs the extra pdf.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same intervals.")] = 1,
) -> None:
    """Follow the path round a decompression: done, due and overdue, what to watch for, how hearing and face are."""
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf}, {"--report": report}, record)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    from facialis.treatment import decompression

    today = (datetime.now().astimezone() if on is None else on).date()
    read = decompression.read(record, today)
    result = decompression.path(read, today, _relief(read, today, seed)).to_json()
    if report is not None:
        from facialis.treatment.decompression import page

        page.write(result, report)
        page.write_patient(result, report)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper
        from facialis.treatment.decompression import page

        write_whole(pdf, on_paper(page.compose(result)))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        write_whole(json_file, text.encode())
    _print(result)


def _relief(record: Record, today: date, seed: int) -> dict[str, Any] | None:
    """Return how the spasms stand: the follow-up tells it, of the scores in the record."""
    if record.operated is None or not record.spasms:
        return None
    from facialis.followup import Entry
    from facialis.followup.relief import relief

    entries = [Entry(day, record.side, "score", score, "patient") for day, score in record.spasms]
    return relief(record.operated, today, entries, injected=record.toxin, seed=seed).to_json()


def _print(result: dict[str, Any]) -> None:
    """Print what needs somebody, then the steps, hearing, face, eye and spasms, then what to watch for now."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for one in result["attention"]:
        urgency = one["urgency"].replace("_", " ").upper()
        console.print(Text(f"{urgency}: {one['title']}. {one['action']}", style="bold"))
        for reason in one["because"]:
            console.print(Text(f"  {reason}"))
    _print_steps(console, result)
    for name, part in (("hearing", result["hearing"]), ("palsy", result["palsy"]), ("spasms", result["relief"])):
        if part is not None:
            console.print(Text(f"{name}: {part['state'].replace('_', ' ')}"))
            for reason in part["because"][:3]:
                console.print(Text(f"  {reason}"))
    for one in result["watch"]:
        if one["state"] == "now":
            console.print(Text(f"watch for, until {one['to']}: {one['name']}: {one['action']}"))
    for gap in result["not_assessable"]:
        console.print(Text(f"  not assessable: {gap}"))


def _print_steps(console: Any, result: dict[str, Any]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("step", "state", "done", "due"):
        table.add_column(head)
    for one in result["steps"]:
        state = one["state"].replace("_", " ") + (f": {one['because']}" if one["because"] else "")
        table.add_row(one["name"], state, one["done"] or "", one["due"] or "")
    console.print(table)
