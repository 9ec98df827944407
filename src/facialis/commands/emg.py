"""``facialis emg``: bursts, discharges and synchrony in a recording of electrodes, seconds or days long."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from facialis.emg.recording import Recording
    from facialis.emg.study import Study

REFUSED = 3
_WIDE = 110


def command(
    recording: Annotated[
        Path,
        typer.Argument(help="EDF, EDF+, BDF, BrainVision (.vhdr), CSV, or WFDB (.hea; pip install 'facialis[emg]')."),
    ],
    montage: Annotated[
        Path | None, typer.Option(help="Which channel is which muscle and side: TOML or JSON (docs/emg-files.md).")
    ] = None,
    rate_hz: Annotated[
        float | None, typer.Option("--rate-hz", min=0, help="Samples a second, where the file does not say it.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="uV, mV or V, where the file does not say it.")] = None,
    days_since_toxin: Annotated[
        float | None,
        typer.Option(min=0, help="Days since the last botulinum toxin, any site; it may weaken and hide signs."),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html and its figures into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF; needs the extra pdf.")] = None,
    bursts: Annotated[Path | None, typer.Option(help="Write every burst, a row each, as CSV.")] = None,
    window: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Show these seconds in the report, from and to, besides what it chooses itself."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            help="Where a long analysis keeps what is done, to go on from there if it was stopped.",
            show_default="the cache",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Threads.")] = 2,
) -> None:
    """Read what electrodes recorded: bursts, their discharges, what fires together, and what it could not show."""
    from facialis.commands.video import can_write, progress
    from facialis.emg.recording import open_recording
    from facialis.emg.study import studied
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf, "--bursts": bursts}, {"--report": report, "--keep": keep}, recording)
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    with open_recording(recording, montage=montage, rate_hz=rate_hz, unit=unit) as opened:
        _check(window, opened)
        with progress(f"reading {recording.name}") as step:
            study = studied(opened, days_since_toxin=days_since_toxin, workers=workers, keep=keep, progress=step)
        if report is not None or pdf is not None:
            _write_report(study, opened, report, pdf, window)
    if bursts is not None:
        write_whole(bursts, study.csv())
    if json_file is not None and str(json_file) == "-":
        for piece in study.json():
            typer.echo(piece, nl=False)
    else:
        if json_file is not None:
            write_whole(json_file, study.json())
        _print(study)
    if study.quality.verdict == "refused":
        raise typer.Exit(REFUSED)


def _check(window: tuple[float, float] | None, opened: Recording) -> None:
    from facialis.commands import CallError

    if window is None:
        return
    length = opened.source.duration_s
    if not 0 <= window[0] < min(window[1], length):
        asked = f"--window {window[0]:g} {window[1]:g}"
        raise CallError(f"{asked}: give the seconds from and to, within the recording's {length:.1f} s")


def _write_report(
    study: Study, opened: Recording, folder: Path | None, pdf: Path | None, window: tuple[float, float] | None
) -> None:
    from facialis.emg.page import report
    from facialis.emg.page.shown import Shown
    from facialis.paper.files import write_whole

    about = (study.head(), study.bursts, study.source, Shown(opened, study.measured.pyramid))
    if folder is not None:
        report.write(*about, folder, asleep=study.scored.asleep, window=window)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(report.compose(*about, asleep=study.scored.asleep, window=window)))


def _print(study: Study) -> None:
    """Print the answer, a line a muscle and a line a pair."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from facialis import knowledge
    from facialis.emg.answer import answer, muscles, pairs
    from facialis.paper.words import SIDE

    console = Console()
    result = study.head()
    told = answer(result)
    console.print(Text(told.headline))
    for caution in told.cautions:
        console.print(Text(f"  {caution}"))
    heads = {
        "muscle, bursts, a minute, time, length ms, discharges Hz, forms": muscles(result),
        "together, share, by chance, lag ms": pairs(result),
    }
    for head, rows in heads.items():
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        # In a narrow window the forms would break every row into five; the page and the result have them.
        names = [name for name in head.split(", ") if name != "forms" or console.width >= _WIDE]
        for name in names:
            table.add_column(name, min_width=max(map(len, name.split())))
        for row in rows:
            table.add_row(*(cell.removesuffix(" bursts").removesuffix(" burst") for cell in row[: len(names)]))
        if table.row_count:
            console.print(table)
    for finding in study.findings():
        if finding.state.value == "present":
            side = "" if finding.side.value == "none" else f", {SIDE[finding.side.value]}"
            console.print(Text(f"  present: {knowledge.finding(finding.code).term}{side}: {finding.because[0]}"))
