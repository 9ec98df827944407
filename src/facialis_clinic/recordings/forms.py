"""What a sender fills in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from facialis.document import DocumentError
from facialis.face.guided import protocol
from facialis_clinic.people.models import Consent
from facialis_clinic.people.wording import Words, current
from facialis_clinic.recordings.actions.told import Told
from facialis_clinic.recordings.models import Mirrored

USES = tuple(Consent.Use.values)
# Far more than a guided film holds, tasks that were begun again included.
MOST_TASKS = 100
LONGEST_NAME = 100


def _shown(name: str) -> str:
    """Return a name without what cannot be shown, which the database does not take either."""
    return "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME]


class About(forms.Form):
    """What is said with a film: when, whether mirrored, and what it may be used for.

    With ``consents=False`` nothing is asked about the uses: they were decided before.
    """

    filmed_on = forms.DateField(
        label="When was it filmed?",
        required=False,
        help_text="Leave it empty if you are not sure: most phones write the day into the video.",
        input_formats=["%Y-%m-%d", "%d %m %Y", "%d.%m.%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )
    mirrored = forms.ChoiceField(
        label="Does the video show you as a mirror does?",
        choices=Mirrored.choices,
        initial=Mirrored.UNKNOWN,
        help_text="Some phones turn left and right round with the camera on the screen’s side. Writing in the picture "
        "would then read backwards.",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, consents: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consents = consents
        if not consents:
            return
        for use in USES:
            words = current(use)
            self.fields[use] = forms.BooleanField(
                label=f"Yes, for {Consent.Use(use).label}",
                required=use == Consent.Use.CARE,
                error_messages={"required": "Without a yes to your own care we may not keep or measure the video."},
            )
            self.fields[f"{use}_words"] = forms.CharField(initial=words.id, widget=forms.HiddenInput, max_length=20)

    def clean_filmed_on(self) -> date | None:
        """Refuse a day that lies ahead."""
        day: date | None = self.cleaned_data["filmed_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("This day lies ahead. When was it filmed?")
        return day

    def uses(self) -> list[tuple[Words, forms.BoundField, forms.BoundField]]:
        """Return, for each use, its words, its box and the hidden version of the words."""
        return [(current(use), self[use], self[f"{use}_words"]) for use in USES] if self.consents else []

    def told(self) -> Told:
        """Return what was said, once it is valid."""
        said = self.cleaned_data
        words = {use: said[f"{use}_words"] for use in USES if self.consents and said[use]}
        return Told(mirrored=said["mirrored"], filmed_on=said["filmed_on"], words=words)


class Send(About):
    """A film that comes all at once."""

    film = forms.FileField(
        label="Your video",
        help_text="MP4 or MOV as your phone saves it; up to 2 GB and 15 minutes.",
        error_messages={
            "required": "Choose a video.",
            "empty": "This file is empty. Choose the video once more, or film it again.",
        },
        widget=forms.FileInput(attrs={"accept": "video/*"}),
    )
    field_order = ("film", "filmed_on", "mirrored")


class Begin(About):
    """A film that will come in parts."""

    name = forms.CharField(max_length=1000)
    size = forms.IntegerField(min_value=0)
    sha256 = forms.RegexField("^[0-9a-f]{64}$")
    protocol = forms.CharField(required=False, max_length=20_000, strip=True)

    def clean_protocol(self) -> dict[str, Any]:
        """Read the tasks that were asked for while it was filmed, with the times at which they really were."""
        text = self.cleaned_data["protocol"]
        if not text:
            return {}
        try:
            read = protocol.read(json.loads(text), "protocol")
        except (ValueError, RecursionError, DocumentError) as error:
            raise forms.ValidationError(f"The times of the tasks cannot be read ({error}). Film once more.") from error
        if len(read.tasks) > MOST_TASKS:
            raise forms.ValidationError("The tasks of this film are too many. Film once more.")
        tasks = tuple(replace(task, name=_shown(task.name)) for task in read.tasks)
        return replace(read, name=_shown(read.name), tasks=tasks).to_json()

    def told(self) -> Told:
        """Return what was said, the tasks too."""
        return replace(super().told(), protocol=self.cleaned_data["protocol"])


class Guided(About):
    """What is asked before a film is made in the browser, where the day is known.

    The mirror is not asked about: who has not filmed yet cannot tell, and the turn to the arrow shows it.
    """

    def __init__(self, *args: Any, consents: bool, **kwargs: Any) -> None:
        super().__init__(*args, consents=consents, **kwargs)
        self.fields["filmed_on"].widget = forms.HiddenInput()
        self.fields["mirrored"].widget = forms.HiddenInput()
