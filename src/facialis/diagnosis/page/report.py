"""What the clinician's page shows, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.diagnosis.page import differential, draw, evidence
from facialis.diagnosis.page.sources import Sources
from facialis.diagnosis.page.words import (
    KIND,
    READER,
    SIDE,
    URGENCY,
    case_facts,
    percent,
    sentence,
    state,
)

# Of next steps and of readings so many are shown at once; the rest can be opened.
MOST_STEPS = 6
MOST_READINGS = 16


def report(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template ``report.html`` is filled with; `result` is a ``facialis.assessment/1``."""
    entries = result["differential"]
    sources = Sources(result["sources"])
    weighed, scale = evidence.balances(entries, sources)
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
        "sensitivity": [sentence(one["text"]) for one in result["sensitivity"]],
        **_steps(result["next_steps"]),
        **_readings(result["readings"]),
        "gaps": _gaps(result),
        "software": result["software"],
        "looks": draw.LOOKS,
        "sources": sources.listed(),
    }


def _opening(result: Mapping[str, Any]) -> dict[str, Any]:
    answer, entries = result["answer"], result["differential"]
    first, *more = answer["sentences"] or ["No answer."]
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
        "fit": differential.fit(leader.get("fit")) if leader else "",
        "case": case_facts(result["case"]),
    }


def _flags(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the red flags, the most urgent first."""
    order = list(URGENCY)
    return sorted((dict(flag) for flag in result["red_flags"]), key=lambda flag: order.index(flag["urgency"]))


def _steps(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    ranked = sorted(steps, key=lambda step: -step["expected_information_bits"])
    most = ranked[0]["expected_information_bits"] if ranked else 0.0
    lines = [
        dict(step)
        | {
            "rank": place,
            "word": KIND.get(step["kind"], step["kind"]),
            "bits": f"{step['expected_information_bits']:.2f}",
            "drawn": draw.information(step["name"], step["expected_information_bits"], most),
            "why": sentence(step["because"]),
        }
        for place, step in enumerate(ranked, 1)
    ]
    return {"steps": lines[:MOST_STEPS], "more_steps": lines[MOST_STEPS:]}


def _readings(readings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    lines = [
        dict(reading)
        | {
            "state_word": state(reading["state"]),
            "side_word": reading["side"] if reading["side"] in ("left", "right", "both") else "",
            "reader": READER.get(reading["source"], reading["source"]),
            "chance": "" if reading["probability"] is None else percent(reading["probability"]),
            "why": "; ".join(reading["because"]),
        }
        for reading in readings
    ]
    aside = [line for line in lines if not line["used"]]
    many = len(lines) > MOST_READINGS
    return {
        # What was set aside is never behind a fold.
        "readings": aside if many else lines,
        "more_readings": [line for line in lines if line["used"]] if many else [],
        "number_of_readings": len(lines),
        "number_aside": len(aside),
    }


def _gaps(result: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return what was not assessable, findings with the same reason together."""
    together: dict[str, list[str]] = {}
    for code in result["not_assessable"]:
        known = knowledge.findings().get(code)
        reason = result["not_assessable_because"].get(code) or "no reason was given"
        together.setdefault(sentence(reason), []).append(known.term if known else code.replace("_", " "))
    return list(together.items())
