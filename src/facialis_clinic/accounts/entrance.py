"""The forms of django-allauth, in this site's words and with what they leave open closed (settings, ``*_FORMS``)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.base import forms as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from facialis_clinic.accounts import fields
from facialis_clinic.accounts.actions import spend_code
from facialis_clinic.accounts.models import User

A_CODE = "The six digits that your authenticator app shows now, or one of your recovery codes."


class SignIn(account.LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = fields.email(autocomplete="username")
        self.fields["password"] = fields.password()


class SignUp(account.SignupForm):  # type: ignore[misc]
    """Name, address and a password; everything else is asked on the next pages."""

    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = fields.person_name()
        self.fields["email"] = fields.email(help_text="We send a link there to see that it is yours.")
        self.fields["password1"] = fields.new_password()
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Check the password against the name too."""
        cleaned: dict[str, Any] = super().clean()
        name, password = cleaned.get("name"), cleaned.get("password1")
        if name and password:
            _check(self, "password1", password, User(name=name, email=cleaned.get("email") or ""))
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Make the account; for an address that has one, do the same work and answer the same."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[Any, Any] = super().try_save(request)
        return saved

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002 - as django-allauth calls it
        """Keep the name."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class AskForReset(account.ResetPasswordForm):  # type: ignore[misc]
    """An address to send a link to."""

    email = fields.email()
    users: list[User]

    def clean_email(self) -> str:
        """Leave out accounts that were never set up: their link is the invitation, and that ends."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.has_usable_password()]
        return email


class ResetPassword(account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, by the link of a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"password1": fields.new_password("New password")}

    def clean(self) -> dict[str, Any]:
        """Check the password."""
        return _checked(self, self.user)


class ChangePassword(account.ChangePasswordForm):  # type: ignore[misc]
    """A new password, by the one in use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "oldpassword": fields.password("Present password"),
            "password1": fields.new_password("New password"),
        }

    def clean(self) -> dict[str, Any]:
        """Check the new password."""
        return _checked(self, self.user)


class ConfirmPassword(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    password = fields.password()


class ChangeAddress(account.AddEmailForm):  # type: ignore[misc]
    """Another address."""

    email = fields.email("New e-mail address")


class _OneCode(factor.BaseAuthenticateForm):  # type: ignore[misc]
    code = fields.code("Code", A_CODE)

    def clean_code(self) -> str:
        """Take a code once: the same one again is as good as none."""
        code: str = super().clean_code()
        used: Authenticator = self.authenticator
        if used.type == Authenticator.Type.TOTP:
            if not spend_code(authenticator=used, code=code, at=datetime.now(UTC).timestamp()):
                self._emit_authentication_failed(used)
                raise get_factors().validation_error("incorrect_code")
            used.refresh_from_db()
        return code


class ShowCode(_OneCode, factor.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ShowCodeAgain(_OneCode, factor.ReauthenticateForm):  # type: ignore[misc]
    """The code once more."""


class SetUpApp(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app, which shows that the secret arrived."""

    code = fields.code("Code", "The six digits that the app shows now.")

    def clean_code(self) -> str:
        """Note the code, so that it is used up with the app's first use."""
        code: str = super().clean_code()
        context.request.code_shown = code
        return code


class AddKey(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key."""

    name = fields.Name(
        label="What do you call it?", max_length=60, required=False, help_text="For example: my telephone."
    )
    passwordless = forms.BooleanField(
        label="Sign in with it alone, without a password",
        required=False,
        initial=True,
        help_text="It then asks for your finger, face or PIN.",
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": "The key did not answer. This needs JavaScript."}
    )

    def clean(self) -> dict[str, Any]:
        """Check the answer of the key."""
        with _whatever_it_says():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class _AnAnswer(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        """Check the answer of a key."""
        with _whatever_it_says():
            found: Authenticator = super().clean_credential()
        return found


class EnterByKey(_AnAnswer, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class ShowKey(_AnAnswer):
    """A key, as the second step."""


class ShowKeyAgain(_AnAnswer, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key once more."""


class RenameKey(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = fields.Name(label="What do you call it?", max_length=60)


@contextmanager
def _whatever_it_says() -> Iterator[None]:
    """Take an answer that no key would give for a wrong one: reading it fails in ways that nobody has listed."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, AssertionError, struct.error) as error:
        raise get_factors().validation_error("incorrect_code") from error


def _checked(form: Any, user: User | None) -> dict[str, Any]:
    cleaned: dict[str, Any] = forms.Form.clean(form) or {}
    if password := cleaned.get("password1"):
        _check(form, "password1", password, user)
    return cleaned


def _check(form: Any, field: str, password: str, user: User | None) -> None:
    if field in form.errors:
        return
    try:
        get_adapter().clean_password(password, user=user)
    except forms.ValidationError as error:
        form.add_error(field, error)
