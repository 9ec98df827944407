"""What the page of a plan shows, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from facialis.treatment.injection.page import words
from facialis.treatment.injection.page.face_map import Mark, face_map, numbered
from facialis.treatment.injection.page.looks import LOOKS
from facialis.treatment.injection.page.sources import Sources

# What is said of the vial stands beside the vials; what was raised stands with what changed.
_OF_VIALS = ("smaller_vial", "one_vial_one_patient")
_RAISED = "raised"
_NOT_ASKED = "not_asked"
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
        "blocks": [one["text"] for one in result["blocks"]],
        **_cautions(result),
        "overrides": [
            {"what": one.get("text") or words.plain(one["code"]), "reason": one["reason"], "by": one["by"]}
            for one in result["overrides"]
        ],
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


def _cautions(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what needs care, what is said of the vial, and whether a dose was raised."""
    told = [(one["code"], one["text"]) for one in result["cautions"]]
    # It has a list of its own, where the result holds one.
    asked = {_NOT_ASKED} if result.get("not_asked") else set()
    moved = {_RAISED} if result["from_last"] and result["from_last"]["sites_changed"] else set()
    return {
        "cautions": [text for code, text in told if code not in (*_OF_VIALS, *moved, *asked)],
        "not_asked": [one["term"] for one in result.get("not_asked", [])],
        "of_vials": [text for code, text in told if code in _OF_VIALS],
        "raised": bool(moved) and any(code == _RAISED for code, _ in told),
    }


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
            "advised": bool(one.get("advice")),
            "side": one.get("side") or "",
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
            "told": bool(one["earliest"]),
            "cites": sources.numbers([one["source"]]),
        }
        for one in intervals
    ]


def _cumulative(told: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {
            "day": words.day(one["date"]),
            "product": one["product"],
            "units": words.units(one["units"]),
            "why": one["indication"],
            "counted": one.get("counted", True),
        }
        for one in told["other"]
    ]
    return {"text": told["text"], "rows": rows, "days": told["window_days"], "asked": told.get("asked", True)}


def _from_last(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "date": words.day(told["date"]),
        "changed": [_change(one) for one in told["sites_changed"]],
        "effect": words.effect(told["measured_effect"]),
        "advice": told["advice"],
    }


def _change(one: Mapping[str, Any]) -> dict[str, Any]:
    """Say how a site changed, and whether it is more than last time."""
    was, now = Decimal(one["was"] or 0), Decimal(one["is"] or 0)
    name = words.place(one["muscle"], one["site"]) if one.get("muscle") else words.plain(one["site"])
    if not was:
        how = f"new, {words.units(str(now))}"
    elif not now:
        how = f"left out (was {words.units(str(was))})"
    else:
        how = f"{words.units(str(was))} \N{RIGHTWARDS ARROW} {words.units(str(now))}"
    return {"text": f"{name}, {one['side']}: {how}", "more": now > was}
