"""``facialis compare``: two recordings of one person held against each other, only over what both could show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from facialis.emg.compare import Comparison as OfElectrodes
    from facialis.emg.evoked.compare import Comparison as OfResponses
    from facialis.face.compare import Comparison as OfFilms
    from facialis.measures import Measure

    Comparison = OfFilms | OfElectrodes | OfResponses
    Compose = Callable[[dict[str, Any]], str]
    """Makes the page of a public comparison."""

REFUSED = 3
# What is compared as results only, and the command that gives each.
_ELECTRODES, _RESPONSES = "facialis.emg/1", "facialis.evoked/1"
_GIVEN_BY = {_ELECTRODES: "facialis emg", _RESPONSES: "facialis evoked"}


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
    from facialis import document
    from facialis.commands import CallError
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file, "--pdf": pdf}, {"--report": report})
    if pdf is not None:
        from facialis.paper.pdf import check

        check()
    # What takes no time is read first: a wrong file is said before a video is measured in vain.
    loaded = {path: document.json_file(path) for path in (before, after) if _is_result(path) and path.is_file()}
    schemas = [_schema(loaded.get(path)) for path in (before, after)]
    told: Comparison
    if schema := next((one for one in schemas if one in _GIVEN_BY), None):
        if schemas[0] != schemas[1]:
            one, other = (before, after) if schemas[0] == schema else (after, before)
            by = _GIVEN_BY[schema]
            raise CallError(f"{one} is a result of `{by}` and {other} is none; give two: {by} FILE --json")
        told, compose = _of_results(schema, loaded[before], loaded[after])
    else:
        told, compose = _of_films(before, after, mirrored)
    result = told.to_json()
    if report is not None:
        write_whole(report / "comparison.html", compose(result).encode())
    if pdf is not None:
        from facialis.paper.pdf import pdf as on_paper

        write_whole(pdf, on_paper(compose(result)))
    _give(result, told, json_file)


def _is_result(path: Path) -> bool:
    """Say whether a file is JSON: by its name, or by its first character, with which no video begins."""
    if path.suffix.lower() == ".json" or not path.is_file():
        return path.suffix.lower() == ".json"
    with path.open("rb") as file:
        return file.read(64).lstrip()[:1] == b"{"


def _schema(told: object) -> str | None:
    """Return what a result says that it is; None for a film."""
    return str(told.get("schema")) if isinstance(told, dict) else None


def _of_results(schema: str, first: dict[str, Any], second: dict[str, Any]) -> tuple[Comparison, Compose]:
    """Compare two results of `facialis emg`, or of `facialis evoked`; return it and what makes its page."""
    from facialis.version import __version__

    if schema == _ELECTRODES:
        from facialis.emg.compare import compare as of_bursts
        from facialis.emg.page import comparison

        return of_bursts(first, second), lambda result: comparison.compose(result, __version__)
    from facialis.emg.evoked.compare import compare as of_responses
    from facialis.emg.page import evoked_comparison

    return of_responses(first, second), lambda result: evoked_comparison.compose(result, first, second, __version__)


def _of_films(before: Path, after: Path, mirrored: bool | None) -> tuple[Comparison, Compose]:
    """Compare two films, or results of them, which are measured where they are not yet."""
    results = {path: _result(path) for path in (before, after) if _is_result(path)}
    _refuse_the_same(before, after, results)
    results |= {path: _measured(path, mirrored) for path in (before, after) if path not in results}
    from facialis.face.compare import compare
    from facialis.face.page import comparison

    told = compare(results[before], results[after])
    return told, lambda result: comparison.compose(result, results[before], results[after])


def _give(result: dict[str, Any], told: Comparison, json_file: Path | None) -> None:
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


def _print(told: Comparison) -> None:
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


def _rows(told: Comparison) -> list[tuple[str, ...]]:
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
