"""Findings as a page shows them: present, absent, not assessable, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from facialis.paper.words import SIDE, STATE, sentence


class Definition(Protocol):
    """What the vocabulary says of a finding."""

    @property
    def term(self) -> str:
        """Its name."""

    @property
    def definition(self) -> str:
        """What it is."""


@dataclass(frozen=True)
class Sign:
    """A finding in words."""

    term: str
    definition: str
    side: str
    side_word: str
    number: str
    because: tuple[str, ...]


def groups(result: Mapping[str, Any], define: Callable[[str], Definition]) -> list[tuple[str, str, list[Sign]]]:
    """Group the findings by state.

    Parameters
    ----------
    result : mapping
        A public result with ``findings``.
    define : callable
        Gives what a code means: :func:`facialis.knowledge.finding`.

    Returns
    -------
    list of (str, str, list of Sign)
        State, its name, its findings in the order of the result; states without a finding are left out.

    Raises
    ------
    UnknownNameError
        If a code is not in the vocabulary.
    """
    grouped = []
    for state, name in STATE.items():
        signs = [_sign(finding, define) for finding in result["findings"] if finding["state"] == state]
        if signs:
            grouped.append((state, name, signs))
    return grouped


def _sign(finding: Mapping[str, Any], define: Callable[[str], Definition]) -> Sign:
    definition = define(finding["code"])
    side = finding["side"]
    return Sign(
        term=definition.term,
        definition=definition.definition,
        side=side,
        side_word="" if side == "none" else SIDE[side],
        number=_number(finding.get("estimate")),
        because=tuple(sentence(reason) for reason in finding["because"]),
    )


def _number(estimate: Mapping[str, Any] | None) -> str:
    if estimate is None:
        return ""
    value, low, high = (_round(estimate[key]) for key in ("value", "low", "high"))
    return f"{value} ({low} to {high}) {estimate.get('unit', '')}".rstrip()


def _round(value: float) -> str:
    """Print a number to two digits, or to whole ones where it has more."""
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.2g}"
