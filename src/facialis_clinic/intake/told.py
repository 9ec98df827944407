"""What a person has told, as the library takes it. Nothing here is a gate: whoever calls has opened the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F

from facialis.findings import Side
from facialis.followup import Diary, Symptom
from facialis.followup import Entry as Value
from facialis.followup.diary import of as diary_from
from facialis_clinic.intake.models import Circumstance, Entry, Interview, Medicine

CASE = ("age", "age_at_onset", "duration_months", "sex", "setting", "findings")
_SCORE = "score"
_SIDES = {"left": (Side.LEFT,), "right": (Side.RIGHT,), "both": (Side.LEFT, Side.RIGHT)}


def newest_interview(person_id: UUID) -> Interview | None:
    """Return the open interview, or else the one that was finished last."""
    found = Interview.objects.filter(person=person_id)
    return found.order_by(F("finished_at").desc(nulls_first=True), "-touched_at").first()


def told_case(person_id: UUID) -> dict[str, Any]:
    """Return what the newest interview tells, as :func:`facialis.case.from_mapping` reads it; empty without one."""
    newest = newest_interview(person_id)
    return case_of_interview(newest) if newest is not None else {}


def case_of_interview(interview: Interview) -> dict[str, Any]:
    """Return what one interview tells; what is not known is left out."""
    return {key: interview.saved[key] for key in CASE if interview.saved.get(key) is not None}


def diary_of(person_id: UUID) -> Diary:
    """Return the diary of a person."""
    return diary_from_rows(Entry.objects.filter(person=person_id).select_related("by"))


def diary_from_rows(rows: Iterable[Entry]) -> Diary:
    """Return the diary that rows make. A row of both sides counts for each of them."""
    values, symptoms = [], []
    for row in rows:
        source = "clinician" if row.by is not None and row.by.is_clinician else "patient"
        for side in _SIDES.get(row.side, (Side.NONE,)):
            if row.severity is not None:
                values.append(Value(row.day, side, _SCORE, float(row.severity), source))
            symptoms += [Symptom(row.day, side, code, source) for code in row.symptoms]
    return diary_from(values, symptoms)


def medicines_of(person_id: UUID) -> list[Medicine]:
    """Return the medicines and allergies that stand, by kind and name."""
    standing = Medicine.objects.filter(person=person_id, ended_at=None)
    return list(standing.select_related("told_by", "reconciled_by").order_by("kind", "name", "told_at"))


def circumstances_of(person_id: UUID) -> dict[str, str]:
    """Return what was asked for by name and answered, code by code, as a case holds it under ``circumstances``."""
    return dict(Circumstance.objects.filter(person=person_id).order_by("code").values_list("code", "state"))
