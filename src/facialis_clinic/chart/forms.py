"""What clinicians write into the chart."""

from __future__ import annotations

from django import forms

from facialis import knowledge
from facialis.findings import Side, State
from facialis_clinic.chart.actions import releasing, remarking

STATES = ((State.PRESENT, "Present"), (State.ABSENT, "Absent"), (State.NOT_ASSESSABLE, "Cannot be judged"))
SIDES = ((Side.NONE, "No side"), (Side.LEFT, "Patient's left"), (Side.RIGHT, "Patient's right"), (Side.BOTH, "Both"))


class Finding(forms.Form):
    """A finding put down by hand."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=60)
    state = forms.ChoiceField(choices=STATES, widget=forms.RadioSelect, label="What do you find?")
    side = forms.ChoiceField(choices=SIDES, widget=forms.RadioSelect, initial=Side.NONE, label="Side", required=False)
    reason = forms.CharField(
        max_length=remarking.LONGEST, required=False, label="Reason", widget=forms.Textarea({"rows": 3}),
        help_text="Needed where it overrules what was told or measured.",
    )  # fmt: skip

    def clean_code(self) -> str:
        """Refuse what is no word of the vocabulary."""
        code: str = self.cleaned_data["code"]
        if code not in knowledge.findings():
            raise forms.ValidationError("Choose a finding of the list.")
        return code

    def clean_side(self) -> str:
        """Take no side where none was chosen."""
        return self.cleaned_data["side"] or Side.NONE.value


class Release(forms.Form):
    """The neurologist's own words to the patient."""

    words = forms.CharField(
        max_length=releasing.LONGEST, required=False, label="Your own words to the patient",
        widget=forms.Textarea({"rows": 6}), help_text="They stand first on the page. You can leave this empty.",
    )  # fmt: skip
