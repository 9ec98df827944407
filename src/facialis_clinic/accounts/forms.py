"""What an administrator, and somebody who was invited, type."""

from __future__ import annotations

from django import forms

from facialis_clinic.accounts.fields import email, new_password, person_name
from facialis_clinic.accounts.models import STAFF

ROLES = [(role.value, role.label) for role in STAFF]


class Invite(forms.Form):
    """Somebody who will work here."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="Their own. The link to set up the account goes there.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = person_name(label="Name", autocomplete="off")
    role = forms.ChoiceField(label="Works here as", choices=ROLES, widget=forms.RadioSelect)


class ChangeRole(forms.Form):
    """Other work."""

    role = forms.ChoiceField(label="Works here as", choices=ROLES, widget=forms.RadioSelect)


class SetUp(forms.Form):
    """An account, by the one-time link."""

    name = person_name()
    password = new_password()


class LostFactor(forms.Form):
    """A patient whose telephone is lost."""

    email = email(autocomplete="off", help_text="By which the person signs in. They have told you.")
    sure = forms.BooleanField(label="I have seen the person, or called them at the number that we know.")
