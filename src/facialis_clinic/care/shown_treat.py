"""What the pages of treatment show: plans, sessions, the course, alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from facialis.followup.page import sentences
from facialis.followup.page.patient import for_the_patient
from facialis.followup.page.report import report
from facialis.treatment.injection.page.plan import plan as plan_page
from facialis.treatment.injection.page.session import session as session_page
from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.care import pictures
from facialis_clinic.care.forms_plan import PlanForm
from facialis_clinic.care.models import Alarm, CourseResult, Plan, Treatment
from facialis_clinic.people.models import Person

LOOKS: Final = {"ready": "good", "blocked": "bad", "needs_reason": "warn"}
URGENT: Final = ("emergency", "same_day")
WORDS: Final = {
    Treatment.Kind.INJECTION: "Injections of botulinum toxin",
    Treatment.Kind.OPERATION: "Decompression of the nerve",
    Treatment.Kind.MEDICINE: "Medicine",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A treatment as a list shows it."""

    treatment: Treatment
    name: str
    detail: str
    superseded: bool

    @classmethod
    def of(cls, one: Treatment) -> Row:
        """Say what was given."""
        told = one.row
        parts = [told.get("product") or told.get("name") or "", f"{told['units']} U" if told.get("units") else ""]
        if told.get("until"):
            parts.append(f"until {told['until']}")
        if told.get("outcome"):
            parts.append(told["outcome"].replace("_", " "))
        detail = ", ".join(part for part in parts if part)
        return cls(one, WORDS[Treatment.Kind(one.kind)], detail, hasattr(one, "superseded_by"))


def preview(result: Mapping[str, Any], form: PlanForm | None = None) -> dict[str, Any]:
    """Return what is shown of a plan that was checked; `form` takes the reasons that it asks for."""
    page = plan_page(result)
    asks = [
        (one, form.add_override(one["code"]) if form is not None and one["needs"] == "reason" else None)
        for one in result["blocks"]
    ]
    return {
        "page": page,
        "result": result,
        "look": LOOKS[result["state"]],
        "stops": [one for one, field in asks if field is None],
        "asks": [(one, field) for one, field in asks if field is not None],
        "face": pictures.planned(result),
    }


def plan(one: Plan, user: User) -> dict[str, Any]:
    """Return what the page of a plan shows."""
    open_ = one.state in (Plan.State.DRAFT, Plan.State.READY)
    return preview(one.plan) | {
        "plan": one,
        "person": one.person,
        "decides": user.role == Role.NEUROLOGIST,
        "may_change": user.role == Role.NEUROLOGIST and open_,
        "may_ready": user.role == Role.NEUROLOGIST and one.state == Plan.State.DRAFT,
        "may_begin": one.state == Plan.State.READY,
        "open": open_,
    }


def treatment(one: Treatment, user: User) -> dict[str, Any]:
    """Return what the page of something given shows."""
    told: dict[str, Any] = {
        "treatment": one,
        "person": one.person,
        "row": Row.of(one),
        "own": one.person.user_id == user.pk,
        "clinician": user.role in CLINICIANS,
        "newer": getattr(one, "superseded_by", None),
        "may_amend": user.role == Role.NEUROLOGIST and not hasattr(one, "superseded_by"),
    }
    if one.record:
        told |= {"page": session_page(one.record), "face": pictures.given(one.record)}
    return told


def course(person: Person, kept: CourseResult | None, user: User, *, stale: bool) -> dict[str, Any]:
    """Return what the page of a course shows: every number to clinicians, plain words to the patient."""
    told: dict[str, Any] = {
        "person": person,
        "own": person.user_id == user.pk,
        "kept": kept,
        "stale": stale,
        "decides": user.role == Role.NEUROLOGIST,
    }
    if kept is None:
        return told
    if user.role not in CLINICIANS:
        plain = for_the_patient(kept.result)
        drawn = [{**side, "picture": pictures.course(side["drawn"])} for side in plain["sides"]]
        return told | {"groups": plain["groups"], "sides": drawn}
    page = report(kept.result)
    for side in page["sides"]:
        side["picture"] = pictures.course(side["wide"], "wide")
    return told | {"page": page, "sides": page["sides"], "best": best_of(kept.result)}


def alarms(found: Iterable[Alarm]) -> list[dict[str, Any]]:
    """Return alarms as a page shows them."""
    return [
        {
            "alarm": one,
            "word": sentences.URGENCIES.get(one.urgency, one.urgency),
            "look": "bad" if one.urgency in URGENT else "warn",
            "title": one.told.get("title") or one.code.replace("_", " "),
            "action": one.told.get("action", ""),
            "because": [sentences.with_days(sentences.sentence(text)) for text in one.told.get("because", ())],
            "side": "" if one.side in ("none", "") else one.side,
        }
        for one in found
    ]


def best_of(result: Mapping[str, Any]) -> str:
    """Return the day that the forecast proposes, in words; of two sides the later one."""
    ahead = [one["forecast"]["next_session"]["best"] for one in result["sides"].values() if one["forecast"]]
    found = max((day for day in ahead if day), default="")
    return sentences.in_full(found) if found else ""
