"""What allauth does goes on the practice's log, and what follows from it is done."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils.timezone import now

from facialis_clinic.accounts.actions import end_sessions, spend_code
from facialis_clinic.accounts.adapter import lock_when_full
from facialis_clinic.accounts.counting import of_codes
from facialis_clinic.accounts.limits import begin
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record


def connect() -> None:
    """Listen."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_failed)
    account.user_signed_up.connect(_signed_up)
    account.password_changed.connect(_password_changed)
    account.password_reset.connect(_password_changed)
    account.email_changed.connect(_address_changed)
    factors.authenticator_added.connect(_factor_added)
    factors.authenticator_removed.connect(_factor_removed)
    factors.authenticator_reset.connect(_codes_renewed)
    factors.authenticator_used.connect(_factor_used)
    factors.authentication_failed.connect(_code_failed)


def _signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    begin(request.session, now().timestamp())
    record(subject=None, actor=user, verb="signed_in", kind="account", thing=user.pk)


def _signed_out(sender: Any, user: User | None, **_: Any) -> None:
    if user is not None:
        record(subject=None, actor=user, verb="signed_out", kind="account", thing=user.pk)


def _failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    from facialis_clinic.accounts.access import user_at

    # The address that was typed may be a password in the wrong field: only whose account it was is kept.
    user = user_at(str(credentials.get("email") or ""))
    record(subject=None, actor=None, verb="failed", kind="sign_in", thing=user.pk if user else None)


def _signed_up(sender: Any, user: User, **_: Any) -> None:
    record(subject=None, actor=user, verb="signed_up", kind="account", thing=user.pk)


def _password_changed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    # Whoever knew the old password is out; this browser stays.
    end_sessions(user=user, but=request.session.session_key)
    record(subject=None, actor=user, verb="changed", kind="password", thing=user.pk)


def _address_changed(sender: Any, user: User, **_: Any) -> None:
    record(subject=None, actor=user, verb="changed", kind="address", thing=user.pk)


def _factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        # A code or a key was just shown to be in this person's hands, which is what the session must know.
        record_authentication(request, user, method="mfa", type=str(authenticator.type), id=authenticator.pk)
    if authenticator.type == Authenticator.Type.TOTP and (code := getattr(request, "code_shown", "")):
        spend_code(authenticator=authenticator, code=code, at=now().timestamp())
    record(subject=None, actor=user, verb="added", kind=str(authenticator.type), thing=user.pk)


def _factor_removed(sender: Any, user: User, authenticator: Authenticator, **_: Any) -> None:
    record(subject=None, actor=user, verb="removed", kind=str(authenticator.type), thing=user.pk)


def _codes_renewed(sender: Any, user: User, **_: Any) -> None:
    record(subject=None, actor=user, verb="renewed", kind="recovery_codes", thing=user.pk)


def _factor_used(sender: Any, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record(subject=None, actor=user, verb="used", kind="recovery_codes", thing=user.pk)


def _code_failed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    record(subject=None, actor=None, verb="failed", kind="code", thing=user.pk)
    lock_when_full(request, user, of_codes(user.pk))
