"""A plan for one session, checked and added up: ready, blocked, or in need of a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from facialis.case import Case
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.knowledge.treatment.product import Label
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection import circumstances, limits, sides, usual, waiting
from facialis.treatment.injection.amounts import added, text
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import Earlier, LastSession, check_twice, latest_of_sides
from facialis.treatment.injection.preparation import Preparation
from facialis.treatment.injection.reasons import Reason, Sorted, sort
from facialis.treatment.injection.wanted import Wanted
from facialis.units import count


@dataclass(frozen=True, slots=True)
class Plan:
    """What was wanted, with all that was found about it.

    Attributes
    ----------
    wanted : Wanted
    mixed : Preparation
        With the vials that it takes.
    sides : mapping of str to str or None
        Who says which side.
    labels : tuple of Label
        Those that it is held against.
    first : bool
        Whether it is the first session with this product, of one of these sides at least.
    last : LastSession or None
        The latest of the sides that are planned.
    earlier : tuple of Earlier
        All toxin before, of any product and indication, the last session included.
    limits : tuple of limits.Held
    waits : tuple of waiting.Wait
    reasons : Sorted
    last_of : mapping of Side to LastSession or None
        Of each side that is planned, its own.
    not_asked : tuple of str
        Circumstances that nobody asked.
    """

    wanted: Wanted
    mixed: Preparation
    sides: dict[str, str | None]
    labels: tuple[Label, ...]
    first: bool
    last: LastSession | None
    earlier: tuple[Earlier, ...]
    limits: tuple[limits.Held, ...]
    waits: tuple[waiting.Wait, ...]
    reasons: Sorted
    last_of: Mapping[Side, LastSession | None]
    not_asked: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public result, ``facialis.injection_plan/1``."""
        from facialis.treatment.injection.result import plan_to_json

        return plan_to_json(self)


def plan(wanted: Wanted, case: Case | None, sessions: Sequence[LastSession], on: date) -> Plan:
    """Check what is wanted and add it up.

    Parameters
    ----------
    wanted : Wanted
    case : Case or None
        What is known of the person.
    sessions : sequence of LastSession
        Earlier sessions, in any order.
    on : date
        Today.

    Raises
    ------
    DocumentError
        If it lies before the last session, the vials do not hold it, or an override is of nothing that asks for one.
    """
    check_twice(sessions, wanted.earlier or (), wanted.file)
    at = sorted({dose.side for dose in wanted.doses})
    last_of = latest_of_sides(sessions, wanted.before, at, wanted.file)
    last = max(filter(None, last_of.values()), key=lambda one: one.day, default=None)
    latest_day = max([one.day for one in (*sessions, *([wanted.before] if wanted.before else []))], default=None)
    if latest_day is not None and wanted.day < latest_day:
        what = f"is {wanted.day.isoformat()}, before the last session on {latest_day.isoformat()}"
        raise wanted.file.error(what, "date")
    mixed = _with_vials(wanted)
    product = mixed.product
    earlier = _earlier(wanted, sessions)
    first = [side for side in at if _first(wanted, last_of[side], [one for one in sessions if one.treats(side)])]
    labels = treatment.products()[product].labels_in(wanted.country)
    held = limits.held(labels, wanted.doses, first=first, day=wanted.day, product=product, earlier=earlier)
    waits = waiting.waits(wanted.day, latest_day, product, wanted.country, wanted.payer_days, wanted.clinic_days)
    told = sides.told(wanted.side_told, case)
    made = Plan(
        wanted, mixed, told, labels, bool(first), last, earlier, tuple(held), tuple(waits), Sorted((), (), ()), last_of
    )
    product, muscles, countries, known = _person(made)
    missing = circumstances.not_asked(case, product, muscles, countries, known=known)
    return replace(made, reasons=sort(_reasons(made, case, on), wanted.overrides, wanted.file), not_asked=missing)


def _person(made: Plan) -> tuple[str, list[str], set[str], tuple[str, ...]]:
    """Return what the rules of the person look at: product, muscles, countries, and what the plan itself settles."""
    listed = () if made.wanted.earlier is None else ("other_toxin_recent",)
    muscles = [dose.muscle for dose in made.wanted.doses]
    return made.mixed.product, muscles, {name for label in made.labels for name in label.countries}, listed


