"""Ending the sessions of an account."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from facialis_clinic.accounts.models import User


def end_sessions(*, user: User, but: str | None = None) -> int:
    """End every session of an account, or all but one; return how many ended.

    Parameters
    ----------
    user : User
        Whose.
    but : str or None
        The key of the session that stays.
    """
    rows = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)
