"""A sheet of a practice: letterhead, whom it is about, text, who signed; on screen, in print and as tagged PDF.

The name and the birth date of the patient stand on each sheet, with its number: sheets get lost one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

from facialis.paper.frame import render
from facialis.paper.markup import Block


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: name, lines of the address, telephone, mail."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet shows. All of it is plain text.

    Attributes
    ----------
    head : Letterhead
    title : str
    patient, born : str
        Name and birth date as they are printed.
    day : str
        The date of the sheet.
    to : tuple of str
        The lines of the address; empty: to nobody.
    body : tuple of Block
    signed : str
        By whom and when; empty: not yet.
    close : str
        What stands above the signature, such as "Yours sincerely"; may be empty.
    mark : str
        What stands across each page, such as "draft"; may be empty.
    warnings : tuple of str
        What must not be overlooked; above all else.
    foot : str
        A line at the foot of each page.
    """

    head: Letterhead
    title: str
    patient: str
    born: str
    day: str
    body: tuple[Block, ...]
    to: tuple[str, ...] = ()
    signed: str = ""
    close: str = ""
    mark: str = ""
    warnings: tuple[str, ...] = ()
    foot: str = ""


def compose(sheet: Sheet) -> str:
    """Return the sheet as an HTML page, for :mod:`facialis.paper.pdf` or a browser."""
    about = f"{sheet.patient}, born {sheet.born}" if sheet.born else sheet.patient
    running = f"{about} · {sheet.title}"
    context = {"sheet": sheet, "running": css_text(running), "foot": css_text(sheet.foot)}
    return render("facialis.paper.sheet_page", "sheet.html", context)


def css_text(text: str) -> str:
    r"""Return a text as a string of CSS; all but plain letters and digits is written as its number.

    >>> css_text("Al")
    '"Al"'
    >>> css_text('"}')
    '"\\000022\\00007d"'
    """
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'
