"""What is over goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from facialis_clinic.accounts.models import Invitation, Lockout, Role, User

UNCONFIRMED_FOR: Final = timedelta(days=7)
LOCKOUTS_FOR: Final = timedelta(days=90)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Remove ended sessions and links, old lockouts and sign-ups never confirmed; return how many of these."""
    Session.objects.filter(expire_date__lte=now).delete()
    here = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(here)).delete()
    Invitation.objects.filter(until__lte=now).delete()
    Lockout.objects.filter(at__lte=now - LOCKOUTS_FOR).delete()
    return never_confirmed().filter(created_at__lte=now - UNCONFIRMED_FOR).delete()[1].get("accounts.User", 0)


def never_confirmed() -> QuerySet[User]:
    """Select the accounts that somebody signed up for and nobody ever came in by."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(~Exists(confirmed), last_login=None, role=Role.PATIENT)
