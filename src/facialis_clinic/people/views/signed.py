"""Views for somebody who is signed in, and for what needs them to say again who they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from facialis_clinic.accounts.models import User
from facialis_clinic.accounts.recent import recently_authenticated

P = ParamSpec("P")


class Signed(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SignedView = Callable[Concatenate[Signed, P], HttpResponse]


def signed_in(view: SignedView[P]) -> View[P]:
    """Lead whoever is not signed in to the place where they can."""
    return login_required(cast("View[P]", view))


def afresh(view: SignedView[P]) -> SignedView[P]:
    """Have somebody sign in once more, unless they just did, before what cannot be undone."""
    return recently_authenticated(view)
