"""Each rule of a payer held against the record: met, not met or not told, and where in the record it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from facialis import knowledge
from facialis.findings import Side
from facialis.knowledge.treatment.payer import Asked, Rule, When
from facialis.treatment.authorisation import effect, films
from facialis.treatment.authorisation.alternatives import alternatives
from facialis.treatment.authorisation.record import DISORDER, Record
from facialis.treatment.authorisation.said import Place, day, listed, side, told_day, units

_DAYS_A_WEEK = 7


class State(StrEnum):
    """How a rule stands. "Not told" is a result: the record does not hold it."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class Answer:
    """How one rule stands.

    Attributes
    ----------
    state : State
    found : tuple of Place
        What the record says on it, and where.
    missing : str
        What to add or to mend; empty where it is met.
    """

    state: State
    found: tuple[Place, ...] = ()
    missing: str = ""


def applies(rule: Rule, record: Record) -> bool:
    """Say whether a rule is for this request."""
    return rule.when is When.ALWAYS or (rule.when is When.CONTINUATION) == record.continues


def held(rule: Rule, record: Record) -> Answer:
    """Hold a rule against the record."""
    return _CHECKS[rule.kind](rule, record)


def _met(*found: Place) -> Answer:
    return Answer(State.MET, found)


def _diagnosis(_: Rule, record: Record) -> Answer:
    leader, codes = record.leader, knowledge.disorders()[DISORDER].icd10cm
    found = [Place(one.file, one.at, one.text) for one, _ in record.sides[:1]]
    if leader is None:
        return Answer(
            State.NOT_TOLD,
            tuple(found),
            "no assessment is in the packet: add it, or let the clinician sign the diagnosis",
        )
    told = Place(leader.file, "differential[0]", f"{leader.name}, probability {100 * leader.probability:.0f} %")
    if leader.disorder != DISORDER or not leader.explained:
        return Answer(State.NOT_MET, (told,), "the assessment does not lead to hemifacial spasm")
    if leader.probability < knowledge.threshold("leader_named_min"):
        return Answer(State.NOT_MET, (told,), "the assessment leads to hemifacial spasm and does not settle it")
    if record.side is Side.NONE:
        return Answer(State.NOT_MET, (told, *found), f"no settled side, so only {codes['none']} can be coded")
    return _met(told, *found)


def _side(_: Rule, record: Record) -> Answer:
    told = record.sides
    found = tuple(place for place, _ in told)
    if not told:
        return Answer(State.NOT_TOLD, (), "no part of the record names a side")
    if record.side is Side.NONE:
        return Answer(State.NOT_MET, found, "the record names more than one side: settle it before it is sent")
    # The rule is of film too: without one that tells a side it is not settled.
    if not any(one.tells_side for one in record.films):
        what = "no film tells the side" if record.films else "film missing"
        return Answer(State.NOT_TOLD, found, f"met for record{' and session' if record.sessions else ''}; {what}")
    return Answer(State.MET, found)


def _age(rule: Rule, record: Record) -> Answer:
    age, least = record.case.age, rule.number or 0.0
    if age is None:
        return Answer(State.NOT_TOLD, (), "the age is not in the case")
    place = Place(record.case_file, "age", f"{age:g} years")
    return _met(place) if age >= least else Answer(State.NOT_MET, (place,), f"below {least:g} years")


def _necessity(_: Rule, record: Record) -> Answer:
    scores = [one for one in record.scores if one.scale == "hfs_7" and one.total is not None]
    found = [Place(one.file, "score.total", f"HFS-7 {one.total:g}{f' on {day(one.day)}' if one.day else ''}") for one in scores]  # fmt: skip  # noqa: E501
    blocked, free = record.present("vision_blocked"), record.absent("vision_blocked")
    everything = (*found, *blocked, *free)
    if blocked or any((one.total or 0) > 0 for one in scores):
        return Answer(State.MET, everything)
    if everything:
        return Answer(State.NOT_MET, everything, "what was asked shows no loss of function")
    return Answer(State.NOT_TOLD, (), "add HFS-7, and whether the spasm stops the patient from seeing")


