"""What a course forecast for the day of a visit, read from its public result ``facialis.course/1``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from facialis.document import Document
from facialis.findings import Estimate, Side
from facialis.followup.change.visit import Visit

SCHEMA = "facialis.course/1"
# A value is taken between two days of the curve that lie no further apart than this.
_APART = 7
_MOST = 1e6

Curve = Mapping[date, Estimate]


def with_course(before: Visit, after: Visit, path: Path) -> tuple[Visit, Visit]:
    """Return both visits with what a course expected on their days, where it knows it.

    Raises
    ------
    DocumentError
        If the file is no course, was made when the later visit was known, or leaves open which side.
    """
    told = Document.read(path, SCHEMA)
    if before.day is None or after.day is None:
        raise told.error("needs the dates of both visits; a visit without one can be written as facialis.visit/1")
    made = _date(told, "on")
    if made >= after.day:
        hint = f"make it with --on a day before {after.day}"
        raise told.error(f"is {made}: the course must not know what came after; {hint}", "on")
    side = _side(told, before, after)
    key = side.inner("measure").text("key")
    curve = _curve(side)
    return _expecting(before, key, curve), _expecting(after, key, curve)


def _side(told: Document, before: Visit, after: Visit) -> Document:
    sides = told.inner("sides")
    named = [one.side for one in (before, after) if one.side in (Side.LEFT, Side.RIGHT)]
    known = [key for key, _ in sides.items()]
    key = named[0].value if named else known[0] if len(known) == 1 else ""
    if key not in known:
        raise told.error(f"tells of {', '.join(known) or 'no side'}; name the side of the visits", "sides")
    return sides.inner(key)


def _curve(side: Document) -> Curve:
    rows = side.rows("fitted") if side.has("fitted") else []
    if side.has("forecast"):
        # The forecast stands for days that the fit has not seen, and comes last.
        rows += side.inner("forecast").rows("curve")
    return {_date(row, "date"): _estimate(row) for row in rows}


def _estimate(row: Document) -> Estimate:
    value, low, high = (row.number(end, -_MOST, _MOST) for end in ("value", "low", "high"))
    if not low <= value <= high:
        raise row.error(f"{value:g} lies outside {low:g} to {high:g}", "value")
    return Estimate(value, low, high)


def _date(row: Document, key: str) -> date:
    try:
        return date.fromisoformat(row.text(key))
    except ValueError as error:
        raise row.error("must be a date, as 2026-01-31", key) from error


def _expecting(visit: Visit, key: str, curve: Curve) -> Visit:
    told = _on(curve, visit.day) if visit.day else None
    if told is None or key not in visit.readings:
        return visit
    return replace(visit, readings={**visit.readings, key: replace(visit.readings[key], expected=told)})


def _on(curve: Curve, day: date) -> Estimate | None:
    """Return the curve on a day, between its neighbours; None where it has none near."""
    earlier, later = (
        max((d for d in curve if d <= day), default=None),
        min((d for d in curve if d >= day), default=None),
    )
    if earlier is None or later is None or (later - earlier).days > _APART:
        return None
    share = (day - earlier).days / max((later - earlier).days, 1)
    one, other = curve[earlier], curve[later]
    value, low, high = (
        (1.0 - share) * a + share * b
        for a, b in ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    )
    return Estimate(value, min(low, value), max(high, value))
