"""``facialis options``: what can be done for one person: open, with care, something first, excluded, and why."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from facialis.diagnosis import Assessment
    from facialis.treatment.options import Chosen, Diagnosis, SideKnown

_SHOWN = 6
# From so many signs on a line is wide enough for the table not to need fixed columns.
_WIDE = 110


def command(
    case: Annotated[
        Path,
        typer.Argument(help="A case (TOML or JSON) with circumstances and medicines, or a measured result."),
    ],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the page as PDF; needs the extra pdf.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the answer.", show_default="today")
    ] = None,
) -> None:
    """Filter and order the options for one person, with the reason for each exclusion and caution."""
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf}, {"--report": report}, case)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    # Nobody who writes --on asks for a clock; without it the day is the caller's own.
    day = date.today() if on is None else on.date()  # noqa: DTZ011
    told = _chosen(case, day)
    result = told.to_json()
    if report is not None:
        from facialis.treatment.options import page

        page.write(result, report)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper
        from facialis.treatment.options import page

        write_whole(pdf, on_paper(page.compose(result)))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        write_whole(json_file, text.encode())
    _print(result)


def _chosen(path: Path, on: date) -> Chosen:
    """Join the rooms: the diagnosis tells what leads and on which side, the treatment what can be done."""
    from facialis.diagnosis import assess, read
    from facialis.treatment.options import choose

    case = read(path)
    told = assess(case, steps=False)
    return choose(case, diagnosis=_diagnosis(told), red_flags=told.red_flags, side=side_known(told), on=on)


def side_known(told: Assessment) -> SideKnown:
    """Return which side is known, as a plan needs it."""
    from facialis.treatment.options import SideKnown

    # That they do not agree is said by the rule that it raises; here stands who told which side.
    named = tuple(who for who in told.side.because if not who.startswith("they do not agree"))
    return SideKnown(told.side.side, told.side.settled, told.side.disagree, named)


def _diagnosis(told: Assessment) -> Diagnosis | None:
    """Return what the options are for; None where nothing that was read tells the disorders apart."""
    from facialis import knowledge
    from facialis.diagnosis import sentences
    from facialis.treatment.options import Diagnosis

    if not told.evidence.readings:
        return None
    leader = told.leader
    sure = told.explained and sentences.stands_out(told)
    name = knowledge.disorders()[leader.disorder].name
    return Diagnosis(leader.disorder, name, leader.probability, sure and leader.disorder == "hemifacial_spasm")


def _print(result: dict[str, Any]) -> None:
    """Print red flags, what is said first, the options that can be chosen, what is excluded, what to ask."""
    from rich.console import Console
    from rich.text import Text

    from facialis.treatment.options.page import words
    from facialis.units import in_text

    console = Console()
    for flag in result["red_flags"]:
        urgency = flag["urgency"].replace("_", " ").upper()
        console.print(Text(f"{urgency}: {flag['title']}. {flag['action']}", style="bold"))
        console.print(Text(f"  because: {'; '.join(flag['because'])}"))
    for sentence in result["sentences"]:
        console.print(Text(sentence))
    _print_options(console, [one for one in result["options"] if one["rank"] is not None])
    for reason, names in words.together(result["options"]):
        console.print(Text(f"{reason}: {', '.join(names)}"))
    nothing = [in_text(one["name"]) for one in result["options"] if one["state"] == "no_place"]
    if nothing:
        console.print(Text(f"no evidence in hemifacial spasm (--report says what each is for): {'; '.join(nothing)}"))
    asked = [one["question"] for one in result["for"]["not_asked"]]
    for question in asked[:_SHOWN]:
        console.print(Text(f"  ask first: {question}"))
    if len(asked) > _SHOWN:
        console.print(Text(f"  ask first: {len(asked) - _SHOWN} more; --report and --json have them all"))
    for gap in result["not_assessable"]:
        console.print(Text(f"  not assessable: {gap}"))


def _print_options(console: Console, options: list[dict[str, Any]]) -> None:
    """Print what can be chosen, the number above its interval."""
    from rich import box
    from rich.table import Table

    from facialis.treatment.options.page import words

    if not options:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    narrow = console.width < _WIDE
    for head, least in (("option", 20), ("state", 11), ("how likely", 12), ("how soon", 12), ("how long", 12)):
        table.add_column(head, no_wrap=head == "how likely", min_width=least, width=least if narrow else None)
    standing = ""
    for one in options:
        if one["standing"] != standing:
            standing = one["standing"]
            table.add_row(f"[bold]{words.STANDING[standing]}[/bold]")
        numbers: list[tuple[str, ...]] = [words.short(words.first_of(one, words.LIKELY))]
        numbers += [words.short_time(words.first_of(one, keys)) for keys in (words.SOON, words.LONG)]
        state = "first" if one["state"] == "first" else words.state(one).replace(" if ", "\nif ")
        table.add_row(one["name"], state, *("\n".join(part for part in lines if part) for lines in numbers))
    console.print(table)
