"""What belongs to every session besides the doses: lots and expiry, consent, the side time-out, what was settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from facialis.document import Document
from facialis.knowledge import treatment
from facialis.treatment.injection.shared_rows import SIDES, day, whole

# Problems that a named person may settle at the session itself, with a word on how.
RESOLVABLE = ("time_out", "plan_state", "use_within", "another_day")
_MOST_VIALS = 20
_SECONDS_PER_HOUR = 3600.0
# So long is a day without a time: 2026-01-31.
_DAY = 10


@dataclass(frozen=True, slots=True)
class Lot:
    """Vials of one lot."""

    lot: str
    expires: date
    vials: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """How a problem was settled before anything was injected: which, how, by whom."""

    code: str
    how: str
    by: str


def needed(row: Document, key: str, what: str) -> str:
    """Return a text that must be there; `what` says what is missing."""
    if not row.has(key):
        raise row.error(f"is missing: {what}", key)
    return row.text(key)


def resolutions(top: Document) -> tuple[Resolved, ...]:
    """Return what was settled before anything was injected."""
    found = []
    for row in top.rows("resolved") if top.has("resolved") else []:
        row.only(("code", "how", "by"))
        code = row.word("code", RESOLVABLE)
        found.append(Resolved(code, needed(row, "how", "how it was settled"), needed(row, "by", "who settled it")))
    return tuple(found)


def is_resolved(resolved: Sequence[Resolved], code: str) -> bool:
    """Say whether a problem was settled."""
    return any(one.code == code for one in resolved)


def lots(top: Document, when: date) -> tuple[Lot, ...]:
    """Return the lots; each has its number and an expiry that has not passed."""
    if not top.has("lots") or not top.rows("lots"):
        raise top.error("are missing: each vial has a lot and an expiry", "lots")
    found = []
    for row in top.rows("lots"):
        row.only(("lot", "expires", "vials"))
        lot = needed(row, "lot", "the number on the vial")
        if not row.has("expires"):
            raise row.error("is missing: the expiry on the vial", "expires")
        expires = day(row, "expires", end_of_month=True)
        if expires < when:
            raise row.error(f"is {expires.isoformat()}: the vial had expired on {when.isoformat()}", "expires")
        found.append(Lot(lot, expires, whole(row, "vials", _MOST_VIALS) if row.has("vials") else 1))
    return tuple(found)


def consent(top: Document, when: date) -> dict[str, Any]:
    """Return the consent, which was given by that day."""
    if not top.has("consent"):
        raise top.error("is missing: given, date, by", "consent")
    row = top.inner("consent")
    row.only(("given", "date", "by"))
    if row.take("given") is not True:
        raise row.error("is not true: without consent nothing is injected", "given")
    told = day(row, "date") if row.has("date") else None
    if told is None:
        raise row.error("is missing: the day on which it was given", "date")
    if told > when:
        raise row.error(f"is {told.isoformat()}, after the session on {when.isoformat()}", "date")
    return {"given": True, "date": told.isoformat(), "by": needed(row, "by", "who consented")}


def time_out(top: Document, side: str, when: date, resolved: Sequence[Resolved]) -> dict[str, Any]:
    """Return the time-out: what the patient states, what is marked and what the record says must agree."""
    if not top.has("time_out"):
        raise top.error("is missing: patient_states, marked, record, at", "time_out")
    row = top.inner("time_out")
    row.only(("patient_states", "marked", "record", "at"))
    said = {}
    for key in ("patient_states", "marked", "record"):
        if not row.has(key):
            raise row.error("is missing: left, right or both", key)
        said[key] = row.word(key, SIDES)
    if set(said.values()) != {side} and not is_resolved(resolved, "time_out"):
        told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in said.items())
        what = f"does not agree: {told}; the session is of the {side} side"
        raise row.error(f'{what}. Settle it before anything is injected, and say how: [[resolved]] code = "time_out"')
    return {**said, "at": _at(row, when)}


def _at(row: Document, when: date) -> str:
    if not row.has("at"):
        raise row.error("is missing: when the time-out was", "at")
    at = _moment(row, "at")
    if at.date() != when:
        raise row.error(f"is of {at.date().isoformat()}, the session of {when.isoformat()}", "at")
    return at.isoformat(timespec="minutes")


def _moment(row: Document, key: str) -> datetime:
    """Return a day with a time, and with its zone where one is written."""
    value = row.take(key)
    try:
        told = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if not isinstance(value, datetime) and len(str(value)) <= _DAY:
            raise ValueError("no time")
    except ValueError as error:
        raise row.error("must be a day with a time, as 2026-01-31T09:15", key) from error
    return told.replace(second=0, microsecond=0)


def check_mixed_at(top: Document, product: str, time_out: dict[str, Any], resolved: Sequence[Resolved]) -> None:
    """Refuse what stood too long after mixing."""
    row = top.inner("product") if top.has("product") else None
    if row is None or not row.has("mixed_at"):
        return
    mixed, used = _moment(row, "mixed_at"), datetime.fromisoformat(time_out["at"])
    if (mixed.utcoffset() is None) is not (used.utcoffset() is None):
        with_zone, without = ("it", "time_out.at") if used.utcoffset() is None else ("time_out.at", "it")
        what = f"cannot be compared with the time-out: {with_zone} has a zone, {without} has none; write both alike"
        raise row.error(what, "mixed_at")
    hours = (used - mixed).total_seconds() / _SECONDS_PER_HOUR
    known = treatment.products()[product]
    if hours < 0:
        raise row.error(f"is {mixed.isoformat(timespec='minutes')}, after the time-out", "mixed_at")
    if hours > known.use_within_hours and not is_resolved(resolved, "use_within"):
        what = f"lies {hours:.0f} h before the time-out; {product} is used within {known.use_within_hours} h"
        raise row.error(what, "mixed_at")
