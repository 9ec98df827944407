"""The page of the decision aid, for the person who chooses: one file, plain words, made to be printed and filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.treatment.decision_aid.page.told import told
from facialis.treatment.decision_aid.reading import grade, read_aloud

__all__ = ["compose", "reading_grade", "write"]

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
