"""A page as a tagged PDF, made of the page's own HTML by WeasyPrint. Without it, or without Pango, the HTML works.

The PDF is written as PDF/UA-1: tagged, titled, with its language. That it conforms has not been validated.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from importlib.resources import files
from typing import Any

from facialis.paper.theme import LIGHT

_SVG = re.compile(r"<svg\b[^>]*>")
_VIDEO = re.compile(r"<video\b[^>]*></video>")
_COLOUR = re.compile(r"var\(--([a-z]+)\)")
_HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="7" height="7"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="7"/>'
    "</pattern></defs>"
)


class PdfMissing(Exception):
    """What writes the PDF is not installed; the text is one line: what is missing and what to do."""


def check() -> None:
    """See that a PDF can be written here.

    Raises
    ------
    PdfMissing
        If WeasyPrint or the libraries below it are not there.
    """
    _weasyprint()


def pdf(html: str) -> bytes:
    """Return a page as PDF.

    Parameters
    ----------
    html : str
        A whole page of :func:`facialis.paper.frame.render`. Films are left out; their strips stand for them.

    Returns
    -------
    bytes
        The file. The same page gives the same bytes with the same WeasyPrint and fonts.

    Raises
    ------
    PdfMissing
        If WeasyPrint or the libraries below it are not there.
    ValueError
        If the page asks for anything outside itself.
    """
    weasyprint = _weasyprint()
    # WeasyPrint warns of every rule that is meant for screens only.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    from weasyprint.urls import FatalURLFetchingError

    document = weasyprint.HTML(string=_for_paper(html), url_fetcher=_nothing_outside())
    try:
        content: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # which is no Exception, so that WeasyPrint itself lets it through
        raise ValueError(str(error)) from error
    return content


def _weasyprint() -> Any:
    try:
        import weasyprint
    except ImportError as error:
        raise PdfMissing("a PDF needs WeasyPrint: pip install 'facialis[pdf]'; the HTML works without") from error
    except OSError as error:
        raise PdfMissing(
            "WeasyPrint does not find Pango: install it with the system's packages (Debian: libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0; macOS: pango); the HTML works without"
        ) from error
    return weasyprint


@cache
def _nothing_outside() -> Any:
    """Return what fetches addresses for WeasyPrint: data addresses only, all else is an error."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Inside(URLFetcher):  # type: ignore[misc]
        """Fetches what lies in the page itself."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise FatalURLFetchingError(f"a page asks for nothing outside itself, but this one for {url[:80]}")
            return super().fetch(url, headers)

    return Inside(allowed_protocols=("data",), allow_redirects=False)


def _for_paper(html: str) -> str:
    """Give each drawing its own rules, which WeasyPrint does not take from the page, and leave the films out."""
    rules = _COLOUR.sub(lambda found: LIGHT[found[1]], _drawing_rules())
    html = _VIDEO.sub("", html)
    return _SVG.sub(lambda found: f"{found[0]}<style>{rules}</style>{_HATCH}", html)


@cache
def _drawing_rules() -> str:
    return (files("facialis.paper") / "templates" / "drawings.css").read_text(encoding="utf-8")
