"""Whether everybody means the same side: what the patient states, what the film shows, what the clinician says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from facialis.case import Case
from facialis.findings import Side, State
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection.reasons import Reason

_NAMES = {"stated": "the patient states", "filmed": "the film shows", "clinician": "the clinician says"}
# Who tells a side in a case: its source, and who that is here.
_OF_CASE = {"patient": "stated", "video": "filmed", "clinician": "clinician"}
# The findings that say on which side it moves.
_SIDED = ("involuntary_movement", "strictly_unilateral")


def told(of_plan: Mapping[str, str | None], case: Case | None) -> dict[str, str | None]:
    """Return what each says: as the plan holds it, else as the case does."""
    from_case = _in_case(case) if case is not None else {}
    return {who: of_plan.get(who) or from_case.get(who) for who in _NAMES}


def contradictions(of_plan: Mapping[str, str | None], case: Case | None) -> Iterator[Reason]:
    """Yield where the case says another side than the plan holds for the same teller."""
    for who, side in (_in_case(case) if case is not None else {}).items():
        there = of_plan.get(who)
        if there is not None and there != side:
            text = f"{_NAMES[who]} {there} in the plan and {side} in the case: settle it before anything is injected."
            yield Reason(f"side_{who}_contradicts", Does.STOP, text[:1].upper() + text[1:], source="practice")


def _in_case(case: Case) -> dict[str, str]:
    found: dict[str, set[Side]] = {}
    for finding in case.findings:
        if finding.code in _SIDED and finding.state is State.PRESENT and finding.side is not Side.NONE:
            found.setdefault(_OF_CASE.get(finding.source, ""), set()).add(finding.side)
    return {who: next(iter(sides)).value if len(sides) == 1 else Side.BOTH.value for who, sides in found.items() if who}


def check(sides: Mapping[str, str | None], planned: str) -> Iterator[Reason]:
    """Yield what is wrong with the sides: those told must agree, and the plan must be of that side.

    Parameters
    ----------
    sides : mapping of str to str or None
        Who says which.
    planned : str
        The side of the plan.
    """
    said = {who: side for who, side in sides.items() if side is not None}
    if len(set(said.values())) > 1:
        words = ", ".join(f"{_NAMES[who]} {side}" for who, side in said.items())
        yield Reason(
            "side_disagrees",
            Does.STOP,
            f"The sides do not agree: {words}. Nothing is injected until they do.",
            "We are not sure which side of your face it is. We will find out first.",
            "practice",
        )
    elif said and not _fits(planned, next(iter(said.values()))):
        text = f"The plan is of the {planned} side, everybody says {next(iter(said.values()))}: change the plan."
        yield Reason("side_of_plan", Does.STOP, text, source="practice")
    for who in ("stated", "clinician"):
        if who not in said:
            text = f"Not told: which side {_NAMES[who]} (side_told.{who})."
            yield Reason(f"side_not_{who}", Does.STOP, text, source="practice")
    if "filmed" not in said:
        text = "No film shows the side: the film settles it where the sides of a mirror and of a chart are confused."
        yield Reason("side_not_filmed", Does.CARE, text, source="practice")
    if set(said.values()) == {"both"} and planned != "both":
        other = "right" if planned == "left" else "left"
        text = (
            f"Both sides are affected, this plan is of the {planned}: the {other} has an onset and a plan of its own."
        )
        yield Reason("one_of_both", Does.CARE, text, source="practice")


def _fits(planned: str, said: str) -> bool:
    return planned == said or said == Side.BOTH.value


def to_json(sides: Mapping[str, str | None], planned: str) -> dict[str, Any]:
    """Return who says which side, and whether patient and clinician agree with the plan."""
    said = {side for side in sides.values() if side is not None}
    agree = bool(sides["stated"] and sides["clinician"]) and len(said) == 1 and _fits(planned, next(iter(said)))
    return {who: sides[who] for who in _NAMES} | {"agree": agree}
