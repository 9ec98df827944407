"""Answer a scale."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from facialis.history.scales import AnswersError, score
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.tasks import follow_person
from facialis_clinic.intake.forms_of_scales import form_of
from facialis_clinic.intake.models import Scale
from facialis_clinic.jobs import enqueue
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person


@transaction.atomic
def answer_scale(
    *, person: Person, name: str, answers: Mapping[str, str], by: User, today: date, now: datetime
) -> Scale | Refused:
    """Score a scale and keep it; what was left out stays open, and the score says what it may be."""
    given = {key: value for key, value in answers.items() if value != ""}
    if not given:
        return Refused("Answer at least one question.")
    try:
        told = score(name, given, answered_on=today, form=form_of(name))
    except AnswersError as error:
        return Refused(str(error).partition(": ")[2] or str(error))
    made = Scale.objects.create(
        person=person, by=by, name=name, answers=dict(told.answers), result=told.to_json(), answered_at=now
    )
    record(subject=person.pk, actor=by, verb="wrote", kind="scale", thing=made.pk)
    enqueue(follow_person, person.pk, whose=person.pk)
    return made
