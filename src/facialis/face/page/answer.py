"""The answer in one sentence, and what must stand beside it: what the recording could not show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facialis import knowledge
from facialis.face.page.words import ON_SIDE, limit, listed, of_kind, rate, rate_of, region, sentence, span
from facialis.units import SECONDS_PER_MINUTE, count, percent_iod

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Answer:
    """What the page opens with.

    Attributes
    ----------
    headline : str
        One sentence.
    cautions : tuple of str
        What the recording could not show, one sentence each, most important first.
    """

    headline: str
    cautions: tuple[str, ...]


def answer(result: Mapping[str, Any]) -> Answer:
    """Say what a video examination found, no more than it can carry.

    Spasms are called present only where the finding ``involuntary_movement`` is; fewer or doubtful ones are called
    possible. Where none was seen, the detection limit and the time watched stand in the same sentence.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.

    Returns
    -------
    Answer
        Headline and cautions.
    """
    if result["quality"]["verdict"] == "refused":
        return Answer(_refused(result), ())
    return Answer(_headline(result), tuple(_cautions(result)))


def _refused(result: Mapping[str, Any]) -> str:
    reasons = result["quality"]["reasons"]
    return (
        f"This clip could not be measured: {reasons[0].strip().rstrip('.')}."
        if reasons
        else "This clip could not be measured."
    )


def _headline(result: Mapping[str, Any]) -> str:
    spasms = of_kind(result, "spasm")
    if spasms:
        return _spasms(result, len(spasms))
    none_seen = f"o spasm seen{_above(result)} in {_usable(result)}."
    synkineses = of_kind(result, "synkinesis")
    if not synkineses:
        return f"N{none_seen}"
    sides = {event["side"] for event in synkineses}
    where = ON_SIDE[sides.pop() if len(sides) == 1 else "both"]
    return f"Synkinesis {where}, {_times(len(synkineses))}; n{none_seen}"


def _spasms(result: Mapping[str, Any], number: int) -> str:
    side = result["summary"]["affected_side"]
    where = f" {ON_SIDE[side]}" if side in ON_SIDE else ", side not settled"
    seen = f"{number} in {_usable(result)}"
    present = _finding(result, "involuntary_movement")
    settled = present["state"] == "present" if present else number >= knowledge.threshold("present_events_min")
    if not settled:
        return f"Possible spasm{where}: {seen}."
    known = rate_of(result)
    if known is None:
        return f"Spasms{where}: {seen}."
    value, low, high = known
    each, interval = f"{rate(value)} a minute", f"({rate(low)} to {rate(high)})"
    return f"Spasms{where}: {seen}, {each.replace(' ', NO_BREAK)} {interval.replace(' ', NO_BREAK)}."


def _cautions(result: Mapping[str, Any]) -> list[str]:
    cautions = []
    spasms = of_kind(result, "spasm")
    mirrored = result["quality"]["mirrored"]
    if mirrored == "unknown" and of_kind(result, "spasm", "synkinesis"):
        cautions.append("Left and right hold only if the recording is not mirrored, and nothing in it tells.")
    if mirrored == "yes":
        cautions.append("The recording is mirrored. Left and right here are the patient's own.")
    moved = _finding(result, "involuntary_movement")
    if moved and moved["state"] == "not_assessable":
        doubt = "Not enough to call it a spasm" if spasms else "Spasms are not ruled out"
        cautions.append(sentence(f"{doubt}: {moved['because'][0]}"))
    cautions += [sentence(reason) for reason in result["quality"]["reasons"]]
    unseen = [region(name) for name, value in result["quality"]["detection_limit_iod"].items() if value is None]
    if unseen:
        cautions.append(sentence(f"not seen well enough to be measured: {listed(unseen)}"))
    return list(dict.fromkeys(cautions))


def _finding(result: Mapping[str, Any], code: str) -> dict[str, Any] | None:
    return next((finding for finding in result["findings"] if finding["code"] == code), None)


def _above(result: Mapping[str, Any]) -> str:
    """Name the detection limit: the worst of the regions seen, or both ends where regions differ much."""
    limits = sorted(value for value in result["quality"]["detection_limit_iod"].values() if value is not None)
    if not limits:
        return ""
    if limits[-1] > 1.5 * limits[0]:
        return f" above {100 * limits[0]:.1f} to {percent_iod(limits[-1])}, by region,"
    return f" above {limit(limits[-1])}"


def _usable(result: Mapping[str, Any]) -> str:
    seconds = result["quality"]["usable_s"]
    if seconds < 2 * SECONDS_PER_MINUTE:
        return count(round(seconds), "usable second")
    return f"{span(seconds)} of usable time"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
