"""What is done with what was given: a session recorded, something from elsewhere entered, either corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from facialis.document import DocumentError
from facialis.followup.treatments import Treatments
from facialis.followup.treatments import of as treatments_of
from facialis.treatment.injection import plan_result
from facialis.treatment.injection.recording import record_of
from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.given import entry_of, standing, treatments_from
from facialis_clinic.care.models import Plan, Treatment
from facialis_clinic.care.tasks import follow_person
from facialis_clinic.jobs import enqueue
from facialis_clinic.library.here import here, today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

NAME: Final = "session"
SUPERSEDED: Final = Refused("A newer version of this stands: correct that one.")
CLINICIAN: Final = Refused("A clinician writes down what was given.")


@transaction.atomic
def record_session(*, plan: Plan, by: User, told: Mapping[str, Any], now: datetime) -> Treatment | Refused:
    """Write down a session as it was given, against its plan that is ready and was confirmed at the chair today.

    Parameters
    ----------
    plan : Plan
    by : User
        A clinician: a nurse writes down the session of a plan that a neurologist made ready.
    told : mapping
        As :func:`facialis.treatment.injection.recording.record_of` takes it, without side, product and time-out.
    now : datetime
    """
    if by.role not in CLINICIANS:
        return CLINICIAN
    plan = Plan.objects.select_for_update().select_related("person").get(pk=plan.pk)
    if plan.state != Plan.State.READY:
        return Refused(f"This plan is {plan.get_state_display()}: only one that is ready is carried out.")
    if not plan.time_out or not _is_of(plan.time_out, today(now)):
        return Refused("The side time-out comes first: two people confirm patient, side and product.")
    result = _recorded(told, plan, _time_out(plan), today(now))
    if isinstance(result, Refused):
        return result
    made = _keep(plan.person, by, _values(result), now=now, plan=plan)
    if isinstance(made, Refused):
        return made
    plan.state = Plan.State.DONE
    plan.save(update_fields=["state"])
    record(subject=plan.person_id, actor=by, verb="recorded", kind="treatment", thing=made.pk)
    return made


@transaction.atomic
def amend_session(
    *, treatment: Treatment, by: User, told: Mapping[str, Any], why: str, now: datetime
) -> Treatment | Refused:
    """Write a new version of a session, with the reason; the old one stays as it was."""
    old = Treatment.objects.select_for_update(of=("self",)).select_related("person", "plan").get(pk=treatment.pk)
    refused = _may_amend(old, by, why)
    if refused is not None:
        return refused
    if not old.record:
        return Refused("This was entered without its sites: correct it as what it is.")
    result = _recorded(told, old.plan, old.record["time_out"], today(now), before=old.record)
    if isinstance(result, Refused):
        return result
    return _amended(old, by, _values(result), why=why, now=now)


@transaction.atomic
def enter(*, person: Person, by: User, row: Mapping[str, Any], now: datetime) -> Treatment | Refused:
    """Write down a treatment that was given elsewhere, an operation or a medicine."""
    if by.role not in CLINICIANS:
        return CLINICIAN
    values = _entered(row, today(now))
    made = values if isinstance(values, Refused) else _keep(person, by, values, now=now)
    if isinstance(made, Treatment):
        record(subject=person.pk, actor=by, verb="recorded", kind="treatment", thing=made.pk)
    return made


@transaction.atomic
def amend(*, treatment: Treatment, by: User, row: Mapping[str, Any], why: str, now: datetime) -> Treatment | Refused:
    """Write a new version of what was entered from elsewhere, with the reason."""
    old = Treatment.objects.select_for_update().select_related("person").get(pk=treatment.pk)
    refused = _may_amend(old, by, why)
    if refused is not None:
        return refused
    values = _entered(row, today(now))
    return values if isinstance(values, Refused) else _amended(old, by, values, why=why, now=now)


def _may_amend(old: Treatment, by: User, why: str) -> Refused | None:
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist corrects what was written of a treatment.")
    if not why.strip():
        return Refused("Say why it is corrected.")
    return SUPERSEDED if Treatment.objects.filter(supersedes=old).exists() else None


def _amended(old: Treatment, by: User, values: dict[str, Any], *, why: str, now: datetime) -> Treatment | Refused:
    plan = old.plan
    if plan is not None:
        # A plan has one session: the version that stands.
        Treatment.objects.filter(pk=old.pk).update(plan=None)
    made = _keep(old.person, by, values | {"why": why.strip()}, now=now, plan=plan, supersedes=old)
    if isinstance(made, Refused):
        transaction.set_rollback(True)
        return made
    record(subject=old.person_id, actor=by, verb="corrected", kind="treatment", thing=made.pk)
    return made


def _keep(person: Person, by: User, values: dict[str, Any], *, now: datetime, **more: Any) -> Treatment | Refused:
    """Keep a row that agrees with all others; its course is worked out in the background."""
    Person.objects.select_for_update().get(pk=person.pk)
    old = more.get("supersedes")
    rest = [one for one in standing(person.pk) if old is None or one.pk != old.pk]
    made = Treatment(person=person, by=by, written_at=now, **values, **more)
    told = _together([*rest, made], today(now))
    if isinstance(told, Refused):
        return told
    made.save()
    enqueue(follow_person, person.pk, whose=person.pk)
    return made


def _together(rows: list[Treatment], on: date) -> Treatments | Refused:
    try:
        return treatments_from(rows, on=on)
    except DocumentError as error:
        return Refused(f"It does not go with what is on record: {str(error).partition(': ')[2] or error}.")


def _recorded(
    told: Mapping[str, Any], plan: Plan | None, time_out: Mapping[str, Any], on: date, before: Any = None
) -> dict[str, Any] | Refused:
    planned = plan_result.of(plan.plan) if plan is not None else None
    value = {**told, "time_out": {key: time_out[key] for key in ("patient_states", "marked", "record", "at")}}
    if planned is None and before is not None:
        product = before["product"]
        value |= {"side": before["side"], "product": {"name": product["key"]} | _mixed(product)}
    try:
        return record_of(value, planned, on, NAME).to_json()
    except DocumentError as error:
        return Refused(str(error).removeprefix(f"{NAME}: "))


def _mixed(product: Mapping[str, Any]) -> dict[str, Any]:
    return {key: product[key] for key in ("vial_units", "diluent_ml", "syringe_step_ml") if product.get(key)}


def _time_out(plan: Plan) -> dict[str, Any]:
    """Return the time-out by the clock of the practice, whose day the session is written down with."""
    at = datetime.fromisoformat(plan.time_out["at"]).astimezone(here().zone)
    return dict(plan.time_out) | {"at": at.replace(second=0, microsecond=0).isoformat(timespec="minutes")}


def _is_of(time_out: Mapping[str, Any], day: date) -> bool:
    return today(datetime.fromisoformat(time_out["at"])) == day


def _values(result: dict[str, Any]) -> dict[str, Any]:
    row = {
        "kind": "injection",
        "date": result["date"],
        "side": result["side"],
        "product": result["product"]["key"],
        "units": result["totals"]["units"],
    }
    kind, day = Treatment.Kind.INJECTION, date.fromisoformat(result["date"])
    return {"kind": kind, "day": day, "side": result["side"], "record": result, "row": row}


def _entered(row: Mapping[str, Any], on: date) -> dict[str, Any] | Refused:
    """Return the fields of a row that the follow-up can read; what lies ahead was not given."""
    try:
        found = treatments_of({"treatments": [entry_of(row)]}, name=NAME)
    except DocumentError as error:
        return Refused(str(error).removeprefix(f"{NAME}: treatments[0].").removeprefix(f"{NAME}: "))
    first = found.rows[0]
    if first.day > on:
        return Refused("The day lies ahead: nothing is written down before it is given.")
    kinds = {"injection": "injection", "decompression": "operation", "medicine": "medicine"}
    told = {key: value for key, value in row.items() if value not in (None, "")}
    return {"kind": kinds[first.kind], "day": first.day, "side": str(row.get("side") or "none"), "row": told}
