"""A diary of spasms: days, measures and who measured, read from a table. An empty cell is a gap and never a nought."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import isfinite
from pathlib import Path
from statistics import fmean
from types import MappingProxyType

from facialis import knowledge
from facialis.document import DocumentError
from facialis.findings import Side
from facialis.followup import results
from facialis.followup.days import days
from facialis.followup.table import Row, Sheet, sheet, shortened, unknown
from facialis.knowledge import treatment
from facialis.units import count

SOURCES = ("patient", "clinician", "video")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_BETWEEN_CODES = re.compile(r"[;,|]")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a diary may count: its name, its unit as printed, and the values that are possible."""

    key: str
    name: str
    unit: str
    low: float
    high: float | None


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        one.key: one
        for one in (
            Measure("score", "the patient's own score", "0-10", 0.0, 10.0),
            Measure("hfs_7", "HFS-7", "0-28", 0.0, 28.0),
            Measure("smc", "SMC grade", "0-4", 0.0, 4.0),
            Measure("spasms_per_min", "spasms a minute", "1/min", 0.0, None),
            Measure("spasm_time_fraction", "share of time in spasm", "share", 0.0, 1.0),
        )
    }
)
COLUMNS = ("date", *MEASURES, "side", "source", "symptoms", "result")
_TOLD_BY = (*MEASURES, "symptoms", "result")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of one day and side."""

    day: date
    side: Side
    measure: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """A finding or an adverse event that somebody told on a day."""

    day: date
    side: Side
    code: str
    source: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that was not used: its line in the file, and why."""

    line: int
    because: str


