"""How long a session lasts: idle, at most, and how long a proof of who one is counts as fresh."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

BEGAN: Final = "began"
SEEN: Final = "seen"

STAFF_IDLE: Final = timedelta(minutes=15)
PATIENT_IDLE: Final = timedelta(minutes=30)
AT_MOST: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=15)
# A session is written at most once a minute to say that it is in use.
STEP: Final = timedelta(seconds=60)

# Where django-allauth keeps how a session was authenticated, and of whom that is true.
METHODS: Final = "account_authentication_methods"
METHODS_OF: Final = "account_authentication_methods_user"


def begin(session: SessionBase, at: float) -> None:
    """Note that somebody signed in at this moment (seconds since 1970)."""
    session[BEGAN] = session[SEEN] = at


def ended(session: SessionBase, at: float, *, staff: bool) -> str:
    """Return why a session is over, "idle" or "long", or "" while it goes on.

    A session without a beginning was made by no sign-in of ours; it is over too.
    """
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None or at - began >= AT_MOST.total_seconds():
        return "long"
    idle = STAFF_IDLE if staff else PATIENT_IDLE
    return "idle" if at - seen >= idle.total_seconds() else ""


def touch(session: SessionBase, at: float) -> None:
    """Note that the session is in use."""
    if at - session[SEEN] >= STEP.total_seconds():
        session[SEEN] = at


def methods(session: SessionBase, user: Any) -> list[dict[str, Any]]:
    """Return how this session was authenticated, oldest first: ``method``, ``at``, of a factor ``type``."""
    if session.get(METHODS_OF) != str(user.pk):
        return []
    told = session.get(METHODS)
    return told if isinstance(told, list) else []


def has_second_factor(session: SessionBase, user: Any) -> bool:
    """Whether a code or a passkey was shown in this session."""
    return any(one.get("method") == "mfa" for one in methods(session, user))


def is_fresh(session: SessionBase, user: Any, at: float) -> bool:
    """Whether somebody proved who they are within the last 15 minutes."""
    return any(0 <= at - one["at"] < FRESH.total_seconds() for one in methods(session, user) if one.get("at"))
