"""From when the next session is allowed: by the label, the payer and the clinic, three rules kept apart."""

from __future__ import annotations

from datetime import date, timedelta

from facialis.followup.forecast import Earliest
from facialis.followup.treatments import Treatment, Treatments
from facialis.knowledge import treatment
from facialis.knowledge.treatment.interval import of_label


def earliest(latest: Treatment, treatments: Treatments, on: date) -> list[Earliest]:
    """Return from when each rule allows the next session, as the plan of an injection counts it.

    It counts from the last injection of either side. The label's rule is that of the country that came with the
    treatments; without one, or where its label is not known, the longest of all countries.
    """
    told = []
    last = max(row.day for row in treatments.rows if row.kind == "injection" and row.day <= on)
    known = treatment.intervals()
    label = of_label(known, latest.product, treatments.country) or of_label(known, latest.product, "")
    if label is not None:
        where = ", ".join(label.countries)
        text = f"{label.text} (label: {where}; {label.proof.basis.value})"
        source = label.proof.sources[0] if label.proof.sources else ""
        told.append(Earliest("label", last + timedelta(days=label.days), label.days, text, source))
    for rule, days in (("payer", treatments.payer_days), ("clinic", treatments.clinic_days)):
        if days is not None:
            text = f"the {rule}'s interval, as given with the treatments"
            told.append(Earliest(rule, last + timedelta(days=days), days, text, ""))
    return told
