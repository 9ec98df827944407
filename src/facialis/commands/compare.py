"""``facialis compare``: two recordings of one person held against each other, only over what both could show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facialis.emg.compare import Comparison as OfElectrodes
    from facialis.emg.evoked.compare import Comparison as OfResponses
    from facialis.face.compare import Comparison
    from facialis.measures import Measure

REFUSED = 3
# What is compared as results only, and the command that gives each.
_RESULTS = {"facialis.emg/1": "facialis emg", "facialis.evoked/1": "facialis evoked"}


def command(
    before: Annotated[
        Path,
        typer.Argument(help="The earlier one: a video, or a result of `facialis video`, `emg` or `evoked`."),
    ],
    after: Annotated[Path, typer.Argument(help="The later one: a video, or a result.")],
    mirrored: Annotated[
        bool | None,
        typer.Option(
            "--mirrored/--not-mirrored",
            help="Whether the videos show the face as a mirror does; a result knows it itself.",
            show_default="not known",
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the comparison as JSON; - prints it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page of the comparison into this folder.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write that page as PDF; needs the extra pdf.")] = None,
) -> None:
    """Compare two recordings of one person: better, worse or cannot tell, and why."""
    from facialis.commands import CallError
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf}, {"--report": report})
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    # What takes no time is read first: a wrong file is said before a video is measured in vain.
    kinds = [_schema(path) for path in (before, after)]
    of_electrodes = next((kind for kind in kinds if kind in _RESULTS), None)
    if of_electrodes is not None:
        if kinds[0] != kinds[1]:
            one, other = (before, after) if kinds[0] == of_electrodes else (after, before)
            command = _RESULTS[of_electrodes]
            raise CallError(f"{one} is a result of `{command}` and {other} is none; give two: {command} FILE --json")
        (_electrodes if of_electrodes == "facialis.emg/1" else _responses)(before, after, json_file, report, pdf)
        return
    results = {path: _result(path) for path in (before, after) if _is_result(path)}
    _refuse_the_same(before, after, results)
    results |= {path: _measured(path, mirrored) for path in (before, after) if path not in results}
    from facialis.face.compare import compare

    told = compare(results[before], results[after])
    result = told.to_json()
    if report is not None:
        from facialis.face.page import comparison

        comparison.write(result, results[before], results[after], report)
    if pdf is not None:
        from facialis.face.page import comparison
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(comparison.compose(result, results[before], results[after])))
    _give(result, told, json_file)


def _is_result(path: Path) -> bool:
    """Say whether a file is JSON: by its name, or by its first character, with which no video begins."""
    if path.suffix.lower() == ".json" or not path.is_file():
        return path.suffix.lower() == ".json"
    with path.open("rb") as file:
        return file.read(64).lstrip()[:1] == b"{"


def _schema(path: Path) -> str | None:
    """Return what a file says that it is; None for a film."""
    from facialis.document import json_file

    if not _is_result(path) or not path.is_file():
        return None
    told = json_file(path)
    return str(told.get("schema")) if isinstance(told, dict) else None


def _electrodes(before: Path, after: Path, json_file: Path | None, report: Path | None, pdf: Path | None) -> None:
    """Compare two results of `facialis emg`."""
    from facialis.document import Document
    from facialis.emg.compare import SCHEMA, compare
    from facialis.emg.page import comparison
    from facialis.paper.files import write_whole
    from facialis.version import __version__

    told = compare(*(dict(Document.read(path, SCHEMA).items()) for path in (before, after)))
    result = told.to_json()
    if report is not None:
        comparison.write(result, report, __version__)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(comparison.compose(result, __version__)))
    _give(result, told, json_file)


def _responses(before: Path, after: Path, json_file: Path | None, report: Path | None, pdf: Path | None) -> None:
    """Compare two results of `facialis evoked`."""
    from facialis.document import Document
    from facialis.emg.evoked.compare import SCHEMA, compare
    from facialis.emg.page import evoked_comparison
    from facialis.paper.files import write_whole
    from facialis.version import __version__

    first, second = (dict(Document.read(path, SCHEMA).items()) for path in (before, after))
    told = compare(first, second)
    result = told.to_json()
    if report is not None:
        evoked_comparison.write(result, first, second, report, __version__)
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(evoked_comparison.compose(result, first, second, __version__)))
    _give(result, told, json_file)


def _give(result: dict[str, Any], told: Comparison | OfElectrodes | OfResponses, json_file: Path | None) -> None:
    """Write the result or print it, and leave with the exit code that says whether the two could be compared."""
    from facialis.paper.files import write_whole

    text = json.dumps(result, indent=1, allow_nan=False)
    if json_file is not None and str(json_file) == "-":
        typer.echo(text)
    else:
        if json_file is not None:
            write_whole(json_file, text.encode())
        _print(told)
    if not told.comparable:
        raise typer.Exit(REFUSED)


def _result(path: Path) -> dict[str, Any]:
    from facialis.face.compare.visit import read, visit

    result = read(path)
    visit(result, str(path))
    return result


def _refuse_the_same(before: Path, after: Path, results: dict[Path, dict[str, Any]]) -> None:
    from facialis.commands import CallError
    from facialis.face.review import sha256

    hashes = [
        results[path]["source"]["sha256"] if path in results else sha256(path)
        for path in (before, after)
        if path in results or path.is_file()
    ]
    if len(hashes) == 2 and hashes[0] == hashes[1]:
        raise CallError(f"{before} and {after} are of the same recording; give one from before and one from after")


def _measured(path: Path, mirrored: bool | None) -> dict[str, Any]:
    from facialis.commands.video import progress
    from facialis.face import examine

    words = {None: "unknown", True: "yes", False: "no"}
    with progress(f"measuring {path.name}") as step:
        return examine(path, mirrored=words[mirrored], progress=step).to_json()


def _print(told: Comparison | OfElectrodes | OfResponses) -> None:
    """Print the headline, what may make them differ, and a table of the measures or the responses."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(told.headline))
    for reason in told.because if told.comparable else told.because[1:]:
        console.print(Text(f"  {reason}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    head, *rows = _rows(told)
    for name in head:
        table.add_column(name)
    for row in rows:
        table.add_row(*row)
    if rows:
        console.print(table)
    for gap in told.not_compared:
        console.print(Text(f"  not compared: {_named(gap.name)}: {gap.because}"))


def _rows(told: Comparison | OfElectrodes | OfResponses) -> list[tuple[str, ...]]:
    """Return the table: its head, then a line a measure or a response."""
    from facialis.emg.evoked.compare import Comparison as OfResponses

    if not isinstance(told, OfResponses):
        return [("measure", "before", "after", "change", "verdict"), *map(_row, told.measures)]
    from facialis.emg.page.evoked_comparison import row

    words = [row(change.to_json()) for change in told.changes]
    columns = ("muscle", "name", "before", "after", "change", "later", "size")
    head = ("muscle", "response", "before", "after", "change", "later by", "amplitude")
    return [head, *(tuple(str(one[column]) for column in columns) for one in words)]


def _row(measure: Measure) -> tuple[str, ...]:
    """Return one line of the table; fractions of the inter-ocular distance and shares as per cent."""
    times = 1.0 if measure.unit == "1/min" else 100.0
    unit = {"1/min": "a minute", "iod": "% IOD"}.get(measure.unit, "%")

    def ends(value: float | None, low: float | None, high: float | None, scale: float) -> str:
        scaled = [None if end is None else scale * end for end in (value, low, high)]
        printed = ["-" if end is None else "0" if abs(end) < 0.0005 else f"{end:.3g}" for end in scaled]
        return f"{printed[0]} ({printed[1]} to {printed[2]})"

    sides = (measure.before, measure.after)
    told = ["not known" if one is None else ends(one.value, one.low, one.high, times) for one in sides]
    return (
        f"{_named(measure.name)}, {unit}",
        *told,
        f"{ends(*measure.change, 1.0)} {measure.change_is}",
        measure.verdict,
    )


def _named(name: str) -> str:
    """Name a measure as in a text: "smile: excursion left"."""
    plain = {
        "bursts_per_min": "bursts",
        "active_time_fraction": "time active",
        "spasms_per_min": "spasms",
        "spasm_time_fraction": "time in spasm",
        "amplitude_iod": "amplitude",
    }
    *way, last = name.removeprefix("task:").removeprefix("muscle:").split(":")
    return ": ".join([*way, plain.get(last, last.replace("_", " "))])
