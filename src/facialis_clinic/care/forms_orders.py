"""What is filled in where tests are ordered and letters written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms

from facialis import knowledge
from facialis.diagnosis.ordering import Proposal
from facialis.knowledge.order_sheet import SafetyQuestion
from facialis_clinic.library.here import today

LONGEST: Final = 20_000
GROUPS: Final = {"thin_t2": "Thin heavy T2", "free_running": "Free-running recording"}
SAFETY: Final = (("no", "No"), ("yes", "Yes"), ("unknown", "I do not know"))


def _text(label: str, rows: int, help_text: str = "", *, required: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=bool(required),
        help_text=help_text,
        error_messages={"required": required} if required else {},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class NewOrder(forms.Form):
    """A test with its indication and its parts, filled in with what is proposed."""

    indication = _text("Indication: what shall the test answer?", 4, required="Say what the test shall answer.")
    note = _text("To whoever does the test", 2)
    last_toxin = forms.DateField(
        label="Last botulinum toxin in the face, anywhere and for whatever reason",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"invalid": "Write the day with day, month and year."},
    )

    def __init__(
        self, *args: Any, kind: str, proposal: Proposal, last_toxin: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        parts = knowledge.orders().parts_of(kind)
        self.groups = list(dict.fromkeys(part.one_of for part in parts if part.one_of))
        self.fields["indication"].initial = proposal.text
        self.fields["last_toxin"].initial = last_toxin
        if kind != "emg":
            del self.fields["last_toxin"]
        for group in self.groups:
            inside = [part for part in parts if part.one_of == group]
            chosen = next((part.key for part in inside if part.key in proposal.parts), "")
            self.fields[group] = forms.ChoiceField(
                label=GROUPS.get(group, group),
                choices=[*((part.key, part.name) for part in inside), ("", "Not asked for")],
                required=False,
                initial=chosen,
                widget=forms.RadioSelect,
            )
        single = [part for part in parts if not part.one_of]
        self.fields["parts"] = forms.MultipleChoiceField(
            label="What is to be done, both sides",
            choices=[(part.key, part.name) for part in single],
            required=False,
            initial=[part.key for part in single if part.key in proposal.parts],
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["indication", *self.groups, "parts", "last_toxin", "note"])

    def clean_last_toxin(self) -> date | None:
        """Refuse a day that lies ahead."""
        day: date | None = self.cleaned_data["last_toxin"]
        if day is not None and day > today():
            raise forms.ValidationError("This day lies ahead. When was it given?")
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for one part at least."""
        said = super().clean() or self.cleaned_data
        if "parts" in said and not self.chosen():
            self.add_error("parts", "Choose what of the test is to be done.")
        return said

    def chosen(self) -> list[str]:
        """Return the keys of what was chosen, in the order of the knowledge."""
        said = {self.cleaned_data.get(group) for group in self.groups} | set(self.cleaned_data.get("parts", ()))
        return [key for key in knowledge.orders().parts if key in said]


class Safety(forms.Form):
    """The safety form before an MRI, in the patient's words."""

    weight_kg = forms.FloatField(
        label="Weight in kilograms",
        required=False,
        help_text="The scanner and the contrast liquid ask for it.",
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "decimal", "step": "any"}),
        error_messages={"invalid": "Write the weight as a number, such as 72.5."},
    )

    def __init__(
        self, *args: Any, asked: Sequence[SafetyQuestion], told: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        answers = (told or {}).get("answers", {})
        self.fields["weight_kg"].initial = (told or {}).get("weight_kg")
        for one in asked:
            self.fields[one.key] = forms.ChoiceField(
                label=one.question,
                choices=SAFETY,
                initial=answers.get(one.key),
                widget=forms.RadioSelect,
                error_messages={"required": "Choose an answer; “I do not know” is one."},
            )
        self.order_fields([*(one.key for one in asked), "weight_kg"])

    def clean_weight_kg(self) -> float | None:
        """Refuse what no person weighs."""
        weight: float | None = self.cleaned_data["weight_kg"]
        known = knowledge.orders()
        if weight is not None and not known.weight_from_kg <= weight <= known.weight_to_kg:
            raise forms.ValidationError(
                f"Write the weight in kilograms, from {known.weight_from_kg} to {known.weight_to_kg}."
            )
        return weight

    def answers(self) -> dict[str, str]:
        """Return the answers by key."""
        return {one.key: self.cleaned_data[one.key] for one in self.asked}


class Clear(forms.Form):
    """Somebody by name has cleared an answer of the safety form."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(
        label="Cleared by",
        max_length=120,
        help_text="Name and role, such as the radiographer in charge.",
        error_messages={"required": "Say who cleared it."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label="How",
        max_length=500,
        help_text="The card that was seen, the X-ray of the orbits, the eGFR and its day.",
        error_messages={"required": "Say how it was cleared."},
    )


class End(forms.Form):
    """How an order ended."""

    outcome = forms.ChoiceField(
        label="What became of it?",
        choices=(("done", "It was done"), ("cancelled", "It is cancelled")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it."},
    )
    answer = _text(
        "What it showed, or why it is cancelled",
        5,
        "In your own words. What counts for the diagnosis is written down as a finding besides.",
        required="Write what it showed, or why it is cancelled.",
    )


class Text(forms.Form):
    """A letter or another paper as it is edited."""

    title = forms.CharField(label="Title", max_length=200, error_messages={"required": "Give it a title."})
    recipient = forms.CharField(
        label="To",
        max_length=200,
        required=False,
        help_text="Name and address, with commas between the lines.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = _text(
        "Text",
        30,
        "A line that begins with ## is a heading, one that begins with - an item of a list. An empty line ends a "
        "paragraph.",
        required="The text is empty.",
    )
