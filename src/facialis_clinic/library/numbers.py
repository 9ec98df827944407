"""Numbers in a text, taken from the knowledge: ``{{ outcome.microvascular_decompression.relief : in_100 }}``.

What can be named: ``outcome.OPTION.KEY``, ``harm.OPTION.KEY``, ``at.OPTION.KEY`` (when it was looked at),
``share.NODE.DISORDER.STATE`` (states joined by ``+`` are added), ``threshold.NAME``, ``interval.PRODUCT.COUNTRY``,
``code.DISORDER.SIDE``, ``change.hfs7``, ``option.KEY`` (its name), ``flags.URGENCY``, ``billing.table``,
``billing.waste.discarded``, ``billing.waste.none`` and ``words.natural``.

A share of people is never placed where it is elicited: a text for readers shows what somebody counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.rates import Rate

PLACE: Final = re.compile(r"\{\{\s*(?P<what>[^{}:]*?)\s*(?::\s*(?P<form>[a-z_0-9]*)\s*)?\}\}")
MARK: Final = re.compile(r"\[\^([A-Za-z0-9_]+)\]")
# Agreements of our own are no literature and bear no mark in a text.
OWN: Final = frozenset({"vocabulary", "practice", "format", "elicited"})
_SENTENCE_BEGINS: Final = re.compile(r"(?:^|\n|[.!?|] |\n\s*(?:[-*]|\d+\.) )$")
_DAYS_A_WEEK: Final = 7
_HOLD: Final = "\x00"
_HELD: Final = re.compile(rf"({_HOLD}\w+{_HOLD})")
_STOP: Final = re.compile(r"[.,;:!?)]+(?=\s|$|\[\^)|(?=\s+\|)")


class PlaceError(ValueError):
    """A text names something that the knowledge does not hold; one line."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A number as it is written, and the sources that it rests on."""

    text: str
    sources: tuple[str, ...] = ()


def place(text: str) -> str:
    """Return the text with each ``{{ }}`` replaced by its number and the marks of its sources.

    Raises
    ------
    PlaceError
        In one line, with the place in the text.
    """

    def one(match: re.Match[str]) -> str:
        line = text.count("\n", 0, match.start()) + 1
        try:
            found = look_up(match["what"], match["form"] or "")
        except PlaceError as error:
            raise PlaceError(f"line {line}: {match[0]}: {error}") from None
        except (LookupError, knowledge.KnowledgeError) as error:
            raise PlaceError(f"line {line}: {match[0]}: the knowledge has no {error}") from None
        words = found.text
        if _SENTENCE_BEGINS.search(text[: match.start()]):
            words = words[:1].upper() + words[1:]
        return words + _held(found.sources)

    return "\n".join(_released(line) for line in PLACE.sub(one, text).split("\n"))


def _held(sources: Iterable[str]) -> str:
    return "".join(f"{_HOLD}{key}{_HOLD}" for key in sources if key not in OWN)


def _released(line: str) -> str:
    """Put marks behind the next stop or at the end of the cell: behind a number they would read as a power of it."""
    waiting: list[str] = []
    done = []
    for part in _HELD.split(line):
        if part.startswith(_HOLD):
            waiting.append(f"[^{part.strip(_HOLD)}]")
            continue
        rest = part
        if waiting and (stop := _STOP.search(rest)):
            done += [rest[: stop.end()], *dict.fromkeys(waiting)]
            waiting, rest = [], rest[stop.end() :]
        done.append(rest)
    return "".join((*done, *dict.fromkeys(waiting)))


def marks(text: str) -> tuple[str, ...]:
    """Return the sources that a text has marks of, in order.

    Raises
    ------
    PlaceError
        If one is not known.
    """
    keys = tuple(dict.fromkeys(MARK.findall(text)))
    for key in keys:
        if key not in knowledge.sources():
            raise PlaceError(f'no source is called "{key}"')
    return keys


def look_up(what: str, form: str) -> Placed:
    """Return one number of the knowledge, written in a form."""
    kind, *path = what.split(".")
    if kind not in _KINDS:
        raise PlaceError(f'"{kind}" is none of {", ".join(_KINDS)}')
    takes, find = _KINDS[kind]
    if len(path) not in takes:
        raise PlaceError(f"{kind} is followed by {' or '.join(map(str, takes))} names, not {len(path)}")
    return find(path, form)


def _rate(path: list[str], form: str, rate: Rate | None) -> Placed:
    if rate is None:
        raise PlaceError("nobody has counted it")
    if rate.basis is Basis.ELICITED:
        raise PlaceError("it is elicited, not counted")
    if rate.unit == "share":
        return Placed(_share(rate.value, form, rate.low, rate.high), rate.sources)
    days = {"days": 1.0, "weeks": 7.0, "months": 30.4}.get(rate.unit)
    if days is None or form not in ("days", "weeks"):
        raise PlaceError(f'"{form}" is no form of {rate.unit}')
    number = rate.value * days / (_DAYS_A_WEEK if form == "weeks" else 1)
    return Placed(f"about {number:.0f} {form}", rate.sources)


