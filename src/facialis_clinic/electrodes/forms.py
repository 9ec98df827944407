"""What a clinician fills in: the file with what it does not say itself, and where the electrodes lay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from facialis.findings import Side
from facialis_clinic.electrodes.actions.sending import Told
from facialis_clinic.electrodes.models import Kind

UNITS = (("", "as the file says"), ("uV", "µV"), ("mV", "mV"), ("V", "V"))
SIDES = (("none", "not known"), ("left", "left"), ("right", "right"))


def _branches() -> list[tuple[str, str]]:
    from facialis.emg.evoked.sweeps import Stimulated
    from facialis.knowledge.evoked import branches

    words = [(branch, side) for branch in branches() for side in (Side.LEFT, Side.RIGHT)]
    named = [(f"{branch}_{side.value}", Stimulated(branch, side).words) for branch, side in words]
    return [("", "as the file says"), *named]


def muscles() -> list[tuple[str, str]]:
    """Return the muscles that an electrode may lie on, as choices; the first is that nobody knows."""
    from facialis.emg.recording.labels import MUSCLES

    return [("", "not known"), *((code, code.replace("_", " ")) for code in MUSCLES)]


class Send(forms.Form):
    """A recording, what was examined, and what the file may not say."""

    file = forms.FileField(
        label="The recording",
        help_text="EDF, EDF+, BDF or CSV; a BrainVision or WFDB recording as one zip archive of its files.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Copy it again."},
    )
    kind = forms.ChoiceField(
        label="What was examined?", choices=Kind.choices, initial=Kind.FREE, widget=forms.RadioSelect
    )
    recorded_on = forms.DateField(
        label="When was it recorded?",
        required=False,
        help_text="Leave it empty where the file says it.",
        input_formats=["%Y-%m-%d", "%d %m %Y", "%d.%m.%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )
    stimulated = forms.ChoiceField(
        label="What was stimulated?",
        required=False,
        help_text="Where the file does not say it; not for free-running EMG.",
    )
    rate_hz = forms.FloatField(
        label="Samples a second",
        required=False,
        min_value=1,
        max_value=1e6,
        help_text="Where a table (CSV) does not say it.",
        widget=forms.NumberInput(attrs={"class": "short", "step": "any", "inputmode": "decimal"}),
    )
    unit = forms.ChoiceField(label="Unit", required=False, choices=UNITS, help_text="Where the file does not say it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["stimulated"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = _branches()

    def clean_recorded_on(self) -> date | None:
        """Refuse a day that lies ahead."""
        day: date | None = self.cleaned_data["recorded_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("This day lies ahead. When was it recorded?")
        return day

    def told(self) -> Told:
        """Return what was said, once it is valid."""
        said = self.cleaned_data
        more = {name: said[name] for name in ("rate_hz", "unit", "stimulated") if said[name]}
        if said["kind"] == Kind.FREE:
            more.pop("stimulated", None)
        return Told(said["kind"], said["recorded_on"], more)


class Place(forms.Form):
    """Where each electrode lay: muscle and side for each channel, as its label says to begin with."""

    def __init__(self, *args: Any, channels: Sequence[dict[str, Any]], placed: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [str(row["name"]) for row in channels]
        now = {row["name"]: row for row in placed.get("channels", ())}
        choices = muscles()
        for number, row in enumerate(channels):
            stands = now.get(row["name"], row)
            self.fields[f"muscle_{number}"] = forms.ChoiceField(
                label=f"Muscle under {row['name']}",
                choices=choices,
                required=False,
                initial=stands.get("muscle") or "",
            )
            self.fields[f"side_{number}"] = forms.ChoiceField(
                label=f"Side of {row['name']}", choices=SIDES, initial=stands.get("side") or "none"
            )

    def rows(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField]]:
        """Yield each channel's name with its two fields."""
        for number, name in enumerate(self.names):
            yield name, self[f"muscle_{number}"], self[f"side_{number}"]

    def clean(self) -> dict[str, Any]:
        """Refuse a montage that names no muscle: nothing could be said of the face."""
        said = super().clean() or {}
        if not any(said.get(f"muscle_{number}") for number in range(len(self.names))):
            raise forms.ValidationError("Say of one electrode at least on which muscle it lay.")
        return said

    def places(self) -> dict[str, tuple[str, str]]:
        """Return muscle and side of each channel, once it is valid."""
        said = self.cleaned_data
        return {
            name: (said[f"muscle_{number}"], said[f"side_{number}"] or "none") for number, name in enumerate(self.names)
        }
