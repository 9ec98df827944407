"""How the packet says units, dates and numbers, and where in the record something stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from facialis.findings import Estimate

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the record something stands: the file, the key in it, and what it says."""

    file: str
    at: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {"file": self.file, "at": self.at, "text": self.text}


def day(when: date) -> str:
    """Print a date: "20 April 2026"."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def told_day(text: str) -> str:
    """Print a date that a record holds as a text; what is no date stays as it is."""
    try:
        return day(date.fromisoformat(text[:10]))
    except ValueError:
        return text


def number(value: Decimal) -> str:
    """Print a decimal number without needless noughts."""
    whole = value == value.to_integral_value()
    return f"{value.to_integral_value() if whole else value.normalize():f}"


def units(value: Decimal) -> str:
    """Print units: "17.5 U"."""
    return f"{number(value)} U"


def plain(key: str) -> str:
    """Print a key as words."""
    return key.replace("_", " ")


def site(muscle: str, name: str) -> str:
    """Print a site with its muscle."""
    return f"{plain(muscle)}, {plain(name)}"


def share(one: Estimate) -> str:
    """Print a share with its interval: "80 % (70 to 93 %)"."""
    return f"{100 * one.value:.0f} % ({100 * one.low:.0f} to {100 * one.high:.0f} %)"


def days(one: Estimate) -> str:
    """Print a number of days with its interval: "87 days (76 to 95)"."""
    return f"{one.value:.0f} days ({one.low:.0f} to {one.high:.0f})"


def listed(words: Sequence[str]) -> str:
    """Join words as in a sentence: "a, b and c"."""
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} and {words[-1]}"


def side(word: str) -> str:
    """Print a side within a sentence: "left side", "both sides"."""
    return {"left": "left side", "right": "right side", "both": "both sides"}.get(word, "side not settled")
