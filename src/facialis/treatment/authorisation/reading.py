"""The results of a packet as they are read: only what a payer asks for is taken, since results gain keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from facialis.document import Document, DocumentError, json_file, toml_file
from facialis.findings import Estimate
from facialis.treatment.authorisation.records import Course, Cycle, Film, Leader, Score, Session, Site, Tried
from facialis.treatment.authorisation.said import day

SIDES = ("left", "right", "both")
OUTCOMES = ("no_benefit", "wore_off", "not_tolerated", "contraindicated", "declined", "in_use")
# Far above any number of units, days or points: what is beyond it is a typing error.
_MOST = 1e6


@dataclass(frozen=True, slots=True)
class AtHand:
    """A result that lies in no file: how it is called, and what it holds."""

    name: str
    value: Mapping[str, Any]


Source = Path | AtHand
_DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


def session(path: Source) -> Session:
    """Read a ``facialis.session/1``.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    whole = _opened(path, "facialis.session/1")
    given = tuple(one for one in (_site(row) for row in whole.rows("given")) if one.units > 0)
    total = _decimal(whole.inner("totals"), "units")
    if sum((one.units for one in given), Decimal()) != total:
        raise whole.inner("totals").error(f"is {total}, and the sites given add up to another number", "units")
    waste = whole.inner("waste") if whole.has("waste") else None
    lots = whole.rows("lots")
    return Session(
        path.name,
        _day(whole, "date"),
        whole.word("side", SIDES),
        whole.inner("product").text("key"),
        given,
        total,
        _decimal_or_none(whole.inner("product"), "vial_units"),
        sum(int(row.number("vials", 1, _MOST)) for row in lots) if lots else None,
        _decimal_or_none(waste, "units") if waste else None,
        tuple((row.text("lot"), _day(row, "expires").isoformat() if row.has("expires") else "") for row in lots),
        _yes(whole.inner("consent"), "given") if whole.has("consent") else None,
        _time_out(whole),
        tuple(_adverse(row) for row in whole.rows("adverse_events")) if whole.has("adverse_events") else (),
    )


def plan(path: Source) -> Session:
    """Read a ``facialis.injection_plan/1`` that blocks nothing.

    Raises
    ------
    DocumentError
        In one line; also where the plan is blocked.
    """
    whole = _opened(path, "facialis.injection_plan/1")
    if whole.text("state") == "blocked":
        raise whole.error("is blocked: mend the plan before it is asked for", "state")
    return Session(
        path.name,
        _day(whole, "date"),
        whole.word("side", SIDES),
        whole.inner("product").text("key"),
        tuple(_site(row) for row in whole.rows("sites")),
        _decimal(whole.inner("totals"), "units"),
        _decimal_or_none(whole.inner("product"), "vial_units"),
        planned=True,
    )


def score(path: Source) -> Score:
    """Read a ``facialis.scale/1``.

    Raises
    ------
    DocumentError
        In one line.
    """
    whole = _opened(path, "facialis.scale/1")
    points = whole.inner("score")
    return Score(
        path.name,
        whole.text("scale"),
        _day(whole, "answered_on") if whole.has("answered_on") else None,
        points.number_or_none("total", -_MOST, _MOST),
        whole.text("grade") if whole.has("grade") else None,
        not whole.words("missing"),
    )


def film_of(source: AtHand, when: date) -> Film:
    """Take a ``facialis.video/1`` that is at hand, of a day.

    Raises
    ------
    DocumentError
        In one line.
    """
    return _film(_opened(source, "facialis.video/1"), source.name, when, "by the record")


def film(told: str) -> Film:
    """Read a ``facialis.video/1``, named as ``FILE`` or ``DATE=FILE``.

    Without a date before it, the date is taken from the name of the recording or of the result, where one stands there.

    Raises
    ------
    DocumentError
        In one line.
    """
    start, equals, rest = told.partition("=")
    dated = bool(equals) and bool(_DATE.fullmatch(start))
    path = Path(rest if dated else told)
    whole = Document.read(path, "facialis.video/1")
    when, where = (start, "as given") if dated else _named_date(whole.inner("source").text("name"), path.name)
    return _film(whole, path.name, _iso(when, f"{told}: its date") if when else None, where)


def _film(whole: Document, file: str, when: date | None, where: str) -> Film:
    source, quality, summary = whole.inner("source"), whole.inner("quality"), whole.inner("summary")
    protocol = whole.inner("protocol") if whole.has("protocol") else None
    rate = summary.inner("spasms_per_min") if summary.has("spasms_per_min") else None
    return Film(
        file,
        source.text("name"),
        when,
        where,
        protocol.number_or_none("days_since_toxin", 0.0, _MOST) if protocol else None,
        quality.text("verdict") != "refused",
        quality.number("usable_s", 0.0),
        summary.word("affected_side", (*SIDES, "none")),
        _estimate(rate, "1/min") if rate else None,
        summary.number_or_none("spasm_time_fraction", 0.0, 1.0),
        quality.text("mirrored"),
    )


