"""A diary of spasms: days, measures and who measured, read from a table of comma-separated values."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from facialis.document import DocumentError, text_file
from facialis.findings import Side

SOURCES = ("patient", "clinician", "video")


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
            Measure("smc", "grade after Samsung Medical Center", "0-4", 0.0, 4.0),
            Measure("spasms_per_min", "spasms a minute", "1/min", 0.0, None),
            Measure("spasm_time_fraction", "share of time in spasm", "share", 0.0, 1.0),
        )
    }
)


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
class Diary:
    """What a diary holds, by day.

    Attributes
    ----------
    entries, symptoms : tuple
        By day, side and measure or code.
    assumptions : tuple of str
        What the file left open and how it was taken.
    name, sha256 : str
        Of the file.
    rows : int
        Rows below the header.
    """

    entries: tuple[Entry, ...]
    symptoms: tuple[Symptom, ...]
    assumptions: tuple[str, ...]
    name: str = ""
    sha256: str = ""
    rows: int = 0


def read(path: Path) -> Diary:
    """Read a diary.

    Raises
    ------
    DocumentError
        In one line: file, line, column, what is wrong.
    """
    entries, symptoms = [], []
    text = text_file(path)
    rows = list(csv.DictReader(text.splitlines()))
    for number, row in enumerate(rows, 2):
        try:
            day = date.fromisoformat((row.get("date") or "").strip())
            side = Side(row.get("side") or "none")
            source = row.get("source") or "patient"
            for key in MEASURES:
                if (row.get(key) or "").strip():
                    entries.append(Entry(day, side, key, float(row[key]), source))
            codes = [code.strip() for code in (row.get("symptoms") or "").split(";")]
            symptoms += [Symptom(day, side, code, source) for code in codes if code]
        except ValueError as error:
            raise DocumentError(f"{path}: line {number}: {error}") from error
    digest = sha256(text.encode()).hexdigest()
    by_day = sorted(entries, key=lambda one: (one.day, one.side, one.measure, one.source))
    return Diary(tuple(by_day), tuple(sorted(symptoms, key=lambda one: one.day)), (), path.name, digest, len(rows))
