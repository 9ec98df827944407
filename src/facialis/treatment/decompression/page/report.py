"""What the clinician's page of the path shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis.paper import plot
from facialis.treatment.decompression.page import words
from facialis.treatment.decompression.page.timeline import KEY, LOOKS, shape, timeline
from facialis.treatment.decompression.page.words import Cited, day, sentence, share, with_days

Told = Mapping[str, Any]


def report(result: Told) -> dict[str, Any]:
    """Return the context of ``report.html``.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.decompression/1``.
    """
    cited = Cited(result["sources"])
    relief = result["relief"]
    return {
        "looks": LOOKS,
        "headline": _headline(result),
        "attention": [_attention(one, cited) for one in result["attention"]],
        "facts": _facts(result),
        "wide": timeline(result),
        "narrow": timeline(result, narrow=True),
        "key": [(_key_mark(look), word) for look, word in KEY],
        "steps": [
            ("Before the operation", [_step(one, cited) for one in result["steps"] if one["phase"] == "before"]),
            ("After it", [_step(one, cited) for one in result["steps"] if one["phase"] == "after"]),
        ],
        "hearing": _hearing(result, cited),
        "face": _face(result, cited),
        "relief": None if relief is None else _relief(relief, cited),
        "watch": [_watch(one, cited) for one in result["watch"]],
        "assumptions": [sentence(text) for text in result["assumptions"]],
        "not_assessable": [sentence(text) for text in result["not_assessable"]],
        "sources": cited.listed(),
        "source": result["source"],
        "software": result["software"],
        "on": day(result["on"]),
    }


def _headline(result: Told) -> str:
    side = result["side"]
    if result["operated"] is None:
        return f"Decompression of the {side} side, planned for {day(result['planned'])}"
    return f"Day {result['day']} after decompression of the {side} side"


def _facts(result: Told) -> list[tuple[str, str, str]]:
    """Return name, value and remark of what is asked for first."""
    facts = [
        ("Hearing", words.HEARING[result["hearing"]["state"]].capitalize(), _hearing_change(result["hearing"])),
        ("Face", _face_word(result["palsy"]), result["eye"]["title"] or ""),
    ]
    if result["relief"] is not None:
        since = result["relief"]["free_since"]
        facts.append(
            ("Spasms", words.RELIEF[result["relief"]["state"]].capitalize(), f"since {day(since)}" if since else "")
        )
    coming = [one for one in result["steps"] if one["state"] in ("due", "to_come") and one["due"]]
    coming = [one for one in coming if one["phase"] == "after" or result["operated"] is None]
    if coming:
        first = min(coming, key=lambda one: str(one["due"]))
        word = "by" if first["phase"] == "before" else "about"
        word = "now due, since" if str(first["due"]) < result["on"] else word
        facts.append(("Next", first["name"], f"{word} {day(first['due'])}"))
    return facts


def _hearing_change(told: Told) -> str:
    if told["change_db"] is None:
        return ""
    speech = told["change_speech"]
    beside = "speech not compared" if speech is None else f"speech {words.signed(speech)} points"
    return f"average {words.signed(told['change_db'])} dB, {beside}"


def _face_word(palsy: Told) -> str:
    word = words.PALSY[palsy["state"]].capitalize()
    kind = f", {words.KINDS[palsy['kind']]}" if palsy["kind"] else ""
    return word + kind


def _attention(one: Told, cited: Cited) -> dict[str, Any]:
    return {
        "urgency": one["urgency"],
        "word": words.URGENCIES[one["urgency"]],
        "title": one["title"],
        "action": with_days(one["action"]),
        "because": [with_days(text) for text in one["because"]],
        "basis": one["basis"],
        "cited": cited.numbers(one["sources"]),
    }


def _step(one: Told, cited: Cited) -> dict[str, Any]:
    between = f"{day(one['from'])} to {day(one['to'])}" if one["from"] else ""
    return {
        "name": one["name"],
        "text": one["text"],
        "state": one["state"],
        "word": words.STATES[one["state"]],
        "because": with_days(one["because"]),
        "done": day(one["done"]),
        "due": day(one["due"]),
        "between": between,
        "basis": one["basis"],
        "cited": cited.numbers(one["sources"]),
    }


def _hearing(result: Told, cited: Cited) -> dict[str, Any]:
    told = result["hearing"]
    rows = [(name, told[key]) for name, key in (("Before", "before"), ("Latest", "latest")) if told[key] is not None]
    return {
        "state": words.HEARING[told["state"]],
        "rows": [(name, *_ear(one)) for name, one in rows],
        "because": [with_days(text) for text in told["because"]],
        "cited": cited.numbers(told["sources"]),
    }


def _ear(one: Told) -> tuple[str, str, str, str]:
    average = "no response" if one["no_response"] else f"{one['pure_tone_average_db']:.0f} dB"
    speech = "not tested" if one["speech_discrimination"] is None else f"{one['speech_discrimination']:.0f} %"
    useful = {"good": "good", "useful": "useful", "not_useful": "not useful", None: "not known"}[one["useful"]]
    return day(one["date"]), average, speech, useful


def _face(result: Told, cited: Cited) -> dict[str, Any]:
    palsy, eye = result["palsy"], result["eye"]
    return {
        "state": _face_word(palsy),
        "because": [with_days(text) for text in palsy["because"]],
        "cited": cited.numbers(palsy["sources"]),
        "eye": None
        if eye["title"] is None
        else {
            "urgency": eye["urgency"],
            "word": words.URGENCIES[eye["urgency"]],
            "title": eye["title"],
            "action": eye["action"],
            "because": [sentence(text) for text in eye["because"]],
            "basis": eye["basis"],
            "cited": cited.numbers(eye["sources"]),
        },
    }


def _relief(told: Told, cited: Cited) -> dict[str, Any]:
    return {
        "state": words.RELIEF[told["state"]],
        "because": [sentence(text) for text in told["because"]],
        "cited": cited.numbers(told["sources"]),
    }


def _watch(one: Told, cited: Cited) -> dict[str, Any]:
    peak = "" if one["peak_day"] is None else f", about day {one['peak_day']}"
    rate = one["rate"]
    return {
        "name": one["name"],
        "state": one["state"],
        "word": words.WATCH[one["state"]],
        "urgency": words.URGENCIES[one["urgency"]],
        "days": f"day {one['from_day']} to {one['to_day']}{peak}",
        "dates": f"{day(one['from'])} to {day(one['to'])}",
        "elicited": one["days_basis"] == "elicited",
        "action": one["action"],
        "rate": share(rate) if rate is not None else one["why_no_rate"],
        "rule": "" if rate is None else rate["rule"],
        "cited": cited.numbers(one["sources"]),
    }


def _key_mark(look: str) -> plot.Plot:
    return plot.Plot("", "", 16.0, 16.0, (plot.Path(shape(look, 8.0, 8.0), look),))
