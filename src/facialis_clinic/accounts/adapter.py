"""How allauth is told what this site wants of it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from facialis_clinic.accounts.actions.lockouts import lock_out
from facialis_clinic.accounts.models import User
from facialis_clinic.home import secret

TOO_MANY = "too_many_login_attempts"


def failures_key(email: str) -> str:
    """Return under what the failed tries of an address are counted."""
    return f"address:{email.strip().lower()}"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Patients sign up by themselves; everybody goes to their own first page; too many tries lock the account."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Under the address alone: the site's host name is no part of whose account it is.
        return failures_key(str(credentials.get("email") or credentials.get("username") or ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try before it is made; the one too many locks."""
        self._tried = str(credentials.get("email") or "")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Lock the account with the last try that is free, so that its owner is told at once."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        if not ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            self._lock()

    def validation_error(self, code: str, *args: Any) -> Exception:
        """Return an error as a form wants it."""
        if code == TOO_MANY:
            self._lock()
        error: Exception = super().validation_error(code, *args)
        return error

    def _lock(self) -> None:
        from facialis_clinic.accounts.access import user_at

        user = user_at(self._tried) if getattr(self, "_tried", "") else None
        if user is None and (stage := get_pending_stage(context.request)) is not None:
            user = stage.login.user
        if isinstance(user, User):
            lock_out(user=user, now=now())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to one's own first page."""
        return reverse("people:home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Lead to one's own first page, which asks for what is missing."""
        return reverse("people:home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the public first page."""
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the account."""
        return reverse("accounts:account")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of a mail, made from the address of the settings and never from what the caller said."""
        return _public(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a mail, as above."""
        uid, _, token = key.partition("-")
        return _public(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of authenticator apps and recovery codes lie encrypted; the key is not in the database."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whether a factor may go: who works here keeps one; another is added first."""
        user = authenticator.user
        kinds = type(authenticator).Type
        if not user.is_staff_member or authenticator.type == kinds.RECOVERY_CODES:
            return True
        others = type(authenticator).objects.filter(user=user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=kinds.RECOVERY_CODES).exists())


def _fernet() -> Fernet:
    import base64
    import hashlib

    key = hashlib.sha256(b"second factors\0" + secret(settings.HOME, "fields").encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _public(path: str) -> str:
    site: str = settings.URL.geturl().rstrip("/")
    return site + path
