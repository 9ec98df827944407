"""How a course is looked at: the last one that was worked out, and whether it still is that of the record.

Nothing here is a gate: whoever calls has opened the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from facialis.document import DocumentError
from facialis_clinic.accounts.models import CLINICIANS, User
from facialis_clinic.care.course import inputs_of, kept_of
from facialis_clinic.care.given import KINDS as BY_KIND
from facialis_clinic.care.models import CourseResult, Plan, Treatment
from facialis_clinic.care.tasks import follow_person
from facialis_clinic.jobs import enqueue
from facialis_clinic.library.here import today
from facialis_clinic.people.models import Person

KINDS: Mapping[str, str] = {str(kind): name for kind, name in BY_KIND.items()}


def newest(person: Person, *, now: datetime) -> tuple[CourseResult | None, bool]:
    """Return the course that was worked out last, and whether another is being worked out: then that is queued."""
    kept = kept_of(person.pk)
    try:
        told = inputs_of(person, on=today(now))
    except DocumentError:
        # What is on record contradicts itself: nothing new can be worked out of it.
        return kept, False
    if told.empty or (kept is not None and kept.key == told.key):
        return kept, False
    enqueue(follow_person, person.pk, whose=person.pk)
    return kept, True


def listed(person: Person, user: User) -> tuple[list[Treatment], list[Plan]]:
    """Return what was given, each in the version that stands, the newest first; to clinicians also what is planned."""
    given = Treatment.objects.filter(person=person, superseded_by=None).select_related("superseded_by")
    plans = Plan.objects.filter(person=person, state__in=(Plan.State.DRAFT, Plan.State.READY)).order_by("-day")
    newest_first = list(given.defer("record").order_by("-day", "-written_at"))
    return newest_first, list(plans.defer("plan", "asked")) if user.role in CLINICIANS else []


def sites_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the sites of a session: those planned, then those added."""
    seen = {(one["side"], one["muscle"], one["site"]): one for one in (*record["planned"], *record["given"])}
    return list(seen.values())


def said_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a session as the form that wrote it holds it."""
    told: dict[str, Any] = {
        "operator": record["operator"],
        "consent_by": record["consent"]["by"],
        "consent_date": date.fromisoformat(record["consent"]["date"]),
        "witness": record["waste"]["witness"] or "",
    }
    for number, lot in enumerate(record["lots"]):
        told |= {f"lot-{number}-{key}": lot[key] for key in ("lot", "expires", "vials")}
    given = {(one["side"], one["muscle"], one["site"]): one for one in record["given"]}
    for number, one in enumerate(sites_of(record)):
        found = given.get((one["side"], one["muscle"], one["site"]), {})
        told |= {f"units-{number}": found.get("units", "0"), f"differs-{number}": found.get("differs") or ""}
    for number, event in enumerate(record["adverse_events"]):
        told |= {f"event-{number}-{key}": event[key] or "" for key in ("code", "side", "severity", "onset", "resolved")}
    return told
