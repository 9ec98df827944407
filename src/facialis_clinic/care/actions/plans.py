"""What is done with an injection plan: one function a verb, the moment passed in, the answer a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.injecting import checked, known_of
from facialis_clinic.care.models import Plan
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

NEUROLOGIST: Final = Refused("A neurologist plans injections.")
TICKS: Final = ("patient", "side", "product")


@transaction.atomic
def write(
    *, person: Person, by: User, asked: Mapping[str, Any], plan: Plan | None = None, now: datetime
) -> Plan | Refused:
    """Keep a plan as it is asked for, new or changed; it is a draft until it is made ready."""
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    if plan is not None:
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if plan.state not in (Plan.State.DRAFT, Plan.State.READY):
            return Refused(f"This plan is {plan.get_state_display()}: begin a new one.")
    result = checked(asked, known_of(person, now=now))
    if isinstance(result, Refused):
        return result
    values = {"day": date.fromisoformat(result["date"]), "asked": dict(asked), "plan": result, "by": by, "made_at": now}
    # A plan that was changed is a draft again: what two people confirmed of it holds no longer.
    values |= {"state": Plan.State.DRAFT, "time_out": {}}
    if plan is None:
        plan = Plan.objects.create(person=person, **values)
    else:
        for name, value in values.items():
            setattr(plan, name, value)
        plan.save()
    record(subject=person.pk, actor=by, verb="planned", kind="plan", thing=plan.pk)
    return plan


@transaction.atomic
def make_ready(*, plan: Plan, by: User, now: datetime) -> Plan | Refused:
    """Make a plan ready for its session: only one that nothing holds up, as everything stands now."""
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    plan = Plan.objects.select_for_update().select_related("person").get(pk=plan.pk)
    if plan.state != Plan.State.DRAFT:
        return Refused(f"This plan is {plan.get_state_display()} already.")
    result = checked(plan.asked, known_of(plan.person, now=now))
    if isinstance(result, Refused):
        return result
    if result["state"] != "ready":
        return Refused(f"The plan cannot be made ready. {' '.join(one['text'] for one in result['blocks'])}")
    plan.plan, plan.state, plan.by, plan.made_at = result, Plan.State.READY, by, now
    plan.save(update_fields=["plan", "state", "by", "made_at"])
    record(subject=plan.person_id, actor=by, verb="made_ready", kind="plan", thing=plan.pk)
    return plan


@transaction.atomic
def drop(*, plan: Plan, by: User, now: datetime) -> Plan | Refused:
    """Drop a plan that was not carried out; it stays on record."""
    if by.role != Role.NEUROLOGIST:
        return NEUROLOGIST
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.state not in (Plan.State.DRAFT, Plan.State.READY):
        return Refused(f"This plan is {plan.get_state_display()} already.")
    plan.state, plan.made_at = Plan.State.DROPPED, now
    plan.save(update_fields=["state", "made_at"])
    record(subject=plan.person_id, actor=by, verb="dropped", kind="plan", thing=plan.pk)
    return plan


@transaction.atomic
def confirm(*, plan: Plan, by: User, told: Mapping[str, Any], now: datetime) -> Plan | Refused:
    """Write down the side time-out: two people by name, each point ticked, all sides alike. Without it no session.

    Parameters
    ----------
    plan : Plan
    by : User
        A clinician.
    told : mapping
        ``first`` and ``second`` by name, ``patient_states`` and ``marked`` as sides, and the ticks ``patient``,
        ``side`` and ``product``.
    now : datetime
    """
    if by.role not in CLINICIANS:
        return Refused("A clinician writes down the time-out.")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.state != Plan.State.READY:
        return Refused(f"This plan is {plan.get_state_display()}: only one that is ready goes to its session.")
    names = [str(told.get(key, "")).strip() for key in ("first", "second")]
    if not all(names) or names[0].casefold() == names[1].casefold():
        return Refused("Two different people confirm it: write both names.")
    if not all(told.get(key) is True for key in TICKS):
        return Refused("Tick each point once both of you have looked.")
    side = plan.plan["side"]
    sides = {str(told.get("patient_states")), str(told.get("marked")), side}
    if sides != {side}:
        said = f"the patient says {told.get('patient_states')}, marked is {told.get('marked')}, the plan says {side}"
        return Refused(f"Stop: the sides do not agree ({said}). Nothing is injected until they do.")
    if plan.day != today(now):
        return Refused(f"The plan is of {plan.day:%-d %B %Y} and was checked for that day: change its day first.")
    plan.time_out = {
        "first": names[0],
        "second": names[1],
        "patient_states": side,
        "marked": side,
        "record": side,
        "at": now.isoformat(),
        "by": str(by.pk),
    }
    plan.save(update_fields=["time_out"])
    record(subject=plan.person_id, actor=by, verb="confirmed", kind="plan", thing=plan.pk)
    return plan
