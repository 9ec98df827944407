"""Words of every page: sides and states of findings, lists, lengths of time, shares and rates in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from facialis.units import SECONDS_PER_MINUTE

SIDE = {"left": "left", "right": "right", "both": "both sides", "none": "not known"}
STATE = {"present": "Present", "absent": "Absent", "not_assessable": "Not assessable"}
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


def sentence(text: str) -> str:
    """Begin a reason with a capital and end it with a full stop, as a line of its own."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
