"""The pages of an assessment: the clinician's report with every number, and the patient's in plain words.

Each page is one file, asks nothing of a network and needs no JavaScript. The PDF is made of the same HTML by
:func:`facialis.paper.pdf.pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.diagnosis.page.patient import answer_for_the_patient
from facialis.diagnosis.page.report import report
from facialis.paper.files import write_whole
from facialis.paper.frame import render

__all__ = ["compose", "compose_patient", "write", "write_patient"]


def compose(result: Mapping[str, Any]) -> str:
    """Return the clinician's page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.assessment/1``.

    Returns
    -------
    str
        HTML: red flags first, then the answer, then why.
    """
    return render(__name__, "report.html", report(result))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the clinician's page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.assessment/1``.
    folder : Path
        Where ``report.html`` goes; made if it is missing.

    Returns
    -------
    Path
        ``folder/report.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "report.html", compose(result).encode())


def compose_patient(result: Mapping[str, Any], *, released: bool) -> str:
    """Return the patient's page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.assessment/1``.
    released : bool
        Whether the clinician has released the answer. Until then the page holds neither the answer nor the name of
        any disorder: only what is urgent, what comes next and what could not be seen.

    Returns
    -------
    str
        HTML in plain words, without codes, bans or percentages.
    """
    return render(__name__, "patient.html", answer_for_the_patient(result, released=released))


def write_patient(result: Mapping[str, Any], folder: Path, released: bool) -> Path:
    """Write the patient's page; parameters as in :func:`compose_patient`.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.assessment/1``.
    folder : Path
        Where ``patient.html`` goes; made if it is missing.
    released : bool
        Whether the clinician has released the answer.

    Returns
    -------
    Path
        ``folder/patient.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "patient.html", compose_patient(result, released=released).encode())
