"""The words that people agree to. Each version is kept, so that what somebody agreed to can be read years later."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

WORDS: Final = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Words:
    """One version of what somebody agrees to.

    Attributes
    ----------
    id : str
        What a consent stores: ``care-1``.
    since : date
        From when it is shown.
    title : str
        What it is about.
    text : tuple of str
        Its paragraphs.
    retention : str
        How long what it is about is kept. Said beside the words, no part of what is agreed to.
    """

    id: str
    since: date
    title: str
    text: tuple[str, ...]
    retention: str


@cache
def versions(about: str) -> tuple[Words, ...]:
    """Return every version there was of the words about ``care``, ``teaching``, ``research``, ``proxy``, ``parent``."""
    with (WORDS / f"{about}.toml").open("rb") as file:
        told = tomllib.load(file)
    retention = told["retention"]["text"]
    return tuple(Words(one["id"], one["from"], one["title"], tuple(one["text"]), retention) for one in told["version"])


def current(about: str) -> Words:
    """Return the words that are shown today: the last version."""
    return versions(about)[-1]


def agreed(version: str) -> Words | None:
    """Return the words of a version that somebody agreed to; None for one that was never shown."""
    about = version.rpartition("-")[0]
    if not (WORDS / f"{about}.toml").is_file() or not about.isalpha():
        return None
    return next((words for words in versions(about) if words.id == version), None)
