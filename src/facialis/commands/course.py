"""``facialis course``: a diary and its treatments: what each injection did, what is to come, what needs attention."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


_PICTURES = (".svg", ".png")
_SHOWN = 6


def command(
    diary: Annotated[
        Path, typer.Argument(help="A table (CSV) with a column `date` and one of score, hfs_7, smc, spasms_per_min ...")
    ],
    treatment: Annotated[
        Path | None, typer.Option(help="What was given (TOML): injections, decompression, medicines, intervals.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the answer.", show_default="today")
    ] = None,
    case: Annotated[
        Path | None, typer.Option(help="A case (TOML or JSON), whose findings count for the red flags.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html and patient.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the clinician's page as PDF; needs the extra pdf.")] = None,
    patient_pdf: Annotated[Path | None, typer.Option(help="Write the patient's page as PDF.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Write the picture of the course (.svg or .png).")] = None,
    draws: Annotated[
        int, typer.Option(min=200, max=20_000, help="Draws for the intervals: more are slower and steadier.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")] = 1,
) -> None:
    """Follow a treatment: onset, relief and wear-off of each injection, the next session, alarms.

    To begin with: examples/diary.csv and examples/treatments.toml; docs/follow-up.md says what each column means.
    """
    from facialis.commands import CallError
    from facialis.followup.days import FIRST, LAST
    from facialis.paper.files import write_whole

    _check(diary, treatment, case, {"--json": json_file, "--pdf": pdf, "--patient-pdf": patient_pdf}, report, picture)
    # Nobody who writes --on asks for a clock; without it the day is the caller's own.
    day = date.today() if on is None else on.date()  # noqa: DTZ011
    if not FIRST <= day < LAST:
        raise CallError(f"--on {day.isoformat()}: give a day from {FIRST.year} to {LAST.year - 1}")
    result = _course(diary, treatment, day, case, draws, seed)
    if picture is not None and not any(side["measure"] for side in result["sides"].values()):
        from facialis.commands import CallError

        raise CallError(
            f"--picture {picture}: {diary} holds no entry up to {day.isoformat()}, so there is none to draw"
        )
    if report is not None:
        from facialis.followup import page

        page.write(result, report)
        page.write_patient(result, report)
    if pdf is not None or patient_pdf is not None:
        from facialis.followup import page
        from facialis.paper.pdf import pdf as on_paper

        if pdf is not None:
            write_whole(pdf, on_paper(page.compose(result)))
        if patient_pdf is not None:
            write_whole(patient_pdf, on_paper(page.compose_patient(result)))
    if picture is not None:
        from facialis.followup import page

        write_whole(picture, page.picture(result, picture.suffix.lower()))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        write_whole(json_file, text.encode())
    _print(result)


def _check(
    diary: Path,
    treatment: Path | None,
    case: Path | None,
    files: dict[str, Path | None],
    report: Path | None,
    picture: Path | None,
) -> None:
    """Say before the work what could not be done after it."""
    from facialis.commands import CallError
    from facialis.commands.video import can_write

    for read in (diary, treatment, case):
        can_write({**files, "--picture": picture}, {"--report": report}, read)
    if picture is not None and picture.suffix.lower() not in _PICTURES:
        raise CallError(f"--picture {picture}: end the name with .svg or .png")
    if files["--pdf"] is not None or files["--patient-pdf"] is not None:
        from facialis.paper.pdf import check

        check()


def _course(diary: Path, treatment: Path | None, on: date, case: Path | None, draws: int, seed: int) -> dict[str, Any]:
    """Return the public result."""
    from dataclasses import replace

    from facialis.case import Case
    from facialis.case import read as read_case
    from facialis.followup import diary as diaries
    from facialis.followup import symptoms, treatments

    given = treatments.Treatments(()) if treatment is None else treatments.read(treatment, on=on)
    told = diaries.read(diary, on=on, side=treatments.sides(given))
    known = Case() if case is None else read_case(case)
    raised = symptoms.red_flags(told, given, on, known.findings, {"age": known.age, "age_at_onset": known.age_at_onset})
    told = replace(told, assumptions=(*told.assumptions, *symptoms.earlier(told, given, on)))
    from facialis.followup.course import course

    return course(told, given, on, draws=draws, seed=seed, flags=raised).to_json()


def _print(result: dict[str, Any]) -> None:
    """Print alarms first, then each side: where it stands, when it wears off, the next session."""
    from rich.console import Console
    from rich.text import Text

    from facialis.followup.page import sentences

    console = Console()
    for alarm in result["alarms"]:
        console.print(Text(f"{sentences.urgency(alarm)}: {alarm['title']}. {alarm['action']}", style="bold"))
        console.print(Text(f"  because: {'; '.join(alarm['because'])}"))
    if not result["sides"]:
        console.print(Text("The diary holds no value up to this day: nothing can be said of the course."))
    for name, side in result["sides"].items():
        for sentence in sentences.standing(name, side, result["on"]):
            console.print(Text(sentence))
        _print_cycles(console, side)
        for gap in side["not_assessable"][:_SHOWN]:
            console.print(Text(f"  not assessable: {gap}"))
    for assumption in result["assumptions"]:
        console.print(Text(f"  assumed: {assumption}"))


def _print_cycles(console: Console, side: dict[str, Any]) -> None:
    """Print the latest injections."""
    from rich import box
    from rich.table import Table

    from facialis.followup.page import sentences

    if not side["cycles"]:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("injection", "given", "best relief", "wear-off, days", "state"):
        table.add_column(head, overflow="fold")
    for cycle in side["cycles"][-_SHOWN:]:
        table.add_row(*sentences.cycle(cycle))
    console.print(table)
    left = len(side["cycles"]) - _SHOWN
    if left > 0:
        console.print(f"  {left} earlier: --report and --json have them all")
