"""Each change of a patient's record bears who made it: the history's rows know the opaque id and nothing more."""

from __future__ import annotations

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class History:
    """Say to the database who is at work while a request that may change something runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the actor known to the triggers."""
        if request.method in SAFE:
            return self.get_response(request)
        actor = str(request.user.pk) if request.user.is_authenticated else ""
        with pghistory.context(actor=actor):
            return self.get_response(request)
