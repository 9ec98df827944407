"""The page on the options, made of the public result alone: one file, no script, nothing asked of a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.treatment.options.page.report import report

__all__ = ["compose", "write"]


def compose(result: Mapping[str, Any]) -> str:
    """Return the clinician's page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.options/1``.

    Returns
    -------
    str
        HTML: red flags first, then what the options are for, the options that can be chosen, and why not the others.
    """
    return render(__name__, "report.html", report(result))


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Write the clinician's page.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.options/1``.
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