@dataclass(frozen=True, slots=True)
class Diary:
    """What a diary holds, by day.

    Attributes
    ----------
    entries, symptoms : tuple
        By day, side, measure or code, and source.
    assumptions : tuple of str
        What the file left open and how it was taken.
    name, sha256 : str
        Of the file.
    rows : int
        Rows below the header; those that were used and those set aside together.
    aside : tuple of Aside
        Rows that say nothing that could be used, each with its reason.
    """

    entries: tuple[Entry, ...]
    symptoms: tuple[Symptom, ...]
    assumptions: tuple[str, ...]
    name: str = ""
    sha256: str = ""
    rows: int = 0
    aside: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What one row holds, why nothing where it holds nothing, and whether its video may be mirrored."""

    line: int
    entries: tuple[Entry, ...]
    symptoms: tuple[Symptom, ...]
    because: str = ""
    mirrored: bool = False


def read(path: str | Path, *, on: date | None = None, side: Side = Side.NONE) -> Diary:
    """Read a diary.

    Parameters
    ----------
    path : str or Path
        A table with the column ``date`` and at least one of those in ``MEASURES``, ``symptoms`` or ``result``.
    on : date or None
        Rows of later days are set aside; None keeps all.
    side : Side
        Where a row does not say it. BOTH: both sides are treated, so that each row must say it.

    Raises
    ------
    DocumentError
        In one line: file, line, column, what is wrong, the nearest word.
    """
    path = Path(path)
    table = sheet(path, COLUMNS)
    _check_columns(table, path)
    dates, assumed = days(table.rows)
    reads = [_row(row, day, side, on, path.parent) for row, day in zip(table.rows, dates, strict=True)]
    entries, averaged = _averaged([entry for one in reads for entry in one.entries])
    symptoms = sorted({symptom for one in reads for symptom in one.symptoms}, key=_place_of_symptom)
    aside = tuple(Aside(one.line, one.because) for one in reads if one.because)
    return Diary(
        tuple(entries),
        tuple(symptoms),
        (
            *table.assumptions,
            *assumed,
            *_assumed(table, side),
            *_unsided(reads),
            *_mirrored(reads),
            *averaged,
            *_set_aside(aside),
        ),
        path.name,
        sha256(path.read_bytes()).hexdigest(),
        len(table.rows),
        aside,
    )


def of(entries: Iterable[Entry], symptoms: Iterable[Symptom] = (), *, name: str = "diary") -> Diary:
    """Return the diary that values and symptoms make which do not stand in a file.

    Parameters
    ----------
    entries : iterable of Entry
        In any order; several of one day, side, measure and source are averaged, and that is said.
    symptoms : iterable of Symptom
    name : str
        How it is called in a result.

    Raises
    ------
    ValueError
        If a measure or a symptom is not known, or a value is not possible; one line.
    """
    told, noticed = list(entries), sorted(set(symptoms), key=_place_of_symptom)
    for entry in told:
        _check_entry(entry)
    known = symptom_codes() if noticed else ()
    for symptom in noticed:
        if symptom.code not in known:
            raise ValueError(f'"{symptom.code}" is no code of a symptom')
    kept, averaged = _averaged(told)
    rows: list[list[object]] = [[str(one.day), one.side.value, one.measure, one.value, one.source] for one in kept]
    rows += [[str(one.day), one.side.value, one.code, None, one.source] for one in noticed]
    written = sha256(json.dumps(rows, allow_nan=False).encode()).hexdigest()
    return Diary(tuple(kept), tuple(noticed), tuple(averaged), name, written, len(told) + len(noticed))


def _check_entry(entry: Entry) -> None:
    measure = MEASURES.get(entry.measure)
    if measure is None:
        raise ValueError(f'"{entry.measure}" is no measure; it must be one of {", ".join(MEASURES)}')
    within = measure.low <= entry.value and (measure.high is None or entry.value <= measure.high)
    if not isfinite(entry.value) or not within:
        raise ValueError(f"{measure.key} of {entry.day.isoformat()} is {entry.value:g}, which cannot be")


def symptom_codes() -> tuple[str, ...]:
    """Return what may stand under ``symptoms``: the findings, and what a treatment may bring."""
    return tuple(dict.fromkeys((*knowledge.findings(), *treatment.alarms().side_effects)))


def _check_columns(table: Sheet, path: Path) -> None:
    if "date" not in table.columns:
        raise DocumentError(f'{path}: line 1: there is no column "date"')
    if not set(_TOLD_BY) & set(table.columns):
        raise DocumentError(f"{path}: line 1: there is no measure; give one of {', '.join(_TOLD_BY)}")
    if not table.rows:
        raise DocumentError(f"{path}: there is no row below the header")


def _row(row: Row, day: date, side: Side, on: date | None, folder: Path) -> _Read:
    source = row.word("source", SOURCES)
    here = Side(row.word("side", ("left", "right", "both")) or Side.NONE)
    values = {key: (_number(row, measure), source or "patient") for key, measure in MEASURES.items() if _has(row, key)}
    codes = _codes(row)
    because, mirrored = "", False
    if _has(row, "result"):
        told, here = _result(row, day, here, folder)
        because, mirrored = told.because, told.mirrored
        for key, number in told.values.items():
            if key in values and values[key][0] != number:
                raise row.error(f"is {values[key][0]:g}, and {row.cells['result']} says {number:g}", key)
            values[key] = (number, told.source)
    sides = _sides(row, here, side)
    if on is not None and day > on:
        return _Read(row.line, (), (), f"it is of {day.isoformat()}, after {on.isoformat()}")
    entries = tuple(Entry(day, at, key, number, who) for at in sides for key, (number, who) in values.items())
    symptoms = tuple(Symptom(day, at, code, source or "patient") for at in sides for code in codes)
    if entries or symptoms:
        return _Read(row.line, entries, symptoms, mirrored=mirrored)
    return _Read(row.line, (), (), because or "it holds no value: a gap, not nought")


def _has(row: Row, column: str) -> bool:
    return bool(row.cells.get(column))


def _sides(row: Row, here: Side, usual: Side) -> tuple[Side, ...]:
    """Return the sides that a row speaks of; each of two is its own."""
    if here is Side.BOTH:
        return Side.LEFT, Side.RIGHT
    if here is Side.NONE and usual is Side.BOTH:
        raise row.error("is missing: both sides are treated, so that each row must say left, right or both", "side")
    return (usual if here is Side.NONE else here,)


def _number(row: Row, measure: Measure) -> float:
    told = row.cells[measure.key]
    if not _NUMBER.fullmatch(told):
        raise row.error(f'"{shortened(told)}" is no number; leave it empty where nothing was measured', measure.key)
    value = float(told.replace(",", "."))
    high = measure.high
    if not isfinite(value) or value < measure.low or (high is not None and value > high):
        within = f"at least {measure.low:g}" if high is None else f"from {measure.low:g} to {high:g}"
        raise row.error(f"{shortened(told)} cannot be: it must be {within}", measure.key)
    return value


def _codes(row: Row) -> tuple[str, ...]:
    told = [code.strip().lower() for code in _BETWEEN_CODES.split(row.cells.get("symptoms", ""))]
    known = symptom_codes() if any(told) else ()
    for code in told:
        if code and code not in known:
            # All codes there are would be no one line: only the nearest is told.
            hint = unknown(code, known).partition("; it must be")[0]
            raise row.error(f"{hint}{'' if 'did you mean' in hint else '; it is a code of a finding'}", "symptoms")
    return tuple(dict.fromkeys(code for code in told if code))


def _result(row: Row, day: date, here: Side, folder: Path) -> tuple[results.Told, Side]:
    """Return what a result tells, and the side that it and the row agree on."""
    try:
        told = results.told(results.beside(folder, row.cells["result"]))
    except DocumentError as error:
        raise row.error(str(error), "result") from error
    if told.day is not None and told.day != day:
        raise row.error(f"{row.cells['result']} is of {told.day.isoformat()}, the row of {day.isoformat()}", "result")
    known = {here, told.side} - {Side.NONE}
    if len(known) > 1 and Side.BOTH not in known:
        raise row.error(f"{row.cells['result']} shows the {told.side.value}, the row says {here.value}", "side")
    return told, here if told.side in (Side.NONE, Side.BOTH) else told.side


def _averaged(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Return one entry a day, side, measure and source, and what was averaged for it."""
    held: dict[tuple[date, str, str, str], list[Entry]] = {}
    for entry in entries:
        held.setdefault((entry.day, entry.side.value, entry.measure, entry.source), []).append(entry)
    # Sorted before they are added: the mean is the same in whatever order the rows stand.
    told = [
        Entry(same[0].day, same[0].side, same[0].measure, fmean(sorted(one.value for one in same)), same[0].source)
        for _, same in sorted(held.items(), key=lambda one: _place(one[1][0]))
    ]
    several = [(key, len(same)) for key, same in sorted(held.items()) if len(same) > 1]
    if not several:
        return told, []
    (day, _, measure, source), number = several[0]
    first = f"{MEASURES[measure].name}, {source}, {count(number, 'value')} on {day.isoformat()}"
    more = "" if len(several) == 1 else f", and {len(several) - 1} more"
    return told, [f"Several values of one day, side, measure and source are averaged ({first}{more})."]


