"""What is filled in at the chair and after it: the time-out, the session, what was given elsewhere, what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.forms import BoundField

from facialis.knowledge import treatment
from facialis.treatment.authorisation.reading import OUTCOMES
from facialis.treatment.injection.page import words
from facialis_clinic.library.here import today

SIDES: Final = (("left", "Left"), ("right", "Right"), ("both", "Both sides"))
SEVERITIES: Final = (("", "Not told"), ("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe"))
LOTS: Final = 2
EVENTS: Final = 3
_GIVEN: Final = re.compile(r"given\[(\d+)\]\.(\w+) (.*)", re.DOTALL)
_LOT: Final = re.compile(r"lots\[(\d+)\]\.(\w+) (.*)", re.DOTALL)
_AMOUNT: Final = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
_NEEDED: Final = {"required": "This is needed."}


def _text(label: str, *, required: bool = False, most: int = 120, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        error_messages=_NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _day(label: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"invalid": "Write the day with day, month and year.", "required": "Choose the day."},
    )


def _amount(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=20, widget=forms.TextInput(attrs=_AMOUNT))


class TimeOut(forms.Form):
    """The side time-out: nothing is ticked beforehand."""

    first = _text("First person, by name", required=True)
    second = _text("Second person, by name", required=True)
    patient_states = forms.ChoiceField(
        label="Which side does the patient say now?", choices=SIDES, widget=forms.RadioSelect, error_messages=_NEEDED
    )
    marked = forms.ChoiceField(
        label="Which side is marked on the skin?", choices=SIDES, widget=forms.RadioSelect, error_messages=_NEEDED
    )

    def __init__(self, *args: Any, name: str, side: str, product: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticks = {
            "patient": f"This is {name}: the patient said name and birthday",
            "side": f"The side is {words.side(side)}: said, marked and planned alike",
            "product": f"The vial says {product}: name, lot and expiry were read aloud",
        }
        for key, label in ticks.items():
            self.fields[key] = forms.BooleanField(
                label=label, error_messages={"required": "Tick it once both of you have looked."}
            )


class Session(forms.Form):
    """What was given at each site, from which vials, and what came of it."""

    operator = _text("Who injected", required=True)
    consent_by = _text("Who consented", required=True)
    consent_date = _day("Consent given on", required=True)
    witness = _text("Who saw the rest thrown away")
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, planned: Sequence[Mapping[str, Any]], amending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.planned = planned
        if amending:
            self.fields["why"] = _text("Why it is corrected", required=True, most=300)
        for number in range(LOTS):
            first = number == 0
            self.fields[f"lot-{number}-lot"] = _text("Lot", required=first, most=60)
            self.fields[f"lot-{number}-expires"] = _text(
                "Expiry", required=first, most=10, help_text="As on the vial: 2027-05 or 2027-05-31."
            )
            self.fields[f"lot-{number}-vials"] = forms.IntegerField(
                label="Vials", required=first, min_value=1, max_value=20, widget=forms.TextInput(attrs=_AMOUNT)
            )
        for number, one in enumerate(planned):
            self.fields[f"units-{number}"] = _amount(f"{one['name']}, {one['side']}: units given")
            self.fields[f"differs-{number}"] = _text(f"{one['name']}, {one['side']}: why not as planned", most=200)
        effects = [(key, one.title) for key, one in treatment.alarms().side_effects.items()]
        for number in range(EVENTS):
            self.fields[f"event-{number}-code"] = forms.ChoiceField(
                label="What", required=False, choices=[("", "Nothing"), *effects]
            )
            self.fields[f"event-{number}-side"] = forms.ChoiceField(
                label="Side", required=False, choices=[("", "Not told"), *SIDES]
            )
            self.fields[f"event-{number}-severity"] = forms.ChoiceField(
                label="How bad", required=False, choices=SEVERITIES
            )
            self.fields[f"event-{number}-onset"] = _day("Since")
            self.fields[f"event-{number}-resolved"] = _day("Over since")

    def sites(self) -> Iterator[tuple[Mapping[str, Any], BoundField, BoundField]]:
        """Yield every planned site with what was given there and why it differs."""
        for number, one in enumerate(self.planned):
            yield one, self[f"units-{number}"], self[f"differs-{number}"]

    def lots(self) -> list[list[BoundField]]:
        """Return the rows of vials."""
        return [[self[f"lot-{number}-{key}"] for key in ("lot", "expires", "vials")] for number in range(LOTS)]

    def events(self) -> list[list[BoundField]]:
        """Return the rows of what came of it."""
        keys = ("code", "side", "severity", "onset", "resolved")
        return [[self[f"event-{number}-{key}"] for key in keys] for number in range(EVENTS)]

    def told(self, day: date) -> dict[str, Any]:
        """Return what was given as the library takes it."""
        said = self.cleaned_data
        consent = {"given": True, "date": said["consent_date"].isoformat(), "by": said["consent_by"]}
        lots = [
            {"lot": said[f"lot-{number}-lot"], "expires": said[f"lot-{number}-expires"] or None}
            | {"vials": said[f"lot-{number}-vials"] or 1}
            for number in range(LOTS)
            if said[f"lot-{number}-lot"]
        ]
        given = []
        for number, one in enumerate(self.planned):
            units = said[f"units-{number}"].strip().replace(",", ".") or "0"
            row = {"muscle": one["muscle"], "site": one["site"], "side": one["side"], "units": units}
            given.append(row | ({"differs": said[f"differs-{number}"]} if said[f"differs-{number}"] else {}))
        return {
            "date": day.isoformat(),
            "lots": lots,
            "operator": said["operator"],
            "consent": consent,
            "given": given,
            "waste": {"witness": said["witness"] or None},
            "adverse_events": list(self._events(said)),
            "note": said["note"],
        }

    def refuse(self, line: str) -> None:
        """Put what the library refuses beside the field that it is about."""
        site, lot = _GIVEN.match(line), _LOT.match(line)
        if site:
            name = f"{'differs' if site[2] == 'differs' else 'units'}-{site[1]}"
            self.add_error(name, f"It {site[3]}.")
        elif lot and f"lot-{lot[1]}-{lot[2]}" in self.fields:
            self.add_error(f"lot-{lot[1]}-{lot[2]}", f"It {lot[3]}.")
        elif line.startswith("consent.date "):
            self.add_error("consent_date", f"It {line.removeprefix('consent.date ')}.")
        else:
            self.add_error(None, line[:1].upper() + line[1:])

    def _events(self, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for number in range(EVENTS):
            row = {key: said[f"event-{number}-{key}"] for key in ("code", "side", "severity", "onset", "resolved")}
            if row["code"]:
                days = {key: row[key].isoformat() for key in ("onset", "resolved") if row[key]}
                yield {key: value for key, value in row.items() if value and key not in days} | days


class Elsewhere(forms.Form):
    """A treatment from elsewhere: an injection without its sites, an operation, a medicine."""

    kind = forms.ChoiceField(
        label="What was it?",
        choices=(
            ("injection", "Botulinum toxin for the spasms"),
            ("decompression", "Decompression of the nerve"),
            ("medicine", "A medicine"),
        ),
        widget=forms.RadioSelect,
        error_messages=_NEEDED,
    )
    date = _day("On which day? Of a medicine: since when?", required=True)
    side = forms.ChoiceField(
        label="Side", choices=(("", "None: a medicine"), *SIDES), required=False, widget=forms.RadioSelect
    )
    product = forms.ChoiceField(label="Product, of an injection", required=False)
    units = _amount("Units on this side, where they are known")
    name = _text("Name, of a medicine")
    option = forms.ChoiceField(label="Which of these is it?", required=False)
    until = _day("Until when, of a medicine that was stopped")
    outcome = forms.ChoiceField(
        label="What came of it?",
        required=False,
        choices=(("", "Not told"), *((key, key.replace("_", " ").capitalize()) for key in OUTCOMES)),
    )
    note = _text("Note", most=300)

    def __init__(self, *args: Any, amending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if amending:
            self.fields["why"] = _text("Why it is corrected", required=True, most=300)
        self.fields["product"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"), *((key, key) for key in treatment.products()), ("unknown", "Nobody knows"),
        ]  # fmt: skip
        medicines = [one for one in treatment.options().values() if one.kind.value == "medicine"]
        self.fields["option"].choices = [("", "Another"), *((one.key, one.name) for one in medicines)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what belongs to each kind."""
        said = super().clean() or self.cleaned_data
        kind = said.get("kind")
        if kind in ("injection", "decompression") and not said.get("side"):
            self.add_error("side", "Choose the side: the patient's own.")
        if kind == "injection" and not said.get("product"):
            self.add_error("product", "Choose the product; “nobody knows” is an answer.")
        if kind == "medicine" and not (said.get("name") or said.get("option")):
            self.add_error("name", "Write the name of the medicine.")
        day = said.get("date")
        if day is not None and day > today():
            self.add_error("date", "This day lies ahead: nothing is written down before it is given.")
        return said

    def row(self) -> dict[str, Any]:
        """Return the row as the follow-up reads it, with what came of it."""
        said = self.cleaned_data
        kind = said["kind"]
        keys = {
            "injection": ("product", "units", "side"),
            "decompression": ("side",),
            "medicine": ("name", "until", "option", "outcome"),
        }
        told = {key: said[key] for key in keys[kind] if said[key]}
        if kind == "medicine":
            told.setdefault("name", said["option"] and treatment.options()[said["option"]].name)
        if "until" in told:
            told["until"] = told["until"].isoformat()
        if "units" in told:
            told["units"] = told["units"].strip().replace(",", ".")
        return {"kind": kind, "date": said["date"].isoformat(), **told} | (
            {"note": said["note"]} if said["note"] else {}
        )


class SeenTo(forms.Form):
    """What was done about something that needed attention."""

    note = _text("What was done about it?", required=True, most=300)
