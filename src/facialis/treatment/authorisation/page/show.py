"""What the page of a packet shows, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis.treatment.injection.page import words
from facialis.treatment.injection.page.face_map import Mark, numbered
from facialis.treatment.injection.page.fragment import fragment, rules

_STATE = {"met": "met", "not_met": "not met", "not_told": "not in the record"}
_REQUEST = {"first": "first request", "continuation": "continuation"}
_OUTCOME = {
    "no_benefit": "no benefit",
    "wore_off": "benefit lost",
    "not_tolerated": "not tolerated",
    "contraindicated": "contraindicated",
    "declined": "declined",
    "in_use": "taken now",
}


def show(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template ``packet.html`` is filled with; `result` is a ``facialis.packet/1``."""
    sources = {one["key"]: i for i, one in enumerate(result["sources"], 1)}
    counts = {state: sum(1 for one in result["requirements"] if one["state"] == state) for state in _STATE}
    return {
        "ready": result["ready"],
        "missing": result["missing"],
        "met": counts["met"],
        "asked": len(result["requirements"]),
        "payer": result["payer"],
        "request": _REQUEST[result["request"]],
        "date": words.day(result["on"]),
        "patient": _patient(result["patient"]),
        "diagnosis": result["diagnosis"],
        "side_word": words.side(result["diagnosis"]["side"]),
        "wanted": _wanted(result["wanted"]),
        "letter": result["letter"],
        "rows": [_row(one, sources, example=result["payer"]["example"]) for one in result["requirements"]],
        "sessions": [_session(one) for one in result["sessions"]],
        "map": _map(result["wanted"]),
        "map_rules": rules(),
        "alternatives": [dict(one) | {"word": _OUTCOME[one["outcome"]]} for one in result["alternatives"]],
        "scales": [dict(one) | {"day": words.day(one["date"])} for one in result["scales"]],
        "films": result["films"],
        "billing": _billing(result["billing"], sources),
        "sources": list(enumerate((_cite(one) for one in result["sources"]), 1)),
        "software": result["software"],
    }


def _patient(told: Mapping[str, Any]) -> str:
    age, onset = (None if told[key] is None else f"{told[key]:g}" for key in ("age", "age_at_onset"))
    parts = [f"{age} years" if age else "age not told", told["sex"] or "sex not told"]
    return ", ".join([*parts, f"onset at {onset}"] if onset else parts)


def _wanted(one: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if one is None:
        return None
    what = "as planned for" if one["planned"] else "as given on"
    return {"product": one["product"], "units": words.units(one["units"]), "when": f"{what} {words.day(one['date'])}"}


def _row(one: Mapping[str, Any], sources: Mapping[str, int], *, example: bool) -> dict[str, Any]:
    return dict(one) | {
        "word": _STATE[one["state"]],
        "cites": [sources[key] for key in one["sources"]],
        "elicited": one["basis"] == "elicited" and not example,
    }


def _session(one: Mapping[str, Any]) -> dict[str, Any]:
    muscles: dict[str, list[str]] = {}
    for site in one["sites"]:
        muscles.setdefault(f"{words.muscle(site['muscle'])}", []).append(words.amount(site["units"]))
    days = one["days_since_last"]
    return dict(one) | {
        "day": words.day(one["date"]),
        "units": words.units(one["units"]),
        "wasted": words.units(one["wasted_units"]) if one["wasted_units"] is not None else "not written down",
        "where": [f"{name} {' + '.join(units)}" for name, units in muscles.items()],
        "since": "first on record" if days is None else f"{days} days",
        "lot_words": [_lot(lot) for lot in one["lots"]],
    }


def _lot(one: Mapping[str, Any]) -> str:
    return f"{one['lot']}, expires {words.day(one['expires']) if one['expires'] else 'not told'}"


def _map(one: Mapping[str, Any] | None) -> str:
    """Draw the sites of the session that is asked for, or of the last one."""
    if one is None or not one["sites"]:
        return ""
    planned = bool(one["planned"])
    marks = numbered([_mark(site, planned=planned) for site in one["sites"]])
    return fragment(marks, one["side"], session=not planned)


def _mark(site: Mapping[str, Any], *, planned: bool) -> Mark:
    # What was given is drawn filled; whether it had been planned so is the session's own page's to say.
    return Mark(site["muscle"], site["site"], site["side"], site["units"], None if planned else site["units"])


def _billing(told: Mapping[str, Any] | None, sources: Mapping[str, int]) -> dict[str, Any] | None:
    if told is None:
        return None
    lines: Sequence[Mapping[str, Any]] = told["lines"]
    return dict(told) | {
        "lines": [dict(one) | {"cites": [sources[key] for key in one["sources"]]} for one in lines],
    }


def _cite(one: Mapping[str, Any]) -> str:
    where = [f"{name} {one[field]}" for field, name in (("doi", "doi"), ("pmid", "PMID")) if one.get(field)]
    return ", ".join([one["cite"], *where])
