"""What a person was given, as the library takes it. Nothing here is a gate: whoever calls has opened the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from facialis.followup import Treatments
from facialis.followup import treatments as library
from facialis.treatment.injection.earlier import LastSession, session_of
from facialis_clinic.care.models import Treatment

KINDS: Final = {
    Treatment.Kind.INJECTION: "injection",
    Treatment.Kind.OPERATION: "decompression",
    Treatment.Kind.MEDICINE: "medicine",
}
_KEYS: Final = ("product", "units", "name", "until", "note")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the next session is held against beside the label: whose label, and the days of payer and clinic."""

    country: str = ""
    days: Mapping[str, int] = field(default_factory=dict)


def standing(person_id: UUID) -> list[Treatment]:
    """Return what was given, by day, each in the version that stands."""
    found = Treatment.objects.filter(person=person_id, superseded_by=None)
    return list(found.order_by("day", "written_at", "pk"))


def sessions_of(rows: Iterable[Treatment]) -> list[LastSession]:
    """Return the sessions that are recorded site by site."""
    return [session_of(one.record, f"the session of {one.day:%-d %B %Y}") for one in rows if one.record]


def rules_of(rows: Sequence[Treatment]) -> Rules:
    """Return the rules that the newest recorded session was held against."""
    newest = next((one.record for one in reversed(rows) if one.record), None)
    if newest is None:
        return Rules()
    told = newest.get("intervals") or {}
    days = {key: told[f"{key}_days"] for key in ("payer", "clinic") if told.get(f"{key}_days")}
    return Rules(newest.get("country") or "", days)


def treatments_from(rows: Sequence[Treatment], *, on: date) -> Treatments:
    """Return what was given as the follow-up reads it: a recorded session by its record, all else by its row.

    Raises
    ------
    facialis.document.DocumentError
        When two of them contradict each other, in one line.
    """
    rules = rules_of(rows)
    value: dict[str, Any] = {"treatments": [_row(one) for one in rows]}
    if rules.country:
        value["country"] = rules.country
    if rules.days:
        value["intervals"] = {f"{key}_days": days for key, days in rules.days.items()}
    held = {str(one.pk): one.record for one in rows if one.record}
    return library.of(value, held, on=on, name="what was given")


def _row(one: Treatment) -> dict[str, Any]:
    kind = KINDS[Treatment.Kind(one.kind)]
    if one.record:
        return {"kind": kind, "date": one.day, "session": str(one.pk)}
    return entry_of({**one.row, "kind": kind, "date": one.day, "side": one.side})


def entry_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered by hand as the follow-up reads it: what belongs to its kind alone, units exact."""
    row = {key: told[key] for key in ("kind", "date", *_KEYS) if told.get(key)}
    if row.get("kind") == "medicine":
        return row
    if "units" in row:
        with suppress(InvalidOperation):
            row["units"] = Decimal(str(row["units"]))
    return row | {"side": told.get("side")}
