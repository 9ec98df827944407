"""The differential as a picture: a row a disorder on one axis, the least likely together; and all as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facialis import knowledge
from facialis.diagnosis.page import draw
from facialis.diagnosis.page.words import NO_BREAK, capital, interval, percent
from facialis.paper import plot

# Below one per cent a row of its own would show nothing but a dot at the edge.


@dataclass(frozen=True)
class Row:
    """A row of the picture; `kind` is ``"first"``, ``"child"``, ``"rest"`` or empty, `drawn` None for the rest."""

    name: str
    value: str
    interval: str
    kind: str
    drawn: plot.Plot | None


@dataclass(frozen=True)
class Line:
    """A line of the table of all disorders."""

    name: str
    value: str
    interval: str
    code: str
    fit: str
    causes: tuple[tuple[str, str, str], ...]


def shown(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the disorders that have a row of their own: the leader, and all from one per cent on."""
    return [
        e
        for place, e in enumerate(entries)
        if place == 0 or e["probability"]["value"] >= knowledge.threshold("probability_shown_min")
    ]


def rows(entries: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Lay the differential out, likeliest first, causes below their disorder."""
    own = shown(entries)
    rest = [entry for entry in entries if entry not in own]
    if len(rest) == 1:
        own, rest = [*own, *rest], []
    made = []
    for place, entry in enumerate(own):
        made.append(_row(entry["name"], entry["probability"], "" if place else "first"))
        made += [_row(capital(cause["name"]), cause["probability"], "child") for cause in entry.get("causes") or ()]
    if rest:
        made.append(_together(rest))
    return made


def table(entries: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return every disorder with its numbers, its code and how well it fits."""
    return [
        Line(
            entry["name"],
            percent(entry["probability"]["value"]),
            interval(entry["probability"]),
            entry["icd10cm"] or "none",
            fit(entry.get("fit")),
            tuple(
                (capital(cause["name"]), percent(cause["probability"]["value"]), interval(cause["probability"]))
                for cause in entry.get("causes") or ()
            ),
        )
        for entry in entries
    ]


def fit(share: float | None) -> str:
    """Say how many of 100 cases are at least as odd as this one; "not checked" where the disorder is too unlikely."""
    if share is None:
        return "not checked"
    return "fewer than 1 in 100" if share < 0.01 else f"{100 * share:.0f} in 100"


def _row(name: str, share: Mapping[str, float], kind: str) -> Row:
    return Row(name, percent(share["value"]), interval(share), kind, draw.probability(name, share, kind))


def _together(rest: Sequence[Mapping[str, Any]]) -> Row:
    total = sum(entry["probability"]["value"] for entry in rest)
    if total < knowledge.threshold("probability_shown_min"):
        return Row(f"The other {len(rest)} together below 1{NO_BREAK}%", "", "", "rest", None)
    return Row(f"The other {len(rest)}, each below 1{NO_BREAK}%, together", percent(total), "", "rest", None)
