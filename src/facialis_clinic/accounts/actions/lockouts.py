"""Accounts that were tried too often."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest

from facialis_clinic import mail
from facialis_clinic.accounts.models import Lockout, User
from facialis_clinic.audit.actions import record

# What allauth counts under "login_failed" (settings, ACCOUNT_RATE_LIMITS): by address typed, and by account for codes.
LOCKED_FOR = timedelta(minutes=15)


@transaction.atomic
def lock_out(*, user: User, now: datetime) -> Lockout | None:
    """Note that an account is locked, and tell its owner; None where that is noted already."""
    # Two tries at the same moment lock once: whoever comes second waits here and then sees the row.
    User.objects.select_for_update().get(pk=user.pk)
    if user.lockouts.filter(until__gt=now, lifted_at=None).exists():
        return None
    lockout = Lockout.objects.create(user=user, at=now, until=now + LOCKED_FOR)
    record(subject=None, actor=None, verb="locked", kind="account", thing=user.pk)
    mail.send(user.email, template="accounts/mail/locked.txt", context={})
    return lockout


@transaction.atomic
def lift_lockout(*, user: User, by: User, request: HttpRequest, now: datetime) -> int:
    """Let somebody try again at once; return how many lockouts were lifted."""
    from facialis_clinic.accounts.adapter import failures_key

    ratelimit.clear(request, action="login_failed", key=failures_key(user.email))
    ratelimit.clear(request, action="login_failed", key=f"mfa-auth-user-{user.pk}")
    lifted = user.lockouts.filter(until__gt=now, lifted_at=None).update(lifted_at=now)
    record(subject=None, actor=by, verb="unlocked", kind="account", thing=user.pk)
    return lifted
