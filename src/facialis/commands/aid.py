"""``facialis aid``: two or three treatments side by side, for 1,000 people over the same years."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facialis.treatment.decision_aid import DecisionAid


def command(
    options: Annotated[
        list[str], typer.Argument(help="Two or three keys of options, for example onabotulinumtoxinA watchful_waiting.")
    ],
    case: Annotated[
        Path | None, typer.Option(help="A case (TOML or JSON): what must not be given to this person is refused.")
    ] = None,
    surgeon: Annotated[
        Path | None, typer.Option(help="A surgeon's own figures (TOML), in place of the published ones.")
    ] = None,
    years: Annotated[int, typer.Option(help="The years over which every option is looked at.")] = 10,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of the page, as 2026-01-31.", show_default="today")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write aid.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the page as PDF; needs the extra pdf.")] = None,
) -> None:
    """Compare two or three treatments: how many are helped, what can go wrong, what each asks; to be printed."""
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    for kept in (case, surgeon):
        can_write({"--json": json_file, "--pdf": pdf}, {"--report": report}, kept)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    told = _held(options, years, on, case, surgeon)
    result = told.to_json()
    if report is not None or pdf is not None:
        from facialis.treatment.decision_aid import page

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
    _print(told)


def _held(options: list[str], years: int, on: str | None, case: Path | None, surgeon: Path | None) -> DecisionAid:
    from facialis.case import read
    from facialis.commands import CallError
    from facialis.treatment.decision_aid import NotShown, chosen, decision_aid, read_surgeon

    known_case = side = None
    if case is not None:
        # The same side as the page of the options has it, so that the two never disagree.
        from facialis.commands.options import side_known
        from facialis.diagnosis import assess

        known_case = read(case)
        side = side_known(assess(known_case, steps=False))
    day = _day(on)
    try:
        known = chosen(options, years)
        figures = read_surgeon(surgeon, known, day) if surgeon is not None else None
        return decision_aid(options, years, day, known_case, figures, side)
    except NotShown as error:
        raise CallError(str(error)) from error


def _day(told: str | None) -> date:
    from facialis.commands import CallError

    if told is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise CallError(f"--on {told}: give a date, as 2026-01-31") from error


def _print(told: DecisionAid) -> None:
    """Print for each option how many are helped, and its harms over the same years."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for one in told.to_json()["options"]:
        main = one["main"]
        helped = _helped(main) if main else "nobody has counted how many it helps"
        looked = f", looked at: {main['at']}" if main and main["at"] else ""
        console.print(Text(one["name"], style="bold"))
        console.print(Text(f"  {helped}{looked}"))
        if one["surgeon"]:
            console.print(Text(f"  {_own(one['surgeon'])}"))
        for harm in one["harms"]:
            console.print(Text(f"  {harm['name']}: {_harm(harm)}"))
        for text in dict.fromkeys(harm["overlap"] for harm in one["harms"] if harm["overlap"]):
            names = (harm["name"] for harm in one["harms"] if harm["overlap"] == text)
            console.print(Text(f"  {', '.join(names)}: {text[:1].lower()}{text[1:]}"))
        for text in one["holds"]:
            console.print(Text(f"  for this person: {text}"))
    for text in told.to_json()["not_known"]:
        console.print(Text(f"not known: {text}"))


def _helped(main: dict[str, Any]) -> str:
    """Say how many are helped; where not everybody was counted, that stands beside the number."""
    partly = main["partly"]
    if partly is None:
        return f"{main['count']['text']} {main['yes']}"
    bound = "at least" if partly["bound"] == "floor" else "at most"
    left = f"not counted: {partly['not_counted']} of 1,000"
    return f"{bound} {main['count']['text']} {main['yes']}, {partly['brief']} ({left})"


def _own(surgeon: dict[str, Any]) -> str:
    counts = ", ".join(f"{key.replace('_', ' ')} {people}" for key, people in surgeon["counts"].items())
    few = "; too few to say much" if surgeon["too_few"] else ""
    return f"{surgeon['whose']}, of {surgeon['operations']} operations, at {surgeon['looked_at']}: {counts}{few}"


def _harm(harm: dict[str, Any]) -> str:
    if harm["count"] is None:
        return f"no number: {harm['why_not']}"
    over = harm["over"]
    if over is None:
        return str(harm["count"]["text"])
    counted = over["counted"]
    first = (
        f"{counted['count']['short']} at least once over {counted['at']}, counted in one clinic; " if counted else ""
    )
    low, high = (over[key]["short"].removesuffix(" of 1,000") for key in ("same_people", "chance_alone"))
    guess = f"at least once in {over['times']}, a guess: {over['middle']['short']}, between {low} and {high}"
    return f"{first}{harm['count']['text']} in one session ({guess})"
