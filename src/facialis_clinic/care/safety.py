"""The safety form of an MRI: what was answered, what is still open, and whether a sheet may say that it is cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facialis import knowledge
from facialis.knowledge.order_sheet import SafetyQuestion
from facialis_clinic.care.models import Order

ANSWERS: Final = ("no", "yes", "unknown")


@dataclass(frozen=True, slots=True)
class Flag:
    """An answer that is not "no": it stands on the order until somebody by name has cleared it."""

    question: SafetyQuestion
    answer: str
    cleared: Mapping[str, Any] | None

    @property
    def word(self) -> str:
        """The answer as it is shown."""
        return {"yes": "yes", "unknown": "not known"}.get(self.answer, "not answered")


@dataclass(frozen=True, slots=True)
class Form:
    """How the form of an order stands.

    Attributes
    ----------
    answered : bool
        Whether somebody has answered it.
    flags : tuple of Flag
        What was answered with yes or not known, or was not answered at all.
    weight : float or None
        In kg.
    """

    answered: bool
    flags: tuple[Flag, ...]
    weight: float | None

    @property
    def open(self) -> tuple[Flag, ...]:
        """What nobody has cleared yet."""
        return tuple(flag for flag in self.flags if flag.cleared is None)

    @property
    def is_cleared(self) -> bool:
        """Whether the sheet may say that the form is clear."""
        return self.answered and not self.open

    @property
    def state(self) -> tuple[str, str]:
        """A word and a kind for a badge."""
        if not self.answered:
            return "safety form not answered", "bad"
        if self.open:
            return f"safety: {len(self.open)} not cleared", "bad"
        return "safety form clear", "good"


def asked(order: Order) -> list[SafetyQuestion]:
    """Return the questions that this order asks: none but for an MRI, those on contrast only where there is some."""
    known = knowledge.orders()
    if order.kind != Order.Kind.MRI:
        return []
    contrast = any(known.parts[key].contrast for key in order.protocol.get("parts", ()) if key in known.parts)
    return [one for one in known.safety.values() if contrast or not one.contrast]


def form_of(order: Order) -> Form | None:
    """Return how the form stands; None where the test asks for none."""
    if order.kind != Order.Kind.MRI:
        return None
    told = order.safety
    answers, cleared = told.get("answers", {}), told.get("cleared", {})
    flags = tuple(
        Flag(one, answers.get(one.key, ""), cleared.get(one.key))
        for one in asked(order)
        if answers.get(one.key) != "no"
    )
    return Form(bool(answers), flags if answers else (), told.get("weight_kg"))
