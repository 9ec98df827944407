"""The words of the page on options: numbers with their intervals, states, standings, reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from facialis.units import in_text

NO_BREAK = "\N{NO-BREAK SPACE}"
STATE = {
    "open": "open",
    "care": "with care",
    "first": "something first",
    "excluded": "excluded",
    "no_place": "no evidence",
}
STANDING = {
    "established": "established",
    "limited": "limited evidence",
    "historical": "historical",
    "no_evidence": "no evidence",
}
KIND = {
    "toxin": "botulinum toxin",
    "medicine": "medicine",
    "operation": "operation",
    "procedure": "procedure",
    "stimulation": "stimulation",
    "complementary": "complementary",
    "waiting": "waiting",
}
CERTAINTY = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very_low": "very low certainty",
    "none": "no evidence",
}
SEVERITY = {"minor": "", "serious": "serious", "death": "death"}
WOULD = {
    "exclude": "Could exclude an option",
    "come_first": "Could have to come first",
    "need_care": "Could need care",
}
URGENCY = {"emergency": "Emergency", "same_day": "Same day", "soon": "Soon"}
# No rule excludes it, but nobody has asked for what could.
UNASKED = "open if the answers allow"
_NOT_ASKED = ": not asked"
NO_INTERVAL = "no interval published"
# Which outcomes answer a column's question, the best first.
LIKELY, SOON, LONG = ("relief", "relief_complete"), ("onset",), ("duration", "lasting")
_PER = {
    "person": "people",
    "session": "sessions",
    "operation": "operations",
    "cycle": "cycles",
    "year": "years",
}
# From here on a mean is printed in whole units.
_WHOLE = 10.0
# A colon within a name, as in HLA-B*15:02, ends nothing.
_END = re.compile(r"[:;.](?=\s)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def state(option: Mapping[str, Any]) -> str:
    """Print how an option stands; open is what nothing unasked could still exclude."""
    if option["state"] == "open" and any(asked["would"] == "exclude" for asked in option["not_asked"]):
        return UNASKED
    if unless(option):
        return "not applicable unless " + " and ".join(unless(option))
    return STATE[option["state"]]


def unless(option: Mapping[str, Any]) -> list[str]:
    """Return what an option needs that nobody was asked for, where nothing but that excludes it; else nothing."""
    told = [str(one["because"]) for one in option["excluded_because"]]
    if not told or not all(one.endswith(_NOT_ASKED) and "; " not in one for one in told):
        return []
    return [f"there was a {in_text(one.removesuffix(_NOT_ASKED))}" for one in dict.fromkeys(told)]


def side(told: Mapping[str, Any]) -> str:
    """Print whether the side is settled, and by whom; that no film was read is said."""
    if not told["settled"]:
        return "not settled"
    # A doubt stands there too, in a sentence of its own.
    who = [name for name, _, _ in (one.partition(": ") for one in told["because"]) if name.isalpha()]
    if not who or "video" in who:
        return "settled"
    agreed = f"{' and '.join(who)} agree" if len(who) > 1 else f"settled by the {who[0]}"
    return f"{agreed}; film still missing"


def value(rate: Mapping[str, Any]) -> str:
    """Print the number itself: "91.1 %", "30 days"; a mean with its spread: "mean 85 days (SD 42)"."""
    if rate["sd"] is not None and rate["unit"] != "share":
        mean, sd = (f"{rate[key]:.0f}" if rate["value"] >= _WHOLE else f"{rate[key]:.2g}" for key in ("value", "sd"))
        return f"mean {mean}{NO_BREAK}{rate['unit']} (SD{NO_BREAK}{sd})"
    return f"{_number(rate['value'], rate['unit'])}{NO_BREAK}{_unit(rate['unit'])}"


def interval(rate: Mapping[str, Any]) -> str:
    """Print its 95 % interval: "90.3 to 91.8 %"; what has none says so."""
    if rate["low"] is None:
        return NO_INTERVAL
    low, high = (_number(rate[end], rate["unit"]) for end in ("low", "high"))
    return f"{low} to {high}{NO_BREAK}{_unit(rate['unit'])}"


def counted_over(rate: Mapping[str, Any]) -> str:
    """Print what it is counted over and when: "of operations, at 2.9 years"."""
    per = _PER.get(rate["per"], "")
    over = ("of " if rate["unit"] == "share" else "over ") + per if per else ""
    return ", ".join(part for part in (over, _at(rate["at"])) if part)


def spread(rate: Mapping[str, Any]) -> str:
    """Print how far single people or sessions lie apart; empty where nobody says."""
    return "" if rate["sd"] is None or rate["unit"] != "share" else f"single ones: SD {_number(rate['sd'], 'share')}"


def first_of(option: Mapping[str, Any], keys: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the outcome that answers a question: the first with a number, else the first at all."""
    found = [one for key in keys for one in option["outcomes"] if one["key"] == key]
    return next((one for one in found if one["rate"]), found[0] if found else None)


