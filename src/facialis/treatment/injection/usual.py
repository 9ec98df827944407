"""Doses against what is usual at their sites: a little more needs care, far more a reason for each site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection.amounts import text
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.reasons import Reason


def check(doses: Sequence[Dose], product: str) -> Iterator[Reason]:
    """Yield the sites with far more than is usual, each with a code of its own, then those with a little more.

    Parameters
    ----------
    doses : sequence of Dose
    product : str
        Generic name; where nothing is known of it at a site, nothing is said.
    """
    above = [(dose, high) for dose in doses if (high := _high(dose, product)) is not None and dose.units > high]
    times = Decimal(str(knowledge.threshold("far_above_usual_times")))
    far = [(dose, high) for dose, high in above if dose.units >= times * high]
    for site in dict.fromkeys(dose.site for dose, _ in far):
        listed = "; ".join(f"{dose.named} {_told(dose, high)}" for dose, high in far if dose.site == site)
        what = f"{text(times)} times the usual or more at one site: {listed}. Is it a slip of the decimal point?"
        yield Reason(f"above_usual_{site}", Does.REASON, what, "", "elicited")
    rest = [(dose, high) for dose, high in above if (dose, high) not in far]
    if rest:
        listed = "; ".join(f"{dose.named} {_told(dose, high)}" for dose, high in rest)
        yield Reason("above_usual", Does.CARE, f"More than is usual at the site: {listed}.")


def _told(dose: Dose, high: Decimal) -> str:
    return f"{text(dose.units)} U, usual up to {text(high)} U"


def _high(dose: Dose, product: str) -> Decimal | None:
    usual = treatment.muscles()[dose.muscle].sites[dose.site].usual.get(product)
    return usual.high if usual else None
