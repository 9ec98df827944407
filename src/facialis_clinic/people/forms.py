"""The forms about people."""

from __future__ import annotations

from typing import Any

from django import forms

from facialis_clinic.accounts.models import User


def _name(label: str, autocomplete: str = "off") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=120, widget=forms.TextInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
    )


def _born(autocomplete: str = "off") -> forms.DateField:
    return forms.DateField(
        label="Date of birth",
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": "1900-01-01", "autocomplete": autocomplete}
        ),
        error_messages={"invalid": "Write the date of birth with day, month and year."},
    )


def _phone(autocomplete: str = "off") -> forms.CharField:
    return forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": autocomplete}),
    )


class OwnRecord(forms.Form):
    """A patient opens their own record."""

    name = _name("Your full name", "name")
    born = _born("bday")
    phone = _phone("tel")


class ChildRecord(forms.Form):
    """A parent or guardian opens a child's record."""

    name = _name("The child's full name")
    born = _born()
    phone = _phone()
    is_parent = forms.BooleanField(
        label="I have read this. I am a parent or the legal guardian of this child.",
        error_messages={"required": "Tick that you are a parent or the legal guardian."},
    )


class Join(forms.Form):
    """A patient joins the record that the front desk made."""

    name = _name("Your full name, as in the letter", "name")
    born = _born("bday")
    code = forms.CharField(
        label="Code",
        help_text="Ten letters and numbers from the front desk, for example ABCDE-23456.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


class Register(forms.Form):
    """The front desk makes a record."""

    name = _name("Full name")
    born = _born()
    phone = _phone()
    same_name = forms.BooleanField(
        label="This is somebody else than the person of the same name and date of birth", required=False
    )


class Contact(forms.Form):
    """Correct the contact details."""

    name = _name("Full name")
    phone = _phone()
    born = _born()

    def __init__(self, *args: Any, may_correct_birthday: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not may_correct_birthday:
            del self.fields["born"]


class Find(forms.Form):
    """A clinician finds one person."""

    name = _name("Full name")
    born = _born()


class Emergency(forms.Form):
    """A clinician opens a record without being on the team."""

    reason = forms.CharField(
        label="Why do you need this record now?",
        help_text="A sentence at least. The patient reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class Search(forms.Form):
    """The front desk looks for contacts. Sent by POST: a name in an address would stay in browsers and logs."""

    begins = forms.CharField(
        label="Name begins with",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False, widget=forms.HiddenInput)


class Invite(forms.Form):
    """A patient lets somebody act for them."""

    email = forms.EmailField(label="Their e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    may_share = forms.BooleanField(
        label="They may also give and take back consents for me, and let others act for me", required=False
    )
    words_version = forms.CharField(widget=forms.HiddenInput)


class Parent(forms.Form):
    """The front desk names a child's parent or guardian."""

    email = forms.EmailField(
        label="E-mail address of a parent or guardian",
        help_text="Only once they have shown you that they are.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class Member(forms.Form):
    """The front desk puts somebody on a care team."""

    staff = forms.ModelChoiceField(User.objects.none(), label="Neurologist or nurse", empty_label="Choose")

    def __init__(self, *args: Any, clinicians: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["staff"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = clinicians


class Say(forms.Form):
    """Give or take back a consent."""

    use = forms.ChoiceField(choices=[("care", "care"), ("teaching", "teaching"), ("research", "research")])
    recording_id = forms.UUIDField(required=False)
    words_version = forms.CharField(required=False)
    say = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class Leave(forms.Form):
    """A patient asks to be forgotten."""

    sure = forms.BooleanField(
        label="Delete this record and its account for good",
        error_messages={"required": "Tick that you want this record deleted for good."},
    )


class Hold(forms.Form):
    """An administrator keeps a record against its patient's wish."""

    reason = forms.CharField(
        label="Which rule asks the practice to keep this record, and until when?",
        help_text="The patient reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
