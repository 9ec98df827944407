"""What each site was given: as the file says, each difference from the plan with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from facialis.document import Document
from facialis.treatment.injection.amounts import text
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.plan_result import PlanResult
from facialis.treatment.injection.preparation import Preparation
from facialis.treatment.injection.shared_rows import doses


def given_doses(top: Document, plan: PlanResult | None, side: str, mixed: Preparation) -> tuple[Dose, ...]:
    """Return what was given at each site, those planned first.

    Raises
    ------
    DocumentError
        If a planned site is not mentioned, or a dose differs from the plan and does not say why.
    """
    rows = top.rows("given") if top.has("given") else []
    told = doses(rows, side, mixed, given=True)
    found = told if plan is None else (*told, *_as_planned(top, plan, told, mixed))
    if plan is None and top.has("as_planned"):
        raise top.error("stands there, and no plan was handed in (--plan PLAN.json)", "as_planned")
    if plan is not None:
        _check_differs(rows, told, plan)
    if not any(dose.units for dose in found):
        raise top.error("holds no units: nothing was given", "given")
    order = [dose.where for dose in plan.doses] if plan else []
    return tuple(sorted(found, key=lambda dose: order.index(dose.where) if dose.where in order else len(order)))


def _check_differs(rows: Sequence[Document], told: Sequence[Dose], plan: PlanResult) -> None:
    """Refuse a dose that is not as planned and does not say why."""
    planned = {dose.where: dose.units for dose in plan.doses}
    for row, dose in zip(rows, told, strict=True):
        before = planned.get(dose.where)
        if before != dose.units and not dose.differs:
            was = "nothing was planned there" if before is None else f"{text(before)} U were planned"
            raise row.error(f"is missing: {dose.named} got {text(dose.units)} U, {was}; say why", "differs")


def _as_planned(top: Document, plan: PlanResult, told: Sequence[Dose], mixed: Preparation) -> list[Dose]:
    """Return the planned doses that nobody mentions: given as planned if the file says so, else an error."""
    all_others = top.take("as_planned") if top.has("as_planned") else False
    if not isinstance(all_others, bool):
        raise top.error("must be true or false", "as_planned")
    left = [dose for dose in plan.doses if dose.where not in {one.where for one in told}]
    if left and not all_others:
        what = f"says nothing of {left[0].named}, planned {text(left[0].units)} U: write its units (0 with a reason in"
        raise top.error(f"{what} differs), or as_planned = true for all that is not listed", "given")
    for dose in left:
        if mixed.volume(dose.units) is None:
            what = f"mixes it such that the planned {text(dose.units)} U at {dose.named} cannot be drawn"
            raise top.error(what, "product")
    return left
