"""Plans and sessions in few words, as files; invented throughout."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from facialis.case import Case
from facialis.treatment.injection import plan, wanted
from facialis.treatment.injection.plan_result import read as read_plan
from facialis.treatment.injection.recording import record

TODAY = date(2026, 6, 1)
LIDS = (("medial_upper_lid", "2.5"), ("lateral_upper_lid", "2.5"), ("lateral_lower_lid", "2.5"))
TOLD = {"stated": "left", "filmed": "left", "clinician": "left"}


def lids(*changes: tuple[str, str], side: str = "") -> list[dict[str, Any]]:
    """Return sites round the eye; `changes` replace or add units by site."""
    rows = dict(LIDS) | dict(changes)
    at = {"side": side} if side else {}
    return [{"muscle": "orbicularis_oculi", "site": site, "units": Raw(units)} | at for site, units in rows.items()]


class Raw(str):
    """A number as it stands in the file."""


def toml(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def write(path: Path, told: dict[str, Any]) -> Path:
    """Write a file; keys whose value is None are left out."""
    path.write_text(
        "".join(f"{key} = {toml(value)}\n" for key, value in told.items() if value is not None), encoding="utf-8"
    )
    return path


def plan_of(**changes: Any) -> dict[str, Any]:
    """Return a plan that is ready, with changes."""
    told: dict[str, Any] = {
        "date": date(2026, 4, 20),
        "side": "left",
        "country": "EU",
        "product": {"name": "onabotulinumtoxinA", "vial_units": 100, "diluent_ml": 4},
        "side_told": TOLD,
        "other_injections": [],
        "sites": lids(),
    }
    return told | changes


def planned(path: Path, case: Case | None = None, sessions: Any = (), **changes: Any) -> dict[str, Any]:
    """Return the public result of a plan."""
    file = write(path / "plan.toml", plan_of(**changes))
    return plan(wanted.read(file, TODAY), case, sessions, TODAY).to_json()


def session_of(**changes: Any) -> dict[str, Any]:
    """Return a session that was given as planned, with changes."""
    told: dict[str, Any] = {
        "date": date(2026, 4, 20),
        "operator": "Dr Example",
        "as_planned": True,
        "lots": [{"lot": "EX1", "expires": "2027-05"}],
        "consent": {"given": True, "date": date(2026, 4, 20), "by": "the patient"},
        "time_out": {"patient_states": "left", "marked": "left", "record": "left", "at": "2026-04-20T09:12"},
    }
    return told | changes


def recorded(path: Path, plan_changes: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the public result of a session after a plan."""
    there = path / "plan.json"
    there.write_text(json.dumps(planned(path, **(plan_changes or {}))))
    return record(write(path / "session.toml", session_of(**changes)), read_plan(there), TODAY).to_json()


def codes(rows: list[dict[str, Any]]) -> set[str]:
    """Return the codes of blocks or cautions."""
    return {row["code"] for row in rows}
