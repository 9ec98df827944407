"""What the page of a session shows: as planned and as given, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from facialis.treatment.injection.page import words
from facialis.treatment.injection.page.face_map import Mark, face_map, numbered
from facialis.treatment.injection.page.looks import LOOKS

# What the table and the section on waste say anyway.
_SHOWN_BELOW = ("not_as_planned", "one_vial_one_patient")
_TIME_OUT = (("patient_states", "patient states"), ("marked", "marked on the skin"), ("record", "record says"))


def session(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template ``session.html`` is filled with; `result` is a ``facialis.session/1``."""
    pairs = _pairs(result["planned"], result["given"])
    marks = numbered([_mark(planned, given) for planned, given in pairs])
    product = result["product"]
    return {
        "date": words.day(result["date"]),
        "side": result["side"],
        "side_word": words.side(result["side"]),
        "product": product,
        "mixed": words.mixed(product),
        "blocks": [one["text"] for one in result["blocks"]],
        "resolved": [(words.plain(one["code"]), one["how"], one["by"]) for one in result.get("resolved") or ()],
        "cautions": [one["text"] for one in result["cautions"] if one["code"] not in _SHOWN_BELOW],
        "units": words.units(result["totals"]["units"]),
        "volume": words.millilitres(result["totals"]["volume_ml"]),
        "map": face_map(marks, result["side"], session=True),
        "groups": words.by_side(
            [_row(mark, planned, given) for mark, (planned, given) in zip(marks, pairs, strict=True)]
        ),
        "count": len(pairs),
        "planned_total": words.units(str(sum((Decimal(one["units"]) for one in result["planned"]), Decimal()))),
        "differs": sum(1 for planned, given in pairs if _units(planned) != _units(given)),
        "facts": _facts(result),
        "lots": [(one["lot"], words.day(one["expires"]), one["vials"]) for one in result["lots"]],
        "time_out": _time_out(result["time_out"]),
        "consent": _consent(result["consent"]),
        "adverse": [_adverse(one, result["date"]) for one in result["adverse_events"]],
        "looks": LOOKS,
        "software": result["software"],
    }


Pair = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]


def _pairs(planned: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Return each site with its plan and what was given; first those planned, then those added."""
    left = {_where(one): one for one in given}
    pairs: list[Pair] = [(one, left.pop(_where(one), None)) for one in planned]
    return [*pairs, *((None, one) for one in left.values())]


def _where(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["side"], one["muscle"], one["site"]


def _units(one: Mapping[str, Any] | None) -> Decimal:
    return Decimal(one["units"]) if one else Decimal()


def _mark(planned: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> Mark:
    one = planned or given
    assert one is not None
    return Mark(
        one["muscle"],
        one["site"],
        one["side"],
        planned["units"] if planned else None,
        given["units"] if given else "0",
    )


def _row(mark: Mark, planned: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any]:
    one = planned or given or {}
    differs = _units(planned) != _units(given)
    return {
        "mark": mark,
        "muscle": words.muscle(one["muscle"]),
        "site": words.place(one["muscle"], one["site"]),
        "side": one["side"],
        "planned": words.units(planned["units"]) if planned else "not planned",
        "given": words.units(given["units"]) if given and _units(given) else "not given",
        "volume": words.millilitres(given["volume_ml"]) if given and _units(given) else "",
        "differs": differs,
        "why": ((given or {}).get("differs") or "no reason told") if differs else "",
    }


def _facts(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was drawn up, given and thrown away, and by whom."""
    waste, totals = result["waste"], result["totals"]
    drawn = totals.get("drawn_units") or str(Decimal(totals["units"]) + Decimal(waste["units"]))
    return [
        ("Given", f"{words.units(totals['units'])} in {words.millilitres(totals['volume_ml'])}"),
        ("Wasted", f"{words.units(waste['units'])} ({words.millilitres(waste['ml'])})"),
        ("Drawn", f"{words.units(drawn)} = given + wasted"),
        ("Waste witnessed by", waste.get("witness") or "nobody told"),
        ("Operator", result["operator"] or "not told"),
    ]


def _time_out(told: Mapping[str, Any] | None) -> dict[str, Any]:
    told = told or {}
    sides = [(name, words.side(told.get(key))) for key, name in _TIME_OUT]
    at = str(told.get("at") or "")
    agree = len({side for _, side in sides}) == 1 and sides[0][1] != "not told"
    return {"sides": sides, "agree": agree, "at": at.replace("T", " at ") if at else ""}


def _consent(told: Mapping[str, Any] | None) -> dict[str, Any]:
    told = told or {}
    return {
        "given": bool(told.get("given")),
        "date": words.day(told.get("date")),
        "by": told.get("by") or "not told",
    }


def _adverse(one: Mapping[str, Any], given_on: str) -> dict[str, Any]:
    onset, resolved = one.get("onset"), one.get("resolved")
    days = (date.fromisoformat(onset) - date.fromisoformat(given_on)).days if onset else None
    lasted = (date.fromisoformat(resolved) - date.fromisoformat(onset)).days if onset and resolved else None
    return {
        "what": words.plain(one["code"]),
        "side": words.side(one.get("side")),
        "severity": one.get("severity") or "not told",
        "onset": words.day(onset) if onset else "not told",
        "after": f"day {days}" if days is not None else "",
        "resolved": words.day(resolved) if resolved else "not resolved",
        "lasted": f"lasted {lasted} days" if lasted is not None else "",
        "note": one.get("note") or "",
    }
