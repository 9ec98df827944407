"""The gates to treatment: the team reads, a neurologist on it plans; the patient reads what was given and how it goes.

What is planned stays with the clinicians until it is given. A nurse writes down a session of a plan that is ready, and
sees to alarms.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.access_orders import may_answer, user_of
from facialis_clinic.care.models import Alarm, Choice, Plan, Treatment
from facialis_clinic.people.access import access_person, may
from facialis_clinic.people.models import Person

Level = Literal["see", "answer", "treat", "decide"]

__all__ = [
    "access_alarm", "access_alarms_of", "access_choice", "access_plan", "access_treated", "access_treatment",
    "may_answer_aid", "user_of",
]  # fmt: skip


def access_treated(request: HttpRequest, person_id: UUID, *, to: Level) -> Person:
    """Return a person whose treatment may be opened this far; that it is seen is logged.

    Parameters
    ----------
    request : HttpRequest
        Who asks.
    person_id : UUID
        Whose.
    to : {"see", "answer", "treat", "decide"}
        ``see``: who may open the record. ``treat``: clinicians. ``decide``: neurologists. ``answer``: the patient.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    person = access_person(request, person_id, to="record")
    if not _role_fits(user_of(request), person, to):
        raise Http404
    return person


def access_plan(request: HttpRequest, plan_id: UUID, *, to: Literal["treat", "decide"]) -> Plan:
    """Return an injection plan, to clinicians; that it is read is logged.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    plan = Plan.objects.select_related("person__user", "by").filter(pk=plan_id).first()
    if plan is None or not _may(request, plan.person, to):
        raise Http404
    record(subject=plan.person_id, actor=user_of(request), verb="read", kind="plan", thing=plan.pk)
    return plan


def access_treatment(request: HttpRequest, treatment_id: UUID, *, to: Level) -> Treatment:
    """Return what was given on a day, to whoever may open the record; that it is read is logged.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    found = Treatment.objects.select_related("person__user", "by", "supersedes", "superseded_by", "plan")
    one = found.filter(pk=treatment_id).first()
    if one is None or not _may(request, one.person, to):
        raise Http404
    record(subject=one.person_id, actor=user_of(request), verb="read", kind="treatment", thing=one.pk)
    return one


def access_choice(request: HttpRequest, choice_id: UUID, *, to: Literal["see", "answer"]) -> Choice:
    """Return a decision aid that was handed over; the patient, or who shares for them, answers it; logged.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    choice = Choice.objects.select_related("person__user", "by").filter(pk=choice_id).first()
    if choice is None or not _may(request, choice.person, to):
        raise Http404
    record(subject=choice.person_id, actor=user_of(request), verb="read", kind="aid", thing=choice.pk)
    return choice


def may_answer_aid(user: User, choice: Choice) -> bool:
    """Whether somebody answers an aid that is open to them."""
    return _role_fits(user, choice.person, "answer")


def access_alarms_of(request: HttpRequest, person_id: UUID) -> tuple[Person, list[Alarm]]:
    """Return a person and what needed attention, what is open first; to clinicians, logged as a read of the record."""
    person = access_treated(request, person_id, to="treat")
    found = Alarm.objects.filter(person=person).select_related("seen_by").order_by("-raised_on", "code", "side")
    return person, sorted(found, key=lambda one: one.seen_at is not None)


def access_alarm(request: HttpRequest, alarm_id: UUID) -> Alarm:
    """Return what needs attention, to clinicians; what is done about it logs itself.

    Raises
    ------
    Http404
        When there is none, or this user may not: nobody learns which.
    """
    alarm = Alarm.objects.select_related("person").filter(pk=alarm_id).first()
    if alarm is None or not _may(request, alarm.person, "treat"):
        raise Http404
    record(subject=alarm.person_id, actor=user_of(request), verb="read", kind="alarm", thing=alarm.pk)
    return alarm


def _may(request: HttpRequest, person: Person, to: Level) -> bool:
    user = request.user
    return isinstance(user, User) and may(user, person, "record") and _role_fits(user, person, to)


def _role_fits(user: User, person: Person, to: Level) -> bool:
    """Whether somebody to whom the record is open may come this far."""
    match to:
        case "decide":
            return user.role == Role.NEUROLOGIST
        case "treat":
            return user.role in CLINICIANS
        case "answer":
            return user.role not in CLINICIANS and may_answer(user, person)
        case _:
            return True
