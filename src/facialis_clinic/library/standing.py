"""Whether a physician stands by what an article says, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from facialis_clinic.library.models import Review


@dataclass(frozen=True, slots=True)
class Standing:
    """How the newest revision of an article stands on a day.

    Attributes
    ----------
    state : {"reviewed", "overdue", "unreviewed"}
    text : str
        As readers are told.
    review : Review or None
        The newest review of this revision.
    """

    state: Literal["reviewed", "overdue", "unreviewed"]
    text: str
    review: Review | None = None

    @property
    def kind(self) -> str:
        """The kit's colour for it."""
        return {"reviewed": "good", "overdue": "warn", "unreviewed": "plain"}[self.state]


def standing(review: Review | None, today: date) -> Standing:
    """Tell how a revision stands: reviewed until its newest review falls due, overdue from that day on."""
    if review is None:
        return Standing("unreviewed", "Not yet reviewed by a physician")
    if today < review.due_on:
        told = f"Medically reviewed by {review.name} on {day(review.reviewed_on)}, next review {day(review.due_on)}"
        return Standing("reviewed", told, review)
    return Standing("overdue", f"Review overdue since {day(review.due_on)}", review)


def day(when: date) -> str:
    """Return a day as it is written: 3 May 2026."""
    return f"{when.day} {when:%B %Y}"
