"""An injection plan as it is asked for: begun from the last session, held against what is known of the person.

Nothing here is a gate: whoever calls has opened the record.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Value

from facialis.case import Case
from facialis.document import DocumentError
from facialis.findings import State
from facialis.treatment.injection import plan as library_plan
from facialis.treatment.injection import wanted
from facialis.treatment.injection.next_plan import next_of
from facialis_clinic.care.course import kept_of
from facialis_clinic.care.given import sessions_of, standing
from facialis_clinic.care.models import Treatment
from facialis_clinic.chart.weighing import case_of
from facialis_clinic.intake.models import Circumstance, Medicine
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

NAME = "plan"
# What is told of the last session comes from its record each time and is no part of what is asked for.
_ASKED = ("date", "side", "country", "product", "sites", "intervals")


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan is held against.

    Attributes
    ----------
    case : Case
        With circumstances and medicines.
    given : list of Treatment
        What was given, in the versions that stand.
    on : date
        Today.
    """

    case: Case
    given: Sequence[Treatment]
    on: date

    @property
    def last(self) -> Treatment | None:
        """The latest session that is recorded site by site."""
        return next((one for one in reversed(self.given) if one.record), None)


def known_of(person: Person, *, now: datetime) -> Known:
    """Return what a plan of a person is held against.

    Raises
    ------
    facialis.document.DocumentError
        When what is on record contradicts itself, in one line.
    """
    given = standing(person.pk)
    return Known(case_for_treatment(person, now=now, given=given), given, today(now))


def case_for_treatment(person: Person, *, now: datetime, given: Sequence[Treatment] | None = None) -> Case:
    """Return what is known of a person with what was asked before a treatment, and the medicines that are taken."""
    asked = Circumstance.objects.filter(person=person).values_list("code", "state")
    taken = Medicine.objects.filter(person=person, kind=Medicine.Kind.MEDICINE, ended_at=None)
    rows = list(asked.union(taken.values_list("name", Value(""))))
    circumstances = {code: State(state) for code, state in sorted(rows) if state}
    medicines = tuple(sorted(name for name, state in rows if not state))
    return replace(case_of(person, now=now, given=given), circumstances=circumstances, medicines=medicines)


def begun(person: Person, known: Known) -> tuple[dict[str, Any], list[str]]:
    """Return a plan to begin with, and what to know of it: the doses of the last session, copied, none raised.

    Without a session on record nothing is proposed but the side on which those who told agree.
    """
    if known.last is None:
        stated = {one.side.value for one in known.case.findings if one.code == "involuntary_movement"} - {"none"}
        side = stated.pop() if len(stated) == 1 else ""
        return {"date": known.on.isoformat(), "side": side, "sites": []}, []
    kept = kept_of(person.pk)
    made = next_of(known.last.record, kept.result if kept is not None else None, None)
    day = max(made.day, known.on)
    if kept is not None and (best := _best(kept.result, str(known.last.side))):
        day = max(day, date.fromisoformat(best))
    told = _plain(made.to_mapping())
    notes = [*told.get("from_last", {}).get("advice", []), *made.notes]
    return {key: told[key] for key in _ASKED if key in told} | {"date": day.isoformat()}, list(dict.fromkeys(notes))


def checked(asked: Mapping[str, Any], known: Known) -> dict[str, Any] | Refused:
    """Hold what is asked for against what is known; the public result, or in one line what cannot be planned."""
    told = copy.deepcopy(dict(asked))
    try:
        if known.last is not None:
            kept = next_of(known.last.record, None, None).to_mapping()["from_last"]
            if kept["product"] and date.fromisoformat(told["date"]) >= kept["date"]:
                told["from_last"] = kept
        return library_plan(wanted.of(told, known.on, NAME), known.case, sessions_of(known.given), known.on).to_json()
    except DocumentError as error:
        return Refused(str(error).removeprefix(f"{NAME}: "))


def elsewhere(known: Known) -> list[Treatment]:
    """Return the injections that are on record without their sites: given somewhere else."""
    return [one for one in known.given if one.kind == Treatment.Kind.INJECTION and not one.record]


def _best(course: Mapping[str, Any], side: str) -> str | None:
    """Return the day that the forecast proposes; of both sides the later one, so that neither is too early."""
    ahead = [one["forecast"] for name, one in course["sides"].items() if side in (name, "both") and one["forecast"]]
    return max((one["next_session"]["best"] for one in ahead), default=None)


def _plain(value: Any) -> Any:
    """Return what can be stored: amounts as texts, days as they are written."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