def _with_vials(wanted: Wanted) -> Preparation:
    """Return the preparation with as many vials as it takes, or as the plan says."""
    units = added(dose.units for dose in wanted.doses)
    least = wanted.mixed.enough(units)
    if wanted.mixed.vials and wanted.mixed.vials < least:
        vial = f"{wanted.mixed.vials} of {text(wanted.mixed.vial_units)} U"
        raise wanted.file.error(f"is {vial}, and the sites need {text(units)} U: {least} vials", "product.vials")
    return replace(wanted.mixed, vials=wanted.mixed.vials or least)


def _earlier(wanted: Wanted, sessions: Sequence[LastSession]) -> tuple[Earlier, ...]:
    """Return all toxin that was given before, the latest first."""
    told = [session.as_earlier for session in sessions]
    before = wanted.before
    if before is not None and all((one.day, one.product) != (before.day, before.product) for one in told):
        told.append(before.as_earlier)
    told += wanted.earlier or ()
    for one in told:
        if one.day > wanted.day:
            what = f"names {one.product} of {one.day.isoformat()}, after the plan's own day, {wanted.day.isoformat()}"
            raise wanted.file.error(what)
    return tuple(sorted(told, key=lambda one: one.day, reverse=True))


def _first(wanted: Wanted, last: LastSession | None, sessions: Sequence[LastSession]) -> bool:
    """Say whether it is the first session of this side with this product; where nobody knows, it is taken as that."""
    before = any(one.product == wanted.mixed.product for one in (*sessions, *([last] if last else [])))
    if wanted.first and before:
        raise wanted.file.error("is true, and an earlier session with this product is told", "first")
    return not before if wanted.first is None else wanted.first


def _reasons(made: Plan, case: Case | None, on: date) -> Iterator[Reason]:
    wanted = made.wanted
    product, muscles, countries, known = _person(made)
    yield from sides.contradictions(wanted.side_told, case)
    yield from sides.check(made.sides, wanted.side)
    yield from usual.check(wanted.doses, product)
    yield from circumstances.check(case, product, muscles, countries, known=known)
    yield from _other_toxin(made)
    yield from _avoided(wanted.doses)
    yield from limits.reasons(made.limits)
    yield from waiting.reasons(made.waits)
    for side, last in made.last_of.items():
        if last is not None:
            yield from _against_last(made, side, last)
    yield from _label(made, case)
    yield from _care(made, on)


def _other_toxin(made: Plan) -> Iterator[Reason]:
    """Yield what other products were given within the interval of the label: a reason is needed."""
    days = window(made)
    others = [one for one in limits.within(made.earlier, made.wanted.day, days) if one.product != made.mixed.product]
    if others:
        listed = "; ".join(f"{one.product}, {one.day.isoformat()}, {one.indication}" for one in others)
        text_ = f"Other toxin within {days} days: {listed}. Effects add up, units do not: they are never converted."
        yield Reason(
            "other_product_recent", Does.REASON, text_, "You had another toxin a short time ago.", "daxxify_medscape"
        )
    if made.wanted.earlier is None:
        text_ = "Toxin for other indications (migraine, cosmetic, bladder, neck) was not asked for: ask, and list it."
        yield Reason("other_injections_not_asked", Does.CARE, text_, source="practice")
    unknown = [one for one in made.earlier if one.units is None and one.product == made.mixed.product]
    if unknown:
        what = count(len(unknown), "earlier injection")
        text_ = f"The units of {what} are not known: the cumulative dose is at least what is shown."
        yield Reason("units_not_known", Does.CARE, text_)


def _avoided(doses: Sequence[Dose]) -> Iterator[Reason]:
    for dose in doses:
        site = treatment.muscles()[dose.muscle].sites[dose.site]
        if site.avoid:
            text_ = f"{site.name[:1].upper()}{site.name[1:]}: {site.avoid}"
            yield Reason(
                f"avoided_{dose.site}", Does.REASON, text_, source=site.avoid_proof.first if site.avoid_proof else ""
            )


