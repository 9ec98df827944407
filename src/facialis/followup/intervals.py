"""From when the next session is allowed: by the label, the payer and the clinic, three rules kept apart."""

from __future__ import annotations

from datetime import timedelta

from facialis.followup.forecast import Earliest
from facialis.followup.treatments import Treatment, Treatments
from facialis.knowledge import treatment
from facialis.knowledge.treatment.interval import of_label


def earliest(latest: Treatment, treatments: Treatments) -> list[Earliest]:
    """Return from when each rule allows the next session after `latest`.

    The label's rule is that of the country that came with the treatments; without one, the longest of all countries.
    """
    told = []
    label = of_label(treatment.intervals(), latest.product, treatments.country)
    if label is not None:
        where = ", ".join(label.countries)
        text = f"{label.text} (label: {where}; {label.proof.basis.value})"
        source = label.proof.sources[0] if label.proof.sources else ""
        told.append(Earliest("label", latest.day + timedelta(days=label.days), label.days, text, source))
    for rule, days in (("payer", treatments.payer_days), ("clinic", treatments.clinic_days)):
        if days is not None:
            text = f"the {rule}'s interval, as given with the treatments"
            told.append(Earliest(rule, latest.day + timedelta(days=days), days, text, ""))
    return told
