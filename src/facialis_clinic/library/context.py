"""What every page knows of the practice: its details, and the links at its foot."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from facialis_clinic.library.here import here

FOOT: Final = (
    ("For patients", "library:patients"),
    ("For clinicians", "library:clinicians"),
    ("For insurers", "library:insurers"),
    ("Offices and hours", "library:practice"),
    ("References", "library:references"),
    ("Accessibility", "library:accessibility"),
    ("Privacy", "library:privacy"),
)


def practice(request: HttpRequest) -> dict[str, Any]:
    """Return ``practice`` and ``footer`` for ``base.html``; asks the database nothing."""
    return {"practice": here(), "footer": [{"name": name, "url": reverse(to)} for name, to in FOOT]}
