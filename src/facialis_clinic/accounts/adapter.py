"""What django-allauth is told about this site."""

# ruff: noqa: ARG002 - the signatures are django-allauth's

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now

from facialis_clinic.accounts import counting, limits
from facialis_clinic.accounts.actions import claim_address, lock_out
from facialis_clinic.accounts.models import User
from facialis_clinic.home import secret

TOO_MANY: Final = ("too_many_login_attempts", "rate_limited")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Patients sign up by themselves; too many tries lock the account; links are made from the site's own address."""

    error_messages: Final = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address and the password do not belong together.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your present password.",
        "incorrect_code": "This code is not right, or it was used already. Wait for the next one.",
        "duplicate_email": "This is your address already.",
        "invalid_password_reset": "This link is no longer good.",
        "too_many_login_attempts": "Too many tries.",
        "rate_limited": "Too many tries.",
    }

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return counting.of_address(str(credentials.get("email") or ""))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Lock the account with the last free try, so that its owner is told at once."""
        from facialis_clinic.accounts.access import user_at

        lock_when_full(request, user_at(str(credentials.get("email") or "")), self._key(credentials))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try before it is made; note whose it is for the page that turns it away."""
        request.counted_under = self._key(credentials)  # type: ignore[attr-defined]
        super().pre_authenticate(request, **credentials)

    def _key(self, credentials: dict[str, Any]) -> str:
        return counting.of_address(str(credentials.get("email") or ""))

    def validation_error(self, code: str, *args: Any) -> Exception:
        """Return an error for a form; too many tries get a page of their own instead (``middleware.TooMany``)."""
        if code in TOO_MANY and context.request is not None:
            context.request.turned_away = True
        error: Exception = super().validation_error(code, *args)
        return error

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Whether to ask once more who it is: not within 15 minutes of signing in, or of being asked."""
        request = context.request
        return not limits.is_fresh(request.session, request.user, time.time())

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be led there: within this site alone, to the very host that was asked."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={context.request.get_host()})

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Make an address somebody's own, unless it is another account's."""
        if not claim_address(user=email_address.user, email=email_address.email):
            self.add_message(request, 40, "account/messages/email_confirmation_failed.txt")
            return False
        return bool(super().confirm_email(request, email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; its links are made from the address in the settings, never from what the caller said."""
        super().send_mail(template_prefix, email, context | {"site": _public("")})

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to one's own first page."""
        return reverse("people:home")

    get_signup_redirect_url = get_login_redirect_url

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the public first page."""
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the account."""
        return reverse("accounts:account")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of a mail."""
        return _public(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a mail."""
        uid, _, token = key.partition("-")
        return _public(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of authenticator apps and recovery codes lie encrypted; the key is not in the database."""

    error_messages: Final = DefaultMFAAdapter.error_messages | {
        "incorrect_code": Adapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": "Whoever works here keeps one second factor. Add another one first.",
    }

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

    def build_totp_svg(self, url: str) -> str:
        """Draw the square on white: on a dark page nothing could read it."""
        import qrcode
        from qrcode.image.svg import SvgPathFillImage

        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")  # type: ignore[no-any-return]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name this site to a passkey: the host of the settings, whatever the caller said."""
        host = settings.URL.hostname or "localhost"
        return {"id": host, "name": f"Facialis, {host}"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Name a key after its number, until its owner names it."""
        from allauth.mfa.models import Authenticator

        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"


def lock_when_full(request: HttpRequest, user: User | None, key: str) -> None:
    """Lock an account whose last free try this was."""
    until = counting.locked_until(request, key)
    if until and user is not None:
        lock_out(user=user, until=datetime.fromtimestamp(until, UTC), now=now())


def whose_codes(request: HttpRequest) -> User | None:
    """Return whoever is asked for a code: signed in already, or half way in."""
    if isinstance(request.user, User):
        return request.user
    stage = get_pending_stage(request)
    return stage.login.user if stage is not None else None


def _fernet() -> Fernet:
    import base64
    import hashlib

    key = hashlib.sha256(b"second factors\0" + secret(settings.HOME, "fields").encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _public(path: str) -> str:
    site: str = settings.URL.geturl().rstrip("/")
    return site + path
