"""``facialis change``: is this visit really different from an earlier one: better, worse or cannot tell, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facialis.followup.change import Visit

_NEVER = "never"
_MOST_DAYS = 36_525


def command(
    before: Annotated[
        Path,
        typer.Argument(help="The earlier visit: facialis.visit/1 (TOML), or a result of `video` or `scale` (JSON)."),
    ],
    after: Annotated[Path, typer.Argument(help="The later visit.")],
    toxin_before: Annotated[
        str | None,
        typer.Option(
            help='Days from the last injection to the earlier visit, or "never"; over what the file says.',
            show_default="as the file says",
        ),
    ] = None,
    toxin_after: Annotated[
        str | None, typer.Option(help="The same for the later visit.", show_default="as the file says")
    ] = None,
    course: Annotated[
        Path | None, typer.Option(help="A course (facialis.course/1) made before the later visit: its forecast.")
    ] = None,
    looks: Annotated[
        int, typer.Option(min=1, max=1000, help="How often anybody looks for a change against the same earlier visit.")
    ] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write change.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write that page as PDF; needs the extra pdf.")] = None,
) -> None:
    """Hold two visits against each other: better, worse or cannot tell, beyond toxin cycle and chance.

    A visit to begin with: examples/visit_before.toml; docs/change.md says what each line means.
    """
    from facialis.commands import CallError
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    if before.exists() and after.exists() and before.samefile(after):
        raise CallError(f"{before} and {after} are one file; give one from before and one from after")
    for read in (before, after, course):
        can_write({"--json": json_file, "--pdf": pdf}, {"--report": report}, read)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    result = _compared(before, after, (toxin_before, toxin_after), course, looks)
    if report is not None:
        from facialis.followup.change import page

        page.write(result, report)
    if pdf is not None:
        from facialis.followup.change import page
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(page.compose(result)))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        write_whole(json_file, text.encode())
    _print(result)


def _compared(
    before: Path, after: Path, toxin: tuple[str | None, str | None], course: Path | None, looks: int
) -> dict[str, Any]:
    from facialis.commands import CallError
    from facialis.followup.change import NotComparable, change, read

    visits = [
        _injected(read(path), told, option)
        for path, told, option in zip((before, after), toxin, ("--toxin-before", "--toxin-after"), strict=True)
    ]
    try:
        if course is not None:
            from facialis.followup.change.forecast import with_course

            visits = list(with_course(visits[0], visits[1], course))
        return change(visits[0], visits[1], looks).to_json()
    except NotComparable as error:
        raise CallError(str(error)) from error


def _injected(visit: Visit, told: str | None, option: str) -> Visit:
    """Return a visit with what the caller says of the last injection."""
    from facialis.commands import CallError

    if told is None:
        return visit
    if told.strip().lower() == _NEVER:
        return visit.with_toxin(None, never=True)
    try:
        days = float(told)
    except ValueError:
        days = -1.0
    if not 0.0 <= days <= _MOST_DAYS:
        raise CallError(f'{option} {told}: give the days since the last injection, or "{_NEVER}"')
    return visit.with_toxin(days)


def _print(result: dict[str, Any]) -> None:
    """Print the verdict, its reasons, and a table of the measures."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    beyond = f" Beyond what the toxin cycle explains: {_words(result['beyond_cycle'])}."
    same = result["beyond_cycle"] == result["verdict"]
    console.print(Text(f"{_words(result['verdict']).capitalize()}.{'' if same else beyond}", style="bold"))
    for reason in result["evidence"]:
        console.print(Text(f"  {reason}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("measure", "before", "after", "seen", "verdict", "beyond the cycle", "verdict"):
        table.add_column(head)
    for one in result["measures"]:
        table.add_row(
            one["name"],
            *(_ends(one[key]) for key in ("before", "after", "seen")),
            _words(one["verdict"]),
            _ends(one["left"]),
            _words(one["beyond_cycle"]),
        )
    if table.row_count:
        console.print(table)
    for gap in result["not_counted"]:
        console.print(Text(f"  not judged: {gap['key']}: {gap['because']}"))


def _ends(told: dict[str, Any]) -> str:
    return f"{told['value']:.3g} ({told['low']:.3g} to {told['high']:.3g})"


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")
