"""What is done with a course and its alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from facialis_clinic.accounts.models import CLINICIANS, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.course import findings_of, inputs_of, kept_of, worked_out
from facialis_clinic.care.models import Alarm, CourseResult
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

LONGEST: Final = 300
SILENT: Final = "not_watched"


@transaction.atomic
def follow(*, person: Person, now: datetime) -> CourseResult | None:
    """Work out the course where anything that goes into it has changed, and raise what needs attention.

    An alarm that is open is not raised a second time, nor is one again that somebody has seen to, for as long as it
    rests on the same.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    on = today(now)
    told, kept = inputs_of(person, on=on), kept_of(person.pk)
    if kept is not None and kept.key == told.key:
        return kept
    found = worked_out(told, findings_of(person))
    if found is None:
        return None
    result = found.to_json()
    values = {"key": told.key, "on": on, "result": result, "made_at": now}
    made, _ = CourseResult.objects.update_or_create(person=person, defaults=values)
    before = {_of(one.code, one.side, one.told) for one in Alarm.objects.filter(person=person)}
    open_now = set(Alarm.objects.filter(person=person, seen_at=None).values_list("code", "side"))
    for alarm in result["alarms"]:
        what = (alarm["code"], alarm["side"])
        if what in open_now or _of(*what, alarm) in before:
            continue
        open_now.add(what)
        raised = Alarm.objects.create(
            person=person, code=what[0], side=what[1], urgency=alarm["urgency"], told=alarm, raised_on=on
        )
        record(subject=person.pk, actor=None, verb="raised", kind="alarm", thing=raised.pk)
    if not any(alarm["code"] == SILENT for alarm in result["alarms"]):
        _heard_again(person, now=now)
    return made


def _heard_again(person: Person, *, now: datetime) -> None:
    """Let the alarm end that nothing was written, now that something was; every other waits for a clinician."""
    for alarm in Alarm.objects.select_for_update().filter(person=person, code=SILENT, seen_at=None):
        alarm.seen_at, alarm.done = now, "Written since."
        alarm.save(update_fields=["seen_at", "done"])
        record(subject=person.pk, actor=None, verb="ended", kind="alarm", thing=alarm.pk)


@transaction.atomic
def see_to(*, alarm: Alarm, by: User, note: str, now: datetime) -> Alarm | Refused:
    """Write down what a clinician has done about something that needed attention."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if by.role not in CLINICIANS:
        return Refused("A clinician sees to it.")
    if alarm.seen_at is not None:
        return Refused("Somebody has seen to it already.")
    if not note.strip():
        return Refused("Say in a few words what was done about it.")
    if len(note.strip()) > LONGEST:
        return Refused(f"Say it in at most {LONGEST} letters.")
    alarm.seen_at, alarm.seen_by, alarm.done = now, by, note.strip()
    alarm.save(update_fields=["seen_at", "seen_by", "done"])
    record(subject=alarm.person_id, actor=by, verb="saw_to", kind="alarm", thing=alarm.pk)
    return alarm


def _of(code: str, side: str, told: dict[str, Any]) -> tuple[str, str, str]:
    """Name what an alarm rests on: the day since when; a red flag is up today, so its reasons name it."""
    rests_on = "; ".join(told.get("because", ())) if told.get("kind") == "red_flag" else str(told.get("since"))
    return code, side, rests_on
