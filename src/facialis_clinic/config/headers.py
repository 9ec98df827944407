"""Headers that every answer bears beside those that Django and django-csp set."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FEATURES = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class Headers:
    """Nobody but the site itself may film, embed or keep a page; what a signed-in person sees is never cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with them."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", FEATURES)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response
