"""What people type about accounts."""

from __future__ import annotations

from django import forms

from facialis_clinic.accounts.models import STAFF, Role

ROLES = [(role.value, role.label) for role in STAFF]


class Invite(forms.Form):
    """Somebody who will work here."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="Their own. The link to set up the account goes there.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label="Work", choices=ROLES, widget=forms.RadioSelect)


class ChangeRole(forms.Form):
    """Other work."""

    role = forms.ChoiceField(label="Work", choices=ROLES, widget=forms.RadioSelect, initial=Role.NURSE)


class SetUp(forms.Form):
    """An account, by the one-time link."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters. A few words that belong to no saying are easiest to remember.",
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
