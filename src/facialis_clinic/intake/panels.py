"""Small panels of what was told, for the chart and the patient's own page: at most two queries each.

Each returns what its template shows, with the template's name under ``template``. Whoever calls has opened the record.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from facialis.flags import Raised
from facialis.knowledge import Urgency
from facialis_clinic.accounts.models import User
from facialis_clinic.intake import stops
from facialis_clinic.intake.models import Entry, Medicine, Scale
from facialis_clinic.intake.saved import kept_of
from facialis_clinic.intake.told import medicines_of, newest_interview
from facialis_clinic.people.models import Person

WEEK = timedelta(days=7)
_URGENCY = {Urgency.EMERGENCY: "emergency", Urgency.SAME_DAY: "today", Urgency.SOON: "soon"}


def interview(person: Person, *, user: User, now: datetime) -> dict[str, Any]:
    """Return how far the questions are, and for clinicians the warning signs that were told, in a scale too."""
    newest = newest_interview(person.pk)
    told: dict[str, Any] = {"template": "intake/_panel_interview.html", "person": person, "interview": newest}
    if user.is_clinician:
        unsafe = Scale.objects.filter(person=person.pk, result__urgent__0__isnull=False)
        told["unsafe"] = unsafe.order_by("-answered_at").first()
    if newest is None:
        return told
    kept = kept_of(newest.saved, now=now)
    raised = stops.flags(kept.interview) if user.is_clinician else []
    return told | {"answered": len(kept.told_by_hand()), "left": kept.interview.left(), "flags": worded(raised)}


def worded(raised: list[Raised]) -> list[tuple[str, str, str]]:
    """Return the title of each red flag, its urgency in a word, and what a clinician does."""
    return [(one.flag.title, _URGENCY[one.urgency], one.flag.action) for one in raised]


def medicines(person: Person, *, user: User, now: datetime) -> dict[str, Any]:
    """Return what is taken, which allergies there are, and what nobody has gone through yet."""
    stands = medicines_of(person.pk)
    return {
        "template": "intake/_panel_medicines.html",
        "person": person,
        "clinician": user.is_clinician,
        "medicines": [one for one in stands if one.kind == Medicine.Kind.MEDICINE],
        "allergies": [one for one in stands if one.kind == Medicine.Kind.ALLERGY],
        "unread": sum(one.reconciled_at is None for one in stands),
    }


def diary(person: Person, *, user: User, now: datetime) -> dict[str, Any]:
    """Return the last lines of the diary, and whether there is one of this week."""
    last = list(Entry.objects.filter(person=person.pk).order_by("-day", "side")[:5])
    return {
        "template": "intake/_panel_diary.html",
        "person": person,
        "clinician": user.is_clinician,
        "lines": last,
        "lately": any(now.date() - one.day <= WEEK for one in last),
    }
