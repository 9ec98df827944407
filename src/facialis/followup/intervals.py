"""From when the next session is allowed: by the label, the payer and the clinic, three rules kept apart."""

from __future__ import annotations

from datetime import timedelta

from facialis.followup.forecast import Earliest
from facialis.followup.treatments import Treatment, Treatments


def earliest(latest: Treatment, treatments: Treatments) -> list[Earliest]:
    """Return from when each rule allows the next session after `latest`."""
    told = []
    for rule, days, text in (
        ("payer", treatments.payer_days, "the payer's interval, as given with the treatments"),
        ("clinic", treatments.clinic_days, "the clinic's interval, as given with the treatments"),
    ):
        if days is not None:
            told.append(Earliest(rule, latest.day + timedelta(days=days), days, text, ""))
    return told
