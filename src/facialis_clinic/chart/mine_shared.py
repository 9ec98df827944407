"""Who may see a record, who did, and what was given to whom: on one page, for the patient."""

from __future__ import annotations

from typing import Any, Final

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.access import log_of
from facialis_clinic.chart.mine import given_of
from facialis_clinic.people import consents
from facialis_clinic.people.access import Opened
from facialis_clinic.people.shown import proxies_of, team_of

LINES: Final = 10


def page(opened: Opened, user: User) -> dict[str, Any]:
    """Return what the page shows; the log as far as its last ten lines of other people."""
    person = opened.person
    days = log_of(person, user, others=True, page=1).days
    return {
        "person": person,
        "own": person.user_id == user.pk,
        "may_share": "share" in opened.to,
        "lines": [line for day in days for line in day.lines][:LINES],
        "team": team_of(opened),
        "proxies": proxies_of(opened),
        "standing": consents.of_person(person, opened.now),
        "given": given_of(person),
    }
