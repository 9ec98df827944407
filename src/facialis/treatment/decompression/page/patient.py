"""What the patient's page of the path shows: plain words, dates, and whom to call when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from facialis.knowledge import treatment
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
            (one["plain"], _when(one, result["on"]))
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


def _when(step: Told, on: str) -> str:
    """Say when a step is due; what lies behind is due now."""
    if step["due"] is not None and step["due"] < on:
        return f"now due (it was due {day(step['due'])})"
    return f"{'by' if step['phase'] == 'before' else 'about'} {day(step['due'])}"


def _spasms(result: Told) -> list[str]:
    """Return how the spasms are: the chance is that of the last day on which they were written down."""
    relief, last = result["relief"], result["spasms_on"]
    if relief["state"] not in ("improving", "not_yet") or last is None:
        return [with_days(text) for text in relief["plain"]]
    lines = [
        f"You still had spasms on {day(last)}. It does not mean that the operation has failed: the nerve may need time."
    ]
    if relief["state"] == "improving":
        lines.append("They were fewer or weaker than before the operation.")
    still, old = relief["chance_still"], date.fromisoformat(result["on"]) - date.fromisoformat(last)
    if old.days > treatment.decompression().number("entry_days"):
        lines.append("Nothing is written down since then. Please write down once a week how strong the spasms are.")
    elif still is not None:
        after = (date.fromisoformat(last) - date.fromisoformat(result["operated"])).days
        lines.append(
            f"Of 100 people who still have spasms {after} days after the operation, as you had on {day(last)}, "
            f"about {100 * still['value']:.0f} become free later. "
            f"Studies differ a lot: between {100 * still['low']:.0f} and {100 * still['high']:.0f}."
        )
    return [*lines, f"It is too early to call it a failure before {day(relief['not_failure_until'])}."]


def _going(result: Told) -> list[tuple[str, list[str]]]:
    """Return what is told of spasms, face, eye and hearing."""
    if result["operated"] is None:
        return []
    found = []
    if result["relief"] is not None:
        found.append(("Your spasms", _spasms(result)))
    else:
        found.append(
            (
                "Your spasms",
                ["Spasms often stay for weeks or months after the operation and then fade. That is no failure."],
            )
        )
    if result["palsy"]["plain"]:
        found.append(("Your face", list(result["palsy"]["plain"])))
    # What stands above as a call is not said again.
    called = {one["plain_action"] for one in result["attention"]}
    if result["eye"]["plain_action"] and result["eye"]["plain_action"] not in called:
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
