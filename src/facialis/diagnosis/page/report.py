"""What the clinician's page shows, section by section."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.diagnosis.page import differential, draw, evidence
from facialis.diagnosis.page.sources import Sources
from facialis.diagnosis.page.words import (
    KIND,
    NO_BREAK,
    READER,
    SIDE,
    URGENCY,
    capital,
    case_facts,
    percent,
    sentence,
    state,
)

# So many next steps, numbers that could change the order, and readings are shown at once; the rest can be opened.
MOST_STEPS = 6
MOST_TURNS = 5
MOST_READINGS = 16


def report(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template ``report.html`` is filled with; `result` is a ``facialis.assessment/1``."""
    entries = result["differential"]
    sources = Sources(result["sources"])
    weighed, scale = evidence.balances(entries, sources)
    turns = [sentence(one["text"]) for one in result["sensitivity"]]
    # The list of sources is asked for last, when all of the page has its numbers.
    return {
        **_opening(result),
        "rows": differential.rows(entries),
        "share_scale": draw.probability_scale(),
        "disorders": differential.table(entries),
        "leading": weighed[0] if weighed else None,
        "others": [one for one in weighed[1:] if not one.empty],
        "bans_scale": scale,
        "bases": evidence.bases(entries),
        "sensitivity": turns[:MOST_TURNS],
        "more_sensitivity": turns[MOST_TURNS:],
        **_steps(result["next_steps"]),
        **_readings(result["readings"]),
        "gaps": _gaps(result),
        "software": result["software"],
        "looks": draw.LOOKS,
        "sources": sources.listed(),
        "unused_sources": sources.unused(),
    }


def _opening(result: Mapping[str, Any]) -> dict[str, Any]:
    answer, entries = result["answer"], result["differential"]
    first, *more = [_unbroken(text) for text in answer["sentences"] or ["No answer."]]
    leader = entries[0] if entries else None
    return {
        "flags": [
            flag | {"word": URGENCY[flag["urgency"]], "sign": draw.sign(flag["urgency"])} for flag in _flags(result)
        ],
        "headline": first,
        "more": more,
        "explained": answer["explained"],
        "none_sign": draw.sign("none"),
        "because": [sentence(reason) for reason in answer["because"]],
        "side": result["side"]["side"],
        "side_word": SIDE[result["side"]["side"]],
        "settled": result["side"]["settled"],
        "side_because": "; ".join(result["side"]["because"]),
        "leader": leader,
        "code": _code(leader, answer["explained"]) if leader else None,
        "fit": differential.fit(leader.get("fit")) if leader else "",
        "case": case_facts(result["case"]),
    }


def _code(leader: Mapping[str, Any], explained: bool) -> tuple[str, str]:
    """Return the code that goes into the notes and what it stands for; none where nothing fits."""
    if not explained:
        return "none", "no disorder of the list fits"
    settled = leader["probability"]["value"] >= knowledge.threshold("leader_named_min")
    return leader["icd10cm"] or "no code", leader["name"] + ("" if settled else ", not settled")


def _unbroken(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return re.sub(r"(?<=\d) (?=%)|(?<=[<>]) (?=\d)", NO_BREAK, text)


def _flags(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the red flags, the most urgent first."""
    order = list(URGENCY)
    return sorted((dict(flag) for flag in result["red_flags"]), key=lambda flag: order.index(flag["urgency"]))


def _steps(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep the order of the result: safety questions first, then what tells most for its price."""
    most = max((step["expected_information_bits"] for step in steps), default=0.0)
    lines = []
    for place, step in enumerate(steps, 1):
        bits = step["expected_information_bits"]
        known = [knowledge.findings().get(code) for code in step.get("codes") or ()]
        lines.append(
            dict(step)
            | {
                "rank": place,
                "word": KIND.get(step["kind"], step["kind"]),
                "bits": f"{bits:.2f}" if bits > 0 else "",
                "drawn": draw.information(step["name"], bits, most) if bits > 0 else None,
                "why": _reason(step),
                "all": [one.question or one.term for one in known if one],
            }
        )
    return {"steps": lines[:MOST_STEPS], "more_steps": lines[MOST_STEPS:]}


def _reason(step: Mapping[str, Any]) -> str:
    """Return why a step is worth it, without the numbers that have columns of their own."""
    price = ", ".join(f"{step[what]} {what}" for what in ("cost", "burden", "risk") if step[what] != "none")
    parts = [part for part in step["because"].split("; ") if part != (price or "costs nothing but the asking")]
    said = [part.replace(f" ({step['expected_information_bits']:.2f} bits)", "") for part in parts]
    return " ".join(sentence(part) for part in said)


def _readings(readings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    lines = [
        dict(reading)
        | {
            "state_word": state(reading["state"]),
            "side_word": reading["side"] if reading["side"] in ("left", "right", "both") else "",
            "reader": READER.get(reading["source"], reading["source"]),
            "chance": "" if reading["probability"] is None else percent(reading["probability"]),
            "overruled": _overruled(reading),
            "why": "; ".join(reason for reason in reading["because"] if reason not in reading["why_not"]),
        }
        for reading in readings
    ]
    many = len(lines) > MOST_READINGS
    used, overruled = (sum(1 for line in lines if line[what]) for what in ("used", "overruled"))
    counted = [f"{used} weighed", f"{overruled} overruled", f"{len(lines) - used - overruled} not weighed"]
    return {
        # What decided, and what was overruled or left out, is never behind a fold; what nobody could tell stands with
        # its reasons in a section of its own as well.
        "readings": [line for line in lines if not (many and line["state"] == "not_assessable")],
        "more_readings": [line for line in lines if line["state"] == "not_assessable"] if many else [],
        "counted": f"{len(lines)} in all: {', '.join(part for part in counted if part[0] != '0')}" if lines else "",
    }


def _overruled(reading: Mapping[str, Any]) -> bool:
    return not reading["used"] and str(reading["why_not"]).startswith("overruled")


def _gaps(result: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return what was not assessable, findings with the same reason together."""
    together: dict[str, list[str]] = {}
    for code in result["not_assessable"]:
        known = knowledge.findings().get(code)
        reason = result["not_assessable_because"].get(code) or "no reason was given"
        who, colon, why = reason.partition(": ")
        told = f"{READER.get(who, capital(who))}{colon}{why}"
        together.setdefault(sentence(told), []).append(known.term if known else code.replace("_", " "))
    return list(together.items())
