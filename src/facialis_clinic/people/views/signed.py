"""Views for somebody who is signed in, and for what needs them to say again who they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from facialis_clinic.accounts.models import User
from facialis_clinic.accounts.recent import recently_authenticated

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class Signed(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def signed_in(view: Callable[Concatenate[Signed, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
    """Lead whoever is not signed in to the place where they can."""
    return login_required(cast("Callable[Concatenate[HttpRequest, P], R]", view))


def afresh(view: Callable[Concatenate[Signed, P], R]) -> Callable[Concatenate[Signed, P], R]:
    """Have somebody sign in once more, unless they just did, before what cannot be undone."""
    return recently_authenticated(view)