def _share(value: float, form: str, low: float | None = None, high: float | None = None) -> str:
    if form == "in_100" and value >= 0.015:
        return f"about {100 * value:.0f} of 100"
    if form == "in_1000" and value >= 0.001:
        return f"about {1000 * value:.0f} of 1,000"
    if form == "percent":
        between = f" (95 % interval {100 * low:.3g} to {100 * high:.3g} %)" if low is not None and high else ""
        return f"{100 * value:.3g} %{between}"
    raise PlaceError(f"{value:.4f} cannot be written as {form or 'a share without a form'}")


def _outcome(path: list[str], form: str) -> Placed:
    outcome = treatment.options()[path[0]].outcome(path[1])
    if outcome is None:
        raise PlaceError(f'it has no outcome "{path[1]}"')
    return _rate(path, form, outcome.rate)


def _harm(path: list[str], form: str) -> Placed:
    harms = {harm.key: harm for harm in treatment.options()[path[0]].harms}
    return _rate(path, form, harms[path[1]].rate)


def _at(path: list[str], form: str) -> Placed:
    outcome = treatment.options()[path[0]].outcome(path[1])
    if outcome is None or outcome.rate is None or not outcome.rate.at:
        raise PlaceError("it is not told when it was looked at")
    return Placed(f"about {outcome.rate.at}" if "." in outcome.rate.at else outcome.rate.at)


def _node(path: list[str], form: str) -> Placed:
    node, disorder, states = path
    shares = knowledge.nodes_of_the_network()[node]
    share = shares.shares[disorder]
    if share.basis is Basis.ELICITED:
        raise PlaceError("it is elicited, not counted")
    places = [shares.states.index(state) for state in states.split("+") if state in shares.states]
    if len(places) != len(states.split("+")):
        raise PlaceError(f"its states are {', '.join(shares.states)}")
    if form == "counts":
        told = [
            f"{sum(study.counts[place] for place in places):g} of {sum(study.counts):g}{_held([study.source])}"
            for study in share.studies
        ]
        if not told:
            raise PlaceError("no source of it gives counts")
        return Placed(", ".join(told))
    return Placed(_share(sum(share.mean[place] for place in places), form), share.sources)


def _threshold(path: list[str], form: str) -> Placed:
    return Placed(f"{knowledge.thresholds()[path[0]].value:g}")


def _interval(path: list[str], form: str) -> Placed:
    for one in treatment.intervals():
        if one.product == path[0] and path[1] in one.countries:
            return Placed(f"{one.days / _DAYS_A_WEEK:.0f} weeks", one.proof.sources)
    raise PlaceError("no label of it names an interval there")


def _code(path: list[str], form: str) -> Placed:
    return Placed(knowledge.disorders()[path[0]].icd10cm[path[1]])


def _change(path: list[str], form: str) -> Placed:
    if path != ["hfs7"]:
        raise PlaceError("only change.hfs7 is placed in texts")
    smallest = treatment.changes().measures["hfs_7"].smallest
    return Placed(f"{smallest.value:g}", smallest.sources)


def _flags(path: list[str], form: str) -> Placed:
    flags = [flag for flag in knowledge.red_flags().values() if flag.urgency.value == path[0]]
    if not flags or form not in ("plain", "clinician"):
        raise PlaceError("flags.emergency, flags.same_day or flags.soon, as plain or clinician")
    if form == "plain":
        return Placed("\n".join(f"- **{flag.plain}** {flag.plain_action}" for flag in flags))
    return Placed("\n".join(f"- **{flag.title}.** {flag.action}" for flag in flags))


def _billing(path: list[str], form: str) -> Placed:
    codes = treatment.billing_codes()
    if path == ["waste", "discarded"]:
        return Placed(codes.discarded, (codes.waste_source,))
    if path == ["waste", "none"]:
        return Placed(codes.nothing_discarded, (codes.waste_source,))
    if path != ["table"]:
        raise PlaceError("billing.table, billing.waste.discarded or billing.waste.none")
    rows = [f"| {codes.system} {codes.procedure} | {codes.procedure_text}{_held([codes.procedure_source])} |"]
    rows += [
        f"| HCPCS {drug.code} | {treatment.options()[key].name}, billed by {drug.units:.0f} U{_held([drug.source])} |"
        for key, drug in codes.drugs.items()
    ]
    return Placed("\n".join(["| Code | For |", "| --- | --- |", *rows]))


def _words(path: list[str], form: str) -> Placed:
    if path != ["natural"]:
        raise PlaceError("only words.natural is placed in texts")
    aid = treatment.decision_aid()
    return Placed(aid.decision["natural"], tuple(aid.natural_sources))


def _option(path: list[str], form: str) -> Placed:
    return Placed(treatment.options()[path[0]].name)


_KINDS: Final[dict[str, tuple[tuple[int, ...], Callable[[list[str], str], Placed]]]] = {
    "outcome": ((2,), _outcome),
    "harm": ((2,), _harm),
    "at": ((2,), _at),
    "share": ((3,), _node),
    "threshold": ((1,), _threshold),
    "interval": ((2,), _interval),
    "code": ((2,), _code),
    "change": ((1,), _change),
    "option": ((1,), _option),
    "flags": ((1,), _flags),
    "billing": ((1, 2), _billing),
    "words": ((1,), _words),
}
