"""The words of the path: days, shares, states, sources, alike on both pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

NO_BREAK = "\N{NO-BREAK SPACE}"
URGENCIES = {"emergency": "Emergency", "same_day": "Same day", "soon": "Soon", "routine": "Next visit", "none": ""}
STATES = {
    "done": "done",
    "incomplete": "incomplete",
    "due": "due",
    "overdue": "overdue",
    "missed": "missed",
    "to_come": "to come",
    "open": "open, of use",
    "not_done": "not done",
    "not_needed": "not needed",
}
WATCH = {"happened": "happened", "now": "now", "to_come": "to come", "past": "past"}
HEARING = {
    "same": "as before the operation",
    "worse": "worse than before the operation",
    "better": "better than before the operation",
    "not_assessable": "not assessable",
}
PALSY = {"none_told": "no palsy told", "active": "palsy", "recovered": "palsy, gone"}
KINDS = {"at_once": "from the start", "delayed": "delayed", "later": "later than any published"}
RELIEF = {
    "free": "free of spasms",
    "improving": "improving",
    "not_yet": "not yet free, which is no failure at this time",
    "relapse": "spasms again after they had gone",
    "late": "still spasms, later than is usual",
    "not_assessable": "not assessable",
}
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

Told = Mapping[str, Any]


def day(iso: str | None) -> str:
    """Print a day: "2026-01-12" is "12 Jan 2026"; empty where there is none."""
    if not iso:
        return ""
    return date.fromisoformat(iso).strftime("%d %b %Y").lstrip("0").replace(" ", NO_BREAK)


def with_days(text: str) -> str:
    """Print every ISO day within a text as a day."""
    return _ISO.sub(lambda found: day(found[0]), text)


def sentence(text: str) -> str:
    """Begin with a capital."""
    return with_days(text[:1].upper() + text[1:])


def signed(value: float) -> str:
    """Print a change with its sign."""
    return f"{value:+.0f}".replace("-", "\N{MINUS SIGN}")


def share(told: Told | None) -> str:
    """Print a rate with its interval, or that none is published."""
    if told is None:
        return ""
    if told["low"] is None:
        return f"{_percent(told['value'])} (no interval published)"
    return f"{_percent(told['value'])} ({_number(told['low'])} to {_percent(told['high'])})"


def _percent(value: float) -> str:
    return f"{_number(value)}{NO_BREAK}%"


def _number(value: float) -> str:
    percent = 100 * value
    return f"{percent:.2g}" if percent < 1 else (f"{percent:.1f}" if percent < 10 else f"{percent:.0f}")


class Cited:
    """Numbers sources in the order in which a page uses them."""

    def __init__(self, known: Iterable[Told]) -> None:
        self._known = {source["key"]: source for source in known}
        self._numbers: dict[str, int] = {}

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """Return the numbers of sources, in rising order."""
        return sorted({self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys if key in self._known})

    def listed(self) -> list[tuple[int, str, str]]:
        """Return number, citation and where to find it, of all sources of the result."""
        self.numbers(self._known)
        found = []
        for key, number in self._numbers.items():
            source = self._known[key]
            where = [f"{name} {source[field]}" for field, name in (("doi", "doi"), ("pmid", "PMID")) if source[field]]
            found.append((number, source["cite"], ", ".join(where)))
        return found
