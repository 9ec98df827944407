"""From when the next session is allowed: by the label, the payer and the clinic, three rules kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.treatment.interval import of_label
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection.reasons import Reason, Sorted


@dataclass(frozen=True, slots=True)
class Wait:
    """One rule.

    Attributes
    ----------
    rule : str
        ``"label"``, ``"payer"`` or ``"clinic"``.
    days : int
        From one session to the next.
    earliest : date or None
        None where there was no session before.
    met : bool
    text, source : str
    """

    rule: str
    days: int
    earliest: date | None
    met: bool
    text: str
    source: str

    @property
    def code(self) -> str:
        """Return the code of its reason."""
        return f"interval_{self.rule}"

    def to_json(self, told: Sorted) -> dict[str, Any]:
        """Return the public form, with the reason for which a clinician passes it."""
        given = told.override_of(self.code)
        return {
            "rule": self.rule,
            "earliest": self.earliest and self.earliest.isoformat(),
            "days": self.days,
            "met": self.met,
            "text": self.text,
            "overridden": given and {"reason": given.reason, "by": given.by},
            "source": self.source,
        }


def waits(
    day: date, last: date | None, product: str, country: str, payer_days: int | None, clinic_days: int | None
) -> list[Wait]:
    """Return the rules that are known, each for itself.

    Parameters
    ----------
    day : date
        Of the plan.
    last : date or None
        Of the last session, of either side; None where there was none.
    product, country : str
        Without a country, or where its label is not known, the longest rule of all labels holds.
    payer_days, clinic_days : int or None
        As told with the plan.
    """
    told = []
    known = treatment.intervals()
    label = of_label(known, product, country) or of_label(known, product, "")
    if label is not None:
        where = f"label: {', '.join(label.countries)}"
        told.append(("label", label.days, f"{label.text} ({where})", label.proof.first))
    for rule, days in (("payer", payer_days), ("clinic", clinic_days)):
        if days is not None:
            told.append((rule, days, f"the {rule}'s interval, as given with the plan", ""))
    found = []
    for rule, days, text, source in told:
        earliest = None if last is None else last + timedelta(days=days)
        found.append(Wait(rule, days, earliest, earliest is None or day >= earliest, text, source))
    return found


def reasons(told: Sequence[Wait]) -> Iterator[Reason]:
    """Yield the rules that are not met; each needs a reason of its own."""
    for wait in told:
        if not wait.met and wait.earliest is not None:
            text = f"Before {wait.earliest.isoformat()}, the earliest day by the {wait.rule}: {wait.text}."
            plain = "It is sooner than usual after your last treatment."
            yield Reason(wait.code, Does.REASON, text, plain, wait.source)
