"""What asks for the password or the second factor again: deleting, opening in an emergency, changing who may act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required

View = TypeVar("View", bound=Callable[..., Any])


def recently_authenticated(view: View) -> View:
    """Let a view answer only to somebody who proved who they are within ``ACCOUNT_REAUTHENTICATION_TIMEOUT``."""
    wrapped: View = reauthentication_required(view)
    return wrapped
