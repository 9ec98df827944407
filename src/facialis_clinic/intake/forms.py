"""What is filled in beside the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms

from facialis.followup.symptoms import to_tick
from facialis_clinic.intake.models import Medicine

SIDES: Final = (("left", "Left"), ("right", "Right"), ("both", "Both"))
STEPS: Final = tuple((str(step), str(step)) for step in range(11))
DAY_FORMATS: Final = ["%Y-%m-%d", "%d %m %Y", "%d.%m.%Y", "%d/%m/%Y"]


class Day(forms.Form):
    """A line of the diary."""

    day = forms.DateField(
        label="Day",
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )
    side = forms.ChoiceField(label="Which side?", choices=SIDES, widget=forms.RadioSelect)
    severity = forms.TypedChoiceField(
        label="How bad is the twitching?",
        help_text="0 is nothing, 10 is as bad as can be.",
        choices=STEPS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    symptoms = forms.MultipleChoiceField(
        label="What else did you notice?", required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label="A note", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["symptoms"].choices = list(to_tick().items())  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["max"] = today.isoformat()


class Told(forms.Form):
    """A medicine or an allergy."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(key, label.capitalize()) for key, label in Medicine.Kind.choices],
        initial="medicine",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label="Name", max_length=120, help_text="As it stands on the box.")
    detail = forms.CharField(
        label="How much, how often, or what happened",
        required=False,
        max_length=200,
        help_text="For example: 5 mg in the morning. For an allergy: rash, trouble breathing.",
    )
