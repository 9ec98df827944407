"""What the films show, in the sentences of a letter: figures with their intervals, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis import knowledge
from facialis.face.page.answer import NO_BREAK, answer
from facialis.face.page.quality import facts, limits, none_above
from facialis.face.page.words import listed, of_kind, probability, rate, rate_of, share
from facialis.paper.signs import groups
from facialis.units import in_text

_FILM = Mapping[str, Any]


def newest(films: Sequence[_FILM]) -> list[str]:
    """Return what the newest film shows that could be measured; of one that could not, that it could not."""
    if not films:
        return ["No film has been measured."]
    film = next((one for one in films if one["result"]["quality"]["verdict"] != "refused"), films[0])
    # The answer bears the rate with its interval, where there is one.
    unrated = rates(film) if rate_of(film["result"]) is None else []
    return answer_of(film) + unrated + figures(film)


def plain(text: str) -> str:
    """Spell out what only the software's own pages explain; it will be edited, so spaces are plain."""
    return text.replace("% IOD", "% of the distance between the eyes").replace(NO_BREAK, " ")


def answer_of(film: _FILM) -> list[str]:
    """Return the answer of a film, with its day."""
    return [f"Film of {film['day']}: {plain(answer(film['result']).headline)}"]


def rates(film: _FILM) -> list[str]:
    """Return spasms a minute with their interval, or that too little was seen; nothing for a refused film."""
    if film["result"]["quality"]["verdict"] == "refused":
        return []
    told = rate_of(film["result"])
    if told is None:
        return ["Spasms a minute: not assessable, too little was seen."]
    value, low, high = (rate(one) for one in told)
    return [f"Spasms a minute: {value} (95 % interval {low} to {high})."]


def figures(film: _FILM) -> list[str]:
    """Return the time in spasm, the side, and what was not seen to move; nothing for a refused film."""
    result = film["result"]
    if result["quality"]["verdict"] == "refused":
        return []
    summary = result["summary"]
    # Where no spasm was seen the answer says in how long: a share of 0 would say more than that.
    told = [f"Share of the time in spasm: {share(summary['spasm_time_fraction'])}."] if of_kind(result, "spasm") else []
    if summary["affected_side"] in ("left", "right"):
        sure = probability(summary["side_probability"])
        told.append(f"Side in the film: the patient's {summary['affected_side']} (probability {sure}).")
    still = plain(none_above(result))
    return [*told, still] if still else told


def unseen(films: Sequence[_FILM]) -> list[str]:
    """Return the cautions of the film that is told of, and its findings that were not assessable."""
    if not films:
        return []
    film = next((one for one in films if one["result"]["quality"]["verdict"] != "refused"), films[0])
    # One line a reason: most of what a short film could not tell, it could not tell for the same one.
    by_reason: dict[str, list[str]] = {}
    for state, _, signs_there in groups(film["result"], knowledge.finding):
        for sign in signs_there if state == "not_assessable" else ():
            by_reason.setdefault(" ".join(sign.because), []).append(in_text(sign.term))
    grouped = [f"Not assessable: {listed(terms)}. {why}".strip() for why, terms in by_reason.items()]
    return [*answer(film["result"]).cautions, *grouped]


def recording(film: _FILM) -> list[str]:
    """Return day, length, usable time and what else bears on how far a film can be trusted."""
    source = film["result"]["source"]
    rows = [(name, value) for name, value, _ in facts(film["result"])]
    version = film["result"]["software"]["version"]
    return [
        f"Filmed: {film['day']}",
        *(f"{name}: {value}" for name, value in rows),
        f"Picture: {source['width']} × {source['height']} pixels",
        f"Measured by: Facialis {version}",
    ]


def signs(film: _FILM) -> list[str]:
    """Return the findings that are present and those that are absent, each with its number and reason."""
    told = []
    for state, name, there in groups(film["result"], knowledge.finding):
        if state == "not_assessable":
            continue
        for sign in there:
            where = f", {sign.side_word}" if sign.side_word else ""
            number = f", {sign.number}" if sign.number else ""
            told.append(f"{sign.term}: {name.lower()}{where}{number}. {' '.join(sign.because)}".strip())
    return told


def limits_of(film: _FILM) -> list[str]:
    """Return, region by region, the smallest movement that would have been seen; none for a refused film."""
    if film["result"]["quality"]["verdict"] == "refused":
        return []
    return [
        f"{one.region}: {plain(one.percent)}" + (f" ({one.mm})" if one.mm else "") + f"; {one.seen}."
        for one in limits(film["result"])
    ]
