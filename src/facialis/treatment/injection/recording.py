"""A session as it was given, against what was planned: sides, lots, consent, doses, waste, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from facialis.document import Document, toml_file
from facialis.findings import Side
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection import adverse
from facialis.treatment.injection.amounts import MOST_ML, MOST_UNITS, added, taken, text
from facialis.treatment.injection.doses import Dose, Totals, site_to_json, totals, totals_to_json
from facialis.treatment.injection.earlier import AdverseEvent
from facialis.treatment.injection.formalities import (
    Lot,
    Resolved,
    check_mixed_at,
    consent,
    is_resolved,
    lots,
    needed,
    resolutions,
    time_out,
)
from facialis.treatment.injection.given import given_doses
from facialis.treatment.injection.plan_result import PlanResult
from facialis.treatment.injection.preparation import Preparation
from facialis.treatment.injection.reasons import Reason
from facialis.treatment.injection.result import software, sources_of
from facialis.treatment.injection.shared_rows import (
    OWN_RULES,
    PRODUCT_KEYS,
    SIDES,
    day,
    label_country,
    preparation,
    product_key,
)

_KEYS = (
    "date",
    "side",
    "country",
    "product",
    "lots",
    "operator",
    "consent",
    "time_out",
    "as_planned",
    "given",
    "waste",
    "adverse_events",
    "resolved",
    "note",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session.

    Attributes
    ----------
    day : date
    side, country : str
    mixed : Preparation
        With the vials that were opened.
    lots : tuple of Lot
    operator : str
    consent, time_out : dict
        As the public result holds them.
    plan : PlanResult or None
        None where none was handed in.
    given : tuple of Dose
    totals : Totals
    witness : str
        Of the waste; empty where nobody was.
    adverse : tuple of AdverseEvent
    cautions : tuple of Reason
    resolved : tuple of Resolved
    """

    day: date
    side: str
    country: str
    mixed: Preparation
    lots: tuple[Lot, ...]
    operator: str
    consent: dict[str, Any]
    time_out: dict[str, Any]
    plan: PlanResult | None
    given: tuple[Dose, ...]
    totals: Totals
    witness: str
    adverse: tuple[AdverseEvent, ...]
    cautions: tuple[Reason, ...]
    resolved: tuple[Resolved, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public result, ``facialis.session/1``."""
        told = {
            "schema": "facialis.session/1",
            "date": self.day.isoformat(),
            "side": self.side,
            "country": self.country or None,
            "product": self.mixed.to_json(self.mixed.product),
            "lots": [{"lot": one.lot, "expires": one.expires.isoformat(), "vials": one.vials} for one in self.lots],
            "operator": self.operator,
            "consent": self.consent,
            "time_out": self.time_out,
            "planned": [site_to_json(dose, self.plan.mixed) for dose in self.plan.doses] if self.plan else [],
            "given": [site_to_json(dose, self.mixed) | {"differs": dose.differs or None} for dose in self.given],
            "totals": totals_to_json(self.given, self.mixed)
            | {"drawn_units": text(self.totals.drawn_units), "drawn_ml": text(self.totals.drawn_ml)},
            "waste": {
                "units": text(self.totals.waste_units),
                "ml": text(self.totals.waste_ml),
                "witness": self.witness or None,
            },
            "adverse_events": [event.to_json() for event in self.adverse],
            "blocks": [],
            "cautions": [reason.to_json() for reason in self.cautions],
            "intervals": {f"{rule}_days": self.plan.intervals.get(rule) if self.plan else None for rule in OWN_RULES},
            "resolved": [{"code": one.code, "how": one.how, "by": one.by} for one in self.resolved],
        }
        return told | {"sources": list(sources_of(told)), "software": software()}


def record(path: Path, plan: PlanResult | None, on: date) -> Recorded:
    """Read what was given and hold it against the plan.

    Parameters
    ----------
    path : Path
        SESSION.toml.
    plan : PlanResult or None
        As ``facialis injection plan --json`` wrote it.
    on : date
        Today: nothing can be recorded before it is given.

    Raises
    ------
    DocumentError
        In one line: what is missing, what does not agree, what is on the wrong side, a vial that has expired.
    """
    return record_of(toml_file(path, exact=True), plan, on, str(path))


def record_of(value: Mapping[str, Any], plan: PlanResult | None, on: date, name: str = "session") -> Recorded:
    """Take what was given from a mapping that is shaped like the file, and hold it against the plan.

    Parameters
    ----------
    value : mapping
        Amounts are ``Decimal`` or texts.
    plan : PlanResult or None
    on : date
        Today: nothing can be recorded before it is given.
    name : str
        How it is called in errors.

    Raises
    ------
    DocumentError
        In one line, as :func:`record`.
    """
    top = Document(value, name)
    top.only(_KEYS)
    when = day(top, "date")
    if when > on:
        raise top.error(
            f"is {when.isoformat()}, after today ({on.isoformat()}): nothing is recorded in advance", "date"
        )
    resolved = resolutions(top)
    side = _side(top, plan)
    mixed = _mixed(top, plan)
    _check_plan(top, plan, when, resolved)
    given = given_doses(top, plan, side, mixed)
    opened = lots(top, when)
    mixed = replace(mixed, vials=sum(lot.vials for lot in opened))
    told = _totals(top, given, mixed)
    settled = time_out(top, side, when, resolved)
    check_mixed_at(top, mixed.product, settled, resolved)
    events = adverse.read(top, when, on)
    return Recorded(
        day=when,
        side=side,
        country=label_country(top) or (plan.country if plan else ""),
        mixed=mixed,
        lots=opened,
        operator=needed(top, "operator", "who injected"),
        consent=consent(top, when),
        time_out=settled,
        plan=plan,
        given=given,
        totals=told,
        witness=_witness(top, told),
        adverse=events,
        cautions=(*_cautions(plan, given, told, mixed), *adverse.elsewhere(events, given)),
        resolved=resolved,
    )


def _side(top: Document, plan: PlanResult | None) -> str:
    if plan is None:
        return top.word("side", SIDES)
    if top.has("side") and top.word("side", SIDES) != plan.side:
        raise top.error(f"is {top.text('side')}, and the plan is of the {plan.side} side", "side")
    return plan.side


def _mixed(top: Document, plan: PlanResult | None) -> Preparation:
    """Return what was mixed: as the session says, which must be the plan's product; else as planned."""
    if not top.has("product"):
        if plan is None:
            raise top.error("is missing: units without a product mean nothing", "product")
        return plan.mixed
    row = top.inner("product")
    row.only(PRODUCT_KEYS)
    if plan is None:
        return preparation(row)
    told = product_key(row) if row.has("name") else plan.mixed.product
    if told != plan.mixed.product:
        raise row.error(
            f"is {told}, the plan is of {plan.mixed.product}: units do not carry over; plan it anew", "name"
        )
    planned = {
        "name": told,
        "vial_units": plan.mixed.vial_units,
        "diluent_ml": plan.mixed.diluent_ml or None,
        "syringe_step_ml": plan.mixed.step_ml,
    }
    return preparation(Document(planned | dict(row.items()), top.file, "product"))


def _check_plan(top: Document, plan: PlanResult | None, when: date, resolved: Sequence[Resolved]) -> None:
    if plan is None:
        return
    if plan.state != "ready" and not is_resolved(resolved, "plan_state"):
        what = f"is of a plan that is {plan.state.replace('_', ' ')} ({', '.join(plan.blocks)})"
        raise top.error(f'{what}: make it ready, or say how it was settled: [[resolved]] code = "plan_state"')
    if when != plan.day and not is_resolved(resolved, "another_day"):
        what = f"is {when.isoformat()}, the plan is of {plan.day.isoformat()} and was checked for that day"
        raise top.error(f'{what}; plan it anew, or say why: [[resolved]] code = "another_day"', "date")


def _totals(top: Document, given: Sequence[Dose], mixed: Preparation) -> Totals:
    """Return the totals; the waste that a person wrote down must be what is left."""
    units = added(dose.units for dose in given)
    if mixed.enough(units) > mixed.vials:
        what = f"hold {mixed.vials} x {text(mixed.vial_units)} U, and {text(units)} U were given"
        raise top.error(f"{what}: name every vial that was opened", "lots")
    told = totals(given, mixed)
    if not top.has("waste"):
        return told
    row = top.inner("waste")
    row.only(("units", "ml", "witness"))
    for key, most, left in (("units", MOST_UNITS, told.waste_units), ("ml", MOST_ML, told.waste_ml)):
        if row.has(key) and taken(row, key, most, zero=True) != left:
            said = text(taken(row, key, most, zero=True))
            drawn, gave = (told.drawn_units, told.units) if key == "units" else (told.drawn_ml, told.ml)
            raise row.error(f"is {said}; {text(drawn)} drawn less {text(gave)} given leaves {text(left)}", key)
    return told


def _witness(top: Document, told: Totals) -> str:
    row = top.inner("waste") if top.has("waste") else None
    return row.text("witness") if row is not None and row.has("witness") and told.waste_units else ""


def _cautions(plan: PlanResult | None, given: Sequence[Dose], told: Totals, mixed: Preparation) -> Iterator[Reason]:
    if plan is None:
        text_ = "No plan was handed in: what was given is held against nothing, and nothing was checked before it."
        yield Reason("no_plan", Does.CARE, text_)
    sides = [dose.side for dose in given if dose.units]
    if plan is not None and plan.side == "both" and len(set(sides)) == 1:
        other = "right" if sides[0] is Side.LEFT else "left"
        yield Reason("one_of_both", Does.CARE, f"Both sides were planned; nothing was given on the {other}.")
    before = {dose.where: dose.units for dose in plan.doses} if plan else {}
    differs = [dose for dose in given if plan is not None and before.get(dose.where, Decimal(0)) != dose.units]
    if differs:
        listed = "; ".join(
            f"{dose.named} {text(before.get(dose.where, Decimal(0)))} planned, {text(dose.units)} given: {dose.differs}"
            for dose in differs
        )
        yield Reason("not_as_planned", Does.CARE, f"Not as planned: {listed}.")
    if plan is not None and (mixed.vial_units, mixed.diluent_ml) != (plan.mixed.vial_units, plan.mixed.diluent_ml):
        text_ = (
            f"Mixed {text(mixed.vial_units)} U in {text(mixed.ml)} mL, planned {text(plan.mixed.vial_units)} U in "
            f"{text(plan.mixed.ml)} mL: the volumes are those of the mixture that was used."
        )
        yield Reason("mixed_otherwise", Does.CARE, text_)
    if told.waste_units:
        yield Reason("one_vial_one_patient", Does.CARE, "One vial, one patient: what was left was thrown away.")
