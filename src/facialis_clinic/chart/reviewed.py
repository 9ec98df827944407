"""A measurement as it stands: what was measured, or what is left of it after the clinicians' verdicts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from facialis_clinic.recordings.models import Measurement


def result_of(measurement: Measurement) -> dict[str, Any]:
    """Return ``facialis.video/1`` as it stands after the verdicts; what was measured where there are none.

    Parameters
    ----------
    measurement : Measurement
        From a gate; ``select_related("review")`` saves a query.
    """
    try:
        return dict(measurement.review.reviewed)
    except ObjectDoesNotExist:
        return dict(measurement.result)
