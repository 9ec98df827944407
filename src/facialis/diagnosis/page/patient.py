"""What the patient's page shows: plain words, and the answer only once the clinician has released it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.diagnosis.page import draw
from facialis.diagnosis.page.words import URGENCY, capital, listed, sentence
from facialis.knowledge import Urgency

# So many reasons, open questions and steps of a kind are shown: a page that is read, not a list.
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
    "test": ("Tests that may be suggested", "A film, old letters or a test show what a visit alone cannot."),
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
        "flags": flags_for_the_patient(result["red_flags"]),
        "answer": _answer(result, names) if released else None,
        "steps": _steps(result["next_steps"], names),
        "gaps": _gaps(result["not_assessable"], names),
        "at_once": _warnings(Urgency.EMERGENCY),
        "today": _warnings(Urgency.SAME_DAY),
        "version": result["software"]["version"],
        "looks": draw.LOOKS,
    }


def flags_for_the_patient(flags: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return red flags by urgency, so that the call for help is said once and stands out.

    They may be shown at once: no name of a disorder is in them, and they do not wait for a release.

    Parameters
    ----------
    flags : iterable of mapping
        As :meth:`facialis.flags.Raised.to_json` writes them, or as an assessment holds them.

    Returns
    -------
    list of dict
        ``urgency``, ``call`` (what to do in a few words), ``sign`` (its drawing) and ``lines``: pairs of what it is
        and what to do now.
    """
    raised = list(flags)
    groups = []
    for urgency in URGENCY:
        lines = [
            (sentence(flag["plain"]), sentence(flag["plain_action"])) for flag in raised if flag["urgency"] == urgency
        ]
        if lines:
            # Not every emergency is met by dialling: thoughts of self-harm ask for a person first.
            known = [knowledge.red_flags().get(flag["code"]) for flag in raised if flag["urgency"] == urgency]
            dial = urgency != Urgency.EMERGENCY or not all(flag and flag.depends for flag in known)
            call = CALL[urgency] if dial else "Get help now"
            groups.append({"urgency": urgency, "call": call, "sign": draw.sign(urgency), "lines": lines})
    return groups


def _names(entries: Sequence[Mapping[str, Any]], released: bool) -> re.Pattern[str] | None:
    """Return what finds the names not to be said: all until released, then those of rare ones that do not lead."""
    kept_back = [
        entry
        for place, entry in enumerate(entries)
        if entry["disorder"] not in NO_DISORDER and (not released or (entry["rare"] and place > 0))
    ]
    words = set()
    for entry in kept_back:
        for name in (entry["name"], entry["plain"], entry["disorder"].replace("_", " ")):
            # What stands in brackets is another name; what follows a colon describes it.
            words |= {name, *(part.strip(" )") for part in name.partition(": ")[0].split("("))}
    if not words - {""}:
        return None
    either = "|".join(re.escape(word) for word in sorted(words - {""}, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?:e?s)?(?!\w)", re.IGNORECASE)


def _sayable(text: str, names: re.Pattern[str] | None) -> bool:
    return bool(text) and not (names and names.search(text))


def _answer(result: Mapping[str, Any], names: re.Pattern[str] | None) -> dict[str, Any]:
    entries = result["differential"]
    leader = entries[0]
    share, possible = leader["probability"]["value"], knowledge.threshold("possible_min")
    # Where nothing was read, nothing fits or nothing stands out, to name one would be a guess.
    known = result["answer"]["explained"] and bool(leader["for"] or leader["against"])
    leads = known and share >= knowledge.threshold("leader_named_min")
    disorder = knowledge.disorders().get(leader["disorder"])
    meaning = disorder.in_plain_words if leads and disorder and _sayable(disorder.in_plain_words, names) else ""
    plain = [sentence(text) for text in result["answer"]["plain"] if _sayable(text, names)]
    return {
        # What the meaning says in full is not said in part before it.
        "sentences": [text for text in plain if text not in meaning],
        "meaning": meaning,
        "leader": leader["plain"] if leads else "",
        "sure": "This fits well. It is very likely, though never quite certain."
        if leader["probability"]["low"] >= knowledge.threshold("very_likely_min")
        else "This fits best so far, but it is not settled.",
        "possible": [
            entry["plain"]
            for entry in entries[1:]
            if entry["probability"]["value"] >= possible and not entry["rare"] and entry["disorder"] not in NO_DISORDER
        ],
        "speaks_for": _reasons(leader["for"], names),
        "speaks_against": _reasons(leader["against"], names),
    }


def _reasons(evidence: Iterable[Mapping[str, Any]], names: re.Pattern[str] | None) -> list[str]:
    """Say the heaviest evidence as a question with its answer, or by who showed it where no question can ask for it."""
    said: list[str] = []
    least = knowledge.threshold("reason_named_bans_min")
    heavy = [one for one in evidence if abs(one["bans"]) >= least]
    for one in sorted(heavy, key=lambda one: -abs(one["bans"])):
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
    """Return what comes next by kind, in the order of the result; `first` marks what tells most of all.

    The safety questions tell nothing of the disorder; they stand on every page, under "When to call for help".
    """
    telling = [step for step in steps if step["expected_information_bits"] > 0 and _has_plain_words(step)]
    sayable = [step for step in telling if _sayable(step["plain"], names)]
    most = max([knowledge.threshold("step_named_bits_min"), *(step["expected_information_bits"] for step in sayable)])
    groups = []
    for kind, (title, why) in KINDS.items():
        own = [step for step in sayable if step["kind"] == kind][:MOST_STEPS]
        if own:
            lines = [(capital(_plain(step["plain"])), step["expected_information_bits"] == most) for step in own]
            groups.append({"title": title, "why": why, "lines": lines})
    return groups


def _has_plain_words(step: Mapping[str, Any]) -> bool:
    """Say whether a step is named in a patient's words: a sign that no question asks for has the field's term only."""
    known = knowledge.findings().get(step["ask_or_test"])
    return known is None or bool(known.question)


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
