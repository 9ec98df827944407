"""What chart and home page show of treatment: the last session, the forecast, what needs attention."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.care.course import kept_of
from facialis_clinic.care.models import Treatment
from facialis_clinic.care.shown_treat import Row, best_of
from facialis_clinic.people.models import Person

TEMPLATE: Final = "care/_panel_treat.html"
_MOST: Final = 3


def panel(person: Person, *, user: User, now: datetime) -> dict[str, Any]:
    """Return what ``care/_panel_treat.html`` shows, by two queries.

    Parameters
    ----------
    person : Person
        From a gate.
    user : User
        Who looks.
    now : datetime
        The moment; nothing here depends on it.
    """
    rows = Treatment.objects.filter(person=person, superseded_by=None).select_related("superseded_by")
    kept = kept_of(person.pk)
    return {
        "person": person,
        "rows": [Row.of(one) for one in rows.defer("record").order_by("-day", "-written_at")[:_MOST]],
        "best": best_of(kept.result) if kept is not None else "",
        "followed": kept is not None,
        "clinician": user.role in CLINICIANS,
        "decides": user.role == Role.NEUROLOGIST,
        "own": person.user_id == user.pk,
    }
