"""Ending the sessions of an account."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record


@transaction.atomic
def end_sessions(*, user: User, but: str | None = None) -> int:
    """End every session of an account, or all but one; return how many ended.

    Parameters
    ----------
    user : User
        Whose.
    but : str or None
        The key of the session that stays.
    """
    return _end(UserSession.objects.filter(user=user).exclude(session_key=but or ""))


@transaction.atomic
def end_session(*, user: User, key: str) -> int:
    """End one session of somebody's own, wherever it is open; return how many ended."""
    ended = _end(UserSession.objects.filter(user=user, session_key=key))
    if ended:
        record(subject=None, actor=user, verb="ended", kind="session", thing=user.pk)
    return ended


@transaction.atomic
def sign_out_everywhere(*, user: User) -> int:
    """End every session of somebody's own, here too; return how many ended."""
    record(subject=None, actor=user, verb="ended_all", kind="session", thing=user.pk)
    return end_sessions(user=user)


def _end(rows: QuerySet[UserSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)
