"""The strip of numbers below the answer: how often, how long, which side, together or not, which form, how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facialis import intervals
from facialis.face.page.words import (
    SIDE,
    UNKNOWN,
    of_kind,
    probability,
    rate,
    rate_of,
    region,
    share,
)
from facialis.face.signals import REGIONS
from facialis.paper.charts import round_up
from facialis.units import count


@dataclass(frozen=True)
class Range:
    """An interval to draw: value, low and high as per cent of a scale from 0 to `most`."""

    value: float
    low: float
    high: float
    most: str


@dataclass(frozen=True)
class Tile:
    """One number of the strip.

    Attributes
    ----------
    label : str
        What it is.
    term : str
        Key of the glossary; empty for none.
    value : str
        As printed, large.
    detail : str
        Small, below it.
    side : str
        Colours the value: ``"left"``, ``"right"`` or empty.
    range : Range or None
        Its interval, drawn.
    """

    label: str
    term: str
    value: str
    detail: str
    side: str = ""
    range: Range | None = None


def tiles(result: Mapping[str, Any]) -> list[Tile]:
    """Return the strip of numbers; empty for a refused recording.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.

    Returns
    -------
    list of Tile
        Rate, time, side, synchrony, form, spread; grade and rhythm where the result has them.
    """
    if result["quality"]["verdict"] == "refused":
        return []
    spasms = of_kind(result, "spasm")
    parts = [_rate(result)]
    if spasms:
        parts += [_time(result), _side(result), _synchrony(result), _form(result, spasms), _spread(result, spasms)]
        parts += [tile for tile in (_grade(result), _rhythm(result)) if tile]
    blinks = of_kind(result, "blink")
    often = intervals.rate(len(blinks), result["quality"]["usable_s"])
    if blinks and often and not spasms:
        detail = f"{count(len(blinks), 'blink')}; 95 % interval {rate(often.low)} to {rate(often.high)}"
        parts.append(Tile("Blinks", "blink", f"{rate(often.value)} a minute", detail))
    return parts


def _rate(result: Mapping[str, Any]) -> Tile:
    known = rate_of(result)
    if known is None:
        return Tile("Spasms", "spasm", UNKNOWN, "too little was seen")
    value, low, high = known
    most = round_up(max(high, 1.0))
    drawn = Range(100 * value / most, 100 * low / most, 100 * high / most, f"{most:g}")
    return Tile(
        "Spasms", "interval", f"{rate(value)} a minute", f"95 % interval {rate(low)} to {rate(high)}", range=drawn
    )


def _time(result: Mapping[str, Any]) -> Tile:
    fraction = result["summary"]["spasm_time_fraction"]
    usable = result["quality"]["usable_s"]
    detail = "" if fraction is None else f"{fraction * usable:.1f} of {usable:.0f} usable seconds"
    ends = result["summary"].get("spasm_time_interval")
    if ends is None or fraction is None:
        return Tile("Time in spasm", "usable_time", share(fraction), detail)
    detail = f"{detail}; 95 % interval {share(ends['low'])} to {share(ends['high'])}"
    return Tile("Time in spasm", "usable_time", share(fraction), detail, range=_share(fraction, ends))


def _side(result: Mapping[str, Any]) -> Tile:
    side, chance = result["summary"]["affected_side"], result["summary"]["side_probability"]
    detail = f"probability {probability(chance)}" if chance is not None else ""
    because = result["summary"].get("side_because") or []
    detail = "; ".join(part for part in (detail, *because[:1]) if part)
    return Tile("Side of the patient", "mirrored", SIDE[side], detail, side if side in ("left", "right") else "")


def _synchrony(result: Mapping[str, Any]) -> Tile:
    summary = result["summary"]
    together, chance = summary["synchrony"], summary.get("synchrony_chance")
    by_chance = "" if chance is None else f"; {share(chance)} by chance"
    detail = "" if together is None else f"of spasms: upper and lower face begin together{by_chance}"
    ends = summary.get("synchrony_interval")
    return Tile(
        "Synchrony", "synchrony", share(together), detail, range=None if together is None else _share(together, ends)
    )


def _form(result: Mapping[str, Any], spasms: list[dict[str, Any]]) -> Tile:
    tonic = sum(event["form"] == "tonic" for event in spasms)
    clonic = sum(event["form"] == "clonic" for event in spasms)
    longest = max(event["offset_s"] - event["onset_s"] for event in spasms)
    value = ", ".join(f"{number} {form}" for number, form in ((clonic, "clonic"), (tonic, "tonic")) if number)
    held = result["summary"].get("tonic_share")
    shares = f"tonic {share(held['value'])} ({share(held['low'])} to {share(held['high'])}); " if held else ""
    return Tile("Form", "tonic", value or UNKNOWN, f"{shares}longest {longest:.1f} s")


def _spread(result: Mapping[str, Any], spasms: list[dict[str, Any]]) -> Tile:
    moved = {name for event in spasms for name in event["regions"]}
    known = {row["region"]: row["share"] for row in result["summary"].get("spread") or [] if row["share"]}
    # What every spasm only dragged along has moved, and has no share.
    names = [name for name in REGIONS if name in moved and (name not in known or known[name]["value"] > 0)]
    words = [f"{region(name)} {_with_ends(known[name])}" if name in known else region(name) for name in names]
    return Tile("Spread", "", count(len(names), "region"), "; ".join(words))


def _grade(result: Mapping[str, Any]) -> Tile | None:
    grade = result["summary"].get("smc_grade")
    if not grade:
        return None
    return Tile("SMC grade", "smc_grade", grade["grade"] or "not assessable", "; ".join(grade["because"][:1]))


def _rhythm(result: Mapping[str, Any]) -> Tile | None:
    rhythm = result["summary"].get("rhythm") or {}
    every, uneven = rhythm.get("interval_s"), rhythm.get("cv")
    if not every:
        return None
    details = [f"median {_seconds(every['low'])} to {_seconds(every['high'])} s"]
    if uneven:
        details.append(f"varies by {share(uneven['value'])} ({share(uneven['low'])} to {share(uneven['high'])})")
    return Tile("From one spasm to the next", "", f"{_seconds(every['value'])} s", "; ".join(details))


def _with_ends(known: Mapping[str, float]) -> str:
    return f"{share(known['value'])} ({share(known['low'])} to {share(known['high'])})"


def _seconds(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def _share(value: float, ends: Mapping[str, float] | None) -> Range | None:
    return None if ends is None else Range(100 * value, 100 * ends["low"], 100 * ends["high"], "100 %")
