"""A proxy is believed when it is named, and nobody else is."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from facialis_clinic.config.proxy import NamedProxy

FORGED = {
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "evil.example",
}


def seen(settings: Any, **meta: str) -> HttpRequest:
    """Return the request as the views would see it."""
    caught: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        caught.append(request)
        return HttpResponse()

    settings.PROXIES = ("192.0.2.7",)
    NamedProxy(view)(RequestFactory().get("/", **meta))
    return caught[0]


def test_a_stranger_cannot_pass_for_a_proxy(settings: Any) -> None:
    """What a stranger claims to forward is dropped."""
    request = seen(settings, REMOTE_ADDR="198.51.100.1", **FORGED)

    assert request.META["REMOTE_ADDR"] == "198.51.100.1"
    assert not request.is_secure()
    assert not {key for key in request.META if "FORWARDED" in key}


def test_the_named_proxy_tells_the_caller_and_the_scheme(settings: Any) -> None:
    """Its word counts."""
    request = seen(settings, REMOTE_ADDR="192.0.2.7", **FORGED)

    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert request.is_secure()


def test_only_what_our_own_proxy_saw_counts(settings: Any) -> None:
    """A caller may write addresses of its own before the one that the proxy adds."""
    request = seen(settings, REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="127.0.0.1, 203.0.113.9")

    assert request.META["REMOTE_ADDR"] == "203.0.113.9"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example"])
def test_a_foreign_host_is_refused(client: Any, host: str) -> None:
    """Links in mails are made from the address of the settings, and a foreign one gets no page at all."""
    assert client.get("/", HTTP_HOST=host).status_code == 400
