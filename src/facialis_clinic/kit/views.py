"""The page that shows the kit, and the pages that say what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from facialis_clinic.kit.context import everywhere
from facialis_clinic.kit.example import examples


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page says: what happened, what it means for the reader, and what to do."""

    title: str
    text: str
    next: str


TROUBLES: Final = {
    400: Trouble(
        "That could not be read",
        "Your browser sent something that this site does not understand. Nothing was changed.",
        "Go back, load the page again and try once more.",
    ),
    403: Trouble(
        "This page is not open to you",
        "You are signed in, but this page belongs to somebody with other tasks in the practice.",
        "If you need it for your work, ask the administrator of the practice.",
    ),
    404: Trouble(
        "Page not found",
        "Either there is no such page, or it is not yours to see. The address may hold a slip, or the link may be old.",
        "Begin from the first page.",
    ),
    413: Trouble(
        "That was too large",
        "What you sent is larger than this page takes. Nothing was kept of it.",
        "A video goes in by the page for recordings; it takes large files piece by piece.",
    ),
    429: Trouble(
        "Too many tries",
        "There were many tries from your address in a short time, so the site has stopped listening for a while. "
        "Nothing is lost and your account is safe.",
        "Wait a few minutes and try again. If you have forgotten your password, ask for a new one.",
    ),
    500: Trouble(
        "Something broke on our side",
        "It was nothing that you did. What you sent may not have been kept.",
        "Try again in a few minutes. If it stays, please call the practice.",
    ),
}
CSRF: Final = Trouble(
    "This page was open too long",
    "For your safety a form works only for a while and only in the browser that opened it. Nothing was sent.",
    "Go back, load the page again and send it once more. If that does not help, allow cookies for this site.",
)


def kit(request: HttpRequest) -> HttpResponse:
    """Show every component with its call."""
    _only_where_shown(request)
    return render(request, "kit/kit.html", examples(request.POST if request.method == "POST" else None))


def trouble(request: HttpRequest, status: int) -> HttpResponse:
    """Show an error page as it looks; the answer itself is no error."""
    _only_where_shown(request)
    if status not in TROUBLES:
        raise Http404
    return _page(request, status, answer=HTTPStatus.OK)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be read, and what is too large."""
    return _page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer where a role may not go."""
    return _page(request, 403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer where nothing is, or nothing that may be seen: the two look alike."""
    return _page(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer whoever asks too often."""
    return _page(request, 429)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer after a failure of our own; asks nothing of the database, which may be what failed."""
    return _said(None, TROUBLES[500], 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without the mark that shows it is ours."""
    return _said(request, CSRF, 403)


def _page(request: HttpRequest, status: int, answer: int = 0) -> HttpResponse:
    return _said(request, TROUBLES[status], answer or status)


def _said(request: HttpRequest | None, what: Trouble, status: int) -> HttpResponse:
    # Without the request no context processor runs, and the page asks neither session nor database.
    return HttpResponse(render_to_string("errors/page.html", {"trouble": what, **everywhere()}, request), status=status)


def _only_where_shown(request: HttpRequest) -> None:
    user = request.user
    if not (settings.DEBUG or settings.DEMO or (user.is_authenticated and user.is_staff_member)):
        raise Http404
