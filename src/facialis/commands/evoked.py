"""``facialis evoked``: lateral spread response and blink reflex from sweeps."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facialis.emg.evoked import Evoked

REFUSED = 3


class Kind(StrEnum):
    """What was examined."""

    LATERAL_SPREAD = "lateral-spread"
    BLINK = "blink"


def command(
    sweeps: Annotated[
        Path, typer.Argument(help="Sweeps as CSV, or one continuous recording (EDF+, BDF, BrainVision).")
    ],
    kind: Annotated[Kind, typer.Option(help="What was examined.")],
    stimulated: Annotated[
        str | None,
        typer.Option(help="The branch, where the file does not say it: zygomatic_left, marginal_mandibular_right ..."),
    ] = None,
    montage: Annotated[
        Path | None, typer.Option(help="Muscle and side of each channel (TOML or JSON), before what its name says.")
    ] = None,
    norms: Annotated[
        Path | None, typer.Option(help="The laboratory's own norms of the blink reflex (TOML; docs/evoked.md).")
    ] = None,
    days_since_toxin: Annotated[
        float | None,
        typer.Option(min=0, help="Days since the last botulinum toxin, any site; it can hide lateral spread."),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF; needs the extra pdf.")] = None,
) -> None:
    """Measure evoked responses of the face: direct response, lateral spread, blink reflex, and what was hidden."""
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf}, {"--report": report}, sweeps)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    from facialis.emg.evoked import examine

    found = examine(
        sweeps, kind.value, stimulated=stimulated, montage=montage, norms=norms, days_since_toxin=days_since_toxin
    )
    result = found.to_json()
    if report is not None or pdf is not None:
        _write_report(result, report, pdf)
    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
    else:
        if json_file is not None:
            write_whole(json_file, text.encode())
        _print(found)
    if found.verdict == "refused":
        raise typer.Exit(REFUSED)


def _write_report(result: dict[str, Any], folder: Path | None, pdf: Path | None) -> None:
    from facialis.emg.page import evoked as page
    from facialis.paper.files import write_whole

    if folder is not None:
        page.write(result, folder)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(page.compose(result)))


def _print(found: Evoked) -> None:
    """Print the findings, then a row a response."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from facialis import knowledge
    from facialis.units import with_interval

    console = Console()
    for finding in found.findings():
        side = "" if finding.side.value == "none" else f", {finding.side.value}"
        console.print(Text(f"{knowledge.finding(finding.code).term}{side}: {finding.state.value.replace('_', ' ')}"))
        for reason in finding.because:
            console.print(Text(f"  {reason}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("channel", "stimulus", "response", "state", "latency", "amplitude", "sweeps"):
        # Words of these two are not cut: "zygomatic", "assessable".
        table.add_column(head, overflow="fold", min_width={"stimulus": 9, "state": 10}.get(head))
    for one in found.responses:
        there = one.present
        table.add_row(
            one.block.channel, str(one.block.stimulated).replace("_", " "),
            one.name + (" (far)" if one.volume_conducted else ""),
            one.state.value.replace("_", " "),
            with_interval(one.latency_ms) if there else "", with_interval(one.amplitude_uv, 0) if there else "",
            f"{one.persistence:.0%} of {one.sweeps}" if there and one.persistence is not None else str(one.sweeps),
        )  # fmt: skip
    if table.row_count:
        console.print(table)
    for reason in found.reasons:
        console.print(Text(f"  {reason}"))
