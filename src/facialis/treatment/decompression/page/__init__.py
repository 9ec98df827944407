"""The pages of the path round a decompression: the clinician's with the timeline, the patient's in plain words.

Each page is one file, asks nothing of a network and needs no JavaScript. The PDF is made of the same HTML by
:func:`facialis.paper.pdf.pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.treatment.decompression.page.patient import for_the_patient
from facialis.treatment.decompression.page.report import report

__all__ = ["compose", "compose_patient", "write", "write_patient"]


def compose(result: Mapping[str, Any]) -> str:
    """Return the clinician's page of a result ``facialis.decompression/1``: what is urgent first."""
    return render(__name__, "report.html", report(result))


def compose_patient(result: Mapping[str, Any]) -> str:
    """Return the patient's page of a result ``facialis.decompression/1``, in plain words."""
    return render(__name__, "patient.html", for_the_patient(result))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the clinician's page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.decompression/1``.
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


def write_patient(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the patient's page as ``folder/patient.html``; as :func:`write`."""
    return write_whole(folder / "patient.html", compose_patient(result).encode())
