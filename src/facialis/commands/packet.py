"""``facialis packet``: what a payer asks before it pays for toxin, held against the record, with letter and codes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facialis.knowledge.treatment.payer import Payer
    from facialis.treatment.authorisation import Record


def command(
    case: Annotated[Path, typer.Argument(help="A case (TOML or JSON), as for `facialis assess`.")],
    payer: Annotated[str, typer.Option(help="Whose rules: a name of payers.toml, or a file of one's own (TOML).")],
    sessions: Annotated[
        list[Path] | None,
        typer.Option("--session", "--sessions", help="A session (facialis.session/1); again for each that was given."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="The session that is asked for (facialis.injection_plan/1).")
    ] = None,
    scales: Annotated[
        list[Path] | None,
        typer.Option("--scale", "--scales", help="A scored scale (facialis.scale/1); again for each."),
    ] = None,
    video: Annotated[
        list[str] | None,
        typer.Option(help="A measured film (facialis.video/1) as FILE or DATE=FILE; once for each. Figures only."),
    ] = None,
    course: Annotated[Path | None, typer.Option(help="The course (facialis.course/1): how long it held.")] = None,
    assessment: Annotated[Path | None, typer.Option(help="The explained diagnosis (facialis.assessment/1).")] = None,
    tried: Annotated[Path | None, typer.Option(help="Alternatives tried or ruled out: [[tried]] rows (TOML).")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the packet; today.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write packet.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the packet as PDF; needs the extra pdf.")] = None,
) -> None:
    """Hold a payer's rules against the record: what is met and where, what is missing, the letter, the codes."""
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    films = [Path(part) for one in video or [] for part in (one, one.partition("=")[2]) if part]
    for kept in (case, Path(payer), *(sessions or []), *(scales or []), *films, plan, course, assessment, tried):
        can_write({"--json": json_file, "--pdf": pdf}, {"--report": report}, kept)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    from facialis.treatment.authorisation import packet

    day = (on or datetime.now().astimezone()).date()
    rules = _payer(payer)
    files = {"sessions": sessions or [], "scales": scales or [], "video": video or []}
    single = {"plan": plan, "course": course, "assessment": assessment, "tried": tried}
    result = packet(_record(case, day, files, single), rules)
    if report is not None or pdf is not None:
        from facialis.treatment.authorisation import page

        if report is not None:
            page.write(result, report)
        if pdf is not None:
            from facialis.paper.pdf import pdf as on_paper

            write_whole(pdf, on_paper(page.compose(result)))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        write_whole(json_file, text.encode())
    _print(result)


def _payer(told: str) -> Payer:
    """Return a payer by its name, or the one of a practice's own file."""
    from difflib import get_close_matches

    from facialis.commands import CallError
    from facialis.document import text_file
    from facialis.knowledge import treatment
    from facialis.knowledge.treatment.payer import own

    path = Path(told)
    if path.suffix.lower() == ".toml":
        return own(text_file(path), path.stem, treatment.products(), str(path))
    known = treatment.payers()
    if told not in known:
        near = get_close_matches(told, list(known), 1)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        raise CallError(
            f'--payer "{told}" is not known; {hint}there are {", ".join(known)}, or give a file of your own (.toml)'
        )
    return known[told]


def _record(case: Path, day: Any, files: dict[str, Any], single: dict[str, Path | None]) -> Record:
    from facialis import case as cases
    from facialis.knowledge import treatment
    from facialis.treatment.authorisation import Record, reading

    plan, course, assessment, tried = (single[name] for name in ("plan", "course", "assessment", "tried"))
    return Record(
        case.name,
        cases.read(case),
        day,
        tuple(reading.session(path) for path in files["sessions"]),
        reading.plan(plan) if plan else None,
        tuple(reading.score(path) for path in files["scales"]),
        tuple(reading.film(told) for told in files["video"]),
        reading.course(course) if course else None,
        reading.leader(assessment) if assessment else None,
        reading.tried(tried, treatment.options()) if tried else (),
    )


def _print(result: dict[str, Any]) -> None:
    """Print whether it can be sent, each rule, and what is missing."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    payer, diagnosis = result["payer"], result["diagnosis"]
    if payer["example"]:
        console.print(Text("An invented payer: its rules are an example.", style="bold"))
    lacking = f"{len(result['missing'])} of {len(result['requirements'])} missing"
    ready = "every rule is met" if result["ready"] else f"NOT READY TO SEND: {lacking}"
    console.print(Text(f"{payer['name']}: {ready}; {diagnosis['icd10cm']}, {diagnosis['side'] or 'side not settled'}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("asked", "state", "in the record"):
        table.add_column(head)
    for one in result["requirements"]:
        found = "; ".join(place["text"] for place in one["found"][:2]) or (one["missing"] or "")
        table.add_row(one["asked"], one["state"].replace("_", " "), found)
    console.print(table)
    for text in result["missing"]:
        console.print(Text(f"missing: {text}"))