def short(outcome: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return an outcome in two short lines: ("91.1 %", "90.3 to 91.8"); what has no number says so."""
    if outcome is None:
        return "not told", ""
    rate = outcome["rate"]
    if rate is None:
        return "no number", ""
    elicited = ", elicited" if rate["basis"] == "elicited" else ""
    return value(rate).replace(NO_BREAK, " "), f"{brief_interval(rate)}{elicited}"


def short_time(outcome: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return as :func:`short` what stands in a column of times; a share says what it is a share of."""
    if outcome is None or outcome["rate"] is None or outcome["rate"]["unit"] != "share":
        return short(outcome)
    number, ends = short(outcome)
    return number, in_text(outcome["name"]), ends


def brief_interval(rate: Mapping[str, Any]) -> str:
    """Print the interval where room is scarce: below its number, without the unit."""
    if rate["low"] is None:
        return "no interval"
    return " to ".join(_number(rate[end], rate["unit"]) for end in ("low", "high"))


def reasons(option: Mapping[str, Any]) -> list[str]:
    """Return in few words what an option's state rests on: the fact of this person, else what the rule asks for."""
    held = option["excluded_because"] or [
        *option["needs_first"],
        *(one for one in option["cautions"] if one["personal"]),
    ]
    return list(dict.fromkeys(_reason(one) for one in held))


def together(options: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return each reason with the options that it holds for: ("with care: Pregnancy: present", names)."""
    found: dict[str, list[str]] = {}
    for part, word in (("needs_first", "first"), ("cautions", "with care"), ("excluded_because", "excluded")):
        for one in options:
            if part == "excluded_because" and unless(one):
                found.setdefault(state(one), []).append(one["name"])
                continue
            # A reason is not repeated for an option that is excluded anyway, or has no place at all.
            if one["state"] == "no_place" or (one["state"] == "excluded") is not (part == "excluded_because"):
                continue
            for held in one[part]:
                if held["personal"] or part != "cautions":
                    names = found.setdefault(f"{word}: {_reason(held)}", [])
                    names += [one["name"]] if one["name"] not in names else []
    return list(found.items())


def heading(text: str) -> str:
    """Return what a rule begins with, up to its first colon or full stop: "Not fit for general anaesthesia"."""
    return _END.split(text, maxsplit=1)[0].rstrip(".")


def day(told: str | None) -> str:
    """Print a date so that nobody takes the month for the day; empty where there is none."""
    if told is None:
        return ""
    when = date.fromisoformat(told)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}".replace(" ", NO_BREAK)


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "!", "?")) else ".")


def _reason(held: Mapping[str, Any]) -> str:
    return str(held["because"]) if held["personal"] else heading(held["text"])


def _at(at: str) -> str:
    """Print when it was looked at; a bare span is "at" it."""
    return f"at {at}" if at[:1].isdigit() else at


def _unit(unit: str) -> str:
    return "%" if unit == "share" else unit


def _number(number: float, unit: str) -> str:
    """Print to three figures, a small share to two; what is not nought is never printed as nought."""
    if unit != "share":
        return f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}"
    shown = 100 * number
    return f"{shown:.3g}" if shown >= 10 else f"{shown:.2g}"
