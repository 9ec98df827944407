"""The pages of accounts that are not allauth's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout as sign_out
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis_clinic.accounts import access, actions
from facialis_clinic.accounts.answers import Refused
from facialis_clinic.accounts.forms import ChangeRole, Invite, LostFactor, SetUp
from facialis_clinic.accounts.models import User
from facialis_clinic.accounts.recent import recently_authenticated


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: address, password, second factor, sessions."""
    app, key = access.second_factors(_user(request))
    return render(request, "accounts/account.html", {"app": app, "key": key})


@login_required
@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say that a second factor is needed, and lead to both kinds."""
    return render(request, "accounts/second_factor.html")


@login_required
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and the accounts that are locked."""
    moment = now()
    found = {"staff": access.staff_of(request, moment), "lockouts": access.locked_accounts(request, moment)}
    return render(request, "accounts/staff.html", {key: list(rows) for key, rows in found.items()})


@login_required
@require_http_methods(["GET", "POST"])
@recently_authenticated
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody who will work here."""
    moment = now()
    access.staff_of(request, moment)
    form = Invite(request.POST or None)
    if form.is_valid():
        done = actions.invite(**form.cleaned_data, by=_user(request), now=moment)
        if not isinstance(done, Refused):
            messages.success(request, f"The link is on its way to {done.email}. It is good for 72 hours.")
            return redirect("accounts:staff")
        form.add_error("email" if "address" in done.because else None, done.because)
    return render(request, "accounts/invite.html", {"form": form}, status=_status(form))


@login_required
@require_http_methods(["GET", "POST"])
@recently_authenticated
def member(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Somebody who works here: other work, sent away, a lost second factor."""
    moment = now()
    user = access.access_staff(request, user_id, moment)
    form = ChangeRole(request.POST if request.POST.get("do") == "role" else None, initial={"role": user.role})
    if request.method == "POST":
        done = _do(request, user, form)
        if done is not None:
            (messages.error if isinstance(done, Refused) else messages.success)(
                request, done.because if isinstance(done, Refused) else "Done."
            )
            return redirect("accounts:member", user_id=user.pk)
    return render(request, "accounts/member.html", {"member": user, "form": form}, status=_status(form))


def _do(request: HttpRequest, user: User, form: ChangeRole) -> object | None:
    """Do what the button says."""
    by, moment = _user(request), now()
    match request.POST.get("do"):
        case "role" if form.is_valid():
            return actions.change_role(user=user, role=form.cleaned_data["role"], by=by, now=moment)
        case "deactivate":
            return actions.deactivate(user=user, by=by, now=moment)
        case "reactivate":
            return actions.reactivate(user=user, by=by, now=moment)
        case "reset":
            return actions.reset_second_factor(user=user, by=by, now=moment)
        case "link":
            return actions.invite_again(user=user, by=by, now=moment)
    return None


@login_required
@require_http_methods(["GET", "POST"])
@recently_authenticated
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Take the second factor from the account of a patient who lost it."""
    access.only_administrator(request)
    form = LostFactor(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        actions.reset_patients_factor(email=email, by=_user(request), now=now())
        messages.success(
            request, f"If a patient signs in as {email}, their second factor is removed, and they are told."
        )
        return redirect("accounts:staff")
    return render(request, "accounts/lost_factor.html", {"form": form}, status=_status(form))


@login_required
@require_POST
def lift(request: HttpRequest, lockout_id: UUID) -> HttpResponse:
    """Let somebody try again at once."""
    moment = now()
    lockout = access.access_lockout(request, lockout_id, moment)
    actions.lift_lockout(user=lockout.user, by=_user(request), request=request, now=moment)
    messages.success(request, f"{lockout.user} can sign in again.")
    return redirect("accounts:staff")


@login_required
@require_http_methods(["GET", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; sign out there, or everywhere."""
    if request.method == "POST" and request.POST.get("do") == "everywhere":
        actions.sign_out_everywhere(user=_user(request))
        sign_out(request)
        messages.success(request, "You are signed out everywhere.")
        return redirect("account_login")
    if request.method == "POST":
        place = access.access_place(request, request.POST.get("place", ""))
        actions.end_session(user=_user(request), key=place.key)
        messages.success(request, f"{place.device} is signed out.")
        return redirect("accounts:places")
    return render(request, "accounts/places.html", {"places": access.places_of(request)})


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, unless it is the last second factor of somebody who works here."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it."""
        if not get_factors().can_delete_authenticator(self.get_object()):
            messages.error(self.request, get_factors().error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        removed: HttpResponse = super().form_valid(form)
        return removed


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set an account up by its one-time link, and go on to the second factor."""
    moment = now()
    found = access.access_invitation(token, moment)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    form = SetUp(request.POST or None, initial={"name": found.user.name})
    if form.is_valid():
        done = actions.accept_invitation(invitation=found, **form.cleaned_data, now=moment)
        if not isinstance(done, Refused):
            return _enter(request, done)
        form.add_error("password", done.because)
    context = {"form": form, "email": found.user.email, "role": found.user.get_role_display()}
    return render(request, "accounts/invitation.html", context, status=_status(form))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in somebody who has just set their password; the middleware leads them to the second factor."""
    sign_out(request)
    entered: HttpResponse = perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email))
    return entered


def _status(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200
