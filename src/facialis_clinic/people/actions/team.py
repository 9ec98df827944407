"""Who looks after whom."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import CareTeam, Person


@transaction.atomic
def join_team(*, person: Person, staff: User, by: User, now: datetime) -> CareTeam | Refused:
    """Put a neurologist or a nurse on a patient's care team."""
    if not (staff.is_active and staff.is_clinician):
        return Refused("Only a neurologist or a nurse who works here can be on a care team.")
    member, new = CareTeam.objects.get_or_create(
        person=person, staff=staff, until=None, defaults={"since": now, "by": by}
    )
    if not new:
        return Refused(f"{staff.get_full_name()} is on the team already.")
    record(subject=person.pk, actor=by, verb="joined", kind="care_team", thing=member.pk)
    return member


@transaction.atomic
def leave_team(*, member: CareTeam, by: User, now: datetime) -> CareTeam | Refused:
    """End a membership; from now on the record is closed to them."""
    member = CareTeam.objects.select_for_update().get(pk=member.pk)
    if member.until is not None:
        return Refused("This membership has ended already.")
    member.until = now
    member.save(update_fields=["until"])
    record(subject=member.person_id, actor=by, verb="left", kind="care_team", thing=member.pk)
    return member
