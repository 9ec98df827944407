"""What is filled in where an injection is planned: every site a field, every amount as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.forms import BoundField

from facialis.knowledge import treatment
from facialis.treatment.injection.amounts import text

SIDES: Final = (("left", "Left"), ("right", "Right"), ("both", "Both sides"))
ON_RECORD: Final = ("", "As on record")
OTHER: Final = (
    ("none", "Asked: none elsewhere"),
    ("some", "Asked: yes, as listed below"),
    ("", "Not asked yet"),
)
ROWS: Final = 3
_OVERRIDE: Final = "why-"
_SITE: Final = re.compile(r"sites\[(\d+)\]\.?(\w*) (.*)", re.DOTALL)
_AMOUNT: Final = {"class": "short", "inputmode": "decimal"}


def _day(label: str, *, required: bool, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"invalid": "Write the day with day, month and year.", "required": "Choose the day."},
    )


def _amount(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=20,
        help_text=help_text,
        widget=forms.TextInput(attrs=_AMOUNT),
        error_messages={"required": "Write a number."},
    )


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site of a muscle with its field on each side."""

    muscle: str
    name: str
    plain: str
    usual: str
    left: BoundField
    right: BoundField
    planned: bool
    avoid: str


class PlanForm(forms.Form):
    """Day, side, product, the doses site by site, who said which side, other toxin, and the reasons that are given."""

    date = _day("Day of the session", required=True)
    side = forms.ChoiceField(
        label="Side",
        choices=SIDES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the side: the patient's own."},
    )
    vial = forms.ChoiceField(label="Product and vial", error_messages={"required": "Choose the product."})
    diluent_ml = _amount("Diluent in a vial, mL", "Leave it empty for a solution that is used as it is.")
    stated = forms.ChoiceField(
        label="Which side does the patient say?", choices=(ON_RECORD, *SIDES), required=False, widget=forms.RadioSelect
    )
    clinician = forms.ChoiceField(
        label="Which side do you say, having looked?",
        choices=(ON_RECORD, *SIDES),
        required=False,
        widget=forms.RadioSelect,
    )
    other = forms.ChoiceField(
        label="Botulinum toxin for anything else: migraine, looks, neck, bladder",
        choices=OTHER,
        required=False,
        widget=forms.RadioSelect,
        help_text="It counts: the doses of all indications are added up.",
    )
    country = forms.CharField(
        label="Whose label holds",
        required=False,
        max_length=20,
        help_text="Two letters, such as US or EU.",
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )
    payer_days = forms.IntegerField(
        label="Days between two sessions that the payer asks for",
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs=_AMOUNT),
    )
    clinic_days = forms.IntegerField(
        label="Days between two sessions that the clinic keeps",
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs=_AMOUNT),
    )
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, asked: Mapping[str, Any] | None = None, by: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self._order: list[str] = []
        told = asked or {}
        products = treatment.products()
        vials = [
            (f"{key}|{text(vial.units)}", f"{key}, {text(vial.units)} U")
            for key, one in products.items()
            for vial in one.vials
        ]
        self.fields["vial"].choices = [("", "Choose"), *vials]  # type: ignore[attr-defined]
        for muscle, known in treatment.muscles().items():
            for site, place in known.sites.items():
                for side in ("left", "right"):
                    label = f"{place.name}, {known.name}, {side}: units"
                    self.fields[_field(side, muscle, site)] = _amount(label)
        for number in range(ROWS):
            self.fields[f"other-{number}-date"] = _day("Day", required=False)
            self.fields[f"other-{number}-product"] = forms.ChoiceField(
                label="Product", required=False, choices=[("", "Choose"), *((key, key) for key in products)]
            )
            self.fields[f"other-{number}-units"] = _amount("Units, empty where nobody knows")
            self.fields[f"other-{number}-indication"] = forms.CharField(label="For what", required=False, max_length=80)
        codes = {one["code"] for one in told.get("overrides", ())} | {
            name.removeprefix(_OVERRIDE) for name in self.data if name.startswith(_OVERRIDE)
        }
        for code in sorted(codes):
            self.add_override(code)
        self.initial = {**self.initial, **_initial(told)}

    def add_override(self, code: str) -> BoundField:
        """Ask for the reason for which a clinician passes something; empty gives none."""
        self.fields.setdefault(
            f"{_OVERRIDE}{code}",
            forms.CharField(label="Your reason to go on", required=False, max_length=300, widget=forms.TextInput()),
        )
        return self[f"{_OVERRIDE}{code}"]

    def muscles(self) -> Iterator[tuple[str, str, bool, list[SiteRow]]]:
        """Yield every muscle with its sites: key, name, whether anything is planned there, and the rows."""
        product = str(self["vial"].value() or "").partition("|")[0]
        for key, muscle in treatment.muscles().items():
            rows = []
            for site, place in muscle.sites.items():
                left, right = (self[_field(side, key, site)] for side in ("left", "right"))
                usual = place.usual.get(product)
                said = f"{text(usual.low)} to {text(usual.high)} U ({usual.proof.basis.value})" if usual else ""
                planned = bool(left.value() or right.value() or left.errors or right.errors)
                rows.append(SiteRow(key, place.name, place.plain, said, left, right, planned, place.avoid))
            yield key, muscle.name, any(row.planned for row in rows), rows

    def others(self) -> list[list[BoundField]]:
        """Return the rows of other toxin."""
        keys = ("date", "product", "units", "indication")
        return [[self[f"other-{number}-{key}"] for key in keys] for number in range(ROWS)]

    def asked(self) -> dict[str, Any]:
        """Return what is asked for, as the library takes it and as it is stored."""
        said = self.cleaned_data
        product, _, units = said["vial"].partition("|")
        told: dict[str, Any] = {
            "date": said["date"].isoformat(),
            "side": said["side"],
            "product": {"name": product, "vial_units": units}
            | ({"diluent_ml": _number(said["diluent_ml"])} if said["diluent_ml"] else {}),
            "side_told": {who: said[who] for who in ("stated", "clinician") if said[who]},
            "sites": list(self._sites(said)),
        }
        if said["country"]:
            told["country"] = said["country"].strip()
        days = {key: said[key] for key in ("payer_days", "clinic_days") if said[key]}
        if days:
            told["intervals"] = days
        if said["other"]:
            told["other_injections"] = list(self._others(said)) if said["other"] == "some" else []
        reasons = {
            name.removeprefix(_OVERRIDE): value.strip() for name, value in said.items() if name.startswith(_OVERRIDE)
        }
        told["overrides"] = [{"code": code, "reason": why, "by": self.by} for code, why in reasons.items() if why]
        return told | ({"note": said["note"]} if said["note"] else {})

    def refuse(self, line: str) -> None:
        """Put what the library refuses beside the field that it is about."""
        found = _SITE.match(line)
        if found and int(found[1]) < len(self._order):
            self.add_error(self._order[int(found[1])], f"It {found[3]}.")
            return
        for key in ("diluent_ml", "date", "side", "country"):
            if re.match(rf"(\w+\.)?{key} ", line):
                self.add_error(key, f"It {line.partition(' ')[2]}.")
                return
        self.add_error(None, line[:1].upper() + line[1:])

    def clean(self) -> dict[str, Any]:
        """Ask for what cannot be left out where other toxin is listed."""
        said = super().clean() or self.cleaned_data
        if said.get("other") == "some" and not list(self._others(said)):
            self.add_error("other", "List it below: the day, the product, and for what.")
        return said

    def _sites(self, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        self._order = []
        for muscle, known in treatment.muscles().items():
            for site in known.sites:
                for side in ("left", "right"):
                    name = _field(side, muscle, site)
                    if said.get(name, "").strip() not in ("", "0"):
                        self._order.append(name)
                        yield {"muscle": muscle, "site": site, "side": side, "units": _number(said[name])}

    def _others(self, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for number in range(ROWS):
            row = {key: said.get(f"other-{number}-{key}") for key in ("date", "product", "units", "indication")}
            if any(row.values()):
                day: date | None = row["date"]
                told = {"date": day.isoformat() if day else None, "product": row["product"] or None}
                units = {"units": _number(row["units"])} if row["units"] else {}
                yield told | units | {"indication": row["indication"] or "not told"}


def _field(side: str, muscle: str, site: str) -> str:
    return f"{side}-{muscle}-{site}"


def _number(told: str) -> str:
    """Take a decimal comma for a point, as it is written in half of the world."""
    return told.strip().replace(",", ".")


def _initial(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the fields of a plan that was asked for before."""
    product, days = told.get("product", {}), told.get("intervals", {})
    first: dict[str, Any] = {
        "date": told.get("date"),
        "side": told.get("side"),
        "vial": f"{product['name']}|{product['vial_units']}" if product else "",
        "diluent_ml": product.get("diluent_ml", ""),
        "country": told.get("country", ""),
        "payer_days": days.get("payer_days"),
        "clinic_days": days.get("clinic_days"),
        "note": told.get("note", ""),
        "other": "" if "other_injections" not in told else "some" if told["other_injections"] else "none",
        **told.get("side_told", {}),
    }
    for row in told.get("sites", ()):
        first[_field(row.get("side") or told["side"], row["muscle"], row["site"])] = row["units"]
    for number, row in enumerate(told.get("other_injections", ())[:ROWS]):
        first |= {f"other-{number}-{key}": value for key, value in row.items()}
    return first | {f"{_OVERRIDE}{one['code']}": one["reason"] for one in told.get("overrides", ())}
