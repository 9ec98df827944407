"""What an assessment says, in the sentences of a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis import knowledge
from facialis.units import in_text

_ASSESSMENT = Mapping[str, Any] | None
# So many reasons stand in a letter, on each side; the page of the assessment has all.
_REASONS = 5
_READERS = {"patient": "told", "video": "film", "clinician": "examined", "record": "on record"}


def diagnosis(told: _ASSESSMENT) -> list[str]:
    """Return the answer with its interval and code; that nothing was weighed is said."""
    if told is None:
        return ["The findings have not been weighed yet."]
    first = told["differential"][0]
    sentences = [*told["answer"]["sentences"][:1]]
    if told["answer"]["explained"] and first["icd10cm"]:
        sentences[0] += f" ICD-10-CM {first['icd10cm']}."
    causes = [f"{one['name']} {_chance(one['probability'])}" for one in first["causes"]]
    if told["answer"]["explained"] and causes:
        sentences.append(f"Cause, as far as it is known: {'; '.join(causes)}.")
    return sentences


def side(told: _ASSESSMENT) -> list[str]:
    """Return which side it is and who says so, or that it is not settled."""
    if told is None:
        return ["The side is not settled."]
    because = "; ".join(told["side"]["because"])
    if not told["side"]["settled"]:
        return [f"The side is not settled ({because})." if because else "The side is not settled."]
    return [f"Side: {told['side']['side']}" + (f" ({because})." if because else ".")]


def red_flags(told: _ASSESSMENT) -> list[str]:
    """Return every red flag with what is to be done."""
    flags = knowledge.red_flags()
    return [
        f"{flags[one['code']].title}: {flags[one['code']].action}"
        for one in (told or {}).get("red_flags", ())
        if one["code"] in flags
    ]


def next_step(told: _ASSESSMENT, kinds: set[str]) -> list[str]:
    """Return the test that would tell most now, but for those of the `kinds` that were ordered already."""
    known = knowledge.orders().tests
    ordered = {step for kind in kinds if kind in known for step in known[kind].steps}
    steps = [
        one for one in (told or {}).get("next_steps", ()) if one["kind"] == "test" and one["ask_or_test"] not in ordered
    ]
    return [f"What would tell most next: {in_text(steps[0]['name'])}."] if steps else []


def history(told: _ASSESSMENT) -> list[str]:
    """Return age, sex and onset in a sentence; nothing where none of it is known."""
    case = (told or {}).get("case") or {}
    parts = []
    if case.get("age") is not None:
        parts.append(f"{case['age']:g} years old")
    if case.get("sex"):
        parts.append(case["sex"])
    if case.get("age_at_onset") is not None:
        parts.append(f"onset at {case['age_at_onset']:g} years")
    return [f"The patient is {', '.join(parts)}."] if parts else []


def weighing(told: _ASSESSMENT) -> list[str]:
    """Return what speaks clearly for the first disorder, against its rival, and what against it, with readers."""
    if told is None:
        return []
    first = told["differential"][0]
    than = in_text(knowledge.disorders()[first["against_whom"]].name)
    name = in_text(first["name"])
    pros, cons = _clear(first["for"]), _clear(first["against"])
    lines = [f"For {name} rather than {than}: {'; '.join(pros)}."] if pros else []
    return [*lines, f"Against it: {'; '.join(cons)}." if cons else "Nothing that is known speaks clearly against it."]


def _clear(weights: list[dict[str, Any]]) -> list[str]:
    least = knowledge.threshold("reason_named_bans_min")
    return [
        f"{in_text(one['name'])} {one['state'].replace('_', ' ')} ({_readers(one)})"
        for one in weights
        if abs(one["bans"]) >= least
    ][:_REASONS]


def unseen(told: _ASSESSMENT) -> list[str]:
    """Return what nobody could assess, with the reason."""
    because = (told or {}).get("not_assessable_because") or {}
    known = knowledge.findings()
    return [
        f"{known[code].term if code in known else code.replace('_', ' ').capitalize()}: not assessable"
        + (f" ({because[code]})." if because.get(code) else ".")
        for code in (told or {}).get("not_assessable", ())
    ]


def present(told: _ASSESSMENT, codes: tuple[str, ...]) -> list[str]:
    """Return what was read of these findings, not assessable ones too."""
    return [
        f"{one['name']}: {one['state'].replace('_', ' ')}"
        + (f", {one['side']}" if one["side"] in ("left", "right", "both") else "")
        + f" ({_READERS.get(one['source'], one['source'])})."
        for one in (told or {}).get("readings", ())
        if one["code"] in codes
    ]


def _readers(one: Mapping[str, Any]) -> str:
    return ", ".join(_READERS.get(who, who) for who in one["readers"]) or "told"


def _chance(told: Mapping[str, float]) -> str:
    value, low, high = (_percent(told[key]) for key in ("value", "low", "high"))
    return f"{value} % ({low} to {high} %)"


def _percent(share: float) -> str:
    return "> 99" if share > 0.99 else "< 1" if share < 0.01 else f"{100 * share:.0f}"
