"""What the patient's page of a course shows: plain words, few numbers, days as days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from facialis.followup.page import draw, sentences
from facialis.followup.page.timeline import PLAIN, timeline
from facialis.units import count

Told = Mapping[str, Any]
CALLS = {
    "emergency": "Call your local emergency number now",
    "same_day": "Call us or see a doctor today",
    "soon": "Call us this week",
    "routine": "Tell us at your next visit",
}
_STATES = {
    "worn_off": "It has {surely} worn off by now.",
    "working": "It is {surely} still working.",
    "not_yet": "It may still begin to work. That can take some days, at times two weeks.",
    "no_response": "It has hardly helped so far. That happens. There are several reasons, and most can be mended.",
    "not_assessable": "There is no entry in your diary since then, so nobody can say yet how it went.",
}
_RULES = {
    "label": "the rules for the medicine ask for this much time between two treatments",
    "payer": "your insurance asks for this much time between two treatments",
    "clinic": "our clinic leaves this much time between two treatments",
    "wear_off": "so you need not wait until it has worn off",
    "today": "it may already have worn off, so the next good day is now",
}
_PARTS = (
    (0.1, "hardly any"),
    (0.29, "about a quarter"),
    (0.42, "about a third"),
    (0.59, "about half"),
    (0.71, "about two thirds"),
    (0.85, "about three quarters"),
    (0.97, "nearly all"),
)
# How the sentence begins that tells how many still become free, and the width from which it tells nothing.
_OF_100 = "Of 100 people"
_MOST_WIDE = 0.5
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def for_the_patient(result: Told) -> dict[str, Any]:
    """Return what the template ``patient.html`` is filled with.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.course/1``.
    """
    return {
        "on": plain_day(result["on"]),
        "groups": list(_groups(result["alarms"])),
        "sides": [_side(name, side, result) for name, side in result["sides"].items()],
        "many": len(result["sides"]) > 1,
        "version": result["software"]["version"],
        "looks": draw.LOOKS,
    }


def plain_day(iso: str) -> str:
    """Print a day in full: "8 April 2026"."""
    told = date.fromisoformat(iso)
    return f"{told.day} {_MONTHS[told.month - 1]} {told.year}"


def _groups(alarms: Iterable[Told]) -> Iterable[dict[str, Any]]:
    """Yield the alarms by urgency, so that each call for help is said once and stands out."""
    told = list(alarms)
    for urgency, call in CALLS.items():
        lines = [
            (sentences.sentence(alarm["plain"]), sentences.sentence(alarm["plain_action"]))
            for alarm in told
            if alarm["urgency"] == urgency
        ]
        if lines:
            yield {"urgency": urgency, "call": call, "lines": list(dict.fromkeys(lines))}


def _side(name: str, side: Told, result: Told) -> dict[str, Any]:
    drawn = draw.in_page(timeline(name, side, result, PLAIN)) if side["measure"] else None
    return {
        "title": f"Your {name} side" if name in ("left", "right") else "How it goes",
        "sentences": [*_now(side), *_next(side), *_operated(side)] or ["There is not enough in your diary yet."],
        "drawn": drawn,
        "key": _key(side),
    }


def _now(side: Told) -> Iterable[str]:
    operation = side["decompression"]
    if operation is not None and all(cycle["date"] < operation["operated"] for cycle in side["cycles"]):
        yield f"Your operation was on {plain_day(operation['operated'])}."
        return
    if not side["cycles"]:
        return
    latest = side["cycles"][-1]
    yield f"Your last treatment was on {plain_day(latest['date'])}."
    if side["forecast"] is None:
        return
    yield _STATES[latest["state"]].format(surely=sentences.surely(side["forecast"]["worn_off_probability"]))
    if latest["state"] in ("worn_off", "working") and latest["relief"]:
        yield f"At its best it took away {_part(latest['relief']['value'])} of your spasms."
    ahead = side["forecast"]
    if latest["state"] == "working":
        told = ahead["wear_off"]
        yield (
            f"We expect it to wear off around {plain_day(told['date'])}. "
            f"It could be as early as {plain_day(told['low'])} or as late as {plain_day(told['high'])}."
        )
        own = ahead["learned_from_cycles"]
        yield (
            f"We learned this from {count(own, 'earlier treatment')} of yours."
            if own
            else "We do not know yet how long it holds for you, so this comes from other people."
        )


def _part(share: float) -> str:
    """Print a share as a part in words."""
    return next((word for most, word in _PARTS if share < most), "all")


def _next(side: Told) -> Iterable[str]:
    if side["forecast"] is None:
        return
    told = side["forecast"]["next_session"]
    if told["best"] is None:
        return
    why = _RULES.get(told["bound_by"], "")
    yield (
        f"A good day for the next treatment is around {plain_day(told['best'])}: {why}."
        if why
        else (f"A good day for the next treatment is around {plain_day(told['best'])}.")
    )
    yield "This is a suggestion. You and your doctor decide."


def _operated(side: Told) -> Iterable[str]:
    told = side["decompression"]
    if told is None:
        return
    for text in told["plain"]:
        # An interval over most of the hundred is no number that helps anybody.
        if text.startswith(_OF_100) and _says_nothing(told["chance_still"]):
            yield "Some people who still have spasms at this point become free later. Nobody can say how many."
        else:
            yield _ISO.sub(lambda found: plain_day(found[0]), sentences.sentence(text))


def _says_nothing(share: Told | None) -> bool:
    return share is not None and share["high"] - share["low"] > _MOST_WIDE


def _key(side: Told) -> list[str]:
    told = ["Higher means more spasms."]
    if side["points"]:
        told.append("Each dot is a day in your diary. A square is what your doctor saw, a triangle is a film.")
    if side["cycles"]:
        told.append("The numbers at the top are your treatments.")
    if side["forecast"]:
        told.append("The dotted line is the day of this page. What is to its right has not happened yet.")
        told.append("The band shows what we expect. The wider it is, the less sure we are.")
    return told
