"""An interview as its row keeps it, and as the library goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from facialis.history import Interview, questionnaire
from facialis.history.answers import Answer
from facialis.history.case import from_mapping, to_json

ORDER = "order"
CHANGED = "changed"
GONE_ON = "gone_on"
PREFILLED = "prefilled"
BESIDE = (ORDER, CHANGED, GONE_ON, PREFILLED)
"""What stands beside the case. The order of the answers does too: the database keeps no order within an object."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An interview with what the site keeps of how it went.

    Attributes
    ----------
    interview : Interview
    rest : mapping
        What else the case holds, for example where it was asked.
    changed : tuple
        Answers that were taken back: question, the answer as it was, when, by whom.
    gone_on : tuple of str
        Red flags, with their urgency, after which somebody chose to go on all the same.
    prefilled : tuple of str
        Questions that the record answered.
    dropped : tuple of str
        Questions whose answers no longer fit, because the questionnaire has changed.
    """

    interview: Interview
    rest: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[tuple[str, Answer, str, str], ...] = ()
    gone_on: tuple[str, ...] = ()
    prefilled: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what the row keeps."""
        return {
            **to_json(self.interview, self.rest),
            ORDER: list(self.interview.answers),
            CHANGED: [list(one) for one in self.changed],
            GONE_ON: list(self.gone_on),
            PREFILLED: list(self.prefilled),
        }

    def told_by_hand(self) -> tuple[str, ...]:
        """Return the questions that somebody answered, in the order in which they did."""
        return tuple(key for key in self.interview.answers if key not in self.prefilled)

    def with_change(self, key: str, *, by: str, now: datetime) -> Kept:
        """Return it with the answer of a question noted as it was."""
        was = (key, self.interview.answers[key], now.isoformat(), by)
        return replace(self, changed=(*self.changed, was), prefilled=tuple(p for p in self.prefilled if p != key))


def kept_of(saved: Mapping[str, Any], *, now: datetime) -> Kept:
    """Return the interview that a row keeps."""
    case = {key: value for key, value in saved.items() if key not in BESIDE}
    part = case.get("interview")
    if part:
        answers = part["answers"]
        order = [key for key in saved.get(ORDER, ()) if key in answers]
        in_order = {key: answers[key] for key in dict.fromkeys((*order, *answers))}
        case["interview"] = {**part, "answers": in_order}
    read = from_mapping(case, questionnaire(), now.year)
    return Kept(
        read.interview,
        read.rest,
        tuple((one[0], one[1], one[2], one[3]) for one in saved.get(CHANGED, ())),
        tuple(saved.get(GONE_ON, ())),
        tuple(saved.get(PREFILLED, ())),
        read.dropped,
    )
