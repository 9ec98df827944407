"""The newest recording, in a few words, for a person's chart: one query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from facialis_clinic.accounts.models import User
from facialis_clinic.chart.access_room import may_judge
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement


def recording(person: Person, *, user: User, now: datetime, judges: bool | None = None) -> dict[str, Any]:
    """Return what the newest film of a person showed as it stands; to a patient whether there is an answer, no more.

    Parameters
    ----------
    person : Person
        From a gate.
    user : User
        Who looks.
    now : datetime
        The moment.
    judges : bool, optional
        Whether they may say what an event is, where a gate has told already; it is asked for where nothing is said.
    """
    told: dict[str, Any] = {"template": "chart/_panel_recording.html", "person": person, "measurement": None}
    newest = (
        Measurement.objects.select_related("recording", "review")
        .filter(recording__person=person)
        .order_by("-recording__created_at", "-measured_at")
        .first()
    )
    if newest is None:
        return told
    told |= {"measurement": newest, "clinician": user.is_clinician}
    if not user.is_clinician:
        return told
    from facialis.face.page.answer import answer

    stands = result_of(newest)
    looked = [event for event in newest.result["events"] if event["kind"] in ("spasm", "synkinesis")]
    return told | {
        "headline": answer(stands).headline,
        "reviewed": "review" in stands,
        "events": len(looked),
        "judges": may_judge(user, person, now=now) if judges is None else judges,
    }
