"""What holds of every request of somebody signed in: how long a session lasts, and what it was opened with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils.timezone import now

from facialis_clinic.accounts import limits
from facialis_clinic.accounts.access import second_factors
from facialis_clinic.accounts.models import User

ENDED = "You were signed out because nothing happened for a while. Sign in to go on where you were."

# What somebody who works here may open before a second factor is set up: that, and the way out.
WITHOUT_FACTOR: Final = {
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
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
            if limits.ended(request.session, moment.timestamp(), staff=user.is_staff_member):
                return _ended(request)
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
                logout(request)
                return HttpResponseRedirect(reverse("account_login"))
            if resolve(request.path_info).view_name not in WITHOUT_FACTOR:
                return HttpResponseRedirect(reverse("accounts:second_factor"))
        return self.get_response(request)


def _ended(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("people:home")
    logout(request)
    messages.warning(request, ENDED)
    where = reverse("account_login") + "?" + urlencode({"next": back})
    if request.headers.get("HX-Request"):
        # A piece of a page cannot show the sign-in: the whole page goes there.
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)
