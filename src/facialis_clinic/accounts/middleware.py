"""What holds of every request of somebody signed in: how long a session lasts, and what it was opened with."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.timezone import now

from facialis_clinic.accounts import counting, limits
from facialis_clinic.accounts.access import second_factors
from facialis_clinic.accounts.adapter import whose_codes
from facialis_clinic.accounts.models import User

ENDED: Final = {
    "idle": "You were signed out because nothing happened for a while. Sign in to go on where you were.",
    "long": "You were signed out because you had been signed in for 12 hours. Sign in to go on where you were.",
}

# What somebody who works here may open before a second factor is set up: that, and the way out.
WITHOUT_FACTOR: Final = {
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "accounts:second_factor",
    "alive",
}


class Sessions:
    """End a session that lay idle or is too old."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to sign in again."""
        user = request.user
        if isinstance(user, User):
            moment = now()
            why = limits.ended(request.session, moment.timestamp(), staff=user.is_staff_member)
            if why:
                return _ended(request, why)
            if not (request.method == "GET" and request.headers.get("HX-Request")):
                # A page that renews a part of itself says nothing of anybody sitting before it.
                limits.touch(request.session, moment.timestamp())
        return self.get_response(request)


class SecondFactor:
    """Let nobody who works here in by a password alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to where a second factor is set up or asked for."""
        user = request.user
        if isinstance(user, User) and user.is_staff_member and not limits.has_second_factor(request.session, user):
            if any(second_factors(user)):
                # A factor is set up and was not asked for: this session was not opened by the front door.
                with transaction.atomic():
                    logout(request)
                return HttpResponseRedirect(reverse("account_login"))
            if resolve(request.path_info).view_name not in WITHOUT_FACTOR:
                return HttpResponseRedirect(reverse("accounts:second_factor"))
        return self.get_response(request)


class TooMany:
    """Answer whoever tried too often with a page that says when to try again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say how long to wait."""
        response = self.get_response(request)
        action = counting.BY_ADDRESS.get(request.resolver_match.view_name) if request.resolver_match else None
        if getattr(request, "turned_away", False):
            return _wait(request, counting.free_at(request, counting.FAILED, _counted_under(request)))
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and action:
            return _wait(request, counting.free_at(request, action, request.POST.get("email", "").strip().lower()))
        return response


def _counted_under(request: HttpRequest) -> str | None:
    if key := getattr(request, "counted_under", None):
        return str(key)
    user = whose_codes(request)
    return counting.of_codes(user.pk) if user is not None else None


def _wait(request: HttpRequest, until: float) -> HttpResponse:
    seconds = max(1, ceil(until - now().timestamp()))
    context = {"minutes": ceil(seconds / 60)}
    page = render(request, "accounts/too_many.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    page["Retry-After"] = str(seconds)
    page["Cache-Control"] = "no-store"
    return page


def _ended(request: HttpRequest, why: str) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("people:home")
    if request.headers.get("HX-Request"):
        back = urlsplit(request.headers.get("HX-Current-URL", "")).path or reverse("people:home")
    with transaction.atomic():
        logout(request)
    messages.warning(request, ENDED[why])
    where = reverse("account_login") + "?" + urlencode({"next": back})
    if request.headers.get("HX-Request"):
        # A piece of a page cannot show the sign-in: the whole page goes there.
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)