def _alternatives(rule: Rule, record: Record) -> Answer:
    told = alternatives(record)
    # One option that is told twice is one option.
    counting = {one.option for one in told if one.counts}
    found = tuple(one.place for one in told)
    wanted = int(rule.number or 1)
    if len(counting) >= wanted:
        return Answer(State.MET, found)
    short = f"{len(counting)} of {wanted} told as failed, not tolerated or contraindicated"
    if not told:
        return Answer(State.NOT_TOLD, (), "no alternative is told: add what was tried, and what came of it")
    return Answer(State.NOT_MET, found, short)


def _film(rule: Rule, record: Record) -> Answer:
    before, after = films.sorted_by_effect(record, rule.days)
    found = (*(films.place(one, "before") for one in before), *(films.place(one, "while it works") for one in after))
    lacking = [word for word, one in (("before treatment", before), ("while it works", after)) if not one]
    if not record.continues:
        lacking = lacking[:1] if not before else []
    if not lacking:
        return Answer(State.MET, found)
    undated = [one.file for one in record.films if one.day is None and one.since_toxin is None]
    hint = f"; {listed(undated)} has no date: name it as 2026-04-20=FILE" if undated else ""
    text = f"no usable film {' and none '.join(lacking)}{hint}"
    return Answer(State.NOT_MET if record.films and not undated else State.NOT_TOLD, found, text)


def _product(rule: Rule, record: Record) -> Answer:
    wanted = record.wanted
    if wanted is None:
        return Answer(State.NOT_TOLD, (), "no product is named: add the plan")
    place = Place(wanted.file, "product.key", wanted.product)
    if wanted.product in rule.products:
        return _met(place)
    return Answer(State.NOT_MET, (place,), f"the payer's list has {listed(rule.products)}")


def _sites(_: Rule, record: Record) -> Answer:
    found = tuple(
        Place(one.file, "given", f"{day(one.day)}: {len(one.sites)} sites, {units(one.units)} of {one.product}")
        for one in record.sessions
        if one.sites
    )
    bare = [one.file for one in record.sessions if not one.sites]
    if bare:
        return Answer(State.NOT_MET, found, f"no sites in {listed(bare)}")
    return Answer(State.MET, found) if found else Answer(State.NOT_TOLD, (), "no session is in the packet")


def _units(rule: Rule, record: Record) -> Answer:
    sessions = (*record.sessions, *([record.plan] if record.plan else []))
    if not sessions:
        return Answer(State.NOT_TOLD, (), "no units are named: add the plan")
    found = tuple(Place(one.file, "totals.units", f"{day(one.day)}: {units(one.units)} of {one.product}") for one in sessions)  # fmt: skip  # noqa: E501
    unknown = sorted({one.product for one in sessions} - set(rule.units))
    if unknown:
        return Answer(State.NOT_TOLD, found, f"the payer's rules name no most units of {listed(unknown)}")
    above = [one for one in sessions if one.units > rule.units[one.product]]
    if above:
        told = listed([f"{units(one.units)} on {day(one.day)} above {units(rule.units[one.product])}" for one in above])
        return Answer(State.NOT_MET, found, told)
    return Answer(State.MET, found)


def _interval(rule: Rule, record: Record) -> Answer:
    if not record.sessions:
        return _met(Place(record.case_file, "", "no session on record, so no interval to keep"))
    gap = timedelta(days=round(_DAYS_A_WEEK * (rule.number or 0.0)))
    visits = (*record.sessions, *([record.plan] if record.plan else []))
    found, short = [], []
    for one in ("left", "right"):
        own = [visit for visit in visits if visit.on(one)]
        for before, after in pairwise(own):
            apart = (after.day - before.day).days
            found.append(
                Place(after.file, "date", f"{side(one)}: {apart} days from {day(before.day)} to {day(after.day)}")
            )
            if after.day - before.day < gap:
                short.append(f"{apart} days to {day(after.day)}")
    last = record.sessions[-1].day
    next_one = Place(record.sessions[-1].file, "date", f"the next not before {day(last + gap)}")
    if short:
        return Answer(State.NOT_MET, (*found, next_one), f"shorter than {gap.days} days: {listed(short)}")
    if not found and record.plan is None and record.on < last + gap:
        return Answer(State.NOT_TOLD, (next_one,), "no side has a session after another: add the plan with its day")
    return _met(*found, next_one)


