"""What a person was given and when: injections, decompression, medicines, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from facialis.document import Document, DocumentError, text_file
from facialis.findings import Side
from facialis.followup.diary import Symptom

KINDS = ("injection", "decompression", "medicine")


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    day : date
        When it was given, or begun.
    side : Side
    product : str
        Of an injection: its generic name; units belong to it.
    units : Decimal or None
        As given, on this side.
    name : str
        Of a medicine.
    until : date or None
        The last day of a medicine.
    session : str
        File of the session that says it.
    adverse : tuple of Symptom
        What the session records as adverse events.
    """

    kind: str
    day: date
    side: Side
    product: str = ""
    units: Decimal | None = None
    name: str = ""
    until: date | None = None
    session: str = ""
    adverse: tuple[Symptom, ...] = ()


@dataclass(frozen=True, slots=True)
class Treatments:
    """All treatments by day, and the intervals that payer and clinic ask for, kept apart."""

    rows: tuple[Treatment, ...]
    payer_days: int | None = None
    clinic_days: int | None = None
    assumptions: tuple[str, ...] = ()
    country: str = ""


def read(path: Path) -> Treatments:
    """Read what was given.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    try:
        value = tomllib.loads(text_file(path), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path}: is not TOML: {error}") from error
    document = Document(value, str(path))
    general = document.word_or_none("side", tuple(Side)) or "none"
    rows = []
    for row in document.rows("treatments"):
        day = row.take("date")
        if type(day) is not date:
            raise row.error("must be a date, as 2026-01-12", "date")
        rows.append(
            Treatment(
                row.word("kind", KINDS),
                day,
                Side(row.word_or_none("side", tuple(Side)) or general),
                row.text("product") if row.has("product") else "",
                Decimal(str(row.take("units"))) if row.has("units") else None,
                row.text("name") if row.has("name") else "",
                row.take("until") if row.has("until") else None,
            )
        )
    intervals = document.inner("intervals") if document.has("intervals") else Document({}, str(path))
    payer, clinic = (intervals.number_or_none(f"{who}_days", 0.0) for who in ("payer", "clinic"))
    return Treatments(
        tuple(sorted(rows, key=lambda one: (one.day, one.side))),
        None if payer is None else int(payer),
        None if clinic is None else int(clinic),
    )
