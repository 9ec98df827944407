"""The pages of an injection: the plan for use at the chair, and what was given, each with the face map.

Each page is one file, asks nothing of a network and needs no JavaScript: marks on the map are links to their rows and
rows lead back. The PDF is made of the same HTML by :func:`facialis.paper.pdf.pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.treatment.injection.page.plan import plan
from facialis.treatment.injection.page.session import session

__all__ = ["compose", "compose_session", "write", "write_session"]


def compose(result: Mapping[str, Any]) -> str:
    """Return the page of a plan.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.injection_plan/1``.

    Returns
    -------
    str
        HTML: what blocks it first, then side, product, face map and sites, then limits, intervals and signatures.
    """
    return render(__name__, "plan.html", plan(result))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the page of a plan.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.injection_plan/1``.
    folder : Path
        Where ``plan.html`` goes; made if it is missing.

    Returns
    -------
    Path
        ``folder/plan.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "plan.html", compose(result).encode())


def compose_session(result: Mapping[str, Any]) -> str:
    """Return the page of a session.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.session/1``.

    Returns
    -------
    str
        HTML: as planned and as given side by side, lots, waste, consent, time-out and what came of it.
    """
    return render(__name__, "session.html", session(result))


def write_session(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the page of a session.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.session/1``.
    folder : Path
        Where ``session.html`` goes; made if it is missing.

    Returns
    -------
    Path
        ``folder/session.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "session.html", compose_session(result).encode())
