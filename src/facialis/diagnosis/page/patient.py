"""What the patient's page shows: plain words, and the answer only once the clinician has released it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.diagnosis.page import draw
from facialis.diagnosis.page.words import URGENCY, listed, sentence
from facialis.knowledge import Urgency

# How probabilities are said in words: from there on the first is quite sure, the first leads, another is possible.
QUITE_SURE, LEADING, POSSIBLE = 0.9, 0.5, 0.05
MOST_REASONS, MOST_GAPS, MOST_STEPS = 4, 6, 5
# These two are no disorders, and their names are everyday words.
NO_DISORDER = ("normal", "other")
CALL = {
    "emergency": "Call your local emergency number now",
    "same_day": "See a doctor today",
    "soon": "Have this looked at soon",
}
KINDS = {
    "question": ("Questions to think about", "Your answer helps to tell the possible causes apart."),
    "sign": ("What your neurologist will look for", "Seeing it, or not, helps to tell the possible causes apart."),
    "test": ("Tests that may be suggested", "A test shows what nobody can see from outside."),
}
SHOWN_BY = {
    "mri": "what the scan of your head showed",
    "emg": "what the test of nerve and muscles showed",
    "video": "what the video of your face showed",
    "record": "what your records say",
    "clinician": "what your neurologist saw",
    "patient": "what you told us",
}


def answer_for_the_patient(result: Mapping[str, Any], *, released: bool) -> dict[str, Any]:
    """Return what the template ``patient.html`` is filled with.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.assessment/1``.
    released : bool
        Whether the clinician has released the answer; otherwise no name of a disorder is in what is returned.
    """
    names = _names(result["differential"], released)
    return {
        "released": released,
        "flags": _flags(result["red_flags"]),
        "answer": _answer(result, names) if released else None,
        "steps": _steps(result["next_steps"], names),
        "gaps": _gaps(result["not_assessable"], names),
        "at_once": _warnings(Urgency.EMERGENCY),
        "today": _warnings(Urgency.SAME_DAY),
        "version": result["software"]["version"],
        "looks": draw.LOOKS,
    }


def _flags(flags: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    order = list(URGENCY)
    return [
        {
            "urgency": flag["urgency"],
            "call": CALL[flag["urgency"]],
            "sign": draw.sign(flag["urgency"]),
            "plain": sentence(flag["plain"]),
            "action": sentence(flag["plain_action"]),
        }
        for flag in sorted(flags, key=lambda flag: order.index(flag["urgency"]))
    ]


def _names(entries: Sequence[Mapping[str, Any]], released: bool) -> re.Pattern[str] | None:
    """Return what finds the names not to be said: all until released, then those of rare ones that do not lead."""
    kept_back = [
        entry
        for place, entry in enumerate(entries)
        if entry["disorder"] not in NO_DISORDER and (not released or (entry["rare"] and place > 0))
    ]
    words = set()
    for entry in kept_back:
        name = entry["name"]
        words |= {name, name.partition(" (")[0], entry["plain"], entry["disorder"].replace("_", " ")}
    if not words - {""}:
        return None
    either = "|".join(re.escape(word) for word in sorted(words - {""}, key=len, reverse=True))
    return re.compile(rf"\b(?:{either})(?:e?s)?\b", re.IGNORECASE)


def _sayable(text: str, names: re.Pattern[str] | None) -> bool:
    return bool(text) and not (names and names.search(text))


def _answer(result: Mapping[str, Any], names: re.Pattern[str] | None) -> dict[str, Any]:
    entries = result["differential"]
    leader = entries[0]
    share = leader["probability"]["value"]
    # Where nothing was read, or nothing fits, what leads would be a guess by the setting.
    told = result["answer"]["explained"] and bool(leader["for"] or leader["against"])
    return {
        "sentences": [sentence(text) for text in result["answer"]["plain"] if _sayable(text, names)],
        "explained": result["answer"]["explained"],
        "leader": leader["plain"] if told else "",
        "leads": told and share >= LEADING,
        "sure": _sure(share),
        "possible": [
            entry["plain"]
            for entry in entries[1:]
            if entry["probability"]["value"] >= POSSIBLE and not entry["rare"] and entry["disorder"] not in NO_DISORDER
        ],
        "speaks_for": _reasons(leader["for"], names),
        "speaks_against": _reasons(leader["against"], names),
    }


def _sure(share: float) -> str:
    if share >= QUITE_SURE:
        return "This fits well. It is quite sure, but not certain."
    if share >= LEADING:
        return "This fits best so far, but it is not settled."
    return "This fits a little better than the rest. It is not settled."


def _reasons(evidence: Iterable[Mapping[str, Any]], names: re.Pattern[str] | None) -> list[str]:
    """Say the heaviest evidence as a question with its answer, or by who showed it where no question can ask for it."""
    said: list[str] = []
    for one in sorted(evidence, key=lambda one: -abs(one["bans"])):
        known = knowledge.findings().get(one["finding"])
        yes_or_no = {"present": "Yes", "absent": "No"}.get(one["state"])
        question = _plain(known.question) if known and known.question else ""
        if question and yes_or_no and _sayable(question, names):
            said.append(f"{question} {yes_or_no}.")
        elif one["readers"] and (one["finding"] in knowledge.findings()):
            shown = listed([SHOWN_BY.get(reader, reader) for reader in one["readers"]])
            said.append(sentence(shown))
    return list(dict.fromkeys(said))[:MOST_REASONS]


def _steps(steps: Iterable[Mapping[str, Any]], names: re.Pattern[str] | None) -> list[dict[str, Any]]:
    """Return what comes next by kind, the most telling first; `first` marks the most telling of all."""
    ranked = sorted(steps, key=lambda step: -step["expected_information_bits"])
    sayable = [step for step in ranked if _sayable(step["plain"], names)]
    groups = []
    for kind, (title, why) in KINDS.items():
        own = [step for step in sayable if step["kind"] == kind][:MOST_STEPS]
        if own:
            lines = [(_capital(_plain(step["plain"])), step is sayable[0]) for step in own]
            groups.append({"title": title, "why": why, "lines": lines})
    return groups


def _gaps(codes: Iterable[str], names: re.Pattern[str] | None) -> dict[str, Any]:
    questions: list[str] = []
    others = 0
    for code in codes:
        known = knowledge.findings().get(code)
        if known and known.question and _sayable(known.question, names) and len(questions) < MOST_GAPS:
            questions.append(_plain(known.question))
        else:
            others += 1
    return {"questions": questions, "others": others}


def _warnings(urgency: Urgency) -> list[str]:
    """Return the questions of all findings of an urgency, for the list of when to call for help."""
    known = knowledge.findings().values()
    return [_plain(finding.question) for finding in known if finding.urgency is urgency and finding.question]


def _plain(text: str) -> str:
    """Leave out what stands in brackets for the clinician: the name of a scale."""
    return re.sub(r"\s*\([^)]*\)", "", text).strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
