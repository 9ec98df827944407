"""The page's words: sides, kinds, regions and amounts as a clinician would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.units import SECONDS_PER_MINUTE, percent_iod

SIDE = {"left": "left", "right": "right", "both": "both sides", "none": "not known"}
ON_SIDE = {"left": "on the patient's left side", "right": "on the patient's right side", "both": "on both sides"}
KIND = {
    "spasm": "Spasm",
    "synkinesis": "Synkinesis",
    "blink": "Blink",
    "expression": "Expression",
    "head_motion": "Head movement",
}
STATE = {"present": "Present", "absent": "Absent", "not_assessable": "Not assessable"}
LOOKED_FOR = ("spasm", "synkinesis")
UNKNOWN = "not known"


def region(name: str) -> str:
    """Name a muscle region as in a text, for example "orbicularis oculi"."""
    return name.replace("_", " ")


def listed(words: Sequence[str], joiner: str = "and") -> str:
    """Join words as in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def span(seconds: float) -> str:
    """Print a length of time: "28 s" up to two minutes, then "18 min 20 s"."""
    whole = round(seconds)
    if whole < 2 * SECONDS_PER_MINUTE:
        return f"{whole} s"
    minutes, rest = divmod(whole, int(SECONDS_PER_MINUTE))
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def rate(value: float) -> str:
    """Print events a minute: one decimal below ten, whole from there on and for none."""
    if value == 0:
        return "0"
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def share(fraction: float | None) -> str:
    """Print a share as per cent, one decimal below ten."""
    if fraction is None:
        return UNKNOWN
    return f"{100 * fraction:.1f} %" if 0 < fraction < 0.0995 else f"{100 * fraction:.0f} %"


def probability(value: float | None) -> str:
    """Print a probability with two decimals, never as a certainty."""
    if value is None:
        return UNKNOWN
    return "> 0.99" if value > 0.99 else "< 0.01" if value < 0.01 else f"{value:.2f}"


def about_mm(fraction: float) -> str:
    """Print a fraction of the inter-ocular distance in millimetres of an average adult face: "about 0.8 mm"."""
    return f"about {fraction * knowledge.threshold('adult_iod_mm'):.1f} mm"


def limit(fraction: float) -> str:
    """Print a detection limit: "1.2 % IOD (about 0.8 mm)"."""
    return f"{percent_iod(fraction)} ({about_mm(fraction)})"


def sentence(text: str) -> str:
    """Begin a reason with a capital and end it with a full stop, as a line of its own."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


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
