"""What an action answers when it does not do what was asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done.

    Attributes
    ----------
    because : str
        One sentence for the person who asked.
    """

    because: str
