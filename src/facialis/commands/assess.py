"""``facialis assess``: what is known of a person, weighed: red flags, differential, why, what next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from facialis.diagnosis import Assessment

_SHOWN = 5


def command(
    case: Annotated[
        Path,
        typer.Argument(help="A case (TOML or JSON), or a measured result, such as `facialis video --json` writes."),
    ],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html and patient.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the clinician's page as PDF; needs the extra pdf.")] = None,
    patient_pdf: Annotated[
        Path | None, typer.Option(help="Write the patient's page as PDF; the answer only with --release.")
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="The clinician releases the answer: the patient's page holds it too.")
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            min=200, max=20_000, help="Draws of the numbers, for the intervals: more are slower and steadier."
        ),
    ] = 4000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")] = 1,
) -> None:
    """Weigh what is known of a person: red flags, a ranked differential, the evidence, the next step."""
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf, "--patient-pdf": patient_pdf}, {"--report": report}, case)
    if pdf is not None or patient_pdf is not None:
        from facialis.paper.pdf import check

        check()
    from facialis.diagnosis import assess, read

    told = assess(read(case), draws=draws, seed=seed)
    result = told.to_json()
    if report is not None:
        from facialis.diagnosis import page

        page.write(result, report)
        page.write_patient(result, report, released=release)
    if pdf is not None or patient_pdf is not None:
        from facialis.diagnosis import page
        from facialis.paper.pdf import pdf as on_paper

        if pdf is not None:
            write_whole(pdf, on_paper(page.compose(result)))
        if patient_pdf is not None:
            write_whole(patient_pdf, on_paper(page.compose_patient(result, released=release)))
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        write_whole(json_file, text.encode())
    _print(told)
    if report is not None and not release:
        typer.echo("patient.html holds red flags and the next steps; --release adds the answer.")


def _print(told: Assessment) -> None:
    """Print red flags, the answer, the first disorders, what speaks for and against, and what next."""
    from rich.console import Console
    from rich.text import Text

    from facialis.diagnosis import sentences

    console = Console()
    for raised in told.red_flags:
        urgency = raised.urgency.value.replace("_", " ").upper()
        console.print(Text(f"{urgency}: {raised.flag.title}. {raised.flag.action}", style="bold"))
        console.print(Text(f"  because: {'; '.join(raised.because)}"))
    for sentence in sentences.answer(told):
        console.print(Text(sentence))
    for reason in [] if told.explained else sentences.because(told):
        console.print(Text(f"  {reason}"))
    _print_differential(console, told)
    _print_reasons(console, told)
    for step in told.to_json()["next_steps"][:3]:
        console.print(Text(f"next: {step['name']}: {step['because']}"))
    gaps = list(told.not_assessable.items())
    for code, reason in gaps[:_SHOWN]:
        console.print(Text(f"  not assessable: {sentences.name_of(code)}: {reason}"))
    if len(gaps) > _SHOWN:
        console.print(Text(f"  not assessable: {len(gaps) - _SHOWN} more; --report and --json have them all"))


def _print_differential(console: Console, told: Assessment) -> None:
    from rich import box
    from rich.table import Table

    from facialis import knowledge
    from facialis.diagnosis import sentences

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("disorder", "probability", "ICD-10-CM"):
        table.add_column(head)
    names = knowledge.disorders()
    for one in told.differential[:_SHOWN]:
        cause = f", {names[one.disorder].causes[one.cause]}" if one.cause not in (None, "unknown") else ""
        code = names[one.disorder].icd10cm.get(told.side.side.value, "")
        table.add_row(f"{names[one.disorder].name}{cause}", sentences.interval(one.probability), code)
    console.print(table)


def _print_reasons(console: Console, told: Assessment) -> None:
    from rich.text import Text

    from facialis import knowledge

    leader = told.to_json()["differential"][0]
    if not leader["for"] and not leader["against"]:
        return
    rival = knowledge.disorders()[leader["against_whom"]].name
    console.print(Text(f"{leader['name']} against {rival}; 1 ban is ten times as likely:"))
    for word in ("for", "against"):
        for weight in leader[word][:_SHOWN]:
            elicited = ", elicited" if weight["basis"] == "elicited" else ""
            bans = f"{weight['bans']:+.2f} bans ({weight['low']:+.2f} to {weight['high']:+.2f}{elicited})"
            console.print(Text(f"  {word}: {weight['name']} {weight['state']}: {bans}"))
