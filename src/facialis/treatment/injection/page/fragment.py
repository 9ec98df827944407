"""The face map alone, to stand on another page of treatment."""

from __future__ import annotations

from collections.abc import Sequence

from facialis.paper.frame import render
from facialis.treatment.injection.page.face_map import Mark, face_map
from facialis.treatment.injection.page.looks import LOOKS

_PAGE = "facialis.treatment.injection.page"


def fragment(marks: Sequence[Mark], side: str, *, session: bool) -> str:
    """Return the map as SVG, without links.

    Parameters
    ----------
    marks : sequence of Mark
        Numbered.
    side : str
        ``"left"``, ``"right"`` or ``"both"``.
    session : bool
        Whether it was given.
    """
    drawn = face_map(marks, side, session=session)
    return render(_PAGE, "_fragment.html", {"map": drawn, "looks": LOOKS})


def rules() -> str:
    """Return the rules that make its colours follow the page's."""
    return render(_PAGE, "_rules.html", {"looks": LOOKS})
