"""What the page of a plan shows, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis.treatment.injection.page import words
from facialis.treatment.injection.page.face_map import Mark, face_map, numbered
from facialis.treatment.injection.page.looks import LOOKS
from facialis.treatment.injection.page.sources import Sources

_TELLS = (("stated", "patient states"), ("filmed", "on film"), ("clinician", "clinician"))


def plan(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template ``plan.html`` is filled with; `result` is a ``facialis.injection_plan/1``."""
    sources = Sources(result["sources"])
    marks = numbered([Mark(one["muscle"], one["site"], one["side"], one["units"], None) for one in result["sites"]])
    # The list of sources is asked for last, when all of the page has its numbers.
    return {
        **_heading(result),
        "map": face_map(marks, result["side"], session=False),
        "groups": words.by_side(_rows(result["sites"], marks, sources)),
        "count": len(marks),
        "totals": _totals(result),
        "by_muscle": [(words.muscle(key), words.units(one["units"])) for key, one in _each(result, "by_muscle")],
        "limits": _limits(result["limits"], sources),
        "intervals": _intervals(result["intervals"], sources),
        "cumulative": _cumulative(result["cumulative"]),
        "from_last": _from_last(result["from_last"]),
        "looks": LOOKS,
        "sources": sources.listed(),
        "software": result["software"],
    }


def _heading(result: Mapping[str, Any]) -> dict[str, Any]:
    product, told = result["product"], result["side_told"]
    return {
        "state": result["state"],
        "state_word": words.STATE.get(result["state"], result["state"]),
        "blocks": [_reason(one) for one in result["blocks"]],
        "cautions": [_reason(one) for one in result["cautions"]],
        "overrides": [dict(one) | {"what": words.plain(one["code"])} for one in result["overrides"]],
        "date": words.day(result["date"]),
        "side": result["side"],
        "side_word": words.side(result["side"]),
        "told": [(name, words.side(told.get(key))) for key, name in _TELLS],
        "agree": told["agree"],
        "product": product,
        "units": words.units(result["totals"]["units"]),
        "volume": words.millilitres(result["totals"]["volume_ml"]),
        "mixed": words.mixed(product),
    }


def _reason(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": one["text"], "code": words.plain(one["code"])}


def _rows(sites: Sequence[Mapping[str, Any]], marks: Sequence[Mark], sources: Sources) -> list[dict[str, Any]]:
    return [
        {
            "mark": mark,
            "muscle": words.muscle(one["muscle"]),
            "site": words.place(one["muscle"], one["site"]),
            "side": one["side"],
            "units": words.units(one["units"]),
            "volume": words.millilitres(one["volume_ml"]),
            "usual": words.usual(one["usual"]),
            "elicited": bool(one["usual"]) and one["usual"].get("basis") == "elicited",
            "cites": sources.numbers(one["usual"]["sources"] if one["usual"] else ()),
            "above": one["above_usual"],
        }
        for one, mark in zip(sites, marks, strict=True)
    ]


def _each(result: Mapping[str, Any], key: str) -> list[tuple[str, Mapping[str, Any]]]:
    return list(result["totals"].get(key, {}).items())


def _totals(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is drawn up, injected and thrown away."""
    totals, product = result["totals"], result["product"]
    lines = [("To inject", f"{words.units(totals['units'])} in {words.millilitres(totals['volume_ml'])}")]
    by_side = _each(result, "by_side")
    if len(by_side) > 1:
        lines += [(f"of it {side}", words.units(one["units"])) for side, one in by_side]
    vials, vial = totals["vials"], words.units(product["vial_units"])
    return [
        *lines,
        ("To prepare", f"{vials} vial{'' if vials == 1 else 's'} of {vial}: {words.units(totals['prepared_units'])} "
                       f"in {words.millilitres(totals['prepared_ml'])}"),
        ("Waste", f"{words.units(totals['waste_units'])} ({words.millilitres(totals['waste_ml'])})"),
        ("Syringe", f"steps of {words.millilitres(product['syringe_step_ml'])}"),
    ]  # fmt: skip


def _limits(limits: Sequence[Mapping[str, Any]], sources: Sources) -> list[dict[str, Any]]:
    return [
        dict(one)
        | {
            "name": words.LIMIT.get(one["what"], words.plain(one["what"])),
            "limit": words.units(one["limit"]) if one["limit"] else "none published",
            "planned": words.units(one["planned"]),
            "cites": sources.numbers(one["sources"]),
        }
        for one in limits
    ]


def _intervals(intervals: Sequence[Mapping[str, Any]], sources: Sources) -> list[dict[str, Any]]:
    return [
        dict(one)
        | {
            "name": words.RULE.get(one["rule"], words.plain(one["rule"])),
            "earliest": words.day(one["earliest"]) if one["earliest"] else "no date",
            "cites": sources.numbers([one["source"]]),
        }
        for one in intervals
    ]


def _cumulative(told: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        (words.day(one["date"]), one["product"], words.units(one["units"]), one["indication"]) for one in told["other"]
    ]
    return {"text": told["text"], "rows": rows, "days": told["window_days"]}


def _from_last(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    changed = [
        f"{words.plain(one['site'])}, {one['side']}: {words.units(one['was'])} \N{RIGHTWARDS ARROW} "
        f"{words.units(one['is'])}"
        for one in told["sites_changed"]
    ]
    return {
        "date": words.day(told["date"]),
        "changed": changed,
        "effect": words.effect(told["measured_effect"]),
        "advice": told["advice"],
    }
