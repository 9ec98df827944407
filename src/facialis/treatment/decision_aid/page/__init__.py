"""The page of the decision aid, for the person who chooses: one file, plain words, made to be printed and filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.paper.icons import Form, pattern
from facialis.treatment.decision_aid.page.told import told
from facialis.treatment.decision_aid.reading import grade, read_aloud

__all__ = ["PARTS", "compose", "fragments", "reading_grade", "write"]

# The sections that can stand on another page, each by itself.
PARTS = (
    "decision",
    "options",
    "relief",
    "year",
    "harms",
    "asks",
    "questions",
    "help",
    "unknown",
    "about",
    "sources",
)
# Sections that are no running text for the patient.
_NOT_READ = ("sources",)


def compose(result: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.aid/1``.

    Returns
    -------
    str
        HTML. It states its own reading level, measured on its own text.
    """
    context = told(result)
    draft = render(__name__, "aid.html", context | {"grade": None})
    return render(__name__, "aid.html", context | {"grade": f"{reading_grade(draft):.1f}"})


def fragments(result: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Return parts of the page, to stand on another page that has rules for the classes of ``draw.LOOKS``.

    Pictures of a thousand people are areas here: ``patterns``, which comes with every answer, stands before them once.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.aid/1``.
    *names : str
        Of ``PARTS``.
    """
    context = told(result, small=True) | {"grade": None}
    forms = [(form.value, *pattern(form)) for form in (Form.FULL, Form.HALF, Form.OPEN, Form.CROSS)]
    parts = {name: render(__name__, f"_{name}.html", context) for name in names}
    return parts | {"patterns": render(__name__, "_patterns.html", context | {"forms": forms})}


def reading_grade(html: str) -> float:
    """Return the school grade of the page's text, the list of sources left out."""
    return grade(read_aloud(html, _NOT_READ))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.aid/1``.
    folder : Path
        Where ``aid.html`` goes; made if it is missing.

    Returns
    -------
    Path
        ``folder/aid.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "aid.html", compose(result).encode())
