"""How hard a text of the library is to read: the school grade of Flesch and Kincaid, as the decision aid's is."""

from __future__ import annotations

from typing import Final

from facialis.treatment.decision_aid.reading import grade, read_aloud
from facialis_clinic.library.render import render

MOST: Final = 7.0
"""The school grade above which a text for patients is too hard: children of about twelve read it with ease."""


def grade_of(text: str) -> float | None:
    """Return the school grade of a Markdown text; None where it has no sentence."""
    return grade_of_page(render(text, ()))


def grade_of_page(html: str) -> float | None:
    """Return the school grade of the texts of a page."""
    try:
        return round(grade(read_aloud(html)), 1)
    except ValueError:
        return None