def _place(entry: Entry) -> tuple[date, str, int, str]:
    return entry.day, entry.side.value, tuple(MEASURES).index(entry.measure), entry.source


def _place_of_symptom(symptom: Symptom) -> tuple[date, str, str, str]:
    return symptom.day, symptom.side.value, symptom.code, symptom.source


def _assumed(table: Sheet, side: Side) -> list[str]:
    said = []
    numbers = [row.cells[key] for row in table.rows for key in MEASURES if _has(row, key)]
    if any("," in number for number in numbers):
        said.append("A comma within a number is a decimal comma.")
    if any(not _has(row, "source") and any(_has(row, key) for key in _TOLD_BY[:-1]) for row in table.rows):
        said.append("Where no source is named the patient told it.")
    unsided = sum(not _has(row, "side") for row in table.rows)
    if unsided and side in (Side.LEFT, Side.RIGHT):
        said.append(f"{count(unsided, 'row')} without a side: taken as the {side.value}, the side that is treated.")
    if any(row.cells.get("side", "").lower() == "both" for row in table.rows):
        said.append('A row of side "both" counts for each side by itself.')
    if table.kept_out:
        said.append(f"Not read: {count(len(table.kept_out), 'column')} ({shortened(', '.join(table.kept_out), 80)}).")
    return said


def _unsided(reads: Sequence[_Read]) -> list[str]:
    """Name the rows whose side nobody told, where others have one: they belong to neither course."""
    lines = [one.line for one in reads if any(entry.side is Side.NONE for entry in one.entries)]
    if not lines or not any(entry.side is not Side.NONE for one in reads for entry in one.entries):
        return []
    return [f"No side is told in line {_runs(lines)}, beside rows that name one: they count for neither side."]


def _mirrored(reads: Sequence[_Read]) -> list[str]:
    lines = [one.line for one in reads if one.mirrored]
    if not lines:
        return []
    return [f"Nobody knows whether the video of line {_runs(lines)} is mirrored: its own side is not counted."]


def _set_aside(aside: Sequence[Aside]) -> list[str]:
    """Say which rows were not used: by reason, with their lines, since most reasons come in numbers."""
    reasons: dict[str, list[int]] = {}
    for one in aside:
        # The days differ from row to row, the reason does not.
        reason = "of a later day" if one.because.startswith("it is of ") else one.because
        reasons.setdefault(reason, []).append(one.line)
    said = []
    for reason, lines in sorted(reasons.items()):
        said.append(f"{count(len(lines), 'row')} set aside (line {_runs(lines)}): {reason}.")
    return said


def _runs(lines: Sequence[int]) -> str:
    """Print line numbers, those that follow each other as a stretch: "2, 5 to 9"."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
