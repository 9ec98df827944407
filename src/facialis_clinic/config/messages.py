"""What the site says once on the next page travels in a cookie that no other host can set or read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class Cookie(CookieStorage):
    """Django's, under a name with the prefix that ties it to this host where the site is served over TLS."""

    cookie_name = "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class Messages(FallbackStorage):
    """In the cookie; what is too long for it, in the session."""

    storage_classes: Any = (Cookie, SessionStorage)