def _waste(_: Rule, record: Record) -> Answer:
    found, wrong = [], []
    for one in record.sessions:
        if one.vials is None or one.vial_units is None or one.wasted is None:
            wrong.append(f"{one.file}: vials or waste not written down")
            continue
        held_ = one.vials * one.vial_units
        text = f"{day(one.day)}: {units(held_)} in {one.vials} vial{'s' if one.vials > 1 else ''}, {units(one.units)} given, {units(one.wasted)} discarded"  # noqa: E501
        found.append(Place(one.file, "waste", text))
        if held_ != one.units + one.wasted:
            wrong.append(f"{one.file}: given and discarded are {units(one.units + one.wasted)}, the vials held {units(held_)}")  # fmt: skip  # noqa: E501
    return _each(found, wrong)


def _lots(_: Rule, record: Record) -> Answer:
    found, wrong = [], []
    for one in record.sessions:
        for i, (lot, expires) in enumerate(one.lots):
            found.append(
                Place(one.file, f"lots[{i}]", f"lot {lot}, expires {told_day(expires) if expires else 'not told'}")
            )
        if not one.lots or not all(expires for _, expires in one.lots):
            wrong.append(f"{one.file}: {'no expiry' if one.lots else 'no lot'}")
    return _each(found, wrong)


def _consent(_: Rule, record: Record) -> Answer:
    found = [Place(one.file, "consent", f"{day(one.day)}: given") for one in record.sessions if one.consent]
    return _each(found, [f"{one.file}: no consent recorded" for one in record.sessions if not one.consent])


def _time_out(_: Rule, record: Record) -> Answer:
    found, wrong = [], []
    for one in record.sessions:
        if len(one.time_out) == 3 and set(one.time_out) == {one.side}:
            found.append(Place(one.file, "time_out", f"{day(one.day)}: patient, skin and record say {one.side}"))
        else:
            wrong.append(f"{one.file}: time-out not complete, or does not agree")
    return _each(found, wrong)


def _each(found: list[Place], wrong: list[str]) -> Answer:
    """Return met where every session has it, not told where none has."""
    if not wrong:
        return Answer(State.MET, tuple(found)) if found else Answer(State.NOT_TOLD, (), "no session is in the packet")
    return Answer(State.NOT_MET if found else State.NOT_TOLD, tuple(found), "; ".join(wrong))


def _benefit(rule: Rule, record: Record) -> Answer:
    return _judged(effect.benefit(record, round(_DAYS_A_WEEK * (rule.number or 0.0))))


def _effect(rule: Rule, record: Record) -> Answer:
    return _judged(effect.improvement(record, rule.number))


def _judged(told: effect.Judged) -> Answer:
    state = {True: State.MET, False: State.NOT_MET, None: State.NOT_TOLD}[told.holds]
    return Answer(state, told.found, told.missing)


_CHECKS: Mapping[Asked, Callable[[Rule, Record], Answer]] = {
    Asked.DIAGNOSIS: _diagnosis,
    Asked.SIDE: _side,
    Asked.AGE: _age,
    Asked.NECESSITY: _necessity,
    Asked.ALTERNATIVES: _alternatives,
    Asked.FILM: _film,
    Asked.PRODUCT: _product,
    Asked.SITES: _sites,
    Asked.UNITS: _units,
    Asked.INTERVAL: _interval,
    Asked.BENEFIT: _benefit,
    Asked.EFFECT: _effect,
    Asked.WASTE: _waste,
    Asked.LOTS: _lots,
    Asked.CONSENT: _consent,
    Asked.TIME_OUT: _time_out,
}
