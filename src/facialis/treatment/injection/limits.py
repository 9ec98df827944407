"""What the labels allow, held against a plan: a site, an eye, a session, and all indications over a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.knowledge.treatment.product import Label, Limit
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection.amounts import added, text
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import Earlier
from facialis.treatment.injection.reasons import Reason


@dataclass(frozen=True, slots=True)
class Held:
    """One limit and what is planned against it.

    Attributes
    ----------
    limit : Limit
    label : Label
        Whose it is.
    side : Side or None
        Of a limit for one eye.
    planned : Decimal
    """

    limit: Limit
    label: Label
    side: Side | None
    planned: Decimal

    @property
    def within(self) -> bool:
        """Say whether the plan keeps to it."""
        return self.planned <= self.limit.most

    @property
    def code(self) -> str:
        """Return the code of its reason."""
        kind = f"cumulative_{self.limit.days}" if self.limit.what == "cumulative" else self.limit.what
        return f"limit_{kind}{'_first' if self.limit.first else ''}"

    @property
    def text(self) -> str:
        """Print it with the label that it comes from."""
        eye = f"{self.side.value} eye; " if self.side else ""
        return f"{eye}{self.limit.text} (label: {', '.join(self.label.countries)})"

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "what": self.limit.what,
            "side": self.side and self.side.value,
            "text": self.text,
            "limit": text(self.limit.most),
            "planned": text(self.planned),
            "within": self.within,
            "advice": self.limit.advice,
            "days": self.limit.days,
            **self.limit.proof.to_json(),
        }


def held(
    labels: Sequence[Label],
    doses: Sequence[Dose],
    *,
    first: Collection[Side],
    day: date,
    product: str,
    earlier: Sequence[Earlier],
) -> list[Held]:
    """Hold every limit of some labels against a plan.

    Parameters
    ----------
    labels : sequence of Label
    doses : sequence of Dose
    first : collection of Side
        The sides of which it is the first session with this product: limits of a first session hold there alone.
    day : date
        Of the plan.
    product : str
    earlier : sequence of Earlier
        Toxin of any product and indication; that of another product is left out: its units are other units.
    """
    found = []
    for label in labels:
        for limit in label.limits:
            held_doses = [dose for dose in doses if dose.side in first] if limit.first else doses
            if not held_doses:
                continue
            for side, planned in _planned(limit, held_doses, day, product, earlier):
                found.append(Held(limit, label, side, planned))
    return found


def _planned(
    limit: Limit, doses: Sequence[Dose], day: date, product: str, earlier: Sequence[Earlier]
) -> Iterator[tuple[Side | None, Decimal]]:
    round_eye = [dose for dose in doses if treatment.muscles()[dose.muscle].around_eye]
    if limit.what == "site":
        # What labels say of a site, they say of the lids and the brow.
        if round_eye:
            yield None, max(dose.units for dose in round_eye)
    elif limit.what == "eye":
        for side in dict.fromkeys(dose.side for dose in round_eye):
            yield side, added(dose.units for dose in round_eye if dose.side is side)
    else:
        now = [dose.units for dose in doses]
        before = within(earlier, day, limit.days, product) if limit.days else []
        yield None, added([*now, *(one.units for one in before if one.units is not None)])


def within(earlier: Sequence[Earlier], day: date, days: int, product: str = "") -> list[Earlier]:
    """Return what was given within so many days that end with `day`, of one product or of all."""
    return [one for one in earlier if 0 <= (day - one.day).days < days and (not product or one.product == product)]


def reasons(checked: Sequence[Held]) -> Iterator[Reason]:
    """Yield what lies above a limit: advice needs care, a limit needs a reason; one a code, the strictest first."""
    seen = set()
    for one in sorted(checked, key=lambda one: one.limit.most - one.planned):
        if one.within or (one.code, one.limit.advice) in seen:
            continue
        seen.add((one.code, one.limit.advice))
        told = f"{text(one.planned)} U planned; {one.text}."
        source = one.limit.proof.first
        if one.limit.advice:
            yield Reason(f"advice_{one.limit.what}", Does.CARE, told, source=source)
        else:
            yield Reason(one.code, Does.REASON, told, "The dose is higher than the label says.", source)
