"""So many tries an hour, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from facialis_clinic.accounts.models import User
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Try

AN_HOUR: Final = {Try.What.JOIN: 5, Try.What.FIND: 20}


def tried_too_often(user: User, what: Try.What, now: datetime) -> Refused | None:
    """Count this try; refuse it when there were too many within the hour. Older ones are forgotten."""
    User.objects.select_for_update().get(pk=user.pk)  # two tries at once are counted one after the other
    tries = Try.objects.filter(user=user, what=what)
    tries.filter(at__lte=now - timedelta(hours=1)).delete()
    if tries.count() >= AN_HOUR[what]:
        return Refused("That was tried too often. Wait an hour, then try again.")
    Try.objects.create(user=user, what=what, at=now)
    return None
