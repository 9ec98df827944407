"""The forms of the library."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from facialis_clinic.library.models import Topic, When

_DIGITS_LEAST, _DIGITS_MOST = 6, 15


class CallBackForm(forms.Form):
    """A wish to be called. It has no room for anything of anybody's health."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    phone = forms.CharField(
        label="Telephone number",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
        help_text="With the code of your area or country.",
        error_messages={"required": "Enter a telephone number"},
    )
    when = forms.ChoiceField(
        label="When may we call?", choices=When.choices, initial=When.ANY, widget=forms.RadioSelect
    )
    topic = forms.ChoiceField(
        label="What is it about?",
        choices=[("", "Choose one"), *Topic.choices],
        help_text="Please do not write about your health here. You can tell us when we call.",
        error_messages={"required": "Choose what it is about"},
    )
    # People do not see it; a machine that fills in every field does.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def clean_phone(self) -> str:
        """Refuse what cannot be dialled."""
        phone: str = self.cleaned_data["phone"]
        digits = sum(sign.isdigit() for sign in phone)
        if not re.fullmatch(r"[+0-9 ()./-]+", phone) or not _DIGITS_LEAST <= digits <= _DIGITS_MOST:
            raise forms.ValidationError("Enter a telephone number with digits only, such as +1 202 555 0142")
        return phone


class ReviewForm(forms.Form):
    """A neurologist stands by an article."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    due = forms.DateField(
        label="Next review due",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        help_text="At most two years ahead. From this day on the badge is gone.",
        error_messages={"required": "Enter the day of the next review", "invalid": "Enter a day such as 2027-05-31"},
    )
    read = forms.BooleanField(
        label="I have read this version from its first word to its last, and stand by it.",
        error_messages={"required": "Confirm that you have read it"},
    )


class ReviseForm(forms.Form):
    """A new version of an article."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="Title", max_length=160)
    summary = forms.CharField(label="Summary", max_length=320, widget=forms.Textarea(attrs={"rows": 3}))
    text = forms.CharField(
        label="Text",
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 28, "class": "wide"}),
        help_text=(
            "Markdown, with headings from ## on. [^S109] cites a source by its key; "
            "{{ outcome.onabotulinumtoxinA.relief : in_100 }} places a number of the knowledge with its sources."
        ),
    )
    why = forms.CharField(
        label="What did you change, and why?",
        max_length=240,
        help_text="Anybody can read this beside the version.",
        error_messages={"required": "Say what you changed"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["spellcheck"] = "true"
