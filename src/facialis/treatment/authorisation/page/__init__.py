"""The page of a packet: what is missing before it is sent, the letter, each rule with where it is met, the sessions.

It is one file, asks nothing of a network and needs no JavaScript. The PDF is made of the same HTML by
:func:`facialis.paper.pdf.pdf`. It shows nobody's face: films stand with their names, dates and figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.treatment.authorisation.page.show import show

__all__ = ["compose", "write"]


def compose(result: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.packet/1``.

    Returns
    -------
    str
        HTML.
    """
    return render(__name__, "packet.html", show(result))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.packet/1``.
    folder : Path
        Where ``packet.html`` goes; made if it is missing.

    Returns
    -------
    Path
        ``folder/packet.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "packet.html", compose(result).encode())
