"""How often something was tried, as django-allauth counts it, and when it may be tried again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

APP: Final = "allauth.account"
FAILED: Final = "login_failed"
# Which count stands behind which address; the rest of the site has none.
BY_ADDRESS: Final = {
    "account_login": "login",
    "account_signup": "signup",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
    "mfa_reauthenticate_webauthn": "reauthenticate",
    "account_change_password": "change_password",
    "account_email": "manage_email",
}


@dataclass(frozen=True, slots=True)
class Count:
    """One count: of a caller's address, an account or a key, and until when it is full (0 while it is not)."""

    per: str
    full_until: float


def of_address(email: str) -> str:
    """Return under what the failed passwords of an e-mail address are counted.

    The address alone: with the host name in it, as django-allauth has it, another port would be another account.
    """
    return f"address:{email.strip().lower()}"


def of_codes(user_id: object) -> str:
    """Return under what django-allauth counts the failed codes of an account."""
    return f"mfa-auth-user-{user_id}"


def counts(request: HttpRequest, action: str, key: str | None = None) -> list[Count]:
    """Return the counts of an action for this caller."""
    found = []
    for rate in ratelimit.get_rates(app=APP, action=action):
        if (rate.per == "key" and key is None) or (rate.per == "user" and not request.user.is_authenticated):
            continue
        name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        history = cache.get(name) or []
        # The newest stands first; the oldest of as many as are allowed makes room when it is past.
        full = history[rate.amount - 1] + rate.duration if len(history) >= rate.amount else 0.0
        found.append(Count(rate.per, full if full > time.time() else 0.0))
    return found


def locked_until(request: HttpRequest, key: str) -> float:
    """Return until when the account behind a key is locked, in seconds since 1970; 0 where it is not."""
    return max((one.full_until for one in counts(request, FAILED, key) if one.per == "key"), default=0.0)


def free_at(request: HttpRequest, action: str, key: str | None = None) -> float:
    """Return when a caller who was turned away may try again; in a minute where no count is full any more."""
    full = max((one.full_until for one in counts(request, action, key)), default=0.0)
    return full or time.time() + 60


def forget(request: HttpRequest, key: str) -> None:
    """Take back what was counted against an account; what was counted against the caller's address stays."""
    for rate in ratelimit.get_rates(app=APP, action=FAILED):
        if rate.per == "key":
            cache.delete(ratelimit.get_cache_key(request, app=APP, action=FAILED, rate=rate, key=key))
