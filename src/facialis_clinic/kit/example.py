"""What the page of the kit shows: a form, a timeline and rows, all invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms

SIDES = (("left", "My left side"), ("right", "My right side"), ("both", "Both sides"))
USES = (("teaching", "Teaching"), ("research", "Research"))


class Example(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    born = forms.DateField(
        label="Your date of birth",
        help_text="For example 27 3 1965",
        input_formats=["%d %m %Y", "%Y-%m-%d"],
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "bday"}),
    )
    side = forms.ChoiceField(label="Which side twitches?", choices=SIDES, widget=forms.RadioSelect)
    uses = forms.MultipleChoiceField(
        label="What else may your recording be used for?",
        choices=USES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="You can take this back at any time.",
    )
    clip = forms.FileField(label="Your video", help_text="MP4 or MOV, up to 500 MB.", required=False)
    place = forms.ChoiceField(label="Which office?", choices=(("north", "North"), ("south", "South")))
    words = forms.CharField(label="Anything else?", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    agree = forms.BooleanField(label="I have read what happens with my recording")


def examples(sent: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the page of the kit shows; the form as it was sent, or one with mistakes in it."""
    wrong = {"name": "", "born": "31 2 1965", "place": "north"}
    return {
        "form": Example(sent if sent is not None else wrong),
        "fresh": Example(prefix="fresh"),
        "moments": [
            {"at": datetime(2026, 5, 4, 14, 30, tzinfo=UTC), "title": "Recording measured", "kind": "good"},
            {
                "at": datetime(2026, 5, 4, 14, 2, tzinfo=UTC),
                "title": "Recording sent",
                "text": "Two minutes at rest, by phone.",
                "url": "#timeline",
            },
            {"at": date(2026, 5, 1), "title": "First told", "kind": "plain"},
        ],
        "rows": [
            {"day": "4 May 2026", "name": "At rest", "length": 121, "state": "measured", "kind": "good"},
            {"day": "2 May 2026", "name": "Reading aloud", "length": 32, "state": "in the queue", "kind": "plain"},
            {"day": "1 May 2026", "name": "By the window", "length": 58, "state": "too dark", "kind": "warn"},
        ],
        "pairs": {"Name": "Alice Example (invented)", "Born": "27 March 1965", "Side": "left"},
        "colours": ("ground", "sheet", "ink", "quiet", "rule", "left", "right", "both", "good", "limited", "refused"),
    }
