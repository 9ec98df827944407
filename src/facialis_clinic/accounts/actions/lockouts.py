"""Accounts that were tried too often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.http import HttpRequest

from facialis_clinic.accounts.models import Lockout, User
from facialis_clinic.audit.actions import record

# Whoever tries on and on locks the account on and on; its owner gets a mail an hour.
TOLD_EVERY: Final = timedelta(hours=1)


@transaction.atomic
def lock_out(*, user: User, until: datetime, now: datetime) -> Lockout | None:
    """Note that an account is locked, and tell its owner; None where that is noted already."""
    from facialis_clinic.accounts.tasks import tell_of_lockout
    from facialis_clinic.jobs import enqueue

    # Two tries at the same moment lock once: whoever comes second waits here and then sees the row.
    User.objects.select_for_update().get(pk=user.pk)
    if user.lockouts.filter(until__gt=now, lifted_at=None).exists():
        return None
    told = user.lockouts.filter(at__gt=now - TOLD_EVERY).exists()
    lockout = Lockout.objects.create(user=user, at=now, until=until)
    record(subject=None, actor=None, verb="locked", kind="account", thing=user.pk)
    if not told:
        # By a worker: a mail sent here would make this answer slower than that for an address without an account.
        enqueue(tell_of_lockout, lockout.pk)
    return lockout


@transaction.atomic
def lift_lockout(*, user: User, by: User, request: HttpRequest, now: datetime) -> int:
    """Let somebody try again at once; return how many lockouts were lifted."""
    from facialis_clinic.accounts.counting import forget, of_address, of_codes

    forget(request, of_address(user.email))
    forget(request, of_codes(user.pk))
    lifted = user.lockouts.filter(until__gt=now, lifted_at=None).update(lifted_at=now)
    record(subject=None, actor=by, verb="unlocked", kind="account", thing=user.pk)
    return lifted
