"""The page's words: sides, kinds, regions and amounts as a clinician would write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis import knowledge
from facialis.paper.words import SIDE, STATE, UNKNOWN, listed, probability, rate, region, sentence, share, span
from facialis.units import percent_iod

__all__ = [
    "KIND",
    "LOOKED_FOR",
    "ON_SIDE",
    "SIDE",
    "STATE",
    "UNKNOWN",
    "about_mm",
    "anchor",
    "limit",
    "listed",
    "of_kind",
    "probability",
    "rate",
    "rate_of",
    "region",
    "sentence",
    "share",
    "span",
]

ON_SIDE = {"left": "on the patient's left side", "right": "on the patient's right side", "both": "on both sides"}
KIND = {
    "spasm": "Spasm",
    "synkinesis": "Synkinesis",
    "blink": "Blink",
    "expression": "Expression",
    "head_motion": "Head movement",
}
LOOKED_FOR = ("spasm", "synkinesis")


def about_mm(fraction: float) -> str:
    """Print a fraction of the inter-ocular distance in millimetres of an average adult face: "about 0.8 mm"."""
    return f"about {fraction * knowledge.threshold('adult_iod_mm'):.1f} mm"


def limit(fraction: float) -> str:
    """Print a detection limit: "1.2 % IOD (about 0.8 mm)"."""
    return f"{percent_iod(fraction)} ({about_mm(fraction)})"


def anchor(place: int) -> str:
    """Name the place on the page of an event by its place in the result."""
    return f"event-{place}"


def rate_of(result: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """Return spasms a minute as (value, low, high); None where too little was seen."""
    estimate = result["summary"]["spasms_per_min"]
    if estimate["value"] is None:
        return None
    return estimate["value"], estimate["low"], estimate["high"]


def of_kind(result: Mapping[str, Any], *kinds: str) -> list[dict[str, Any]]:
    """Return the events of these kinds, in order."""
    return [event for event in result["events"] if event["kind"] in kinds]
