"""What a proxy says of the caller is believed only from the proxies that are named."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class NamedProxy:
    """Put the caller's own address and scheme in place behind a named proxy; drop such words from anybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as if the caller stood before us."""
        meta = request.META
        said = {key: meta.pop(key, "") for key in SAID}
        if meta.get("REMOTE_ADDR") in settings.PROXIES:
            # The last address is the one that our own proxy saw; those before it are what the caller claims.
            caller = said["HTTP_X_FORWARDED_FOR"].rpartition(",")[2].strip()
            if caller:
                meta["REMOTE_ADDR"] = caller
            if said["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip() == "https":
                meta["wsgi.url_scheme"] = "https"
        return self.get_response(request)
