"""What chart and home page show of tests and letters: the newest, and what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from facialis_clinic.accounts.models import CLINICIANS, User
from facialis_clinic.care.models import Document, Order
from facialis_clinic.care.shown_orders import Paper, Row
from facialis_clinic.people.models import Person

TEMPLATE: Final = "care/_panel_orders.html"
_MOST = 4


def panel(person: Person, *, user: User, now: datetime) -> dict[str, Any]:
    """Return what ``care/_panel_orders.html`` shows, by two queries: to the patient no draft and nothing unshared.

    Parameters
    ----------
    person : Person
        From a gate.
    user : User
        Who looks.
    now : datetime
        The moment; nothing here depends on it.
    """
    orders = Order.objects.filter(person=person).order_by("-ordered_at", "-id")[:_MOST]
    papers = Document.objects.filter(person=person).select_related("superseded_by").defer("body", "facts")
    if user.role not in CLINICIANS:
        papers = papers.filter(shared_at__isnull=False, signed_at__isnull=False)
    return {
        "person": person,
        "orders": [Row.of(one, plain=user.role not in CLINICIANS) for one in orders],
        "papers": [Paper.of(one) for one in papers.order_by("-made_at", "-id")[:_MOST]],
        "clinician": user.role in CLINICIANS,
        "own": person.user_id == user.pk,
    }
