"""The fields in which people say who they are."""

from __future__ import annotations

from typing import Final

from django import forms

LONGEST: Final = 4096
ABOUT_PASSWORDS: Final = (
    "At least 12 characters. Three or four words that do not belong together are easy to remember and hard to guess. "
    "You can paste it from a password manager."
)


class Name(forms.CharField):
    """A name on one line: whatever breaks a line, or cannot be seen, becomes a space."""

    def to_python(self, value: object) -> str:
        """Return it with single spaces."""
        text = str(super().to_python(value) or "")
        return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def person_name(label: str = "Your name", autocomplete: str = "name") -> Name:
    """Return the field for a name."""
    return Name(label=label, max_length=120, widget=forms.TextInput(attrs={"autocomplete": autocomplete}))


def email(label: str = "E-mail address", autocomplete: str = "email", help_text: str = "") -> forms.EmailField:
    """Return the field for an e-mail address."""
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
    return forms.EmailField(label=label, max_length=254, widget=widget, help_text=help_text)


def _password(label: str, autocomplete: str, help_text: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": LONGEST})
    return forms.CharField(label=label, max_length=LONGEST, strip=False, widget=widget, help_text=help_text)


def password(label: str = "Password") -> forms.CharField:
    """Return the field for a password that somebody has."""
    return _password(label, "current-password", "")


def new_password(label: str = "Password") -> forms.CharField:
    """Return the field for a password that somebody chooses. It is asked for once: it can be looked at."""
    return _password(label, "new-password", ABOUT_PASSWORDS)


def code(label: str, help_text: str) -> forms.CharField:
    """Return the field for a code of an app, or a recovery code."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short", "autocapitalize": "off"}
    return forms.CharField(label=label, max_length=32, widget=forms.TextInput(attrs=attrs), help_text=help_text)