def _against_last(made: Plan, side: Side, last: LastSession) -> Iterator[Reason]:
    """Yield a change of product, and doses that grew, on one side: the clinician's choice, told."""
    if last.product != made.mixed.product:
        start = next(
            (label.first_dose.text for label in made.labels if label.first_dose), "its label names no dose here"
        )
        text_ = (
            f"The last session of the {side.value} was with {last.product}. Units are not convertible: "
            f"{made.mixed.product} starts from its own label's first doses ({start}), whatever was given before."
        )
        yield Reason("product_changed", Does.REASON, text_, "You get another product this time. We begin low.", "S111")
        return
    before = {dose.where: dose.units for dose in last.given}
    doses = [dose for dose in made.wanted.doses if dose.side is side]
    raised = [dose for dose in doses if before and dose.units > before.get(dose.where, 0)]
    if raised:
        listed = "; ".join(
            f"{dose.named} {text(before[dose.where])} to {text(dose.units)} U"
            if before.get(dose.where)
            else f"{dose.named} new, {text(dose.units)} U"
            for dose in raised
        )
        yield Reason("raised", Does.CARE, f"More than last time: {listed}.")
    for label in made.labels:
        times = label.raise_most_times
        over = [d for d in raised if times and before.get(d.where) and d.units > times * before[d.where]]
        if times and over:
            text_ = f"More than {text(times)} times the last dose at {'; '.join(d.named for d in over)}."
            yield Reason("raised_over_label", Does.REASON, text_, source=label.proof.first)
            return


def _label(made: Plan, case: Case | None) -> Iterator[Reason]:
    """Yield what the label says of the indication, the country and the age."""
    product, country = made.mixed.product, made.wanted.country
    if not country:
        text_ = (
            'No country is told: the plan is held against all labels that are known. Give country, for example "EU".'
        )
        yield Reason("country_not_told", Does.CARE, text_)
    elif not any(country in label.countries for label in made.labels):
        known = ", ".join(name for label in made.labels for name in label.countries)
        text_ = (
            f"No label of {product} in {country} is known here; assumed: those of {known}. Is {country} the country?"
        )
        yield Reason("no_label", Does.CARE, text_)
    if not any(label.hemifacial_spasm for label in made.labels):
        text_ = f"Off label: {' '.join(label.text for label in made.labels)}"
        yield Reason("off_label", Does.CARE, text_, source=made.labels[0].proof.first)
    ages = [label.age_from for label in made.labels if label.age_from is not None]
    if case is not None and case.age is not None and ages and case.age < min(ages):
        text_ = (
            f"{case.age:g} years old; the label begins at {min(ages)}. Children: MRI and paediatric neurology always."
        )
        yield Reason("age_below_label", Does.REASON, text_, source="practice")


def _care(made: Plan, on: date) -> Iterator[Reason]:
    """Yield what is worth a look at the vial and the doses."""
    mixed, wanted = made.mixed, made.wanted
    product = treatment.products()[mixed.product]
    known = [dilution for dilution in product.dilutions if dilution.units * mixed.ml == dilution.ml * mixed.vial_units]
    if not known and product.dilutions:
        listed = ", ".join(f"{text(one.units)} U in {text(one.ml)} mL" for one in product.dilutions)
        text_ = (
            f"{text(mixed.vial_units)} U in {text(mixed.ml)} mL is none of the usual dilutions ({listed}): look twice."
        )
        yield Reason("unusual_dilution", Does.CARE, text_, source=product.dilutions[0].proof.first)
    units = added(dose.units for dose in wanted.doses)
    smaller = [vial.units for vial in product.vials if units <= vial.units < mixed.vial_units]
    if mixed.vials == 1 and smaller:
        yield Reason("smaller_vial", Does.CARE, f"A vial of {text(min(smaller))} U would hold it, where it is sold.")
    yield Reason(
        "one_vial_one_patient",
        Does.CARE,
        f"One vial, one patient: what is left is thrown away. Use within {product.use_within_hours} h of mixing, "
        f"kept at {product.keep_at}.",
        source=product.storage.first,
    )
    if wanted.day < on:
        yield Reason("day_is_over", Does.CARE, f"The plan is of {wanted.day.isoformat()}; today is {on.isoformat()}.")


def window(made: Plan) -> int:
    """Return over how many days earlier toxin is listed: the longest that a label counts over, or its interval."""
    days = [one.limit.days for one in made.limits if one.limit.days] + [
        wait.days for wait in made.waits if wait.rule == "label"
    ]
    return max(days or [row.days for row in treatment.intervals()])
