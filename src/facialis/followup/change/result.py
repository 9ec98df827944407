"""The public result of a change, ``facialis.change/1``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from facialis import knowledge
from facialis.followup.change import words
from facialis.knowledge import treatment
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.followup.change.judge import Change, Judged
    from facialis.followup.change.visit import Reading, Visit


def to_json(told: Change) -> dict[str, Any]:
    """Return the public result."""
    known = treatment.changes()
    days = None
    if told.before.day is not None and told.after.day is not None:
        days = (told.after.day - told.before.day).days
    return {
        "schema": "facialis.change/1",
        "beyond_cycle": told.beyond_cycle,
        "verdict": told.verdict,
        "evidence": list(told.evidence),
        "before": _visit(told.before),
        "after": _visit(told.after),
        "days_between": days,
        "looks": told.looks,
        "alpha": known.number("alpha"),
        "measures": [_measure(one, told) for one in told.measures],
        "not_counted": [{"key": key, "because": why} for key, why in told.not_counted.items()],
        "sources": _sources(told.measures),
        "software": {"version": __version__, "knowledge_sha256": treatment.digest()},
    }


def _visit(one: Visit) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "date": one.day.isoformat() if one.day else None,
        "side": one.side.value,
        "days_since_injection": one.days_since_injection,
        "never_injected": one.never_injected,
        "product": one.product or None,
        "toxin": words.toxin(one),
        "limits": list(one.limits),
    }


def _measure(one: Judged, told: Change) -> dict[str, Any]:
    varying = one.varying
    return {
        "key": varying.key,
        "name": varying.name,
        "unit": varying.unit,
        "difference_is": varying.how,
        "before": {**one.before.to_json(), **_behind(told.before.readings[varying.key])},
        "after": {**one.after.to_json(), **_behind(told.after.readings[varying.key])},
        "seen": one.seen.to_json(),
        "explained": one.explained.to_json() if one.explained else None,
        "explained_by": one.explained_by,
        "left": one.left.to_json(),
        "held_against": {"low": one.held[0], "high": one.held[1]},
        "smallest_important": varying.smallest.to_json(),
        "day_to_day": varying.day.to_json(),
        "important": one.important,
        "beyond_cycle": one.beyond_cycle,
        "verdict": one.verdict,
        "because": list(one.because),
    }


def _behind(reading: Reading) -> dict[str, Any]:
    return {"entries": reading.entries, "over_days": reading.over_days}


def _sources(measures: Sequence[Judged]) -> list[dict[str, str]]:
    keys: list[str] = []
    for one in measures:
        keys += [*one.varying.smallest.sources, *one.varying.measured.sources, *one.varying.day.sources]
        if one.explained_by == "cycle":
            keys += treatment.courses().products["onabotulinumtoxinA"].duration.sources
    known = knowledge.sources()
    cited = [known[key] for key in dict.fromkeys(keys)]
    return [{"key": one.key, "cite": one.cite, "doi": one.doi, "pmid": one.pmid} for one in cited]
