"""The strip of numbers below the answer: how often, how long, which side, together or not, which form, how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facialis.face.page.words import (
    SIDE,
    UNKNOWN,
    listed,
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
        Rate, time, side, synchrony, form, spread.
    """
    if result["quality"]["verdict"] == "refused":
        return []
    spasms = of_kind(result, "spasm")
    parts = [_rate(result)]
    if spasms:
        parts += [_time(result), _side(result), _synchrony(result), _form(spasms), _spread(spasms)]
    blinks = of_kind(result, "blink")
    minutes = result["quality"]["usable_s"] / 60
    if blinks and minutes > 0 and not spasms:
        parts.append(Tile("Blinks", "blink", f"{rate(len(blinks) / minutes)} a minute", count(len(blinks), "blink")))
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
    return Tile("Time in spasm", "usable_time", share(fraction), detail)


def _side(result: Mapping[str, Any]) -> Tile:
    side, chance = result["summary"]["affected_side"], result["summary"]["side_probability"]
    detail = f"probability {probability(chance)}" if chance is not None else ""
    because = result["summary"].get("side_because") or []
    detail = "; ".join(part for part in (detail, *because[:1]) if part)
    return Tile("Side of the patient", "mirrored", SIDE[side], detail, side if side in ("left", "right") else "")


def _synchrony(result: Mapping[str, Any]) -> Tile:
    together = result["summary"]["synchrony"]
    chance = result["summary"].get("synchrony_chance")
    by_chance = "" if chance is None else f"; {share(chance)} by chance"
    detail = "" if together is None else f"of spasms: upper and lower face begin together{by_chance}"
    return Tile("Synchrony", "synchrony", share(together), detail)


def _form(spasms: list[dict[str, Any]]) -> Tile:
    tonic = sum(event["form"] == "tonic" for event in spasms)
    clonic = sum(event["form"] == "clonic" for event in spasms)
    longest = max(event["offset_s"] - event["onset_s"] for event in spasms)
    value = ", ".join(f"{number} {form}" for number, form in ((clonic, "clonic"), (tonic, "tonic")) if number)
    return Tile("Form", "tonic", value or UNKNOWN, f"longest {longest:.1f} s")


def _spread(spasms: list[dict[str, Any]]) -> Tile:
    moved = {name for event in spasms for name in event["regions"]}
    names = [region(name) for name in REGIONS if name in moved]
    return Tile("Spread", "", count(len(names), "region"), listed(names))
