"""Two visits side by side: both films with their curves, and what changed from the earlier to the later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.chart.room import side_words
from facialis_clinic.recordings.models import Measurement

NO_BOUND = "no bound"


def page(first: Measurement, second: Measurement, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of two visits shows.

    Parameters
    ----------
    first, second : Measurement
        From a gate, the earlier film first.
    asked : mapping
        ``task``: the name of a task of both, whose beginnings are put together; without it both begin at 0.
    """
    results = result_of(first), result_of(second)
    both = _tasks_of_both(*results)
    task = asked.get("task", "")
    starts = both.get(task, (0.0, 0.0))
    return {
        "person": first.recording.person,
        "visits": [
            {
                "measurement": one,
                "recording": one.recording,
                "name": name,
                "reviewed": _is_reviewed(one),
                "start": start,
                "sides": side_words(one),
            }
            for one, name, start in zip((first, second), ("Earlier", "Later"), starts, strict=True)
        ],
        "tasks": sorted(both, key=lambda name: both[name]),
        "task": task if task in both else "",
        **_compared(*results),
    }


def _is_reviewed(measurement: Measurement) -> bool:
    try:
        return measurement.review is not None
    except ObjectDoesNotExist:
        return False


def _tasks_of_both(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return where each task of both films begins in each."""
    earlier, later = ({one["name"]: one["start_s"] for one in told.get("tasks", ())} for told in (before, after))
    return {name: (earlier[name], later[name]) for name in earlier if name in later}


def _compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    from facialis.face.compare import compare
    from facialis.face.page.words import sentence

    told = compare(before, after).to_json()
    return {
        "comparable": told["comparable"],
        "headline": told["headline"],
        "because": [sentence(one) for one in told["because"]],
        "measures": [_measure(one) for one in told["measures"]],
        "not_compared": [(_name(one["name"]), sentence(one["because"])) for one in told["not_compared"]],
    }


def _name(name: str) -> str:
    from facialis.face.page.comparison import NAMES

    return NAMES.get(name) or name.replace("_", " ").replace(".", ": ")


def _measure(one: Mapping[str, Any]) -> dict[str, str]:
    """Return a measure of both in words."""
    from facialis.face.page.words import sentence

    is_share = one["unit"] == "1" or one["name"] == "spasm_time_fraction"
    change = one["change"]
    high = NO_BOUND if change["high"] is None else f"{change['high']:.2f}"
    value = "not known" if change["value"] is None else f"{change['value']:.2f}"
    low = NO_BOUND if change["low"] is None else f"{change['low']:.2f}"
    kind = "times as much" if one["change_is"] == "ratio" else "difference"
    return {
        "name": _name(one["name"]),
        "before": _number(one["before"], one["unit"], is_share),
        "after": _number(one["after"], one["unit"], is_share),
        "change": f"{value} ({low} to {high}), {kind}",
        "verdict": one["verdict"],
        "look": {"better": "good", "worse": "bad"}.get(one["verdict"], "plain"),
        "why": " ".join(sentence(reason) for reason in one["because"]),
    }


def _number(told: Mapping[str, float] | None, unit: str, is_share: bool) -> str:
    if told is None:
        return "not known"
    if is_share or unit == "IOD":
        value, low, high = (f"{100 * told[name]:.1f}" for name in ("value", "low", "high"))
        return f"{value} % ({low} to {high})" + (" of the eyes' distance" if unit == "IOD" else "")
    return f"{told['value']:.3g} ({told['low']:.3g} to {told['high']:.3g})"
