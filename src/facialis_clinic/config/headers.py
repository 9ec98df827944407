"""Headers that every answer bears, whichever part of the site gives it, beside those of Django and django-csp."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FEATURES: Final = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
# An answer that is given before Django's own middleware is reached bears these too.
ALWAYS: Final = {
    "Permissions-Policy": FEATURES,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Headers:
    """Nobody but the site itself may film, embed or keep a page; what a signed-in person sees is never cached.

    It stands before whatever may answer by itself, so that static files, redirects and refusals bear them too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with them; TRACE and whatever else no page knows is not answered."""
        known = request.method in METHODS
        response = self.get_response(request) if known else HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
        for name, value in ALWAYS.items():
            response.setdefault(name, value)
        if _has_session(request, response):
            response.setdefault("Cache-Control", "no-store")
        if _ends_session(request, response):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _has_session(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the browser came with a session or gets one; whose it is would ask a database that may have failed."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies


def _ends_session(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this answer takes the session away that the browser came with."""
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES and name in response.cookies and response.cookies[name]["max-age"] == 0
