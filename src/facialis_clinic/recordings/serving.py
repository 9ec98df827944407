"""A film to a browser: the part that it asks for, piece by piece, kept nowhere on the way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from facialis_clinic.recordings.ranges import Span, Unsatisfiable, asked
from facialis_clinic.storage import recordings_storage

# Nothing in a film may act, should a browser ever take it for a page.
POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


def answer(request: HttpRequest, name: str, *, kind: str, download_as: str = "") -> HttpResponseBase:
    """Answer with a stored file, whole or in part.

    Parameters
    ----------
    request : HttpRequest
        GET or HEAD, with or without ``Range`` and ``If-Range``.
    name : str
        In the store; from a row that a gate gave, never from the address.
    kind : str
        The media type.
    download_as : str
        The name under which it is saved; shown in the page where nothing is said.
    """
    store = recordings_storage()
    size = int(store.size(name))
    # A name is written once and its bytes never change, so it marks them.
    mark = f'"{name.rpartition("/")[2]}"'
    wanted: Span | Unsatisfiable | None = None
    # A range is asked for by GET alone (section 14.2).
    if request.method == "GET" and request.headers.get("If-Range", mark) == mark:
        wanted = asked(request.headers.get("Range", ""), size)
    response: HttpResponseBase
    if isinstance(wanted, Unsatisfiable):
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return _bounded(response, kind, mark, download_as)
    span = wanted or Span(0, size)
    status = 206 if wanted else 200
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        response = StreamingHttpResponse(store.stream(name, span.start, span.stop), status=status)
    response["Content-Length"] = str(span.stop - span.start)
    if wanted:
        response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return _bounded(response, kind, mark, download_as)


def _bounded(response: HttpResponseBase, kind: str, mark: str, download_as: str) -> HttpResponseBase:
    response["Content-Type"] = kind
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = mark
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    # The names are the site's own, never the sender's.
    response["Content-Disposition"] = f'attachment; filename="{download_as}"' if download_as else "inline"
    return response
