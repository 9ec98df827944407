"""What a worker does for accounts."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from facialis_clinic.jobs import daily, task


@task
def tell_of_lockout(lockout_id: str) -> None:
    """Write to the owner of an account that was locked."""
    from facialis_clinic import mail
    from facialis_clinic.accounts.models import Lockout

    lockout = Lockout.objects.select_related("user").filter(pk=lockout_id).first()
    if lockout is not None:
        mail.send(lockout.user.email, template="accounts/mail/locked.txt", context={"until": lockout.until})


@daily(at=time(3, 20))
@task
def sweep_accounts() -> None:
    """Remove what is over: sessions, links, lockouts, and sign-ups whose address nobody confirmed."""
    from facialis_clinic.accounts.actions import sweep

    sweep(now=timezone.now())
