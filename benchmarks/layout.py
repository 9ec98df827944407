"""How figures are laid out in Markdown: tables, numbers, numbers with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Figures = dict[str, Any]
Row = Sequence[str]


def table(heads: Row, rows: Iterable[Row]) -> list[str]:
    """Return a Markdown table; every column but the first is numbers."""
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def number(value: float | None, digits: int = 2) -> str:
    """Return a number, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def ranged(part: Figures | None, digits: int = 2) -> str:
    """Return a number with its interval."""
    if not part or part["value"] is None:
        return "-"
    low, high = number(part["low"], digits), number(part["high"], digits)
    return f"{number(part['value'], digits)} ({low} to {high})"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a fraction in per cent."""
    return "-" if value is None else f"{100 * value:.{digits}f} %"
