"""What a person was given and when: injections, decompression, medicines, read from TOML. Units belong to a product."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from facialis.document import Document, DocumentError, text_file
from facialis.findings import Side
from facialis.followup import sessions
from facialis.followup.days import FIRST, LAST
from facialis.followup.diary import Symptom
from facialis.knowledge import treatment
from facialis.units import count

KINDS = ("injection", "decompression", "medicine")
SIDES = ("left", "right", "both")
_KEYS = ("side", "country", "treatments", "intervals", "note")
_ROW_KEYS = ("kind", "date", "side", "note")
_KEYS_OF = {
    "injection": (*_ROW_KEYS, "product", "units", "session"),
    "decompression": _ROW_KEYS,
    "medicine": (*_ROW_KEYS, "name", "until"),
}
UNKNOWN = "unknown"
# Returns the session of a name.
_Finds = Callable[[str], sessions.Session]
_WEEK = 7
# Beyond two years an interval is a slip of the pen.
_MOST_DAYS = 730


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment of one side.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    day : date
        When it was given, or begun.
    side : Side
        LEFT or RIGHT; of a medicine NONE.
    product : str
        Of an injection: its generic name, to which the units belong, or ``UNKNOWN``.
    units : Decimal or None
        As given, on this side.
    name : str
        Of a medicine.
    until : date or None
        The last day of a medicine; None where it goes on, or nobody said.
    session : str
        Name of the file of the session that says it.
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
    """All treatments by day, and the intervals that payer and clinic ask for, kept apart.

    Attributes
    ----------
    rows : tuple of Treatment
        What was given, by day.
    payer_days, clinic_days : int or None
        Days from one session to the next that they ask for.
    assumptions : tuple of str
        What the file left open and how it was taken.
    country : str
        Whose label holds, as the file says it; empty where it does not.
    planned : tuple of Treatment
        What is not given yet.
    """

    rows: tuple[Treatment, ...]
    payer_days: int | None = None
    clinic_days: int | None = None
    assumptions: tuple[str, ...] = ()
    country: str = ""
    planned: tuple[Treatment, ...] = ()


def read(path: str | Path, *, on: date | None = None) -> Treatments:
    """Read what was given.

    Parameters
    ----------
    path : str or Path
        TOML. The sessions that it names lie beside it.
    on : date or None
        What is of a later day is planned and not given; None takes all as given.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest word.
    """
    path = Path(path)
    try:
        value = tomllib.loads(text_file(path), parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DocumentError(f"{path}: is not TOML: {error}") from error
    return _taken(Document(value, str(path)), lambda name: sessions.read(path.parent, name), on)


def of(
    value: Mapping[str, Any],
    held: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    *,
    on: date | None = None,
    name: str = "treatments",
) -> Treatments:
    """Take what was given from a mapping that is shaped like the file.

    Parameters
    ----------
    value : mapping
        Units are ``Decimal``, so that no digit is lost.
    held : mapping of str to mapping
        The sessions that it names (``facialis.session/1``), by those names.
    on : date or None
        What is of a later day is planned and not given; None takes all as given.
    name : str
        How it is called in errors.

    Raises
    ------
    DocumentError
        In one line: name, place, what is wrong, the nearest word.
    """

    def session(told: str) -> sessions.Session:
        if told not in held:
            raise DocumentError(f'"{told[:80]}" is not there')
        return sessions.of(held[told], told)

    return _taken(Document(value, name), session, on)


def _taken(document: Document, session: _Finds, on: date | None) -> Treatments:
    document.only(_KEYS)
    general = document.word_or_none("side", SIDES)
    rows: list[Treatment] = []
    over: list[str] = []
    for row in document.rows("treatments") if document.has("treatments") else []:
        rows += _of_session(row, session, on, over) if row.has("session") else _row(row, general)
    ordered = sorted(rows, key=_place)
    _refuse_twice(ordered, document)
    given = [_known(row, on) for row in ordered if on is None or row.day <= on]
    planned = ordered[len(given) :]
    said = ["The treatments did not stand in the order of their days: they were sorted."] if ordered != rows else []
    said += over
    if planned and on is not None:
        told = ", ".join(dict.fromkeys(row.day.isoformat() for row in planned))
        said.append(f"{count(len(planned), 'treatment')} after {on.isoformat()} ({told}): planned, not given.")
    payer, clinic = _intervals(document)
    country, told_of_it = _country(document)
    said += told_of_it
    return Treatments(tuple(given), payer, clinic, tuple(said), country, tuple(planned))


def _known(row: Treatment, on: date | None) -> Treatment:
    """Return a treatment with the adverse events that had begun by a day."""
    return row if on is None else replace(row, adverse=tuple(one for one in row.adverse if one.day <= on))


def _place(row: Treatment) -> tuple[date, str, str, str]:
    return row.day, row.side.value, row.kind, row.product or row.name


def _row(row: Document, general: str | None) -> Iterator[Treatment]:
    """Yield what one entry says: a treatment, or one for each side."""
    kind = row.word("kind", KINDS)
    row.only(_KEYS_OF[kind])
    day = _day(row, "date")
    if kind == "medicine":
        until = _day(row, "until") if row.has("until") else None
        if until is not None and until < day:
            raise row.error(f"is {until.isoformat()}, before it began on {day.isoformat()}", "until")
        yield Treatment(kind, day, Side.NONE, name=row.text("name").lower(), until=until)
        return
    told = row.word_or_none("side", SIDES) or general
    if told is None:
        raise row.error("is missing: left, right or both", "side")
    product = _product(row) if kind == "injection" else ""
    units = _units(row, product) if row.has("units") else None
    if told == Side.BOTH and units is not None:
        raise row.error("of both sides together say of no side what it got: give each side a row of its own", "units")
    for side in (Side.LEFT, Side.RIGHT) if told == Side.BOTH else (Side(told),):
        yield Treatment(kind, day, side, product, units)


def _of_session(row: Document, find: _Finds, on: date | None, over: list[str]) -> Iterator[Treatment]:
    """Yield what a session file says, one treatment a side; what the row says as well must agree.

    Adverse events that are over are no longer handed on; `over` gets the words for them.
    """
    row.word("kind", ("injection",))
    row.only(_KEYS_OF["injection"])
    name = row.text("session")
    for key in ("product", "units"):
        if row.has(key):
            raise row.error("stands in the session: leave it out here", key)
    try:
        session = find(name)
    except DocumentError as error:
        raise row.error(str(error), "session") from error
    if row.has("date") and _day(row, "date") != session.day:
        raise row.error(f"is {_day(row, 'date').isoformat()}, the session is of {session.day.isoformat()}", "date")
    side = row.word_or_none("side", SIDES)
    sides = "both" if len(session.units) == 2 else next(iter(session.units)).value
    if side is not None and side != sides:
        raise row.error(f"is {side}, the session is of {sides}", "side")
    gone = {one: day for one, day in session.over.items() if on is not None and day <= on}
    over += [f"{one.code} of {name} is over since {day.isoformat()}: no alarm." for one, day in gone.items()]
    for at, units in session.units.items():
        adverse = tuple(one for one in session.adverse if one.side in (at, Side.NONE) and one not in gone)
        yield Treatment("injection", session.day, at, session.product, units, session=name, adverse=adverse)


def _day(row: Document, key: str) -> date:
    """Return a day; where a time stands beside it, the calendar day as it is written."""
    told = row.take(key)
    if isinstance(told, str):
        try:
            told = date.fromisoformat(told)
        except ValueError as error:
            raise row.error("must be a date, as 2026-01-31", key) from error
    if isinstance(told, datetime):
        told = told.date()
    if not isinstance(told, date):
        raise row.error("must be a date, as 2026-01-31", key)
    if not FIRST <= told < LAST:
        raise row.error(f"{told.isoformat()} cannot be: the year must lie between 1970 and 2099", key)
    return told


def _product(row: Document) -> str:
    """Return the product: nobody's guess, so that who does not know it says so."""
    if not row.has("product"):
        if row.has("units"):
            raise row.error("need a product beside them: units of one product are not those of another", "units")
        raise row.error(f'is missing; write "{UNKNOWN}" where nobody knows it', "product")
    return row.word("product", (*treatment.products(), UNKNOWN))


