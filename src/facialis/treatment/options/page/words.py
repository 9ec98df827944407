"""The words of the page on options: numbers with their intervals, states, standings, reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

NO_BREAK = "\N{NO-BREAK SPACE}"
STATE = {
    "open": "open",
    "care": "with care",
    "first": "something first",
    "excluded": "excluded",
    "no_place": "no evidence",
}
STANDING = {
    "established": "established",
    "limited": "limited evidence",
    "historical": "historical",
    "no_evidence": "no evidence",
}
KIND = {
    "toxin": "botulinum toxin",
    "medicine": "medicine",
    "operation": "operation",
    "procedure": "procedure",
    "stimulation": "stimulation",
    "complementary": "complementary",
    "waiting": "waiting",
}
CERTAINTY = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very_low": "very low certainty",
    "none": "no evidence",
}
SEVERITY = {"minor": "", "serious": "serious", "death": "death"}
WOULD = {"exclude": "could exclude", "come_first": "could come first", "need_care": "could need care"}
URGENCY = {"emergency": "Emergency", "same_day": "Same day", "soon": "Soon"}
NO_INTERVAL = "no interval published"
# Which outcomes answer a column's question, the best first.
LIKELY, SOON, LONG = ("relief", "relief_complete"), ("onset",), ("duration", "lasting")
_PER = {
    "person": "people",
    "session": "sessions",
    "operation": "operations",
    "cycle": "cycles",
    "year": "years",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def value(rate: Mapping[str, Any]) -> str:
    """Print the number itself: "91.1 %", "85.4 days"."""
    return f"{_number(rate['value'], rate['unit'])}{NO_BREAK}{_unit(rate['unit'])}"


def interval(rate: Mapping[str, Any]) -> str:
    """Print its 95 % interval: "90.3 to 91.8 %"; what has none says so."""
    if rate["low"] is None:
        return NO_INTERVAL
    low, high = (_number(rate[end], rate["unit"]) for end in ("low", "high"))
    return f"{low} to {high}{NO_BREAK}{_unit(rate['unit'])}"


def counted_over(rate: Mapping[str, Any]) -> str:
    """Print what it is counted over and when: "of operations, at 2.9 years"."""
    per = _PER.get(rate["per"], "")
    over = ("of " if rate["unit"] == "share" else "over ") + per if per else ""
    return ", ".join(part for part in (over, _at(rate["at"])) if part)


def spread(rate: Mapping[str, Any]) -> str:
    """Print how far single people or sessions lie apart; empty where nobody says."""
    return "" if rate["sd"] is None else f"single ones: SD {_number(rate['sd'], rate['unit'])}"


def first_of(option: Mapping[str, Any], keys: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the outcome that answers a question: the first with a number, else the first at all."""
    found = [one for key in keys for one in option["outcomes"] if one["key"] == key]
    return next((one for one in found if one["rate"]), found[0] if found else None)


def short(outcome: Mapping[str, Any] | None) -> str:
    """Print an outcome in one line: "91.1 % (90.3 to 91.8 %)"; what has no number says so."""
    if outcome is None:
        return "not told"
    rate = outcome["rate"]
    if rate is None:
        return "no number"
    elicited = ", elicited" if rate["basis"] == "elicited" else ""
    return f"{value(rate)} ({interval(rate)}{elicited})".replace(NO_BREAK, " ")


def why_not(option: Mapping[str, Any]) -> str:
    """Print in one line why an option cannot be chosen."""
    if option["state"] == "no_place":
        return f"{option['name']}: {option['really_for']}"
    reasons = [f"{held['text'].rstrip('.')} ({held['because']})" for held in option["excluded_because"]]
    return f"{option['name']}: {'; '.join(reasons)}"


def day(told: str | None) -> str:
    """Print a date so that nobody takes the month for the day; empty where there is none."""
    if told is None:
        return ""
    when = date.fromisoformat(told)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}".replace(" ", NO_BREAK)


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "!", "?")) else ".")


def _at(at: str) -> str:
    """Print when it was looked at; a bare span is "at" it."""
    return f"at {at}" if at[:1].isdigit() else at


def _unit(unit: str) -> str:
    return "%" if unit == "share" else unit


def _number(number: float, unit: str) -> str:
    """Print to three figures, a small share to two: what is not nought is never printed as nought."""
    if unit != "share":
        return f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}"
    shown = 100 * number
    return f"{shown:.3g}" if shown >= 1 or shown == 0 else f"{shown:.2g}"
