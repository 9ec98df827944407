"""The public result of a course, ``facialis.course/1``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from facialis import knowledge
from facialis.findings import Estimate
from facialis.followup.diary import MEASURES
from facialis.knowledge import treatment
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.followup.course import Course, CycleTold, Forecast, SideCourse

# So many days between two entries are a gap worth telling.
_GAP = 21


def to_json(course: Course) -> dict[str, Any]:
    """Return the public result."""
    sides = {side.value: _side(one) for side, one in course.sides.items()}
    alarms = [alarm.to_json() for alarm in course.alarms]
    return {
        "schema": "facialis.course/1",
        "on": course.on.isoformat(),
        "source": {
            "diary": _diary(course),
            "treatments": {"rows": len(course.treatments.rows)},
        },
        "assumptions": [*course.diary.assumptions, *course.treatments.assumptions],
        "sides": sides,
        "alarms": alarms,
        "sources": list(_sources(sides, alarms)),
        "software": {
            "version": __version__,
            "knowledge_sha256": treatment.digest(),
            "draws": course.draws,
            "seed": course.seed,
        },
    }


def _diary(course: Course) -> dict[str, Any]:
    days = sorted({entry.day for entry in course.diary.entries if entry.day <= course.on})
    return {
        "name": course.diary.name,
        "sha256": course.diary.sha256,
        "rows": course.diary.rows,
        "from": days[0].isoformat() if days else None,
        "to": days[-1].isoformat() if days else None,
        "gaps": [
            {"from": before.isoformat(), "to": after.isoformat(), "days": (after - before).days}
            for before, after in pairwise(days)
            if (after - before).days > _GAP
        ],
    }


def _side(one: SideCourse) -> dict[str, Any]:
    # An operation leaves no entry to be fitted: what was entered most is shown then.
    most = Counter(entry.measure for entry in one.entries).most_common(1)
    measure = one.one.scale.measure if one.one else MEASURES[most[0][0]] if most else None
    return {
        "measure": measure
        and {"key": measure.key, "name": measure.name, "unit": measure.unit, "low": measure.low, "high": measure.high},
        "measures_used": [
            {"key": used.key, "rows": used.rows, "scale": used.ratio, "noise": used.noise}
            for used in (one.one.used if one.one else ())
        ],
        "untreated": _estimate(one.untreated),
        "noise": _estimate(one.noise),
        "cycles": [_cycle(cycle) for cycle in one.cycles],
        "forecast": _forecast(one.forecast) if one.forecast else None,
        "fitted": _rows(one.fitted),
        "points": _points(one),
        "against_forecast": _against(one),
        "untreated_grown": _estimate(one.grown),
        "decompression": one.decompression.to_json() if one.decompression else None,
        "change": one.change.to_json() if one.change else None,
        "not_assessable": list(one.not_assessable),
    }


def _estimate(told: Estimate | None) -> dict[str, Any] | None:
    return told.to_json() if told else None


def _rows(rows: Sequence[tuple[date, float, float, float]]) -> list[dict[str, Any]]:
    return [
        {"date": day.isoformat(), "value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
        for day, value, low, high in rows
    ]


def _cycle(cycle: CycleTold) -> dict[str, Any]:
    units = cycle.treatment.units
    return {
        "number": cycle.number,
        "kind": cycle.treatment.kind,
        "date": cycle.treatment.day.isoformat(),
        "product": cycle.treatment.product,
        "units": None if units is None else str(units),
        "until": cycle.until.isoformat() if cycle.until else None,
        "entries": cycle.entries,
        "state": cycle.state,
        "relief": _estimate(cycle.relief),
        "onset_day": _estimate(cycle.onset_day),
        "peak_day": _estimate(cycle.peak_day),
        "wear_off_day": _estimate(cycle.wear_off_day),
        "wear_off": cycle.wear_off.to_json() if cycle.wear_off else None,
        "because": list(cycle.because),
    }


def _forecast(told: Forecast) -> dict[str, Any]:
    expected = treatment.courses().of(told.product).duration
    return {
        "from": told.begin.isoformat(),
        "wear_off_day": told.wear_off_day.to_json(),
        "wear_off": told.wear_off.to_json(),
        "worn_off_probability": told.worn_off_probability,
        "learned_from_cycles": told.learned_from_cycles,
        "population": {
            "wear_off_day": told.population.to_json(),
            "basis": expected.basis.value,
            "sources": list(expected.sources),
        },
        "next_session": told.next_session.to_json(),
        "curve": _rows(told.curve),
    }


def _points(one: SideCourse) -> list[dict[str, Any]]:
    return [
        {
            "date": entry.day.isoformat(),
            "measure": entry.measure,
            "value": entry.value,
            "source": entry.source,
            "expected": expected and dict(zip(("value", "low", "high"), expected, strict=True)),
        }
        for entry, expected in zip(one.entries, one.expected, strict=True)
    ]


def _against(one: SideCourse) -> dict[str, Any] | None:
    told = one.against
    if told is None:
        return None
    return {
        "since": told.since.isoformat(),
        "entries": told.entries,
        "bans": told.bans,
        "times": told.times.to_json(),
        "raised": told.raised,
        "days": [
            {"date": day.isoformat(), "value": value, "expected": {"value": middle, "low": low, "high": high}}
            for day, value, middle, low, high in told.days
        ],
    }


def _sources(sides: dict[str, Any], alarms: Sequence[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield what the numbers that are shown rest on, each once."""
    keys = [key for alarm in alarms for key in alarm["sources"]]
    for side in sides.values():
        if side["forecast"]:
            keys += side["forecast"]["population"]["sources"]
            keys += [one["source"] for one in side["forecast"]["next_session"]["earliest"] if one["source"]]
        if side["decompression"]:
            keys += side["decompression"]["sources"]
    known = knowledge.sources()
    for key in dict.fromkeys(keys):
        if key in known:
            yield {"key": key, "cite": known[key].cite, "doi": known[key].doi, "pmid": known[key].pmid}
