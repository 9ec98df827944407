"""What the patient's page of the path shows: plain words, dates, and whom to call when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis.treatment.decompression.page.words import day, with_days

Told = Mapping[str, Any]
CALLS = {
    "emergency": "Call for help now",
    "same_day": "Call your team today",
    "soon": "Make an appointment this week",
    "routine": "At your next visit",
}
_SOONEST = ("emergency", "same_day")


def for_the_patient(result: Told) -> dict[str, Any]:
    """Return the context of ``patient.html``.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.decompression/1``.
    """
    operated = result["operated"]
    return {
        "title": "After your operation" if operated else "Before your operation",
        "opening": _opening(result),
        "calls": [
            {
                "urgency": urgency,
                "call": call,
                "lines": [with_days(one["plain_action"]) for one in result["attention"] if one["urgency"] == urgency],
            }
            for urgency, call in CALLS.items()
            if any(one["urgency"] == urgency for one in result["attention"])
        ],
        "going": _going(result),
        "next": [
            (one["plain"], f"{'by' if one['phase'] == 'before' else 'about'} {day(one['due'])}")
            for one in result["steps"]
            if one["state"] in ("due", "to_come", "overdue") and one["needed"]
        ],
        "watch": _watch(result),
        "on": day(result["on"]),
        "version": result["software"]["version"],
    }


def _opening(result: Told) -> str:
    side = result["side"]
    if result["operated"] is None:
        return f"Your operation on the {side} side is planned for {day(result['planned'])}."
    return f"Your operation on the {side} side was on {day(result['operated'])}. That was {result['day']} days ago."


def _going(result: Told) -> list[tuple[str, list[str]]]:
    """Return what is told of spasms, face, eye and hearing."""
    if result["operated"] is None:
        return []
    found = []
    if result["relief"] is not None:
        found.append(("Your spasms", [with_days(text) for text in result["relief"]["plain"]]))
    else:
        found.append(
            (
                "Your spasms",
                ["Spasms often stay for weeks or months after the operation and then fade. That is no failure."],
            )
        )
    if result["palsy"]["plain"]:
        found.append(("Your face", list(result["palsy"]["plain"])))
    if result["eye"]["plain_action"]:
        found.append(("Your eye", [result["eye"]["plain_action"]]))
    found.append(("Your hearing", list(result["hearing"]["plain"])))
    return found


def _watch(result: Told) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return what to watch for: what must be seen at once or today first, then what is common and harmless."""
    rows = [one for one in result["watch"] if one["state"] in ("now", "to_come")]
    groups = (
        ("Call for help", [one for one in rows if one["urgency"] in _SOONEST]),
        ("No need to worry", [one for one in rows if one["urgency"] not in _SOONEST]),
    )
    return [
        (name, [(one["plain"], f"{day(one['from'])} to {day(one['to'])}", one["plain_action"]) for one in some])
        for name, some in groups
        if some
    ]