def course(path: Source) -> Course:
    """Read a ``facialis.course/1``.

    Raises
    ------
    DocumentError
        In one line.
    """
    whole = _opened(path, "facialis.course/1")
    sides = whole.inner("sides")
    found = [
        _cycle(row, path.name, side, i)
        for side, _ in sides.items()
        for i, row in enumerate(sides.inner(side).rows("cycles"))
        if row.text("kind") == "injection"
    ]
    return Course(path.name, _day(whole, "on"), tuple(sorted(found, key=lambda one: one.day)))


def leader(path: Source) -> Leader:
    """Read who leads a ``facialis.assessment/1``.

    Raises
    ------
    DocumentError
        In one line.
    """
    whole = _opened(path, "facialis.assessment/1")
    rows = whole.rows("differential")
    if not rows:
        raise whole.error("is empty", "differential")
    return Leader(
        path.name,
        rows[0].text("disorder"),
        rows[0].text("name"),
        rows[0].inner("probability").number("value", 0.0, 1.0),
        _yes(whole.inner("answer"), "explained"),
    )


def tried(path: Path, options: Mapping[str, Any]) -> tuple[Tried, ...]:
    """Read which alternatives were tried: ``[[tried]]`` rows of TOML, or the same as JSON.

    Parameters
    ----------
    path : Path
    options : mapping
        By the keys that may be named.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest valid word.
    """
    whole = Document(json_file(path) if path.suffix.lower() == ".json" else toml_file(path), str(path))
    whole.only(("tried", "note"))
    found = []
    for row in whole.rows("tried"):
        row.only(("option", "outcome", "since", "until", "note"))
        since, until = (_day(row, key) if row.has(key) else None for key in ("since", "until"))
        if since and until and until < since:
            raise row.error(f"is {until}, before {since}", "until")
        note = row.text("note", empty=True) if row.has("note") else ""
        found.append(
            Tried(path.name, row.where, row.word("option", options), row.word("outcome", OUTCOMES), since, until, note)
        )
    return tuple(found)


def _opened(source: Source, schema: str) -> Document:
    return (
        Document.of(source.value, source.name, schema) if isinstance(source, AtHand) else Document.read(source, schema)
    )


def _site(row: Document) -> Site:
    return Site(row.text("muscle"), row.text("site"), row.word("side", ("left", "right")), _decimal(row, "units"))


def _cycle(row: Document, file: str, side: str, i: int) -> Cycle:
    relief, onset, wear_off = (
        _estimate(row.inner(key), unit) if row.has(key) else None
        for key, unit in (("relief", ""), ("onset_day", "days"), ("wear_off_day", "days"))
    )
    return Cycle(file, f"sides.{side}.cycles[{i}]", side, _day(row, "date"), row.text("state"), relief, onset, wear_off)


def _time_out(whole: Document) -> tuple[str, ...]:
    if not whole.has("time_out"):
        return ()
    told = whole.inner("time_out")
    return tuple(str(told.take(key)) for key in ("patient_states", "marked", "record") if told.has(key))


def _adverse(row: Document) -> str:
    parts = [row.text("code").replace("_", " ")]
    if row.has("severity"):
        parts.append(str(row.take("severity")))
    when = [f"{word} {day(_day(row, key))}" for key, word in (("onset", "from"), ("resolved", "until")) if row.has(key)]
    parts += [" ".join(when)] if when else []
    return ", ".join(parts) + ("" if row.has("resolved") else ", not resolved")


def _estimate(inner: Document, unit: str) -> Estimate | None:
    """Return a number with its interval; None where one of the three is not known."""
    value, low, high = (inner.number_or_none(end, -_MOST, _MOST) for end in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None
    try:
        return Estimate(value, low, high, unit)
    except ValueError as error:
        raise inner.error(str(error)) from error


def _decimal(document: Document, key: str) -> Decimal:
    value = document.take(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise document.error("must be a number of units as a text", key)
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise document.error(f'is "{value}", which is no number', key) from error
    if not number.is_finite() or not 0 <= number < Decimal(_MOST):
        raise document.error(f"is {value}; it must be at least 0", key)
    return number


def _decimal_or_none(document: Document, key: str) -> Decimal | None:
    return _decimal(document, key) if document.has(key) else None


def _day(document: Document, key: str) -> date:
    value = document.take(key)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            pass
    raise document.error("must be a date as 2026-04-20", key)


def _yes(document: Document, key: str) -> bool:
    value = document.take(key)
    if not isinstance(value, bool):
        raise document.error("must be true or false", key)
    return value


def _iso(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DocumentError(f"{where} {text} is no day of the calendar; write it as 2026-04-20=FILE") from error


def _named_date(name: str, file: str) -> tuple[str, str]:
    for text, where in ((name, "by the recording's name"), (file, "by the result's name")):
        found = _DATE.search(text)
        if found and _is_day(found[1]):
            return found[1], where
    return "", ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
