"""The pages of a course: the clinician's report with every number, the patient's in plain words, and the picture.

Each page is made from the public result alone, is one file, asks nothing of a network and needs no JavaScript. The
PDF is made of the same HTML by :func:`facialis.paper.pdf.pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.followup.page import draw
from facialis.followup.page.patient import for_the_patient
from facialis.followup.page.report import layouts, report
from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.paper.plot import Plot

__all__ = ["compose", "compose_patient", "fragment", "picture", "write", "write_patient"]


def compose(result: Mapping[str, Any]) -> str:
    """Return the clinician's page of a result ``facialis.course/1``: alarms first, then the answer, then why."""
    return render(__name__, "report.html", report(result))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the clinician's page as ``folder/report.html``, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "report.html", compose(result).encode())


def compose_patient(result: Mapping[str, Any]) -> str:
    """Return the patient's page of a result ``facialis.course/1``, in plain words."""
    return render(__name__, "patient.html", for_the_patient(result))


def write_patient(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the patient's page as ``folder/patient.html``, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "patient.html", compose_patient(result).encode())


def picture(result: Mapping[str, Any], kind: str) -> bytes:
    """Return the picture of the course as a figure of its own, laid out as on the page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.course/1``.
    kind : str
        ``".svg"`` or ``".png"``.

    Raises
    ------
    ValueError
        If there is nothing to draw, or `kind` is another word.
    """
    from facialis.paper import export

    if kind not in (".svg", ".png"):
        raise ValueError(f'a picture is .svg or .png, not "{kind}"')
    drawn = layouts(result)
    if not drawn:
        raise ValueError("there is no entry to draw")
    figure = draw.as_figure(drawn, "Course of treatment", _caption(result))
    return export.svg(figure) if kind == ".svg" else export.png(figure)


def fragment(drawn: Plot, name: str = "") -> str:
    """Return a picture of a course as SVG, to stand on another page; its marks have the classes of ``draw.LOOKS``."""
    return render(__name__, "_fragment.html", {"drawn": drawn, "name": name, "looks": draw.LOOKS})


def _caption(result: Mapping[str, Any]) -> str:
    told = f"{result['source']['diary']['name']}, as of {result['on']}"
    return f"{told}. Disc: patient, square: clinician, triangle: video. Band: 95 % interval. Hatched: no entry."
