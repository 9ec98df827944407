"""The public result of a plan, ``facialis.injection_plan/1``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.treatment.injection import circumstances, limits, sides
from facialis.treatment.injection.amounts import added, text
from facialis.treatment.injection.doses import site_to_json, totals_to_json
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.treatment.injection.planning import Plan


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return the public result of a plan."""
    wanted = plan.wanted
    told = {
        "schema": "facialis.injection_plan/1",
        "date": wanted.day.isoformat(),
        "side": wanted.side,
        "country": wanted.country or None,
        "first_session": plan.first,
        "product": plan.mixed.to_json(plan.mixed.product),
        "state": plan.reasons.state,
        "blocks": [reason.to_json() for reason in plan.reasons.blocks],
        "cautions": [reason.to_json() for reason in plan.reasons.cautions],
        "overrides": plan.reasons.overrides_to_json(),
        "not_asked": [{"key": key, "term": circumstances.term(key)} for key in plan.not_asked],
        "sites": [site_to_json(dose, plan.mixed) for dose in wanted.doses],
        "totals": totals_to_json(wanted.doses, plan.mixed),
        "limits": [one.to_json() for one in plan.limits],
        "cumulative": _cumulative(plan),
        "intervals": [wait.to_json(plan.reasons) for wait in plan.waits],
        "side_told": sides.to_json(plan.sides, wanted.side),
        "from_last": _from_last(plan),
    }
    return told | {"sources": list(sources_of(told)), "software": software()}


def software() -> dict[str, str]:
    """Return what made a result."""
    return {"version": __version__, "knowledge_sha256": treatment.digest()}


def _cumulative(plan: Plan) -> dict[str, Any]:
    from facialis.treatment.injection.planning import window

    days, product = window(plan), plan.mixed.product
    listed = limits.within(plan.earlier, plan.wanted.day, days)
    counted = [one for one in listed if one.product == product]
    units = added(
        [*(dose.units for dose in plan.wanted.doses), *(one.units for one in counted if one.units is not None)]
    )
    told = f"{text(units)} U of {product} within {days} days over all indications that are told, this session included."
    if len(counted) < len(listed):
        told += " Other products are listed and never added: their units are other units."
    return {
        "window_days": days,
        "units_this_product": text(units),
        "asked": plan.wanted.earlier is not None,
        "other": [
            {
                "date": one.day.isoformat(),
                "product": one.product,
                "units": None if one.units is None else text(one.units),
                "indication": one.indication,
                "counted": one.product == product and one.units is not None,
            }
            for one in listed
        ],
        "text": told,
    }


def _from_last(plan: Plan) -> dict[str, Any] | None:
    last = plan.last
    if last is None:
        return None
    lasts = [one for one in plan.last_of.values() if one is not None]
    advice = list(dict.fromkeys(line for one in lasts for line in (*one.advice, *advice_of(one))))
    return {
        "date": last.day.isoformat(),
        "product": last.product,
        "sites_changed": _changed(plan),
        "measured_effect": last.effect,
        "advice": advice,
    }


def advice_of(last: Any) -> Iterator[str]:
    """Yield what the adverse events of the last session ask for."""
    words = treatment.alarms().side_effects
    for event in last.adverse:
        when = f", {(event.onset - last.day).days} days after" if event.onset else ""
        side = f", {event.side}" if event.side in ("left", "right", "both") else ""
        yield f"After the last session: {words[event.code].title.lower()}{side}{when}. {words[event.code].action}"


def _changed(plan: Plan) -> list[dict[str, Any]]:
    """Return what differs from the last session of each side; of another product nothing can be compared."""
    product, last_of = plan.mixed.product, plan.last_of
    same = {side: last for side, last in last_of.items() if last and last.given and last.product == product}
    was = {
        dose.where: dose.units
        for side, last in same.items()
        for dose in last.given
        if dose.units and (dose.side is side or len(last_of) == 1)
    }
    now = {dose.where: dose.units for dose in plan.wanted.doses if dose.side in same}
    return [
        {
            "muscle": where[0],
            "site": where[1],
            "side": where[2].value,
            "was": text(was[where]) if where in was else "0",
            "is": text(now[where]) if where in now else "0",
        }
        for where in dict.fromkeys((*was, *now))
        if was.get(where) != now.get(where)
    ]


def sources_of(told: Any) -> Iterator[dict[str, str]]:
    """Yield every source that a result names, once."""
    known = knowledge.sources()
    for key in dict.fromkeys(_named(told)):
        if key in known:
            source = known[key]
            yield {"key": key, "cite": source.cite, "doi": source.doi, "pmid": source.pmid}


def _named(told: Any) -> Iterable[str]:
    if isinstance(told, dict):
        for key, value in told.items():
            if key == "source" and isinstance(value, str):
                yield value
            elif key == "sources":
                yield from value
            else:
                yield from _named(value)
    elif isinstance(told, list):
        for one in told:
            yield from _named(one)
