"""The words of a course: days, intervals, states and where a side stands, alike on the page and in the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from facialis.units import count, in_text

NO_BREAK = "\N{NO-BREAK SPACE}"
SIDES = {"left": "Left", "right": "Right", "none": "Side not said", "both": "Both sides"}
STATES = {
    "worn_off": "worn off",
    "working": "at work",
    "not_yet": "not yet at work",
    "no_response": "no response",
    "not_assessable": "not assessable",
}
URGENCIES = {"emergency": "Emergency", "same_day": "Same day", "soon": "Soon", "routine": "Next visit"}
RULES = {
    "label": "the label's interval",
    "payer": "the payer's interval",
    "clinic": "the clinic's interval",
    "wear_off": "the wear-off",
    "today": "today",
}
# After a decompression: where a person stands, and in which of these time may still mend it.
OPERATED = {
    "free": "Free of spasms",
    "improving": "Improving, not yet free",
    "not_yet": "Not yet free",
    "relapse": "Spasms again after they had gone",
    "late": "Still spasms, later than is usual",
    "not_assessable": "How it stands after the operation is not assessable",
}
_WAITING = ("improving", "not_yet", "relapse")
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_RARE, _NEARLY_ALL = 0.01, 0.99

Told = Mapping[str, Any]


def urgency(alarm: Told) -> str:
    """Print how urgent an alarm is, in capitals."""
    return URGENCIES[alarm["urgency"]].upper()


def day(iso: str) -> str:
    """Print a day: "12 Jan 2026"."""
    told = date.fromisoformat(iso)
    return f"{told.day}{NO_BREAK}{told:%b}{NO_BREAK}{told.year}"


def in_full(iso: str) -> str:
    """Print a day within a text: "12 January 2026"; tables and drawings have no room for it."""
    told = date.fromisoformat(iso)
    return f"{told.day}{NO_BREAK}{told:%B}{NO_BREAK}{told.year}"


def days(told: Told) -> str:
    """Print a day with its interval: "8 April 2026 (1 April 2026 to 20 April 2026)"."""
    return f"{in_full(told['date'])} ({in_full(told['low'])} to {in_full(told['high'])})"


def number(told: Told | None, digits: int = 0, unit: str = "") -> str:
    """Print an estimate with its interval: "87 (79 to 99) days"; "not known" where there is none."""
    if told is None:
        return "not known"
    ends = [f"{told[end]:.{digits}f}" for end in ("value", "low", "high")]
    return f"{ends[0]} ({ends[1]} to {ends[2]}){NO_BREAK}{unit}" if unit else f"{ends[0]} ({ends[1]} to {ends[2]})"


def percent(share: float) -> str:
    """Print a probability: "83 %". Drawn numbers cannot tell nothing from nearly nothing, so neither is said."""
    if share < _RARE:
        return f"below 1{NO_BREAK}%"
    if share > _NEARLY_ALL:
        return f"above 99{NO_BREAK}%"
    return f"{100 * share:.0f}{NO_BREAK}%"


def share(told: Told | None) -> str:
    """Print an estimated share with its interval: "71 % (62 to 80 %)"."""
    if told is None:
        return "not known"
    value, low, high = (f"{100 * told[end]:.0f}" for end in ("value", "low", "high"))
    return f"{value}{NO_BREAK}% ({low} to {high}{NO_BREAK}%)"


def injected(told: Told) -> str:
    """Print what was injected: "onabotulinumtoxinA 22.5 U"; what nobody wrote down says so."""
    return (
        f"{product(told)} {told['units']}{NO_BREAK}U"
        if told["units"] is not None
        else f"{product(told)}, units not known"
    )


def product(told: Told) -> str:
    """Print the product of an injection."""
    return "product not known" if told["product"] in ("", "unknown") else str(told["product"])


def state(word: str) -> str:
    """Print the state of a cycle."""
    return STATES.get(word, word.replace("_", " "))


def cycle(told: Told) -> tuple[str, str, str, str, str]:
    """Return one line of the table of injections."""
    return (
        f"{told['number']}: {day(told['date'])}",
        injected(told),
        share(told["relief"]),
        number(told["wear_off_day"]),
        state(told["state"]),
    )


def standing(name: str, side: Told, on: str) -> list[str]:
    """Say where a side stands, when the effect ends, and when the next session is best.

    Parameters
    ----------
    name : str
        A key of ``SIDES``.
    side : mapping
        One of ``sides`` of the public result.
    on : str
        The day of the answer.
    """
    return [_measured(name, side), *_now(side, on), *changed(side), *_operated(side)]


def changed(side: Told) -> list[str]:
    """Say how the last weeks compare with the same days of the cycle before; empty where nothing was compared."""
    told = side["change"]
    if told is None:
        return []
    # Both are on the same days of a cycle: what counts is what the cycle does not explain.
    sure = told["beyond_cycle"] in ("better", "worse")
    verdict = told["beyond_cycle"] if sure else "no difference can be told"
    # Of a verdict the first evidence only says it again; the second has the numbers.
    why = told["evidence"][1 if sure and len(told["evidence"]) > 1 else 0]
    return [f"Last weeks against the same days of the cycle before: {verdict} ({why})."]


def headline(side: Told, on: str) -> str:
    """Say in one sentence where a side stands."""
    told = [*_now(side, on), *_operated(side)]
    return told[0] if told else "No forecast can be made"


def _measured(name: str, side: Told) -> str:
    measure = side["measure"]
    if measure is None:
        return f"{SIDES[name]}: no entry in the diary."
    entries = count(len(side["points"]), "entry", "entries")
    treated = count(len(side["cycles"]), "injection")
    return f"{SIDES[name]}: {treated}, {entries}, by {in_text(measure['name'])} ({measure['unit']})."


def _now(side: Told, on: str) -> list[str]:
    ahead = side["forecast"]
    if ahead is None:
        return []
    latest = side["cycles"][-1]
    gone = ahead["worn_off_probability"]
    sure = surely(gone)
    stands = {
        "no_response": "has had no effect worth the name",
        "not_yet": "may still begin to work",
        "not_assessable": "cannot be judged: there is no entry since",
    }.get(latest["state"], f"has {sure} worn off" if gone > 1 / 2 else f"is {sure} still at work")
    told = [f"Injection {latest['number']} ({in_full(latest['date'])}, {injected(latest)}) {stands}."]
    told.append(f"Worn off by {in_full(on)}: probability {percent(gone)}.")
    told.append(f"Wear-off: {days(ahead['wear_off'])}, day {number(ahead['wear_off_day'])}; {learned(ahead)}.")
    usual = ahead["population"]
    told.append(
        f"Usual for the product: median day {number(usual['wear_off_day'])}, {usual['basis']}; the mean is later."
    )
    return [*told, session(ahead["next_session"])]


def surely(probability: float) -> str:
    """Say how sure a thing is that is likelier than its opposite."""
    return "probably" if _RARE <= probability <= _NEARLY_ALL else "almost certainly"


def learned(ahead: Told) -> str:
    """Say from how many of the person's own cycles a forecast is learned."""
    own = ahead["learned_from_cycles"]
    return f"learned from {count(own, 'cycle')} of this person" if own else "no worn-off cycle of this person yet"


def session(told: Told) -> str:
    """Say when the next session is best, and what binds it."""
    if told["best"] is None:
        return "Next session: no best day can be said."
    between = f" (good from {in_full(told['low'])} to {in_full(told['high'])})" if told["low"] < told["high"] else ""
    bound = f"bound by {RULES.get(told['bound_by'], told['bound_by'])}"
    return (
        f"Next session: best on {in_full(told['best'])}{between}, {bound}; "
        f"days without effect by then {number(told['days_without'])}."
    )


def _operated(side: Told) -> list[str]:
    told = side["decompression"]
    if told is None:
        return []
    stands = OPERATED[told["state"]]
    if told["state"] in _WAITING:
        stands = f"{stands}: no failure before {in_full(told['not_failure_until'])}"
    return [f"{stands}.", *(with_days(sentence(reason)) for reason in told["because"])]


def with_days(text: str) -> str:
    """Print the days within a text as the page does."""
    return _ISO.sub(lambda found: in_full(found[0]), text)


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "!", "?")) else ".")


def listed(words: Sequence[str], joiner: str = "and") -> str:
    """Join words as in a sentence: "a, b and c"."""
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"
