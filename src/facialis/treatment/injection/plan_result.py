"""A plan as its public result holds it, read again for the session that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from facialis.document import Document, json_file
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import known_dose, preparation_of
from facialis.treatment.injection.preparation import Preparation
from facialis.treatment.injection.shared_rows import MOST_DAYS, OWN_RULES, SIDES, day, whole

SCHEMA = "facialis.injection_plan/1"
_MOST_VIALS = 1000


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a session needs of its plan.

    Attributes
    ----------
    day : date
    side, country, state : str
    blocks : tuple of str
        Codes of what holds it up.
    mixed : Preparation
    doses : tuple of Dose
    intervals : mapping of str to int
        Days from one session to the next by ``"payer"`` and ``"clinic"``, where the plan was held against them.
    """

    day: date
    side: str
    country: str
    state: str
    blocks: tuple[str, ...]
    mixed: Preparation
    doses: tuple[Dose, ...]
    intervals: Mapping[str, int] = field(default_factory=dict)


def read(path: Path) -> PlanResult:
    """Read a plan as ``facialis injection plan --json`` writes it.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    return of(json_file(path), str(path))


def of(value: object, name: str = "plan") -> PlanResult:
    """Take a plan that is at hand, as ``facialis injection plan --json`` writes it.

    Raises
    ------
    DocumentError
        In one line: name, place, what is wrong.
    """
    top = Document.of(value, name, SCHEMA)
    mixed = preparation_of(top.inner("product"), whole(top.inner("totals"), "vials", _MOST_VIALS))
    side = top.word("side", SIDES)
    doses = tuple(known_dose(row) for row in top.rows("sites"))
    for dose in doses:
        if side not in (dose.side.value, "both"):
            raise top.error(f"is {side}, and {dose.named} is not of that side", "side")
        if mixed.volume(dose.units) is None:
            raise top.error(f"hold {dose.units} U, which cannot be drawn", "sites")
    return PlanResult(
        day(top, "date"),
        side,
        top.text("country", empty=True) if top.has("country") else "",
        top.word("state", ("ready", "blocked", "needs_reason")),
        tuple(row.text("code") for row in top.rows("blocks")),
        mixed,
        doses,
        {
            row.word("rule", ("label", *OWN_RULES)): whole(row, "days", MOST_DAYS)
            for row in (top.rows("intervals") if top.has("intervals") else [])
            if row.has("rule") and row.take("rule") in OWN_RULES
        },
    )
