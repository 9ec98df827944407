"""A password made of this site's own words, or of a row of keys, is one of the first that is tried."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from django.core.exceptions import ValidationError

WORDS: Final = (
    "facialis", "facial", "hemifacial", "spasm", "twitch", "practice", "clinic", "neurology", "neurologist", "doctor",
    "patient", "hospital", "health", "password", "passphrase", "secret", "welcome", "qwerty", "botox", "nerve",
)  # fmt: skip
LEFT: Final = 6
DIFFERENT: Final = 5
SAID: Final = (
    "This is made of words that everybody tries here. Add a word or two that have nothing to do with this site."
)


class NotARow:
    """Refuse a password that counts on or says the same again and again."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - as Django calls it
        """Raise for a row such as 123456789012, and for fewer than five different characters."""
        steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(password)}
        if len(set(password)) < DIFFERENT or steps in ({1}, {9}):
            raise ValidationError("This is a row that everybody tries. Choose some words instead.", code="password_row")

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return "Not a row of letters or numbers."


class NotOfThisPlace:
    """Refuse a password that is nothing without the words of this place, its numbers and its signs."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - as Django calls it
        """Raise where fewer than six letters are left."""
        rest = password.lower()
        for word in sorted(WORDS, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(set(re.sub(r"[\W\d_]", "", rest))) < LEFT and rest != password.lower():
            raise ValidationError(SAID, code="password_of_this_place")

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return "Not made of words of this site alone."
