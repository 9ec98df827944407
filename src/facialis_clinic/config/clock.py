"""Pages tell the time of the clock at the practice, in its own zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from facialis_clinic.library.here import here


class Clock:
    """Show times in the practice's zone while a request is answered; what is stored stays UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer by that clock."""
        with timezone.override(here().zone):
            return self.get_response(request)
