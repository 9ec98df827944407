"""What needs somebody, and how soon: one form for all parts of the path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from facialis.knowledge.definitions import Urgency
from facialis.knowledge.differential import Basis

# The most urgent first; the last are no haste and no flag.
ORDER = ("emergency", "same_day", "soon", "routine")


@dataclass(frozen=True)
class Attention:
    """One thing that needs somebody.

    Attributes
    ----------
    code : str
    urgency : str
        One of ``ORDER``.
    title, action, plain_action : str
    because : tuple of str
    since : date or None
    basis : Basis
    sources : tuple of str
    """

    code: str
    urgency: str
    title: str
    action: str
    plain_action: str
    because: tuple[str, ...] = ()
    since: date | None = None
    basis: Basis = Basis.ELICITED
    sources: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "code": self.code,
            "urgency": self.urgency,
            "since": None if self.since is None else self.since.isoformat(),
            "title": self.title,
            "because": list(self.because),
            "action": self.action,
            "plain_action": self.plain_action,
            "basis": self.basis.value,
            "sources": list(self.sources),
        }


def word(urgency: Urgency) -> str:
    """Return one of ``ORDER`` for the urgency of the knowledge base; what is none is routine."""
    return urgency.value if urgency.value in ORDER else ORDER[-1]


def in_order(found: Iterable[Attention]) -> tuple[Attention, ...]:
    """Return them, the most urgent first."""
    return tuple(sorted(found, key=lambda one: ORDER.index(one.urgency)))
