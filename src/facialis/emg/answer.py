"""The answer in one sentence, and what must stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facialis.units import count, signed

SINGLE_MS = 10.0
"""A potential of one motor unit at the surface lasts less."""
_ON = {"left": "on the left", "right": "on the right", "both": "on both sides", "none": ""}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page opens with: one sentence, and what the recording could not show."""

    headline: str
    cautions: tuple[str, ...]


def answer(result: Mapping[str, Any]) -> Answer:
    """Say what a recording of electrodes showed, no more than it can carry.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.emg/1``; its bursts are not looked at, the summary counts them.
    """
    quality, reasons = result["quality"], list(result["quality"]["reasons"])
    if quality["verdict"] == "refused":
        first = reasons[0].strip().rstrip(".") if reasons else "nothing in it can be measured"
        return Answer(f"This recording could not be measured: {first}.", tuple(reasons[1:]))
    return Answer(_headline(result), tuple(reasons))


def _headline(result: Mapping[str, Any]) -> str:
    summary = result["summary"]
    often, usable = summary["bursts_per_min"], summary["usable_s"]
    if not often["value"]:
        most = f" (at most {often['high']:.2g} a minute)" if often["high"] is not None else ""
        return f"No burst in {_long(usable)} of usable recording{most}."
    where = _ON[summary["affected_side"]]
    what = "bursts and single discharges" if _single(summary["muscles"]) else "bursts"
    rates = f"{often['value']:.1f} {what} a minute ({often['low']:.1f} to {often['high']:.1f})"
    head = f"{rates}{', ' + where if where else ''}, in {_long(usable)} of usable recording"
    signs = {finding["code"]: finding for finding in result["findings"] if finding["state"] == "present"}
    said = [words for code, words in _SIGNS.items() if code in signs]
    return f"{head}: {', '.join(said)}." if said else f"{head}."


def _single(told: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether most of what was counted is as short as one discharge: grouped ones are bursts one by one."""
    short = sum(one["bursts"] for one in told if (one["length_ms"]["value"] or SINGLE_MS) < SINGLE_MS)
    return bool(2 * short > sum(one["bursts"] for one in told))


_SIGNS = {
    "emg_bursts_150_400": "irregular bursts of 150 to 400 discharges a second",
    "upper_lower_synchronous": "upper and lower face together",
    "bilateral_synchronous": "both sides together",
    "voluntary_locked": "only with movements",
    "emg_myokymic": "grouped discharges with silence between them",
    "emg_slow_3_8hz": "a slow beat of the lid",
    "emg_dystonic": "long contractions of both sides",
    "emg_masseter_bursts": "bursts of the jaw muscle",
    "emg_voluntary_like": "recruited as in a movement at will",
    "persists_in_sleep": "in sleep too",
}


def _long(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f}\N{NO-BREAK SPACE}s"
    return f"{seconds / 60:.0f}\N{NO-BREAK SPACE}min" if seconds < 7200 else f"{seconds / 3600:.1f}\N{NO-BREAK SPACE}h"


def muscles(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return a row a muscle for a table: name, bursts, rate, share of time, length, discharges, forms."""
    rows: list[tuple[str, ...]] = []
    for one in result["summary"]["muscles"]:
        forms = ", ".join(f"{number} {form}" for form, number in one["forms"].items() if number)
        share = one["active_time_fraction"]
        rows.append(
            (
                one["channel"],
                count(one["bursts"], "burst"),
                _ends(one["bursts_per_min"], 1),
                "not known" if share is None else f"{100 * share:.1f} %",
                _ends(one["length_ms"], 0),
                _ends(one["discharge_hz"], 0),
                forms,
            )
        )
    return rows


def pairs(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return a row a pair that begins together more often than chance gives: names, share, chance, lag."""
    rows: list[tuple[str, ...]] = []
    for one in result["synchrony"]:
        if not one.get("above_chance"):
            continue
        chance = one["chance_fraction"]
        rows.append(
            (
                " and ".join(one["channels"]) + (" (cross-talk)" if one.get("crosstalk") else ""),
                f"{100 * one['coincident_fraction']:.0f} %",
                "not known" if chance is None else f"{100 * chance:.0f} %",
                _ends(one["lag_ms"], 1),
            )
        )
    return rows


def _ends(told: Mapping[str, float | None], digits: int) -> str:
    value, low, high = told["value"], told["low"], told["high"]
    if value is None or low is None or high is None:
        return "not known"
    return f"{signed(value, digits)} ({signed(low, digits)} to {signed(high, digits)})"