def _units(row: Document, product: str) -> Decimal:
    if product == UNKNOWN:
        raise row.error("need a product beside them: units of one product are not those of another", "units")
    told: Any = row.take("units")
    if isinstance(told, bool) or not isinstance(told, (int, Decimal)):
        raise row.error("must be a number", "units")
    units = Decimal(told)
    if not units.is_finite() or not 0 < units <= sessions.MOST_UNITS:
        raise row.error(f"must be more than 0 and at most {sessions.MOST_UNITS}", "units")
    return units


def _refuse_twice(rows: list[Treatment], document: Document) -> None:
    """Refuse what was given twice on one day and side, unless the products differ."""
    for one, other in pairwise(rows):
        if one.kind != "medicine" and _place(one) == _place(other):
            what = f"two {'injections' if one.kind == 'injection' else 'operations'} on {one.day.isoformat()}"
            of = f" of {one.product}" if one.product else ""
            raise document.error(f"has {what}, {one.side.value}{of}; make them one, or mend the date", "treatments")
    injected: dict[tuple[date, Side], list[str]] = {}
    for row in rows:
        if row.kind == "injection":
            injected.setdefault((row.day, row.side), []).append(row.product)
    for (day, side), products in injected.items():
        if len(products) > 1 and UNKNOWN in products:
            what = f"has {len(products)} injections on {day.isoformat()}, {side.value}"
            raise document.error(f"{what}; name the product of each, or make them one", "treatments")


