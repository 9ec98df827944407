"""What asks who one is once more: deleting, letting somebody act for one, changing how one signs in.

Opening a record in an emergency asks for none: it must not cost a minute, and it is told to the patient at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required

View = TypeVar("View", bound=Callable[..., Any])


def recently_authenticated(view: View) -> View:
    """Let a view answer only to somebody who proved who they are within the last 15 minutes (``limits.FRESH``).

    Whoever did not is led to their password, code or passkey and back; what they had sent is then done.
    """
    wrapped: View = reauthentication_required(view)
    return wrapped
