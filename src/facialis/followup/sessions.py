"""A recorded session of injections (``facialis.session/1``) as the follow-up needs it: what each side was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from facialis.document import Document, json_file
from facialis.findings import Side
from facialis.followup.days import FIRST, LAST
from facialis.followup.diary import Symptom, symptom_codes
from facialis.followup.results import beside
from facialis.knowledge import treatment

SCHEMA = "facialis.session/1"
# More than any vials hold: beyond it is a slip of the pen.
MOST_UNITS = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Session:
    """What was given.

    Attributes
    ----------
    day : date
    product : str
    units : mapping of Side to Decimal
        On each side that got any; LEFT first.
    adverse : tuple of Symptom
        On the day of their onset; that of the session where nobody wrote it down.
    over : mapping of Symptom to date
        Of those that are over the day since when.
    """

    day: date
    product: str
    units: Mapping[Side, Decimal]
    adverse: tuple[Symptom, ...]
    over: Mapping[Symptom, date]


def read(folder: Path, name: str) -> Session:
    """Read a session that lies beside the file which names it.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    path = beside(folder, name)
    return of(json_file(path), str(path))


def of(value: object, name: str = "session") -> Session:
    """Take a session that is at hand.

    Raises
    ------
    DocumentError
        In one line: name, place, what is wrong.
    """
    document = Document.of(value, name, SCHEMA)
    day = _day(document, "date")
    product = document.inner("product").word("key", treatment.products())
    units: dict[Side, Decimal] = {}
    for site in document.rows("given"):
        at = Side(site.word("side", ("left", "right")))
        units[at] = units.get(at, Decimal(0)) + _units(site)
    given = {side: units[side] for side in (Side.LEFT, Side.RIGHT) if units.get(side)}
    if not given:
        raise document.error("holds no units: nothing was given", "given")
    total = _units(document.inner("totals"))
    if sum(given.values()) != total:
        raise document.error(f"is {total}, and the sites add up to {sum(given.values())}", "totals.units")
    events = [(_adverse(row, day), row) for row in document.rows("adverse_events")]
    over = {event: _day(row, "resolved") for event, row in events if row.has("resolved")}
    return Session(day, product, given, tuple(event for event, _ in events), over)


def _adverse(row: Document, day: date) -> Symptom:
    code = row.word("code", symptom_codes())
    side = Side(row.word_or_none("side", tuple(Side)) or "none")
    onset = _day(row, "onset") if row.has("onset") else day
    return Symptom(onset, Side.NONE if side is Side.BOTH else side, code, "clinician")


def _day(row: Document, key: str) -> date:
    try:
        day = date.fromisoformat(row.text(key))
    except ValueError as error:
        raise row.error("must be a date, as 2026-01-31", key) from error
    if not FIRST <= day < LAST:
        raise row.error("cannot be: the year must lie between 1970 and 2099", key)
    return day


def _units(row: Document) -> Decimal:
    """Return an amount, which a session writes as a text so that no digit is lost."""
    try:
        units = Decimal(row.text("units"))
    except InvalidOperation as error:
        raise row.error('must be a number as a text, for example "2.5"', "units") from error
    if not units.is_finite() or not 0 <= units <= MOST_UNITS:
        raise row.error(f"must be at least 0 and at most {MOST_UNITS}", "units")
    return units