def _country(document: Document) -> tuple[str, list[str]]:
    """Return whose label holds, and what to say where no label of theirs is known."""
    if not document.has("country"):
        return "", []
    told = document.text("country").upper()
    whose = treatment.label_countries().get(told, told)
    known = sorted({name for one in treatment.intervals() for name in one.countries})
    if not re.fullmatch("[A-Z]{2}", whose):
        raise document.error(f"must be two letters, for example {', '.join(known)}", "country")
    none = f"No label's interval is known for {told} (known are {', '.join(known)}): none binds."
    return whose, [] if whose in known else [none]


def _intervals(document: Document) -> tuple[int | None, int | None]:
    """Return the days that payer and clinic ask for."""
    if not document.has("intervals"):
        return None, None
    told = document.inner("intervals")
    told.only([f"{who}_{unit}" for who in ("payer", "clinic") for unit in ("days", "weeks")])
    return _interval(told, "payer"), _interval(told, "clinic")


def _interval(told: Document, who: str) -> int | None:
    given = [(f"{who}_{unit}", length) for unit, length in (("days", 1), ("weeks", _WEEK)) if told.has(f"{who}_{unit}")]
    if not given:
        return None
    if len(given) > 1:
        raise told.error("stands beside its weeks: give one of them", f"{who}_days")
    key, length = given[0]
    number: Any = told.take(key)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number * length <= _MOST_DAYS:
        raise told.error(f"must be a whole number, at least 1 and at most {_MOST_DAYS // length}", key)
    return number * length


def sides(treatments: Treatments) -> Side:
    """Return the side that is treated: BOTH where each is, NONE where none is."""
    told = {row.side for row in (*treatments.rows, *treatments.planned)} - {Side.NONE}
    return Side.BOTH if len(told) > 1 else next(iter(told), Side.NONE)


def symptoms(treatments: Treatments) -> tuple[Symptom, ...]:
    """Return what the sessions record as adverse events, each once."""
    return tuple(dict.fromkeys(one for row in treatments.rows for one in row.adverse))
