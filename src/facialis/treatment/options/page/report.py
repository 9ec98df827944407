"""What the page on options shows, section by section."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.treatment.options.page import words
from facialis.treatment.options.page.sources import Sources
from facialis.units import count, in_text

# So many harms of an option stand in the table, or more where more may kill or stay; all of them stand below it.
MOST_HARMS = 5
_FREQUENT = 2
_PRINTED = ("interval", "brief", "over", "spread", "basis", "rule", "how")
_SIDE = {"left": "left", "right": "right", "both": "both sides", "none": "not known"}
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z])")
_GROUPS = (
    ("established", "Established"),
    ("limited", "Limited evidence"),
    ("historical", "Historical: done once, hardly now"),
)


def report(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template ``report.html`` is filled with; `result` is a ``facialis.options/1``."""
    sources = Sources(result["sources"])
    opening = _opening(result, sources)
    possible = [_option(one, sources) for one in result["options"] if one["rank"] is not None]
    flags = [flag | {"word": words.URGENCY[flag["urgency"]]} for flag in result["red_flags"]]
    excluded = [_option(one, sources) for one in result["options"] if one["state"] == "excluded"]
    unasked = [one for one in excluded if words.unless(one)]
    no_place = [_option(one, sources) for one in result["options"] if one["state"] == "no_place"]
    # The list of sources is asked for last, when all of the page has its numbers.
    return {
        **opening,
        "flags": flags,
        "groups": [(name, rows) for key, name in _GROUPS if (rows := [o for o in possible if o["standing"] == key])],
        "possible": possible,
        "excluded": [one for one in excluded if one not in unasked],
        "unasked": unasked,
        "no_place": no_place,
        "order": result["order"],
        "questions": _questions(result["for"]["not_asked"]),
        "gaps": result["not_assessable"],
        "software": result["software"],
        "sources": sources.listed(),
    }


def _opening(result: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    person, diagnosis = result["for"], result["for"]["diagnosis"]
    said = [held["text"] for held in result["ground_rules"]]
    # The red flags and the ground rules have places of their own.
    plain = [text for text in result["sentences"] if text not in said][1 if result["red_flags"] else 0 :]
    first, *rest = _SENTENCE.split(plain[0], maxsplit=1)
    return {
        "headline": first,
        "counted": [*rest, *plain[1:]],
        "settled": diagnosis is not None and diagnosis["leads"],
        "ground": [_rule(held, sources) for held in result["ground_rules"]],
        "side": person["side"],
        "side_word": _SIDE[person["side"]],
        "side_settled": person["side_told"]["settled"],
        "side_known": words.side(person["side_told"]),
        "side_because": "; ".join(person["side_told"]["because"]),
        "facts": [
            ("Age", "not given" if person["age"] is None else f"{person['age']:g}"),
            ("Sex", person["sex"] or "not given"),
            ("Medicines", ", ".join(person["medicines"]) or "none given"),
        ],
        "present": _circumstances(person["circumstances"], "present"),
        "absent": _circumstances(person["circumstances"], "absent"),
        "asked": count(len(person["not_asked"]), "question") if person["not_asked"] else "",
        "on": words.day(result["on"]),
    }


def _circumstances(told: Mapping[str, str], state: str) -> list[str]:
    from facialis.knowledge import treatment

    known = treatment.circumstances()
    return [known[key].term if key in known else key.replace("_", " ") for key, one in told.items() if one == state]


def _option(one: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    """Return an option with all its numbers as they are printed."""
    outcomes = [_number(outcome, sources) for outcome in one["outcomes"]]
    harms = [_harm(harm, sources) for harm in one["harms"]]
    parts = {name: [_rule(held, sources) for held in one[name]] for name in ("excluded_because", "needs_first")}
    own = [_rule(held, sources) for held in one["cautions"] if held["personal"]]
    return dict(one) | {
        **parts,
        "own_cautions": own,
        "all_cautions": [_rule(held, sources) for held in one["cautions"] if not held["personal"]],
        "outcomes": outcomes,
        "harms": harms,
        "main_harms": main_harms(harms),
        "more_harms": len(harms) - len(main_harms(harms)),
        "likely": _cell(one, words.LIKELY, outcomes),
        "soon": _cell(one, words.SOON, outcomes),
        "long": _cell(one, words.LONG, outcomes),
        "state_word": words.state(one),
        "standing_word": words.STANDING[one["standing"]],
        "kind_word": words.KIND[one["kind"]],
        "certainty": words.CERTAINTY[one["evidence"]["certainty"]],
        "evidence_text": one["evidence"]["text"],
        "evidence_cites": sources.numbers(one["evidence"]["sources"]),
        "reasons": words.reasons(one),
        "labels": [label | {"cites": sources.numbers(label["sources"])} for label in one["labels"]],
        "questions": [asked["name"] for asked in one["not_asked"]],
    }


def main_harms(harms: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the harms that stand in the table: what kills or stays, the most frequent, what else is serious."""
    worst = [one for one in harms if one["severity"] == "death" or (one["severity"] == "serious" and one["lasting"])]
    serious = [one for one in harms if one["severity"] == "serious" and one not in worst]
    kept = [*worst, *(one for one in harms[:_FREQUENT] if one not in worst)]
    kept += [one for one in serious if one not in kept][: max(MOST_HARMS - len(kept), 0)]
    return [one for one in harms if one in kept]


def _cell(
    one: Mapping[str, Any], keys: Sequence[str], outcomes: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    found = words.first_of(one, keys)
    return None if found is None else next(told for told in outcomes if told["key"] == found["key"])


def _number(one: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    rate = one["rate"]
    told = dict(one) | dict.fromkeys(_PRINTED, "") | {"value": None, "cites": []}
    if rate is None:
        return told
    return told | {
        "value": words.value(rate),
        "interval": words.interval(rate),
        "brief": words.brief_interval(rate),
        "over": words.counted_over(rate),
        "spread": words.spread(rate),
        "basis": rate["basis"],
        "rule": rate["rule"],
        "cites": sources.numbers(rate["sources"]),
    }


def _harm(one: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    stays = "stays" if one["lasting"] else one["lasts"]
    words_of_it = [words.SEVERITY[one["severity"]] if one["severity"] != "death" else "", stays]
    return _number(one, sources) | {"how": ", ".join(word for word in words_of_it if word)}


def _rule(held: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    return dict(held) | {"text": words.sentence(held["text"]), "cites": sources.numbers(held["sources"])}


def _questions(asked: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return the questions by what their answer could do; what is looked up or tested stands by its name."""
    return [
        (name, lines)
        for would, name in words.WOULD.items()
        if (lines := [_asked(one) for one in asked if one["would"] == would])
    ]


def _asked(one: Mapping[str, Any]) -> str:
    """Print a question; one about a sign is followed by the sign's name, since it was worded for an interview."""
    if one["who"] != "patient":
        return f"Look up: {in_text(one['name'])}"
    return f"{one['question']} ({in_text(one['name'])})" if one["key"] in knowledge.findings() else str(one["question"])
