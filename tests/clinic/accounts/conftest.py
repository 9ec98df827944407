"""What the tests of accounts share: a cache that begins empty, and how a person goes through the pages."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts.testing import SECRET, totp_code
from facialis_clinic.audit.models import Event

PASSWORD = "correct horse battery"  # of everybody in the practice of the tests


@pytest.fixture(autouse=True)
def nothing_tried_yet() -> Iterator[None]:
    """What was tried is counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


def try_password(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """Send the sign-in form."""
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def try_code(client: Client, code: str | None = None) -> HttpResponse:
    """Send the second step."""
    return client.post(reverse("mfa_authenticate"), {"code": code or totp_code(SECRET, time.time())})


def is_in(client: Client) -> bool:
    """Whether somebody is signed in in this browser."""
    return client.get(reverse("accounts:account")).status_code == 200


def link_in(text: str) -> str:
    """Return the path of the first link of a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)


def last_mail() -> str:
    """Return the text of the last mail."""
    return str(mail.outbox[-1].body)


def done() -> list[tuple[str, str]]:
    """Return what is on the practice's own log."""
    return list(Event.objects.filter(subject=None).order_by("seq").values_list("verb", "kind"))
