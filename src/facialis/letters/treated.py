"""What was given, ordered, found and is asked for, in the sentences of a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.letters import found

_ROWS = Sequence[Mapping[str, Any]]
_KINDS = {"injection": "Botulinum toxin", "decompression": "Microvascular decompression", "medicine": "Medicine"}
_UNREAD = "Whether the whole scan was read by a radiologist (lesion: yes, no or unread) is not on record."


def day(text: Any) -> str:
    """Print a day as in a letter, from its ISO form; what is none is printed as it is."""
    try:
        read = date.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return f"{read.day} {read:%B %Y}"


def given(rows: _ROWS) -> list[str]:
    """Return each treatment with day, side, product and units; units belong to their product."""
    return [_given(row) for row in rows]


def _given(row: Mapping[str, Any]) -> str:
    what = _KINDS.get(row.get("kind", ""), str(row.get("kind", "Treatment")))
    name = row.get("product") or row.get("name")
    parts = [f"{what}: {name}" if name else what]
    if row.get("units") is not None:
        parts.append(f"{row['units']} units")
    if row.get("side") in ("left", "right", "both"):
        parts.append("both sides" if row["side"] == "both" else f"{row['side']} side")
    text = f"{day(row.get('date', 'date not told'))}: {', '.join(parts)}."
    if row.get("until"):
        text = f"{text[:-1]}, until {day(row['until'])}."
    return f"{text} {row['note']}" if row.get("note") else text


def medicines(rows: _ROWS) -> list[str]:
    """Return medicines, then allergies; what nobody has reconciled says so."""
    ordered = sorted(rows, key=lambda row: row["kind"] == "allergy")
    return [
        ("Allergy: " if row["kind"] == "allergy" else "")
        + row["name"]
        + (f", {row['detail']}" if row.get("detail") else "")
        + ("" if row.get("reconciled") else " (as told, not reconciled)")
        for row in ordered
    ]


def plans(plan: Mapping[str, Any] | None, orders: _ROWS) -> list[str]:
    """Return the injection that is planned and the tests that are ordered and not done."""
    told = []
    if plan is not None:
        what = f"Injection of {plan['product']['name']}" if plan.get("product") else "Injection of botulinum toxin"
        told.append(f"{what}, {plan['side']} side, planned for {day(plan['date'])} in {len(plan['sites'])} sites.")
    told += [f"{row['name']} ordered on {day(row['day'])}." for row in orders if row["state"] == "ordered"]
    return told


def results(orders: _ROWS) -> list[str]:
    """Return the tests that were done, with what came back; one without an answer says so."""
    return [_result(row) for row in orders if row["state"] == "done"]


def _result(row: Mapping[str, Any]) -> str:
    answer = row["answer"] or "the answer is not on record."
    return f"{row['name']}, done {day(row['day'])}: {answer}"


def question(told: Mapping[str, Any] | None) -> str:
    """Return what the surgeon is asked."""
    where = f" of the {told['side']['side']} side" if told and told["side"]["settled"] else ""
    return (
        f"Thank you for seeing this patient with hemifacial spasm{where}. Is microvascular decompression advisable, "
        "which vessel would be met where, and what are the chances and risks in your own figures?"
    )


def imaging(told: Mapping[str, Any] | None, orders: _ROWS) -> list[str]:
    """Return what the scan showed, and what of it is not on record."""
    scans = [row for row in orders if row["kind"] == "mri"]
    lines = [_result(row) for row in scans if row["state"] == "done"]
    lines += found.present(told, knowledge.orders().tests["mri"].answers)
    if not lines:
        waiting = next((row for row in scans if row["state"] == "ordered"), None)
        return [f"No scan is on record; ordered on {day(waiting['day'])}." if waiting else "No scan is on record."]
    read = [one for one in (told or {}).get("readings", ()) if one["code"] == "mri_lesion"]
    if not any(one["state"] in ("present", "absent") for one in read):
        lines.append(_UNREAD)
    return lines


def hearing(told: Mapping[str, Any] | None, orders: _ROWS) -> list[str]:
    """Return what the hearing tests showed; that there is none before an operation is said."""
    tests = [row for row in orders if row["kind"] == "audiogram"]
    lines = [_result(row) for row in tests if row["state"] == "done"]
    lines += found.present(told, knowledge.orders().tests["audiogram"].answers)
    if not any(row["state"] == "done" for row in tests):
        lines.append("No audiogram with speech discrimination is on record; it is needed before the operation.")
    return lines


def afterwards() -> list[str]:
    """Return what is done after a decompression, as the path round it says, so that somebody sees to it."""
    path = treatment.decompression().steps
    return [f"{one.name}. {one.text}" for one in path if one.phase == "after" and one.needed and not one.only_if]
