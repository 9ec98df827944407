"""The pages of injections: a plan, the side time-out, the session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis.document import DocumentError
from facialis_clinic.care import access_treat as access
from facialis_clinic.care import injecting, shown_treat
from facialis_clinic.care.actions import plans as actions
from facialis_clinic.care.actions import treatments
from facialis_clinic.care.forms_given import Session, TimeOut
from facialis_clinic.care.forms_plan import PlanForm
from facialis_clinic.care.models import Plan
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person


@login_required
@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Plan injections: begun from the last session and the forecast, nothing raised."""
    person = access.access_treated(request, person_id, to="decide")
    return _edit(request, person, None)


@login_required
@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Change a plan that was not carried out yet."""
    plan = access.access_plan(request, plan_id, to="decide")
    if plan.state not in (Plan.State.DRAFT, Plan.State.READY):
        return _refused(request, f"This plan is {plan.get_state_display()}: begin a new one.", plan)
    return _edit(request, plan.person, plan)


@login_required
@require_GET
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show a plan with its face map, what holds it up, and what can be done with it."""
    found = access.access_plan(request, plan_id, to="treat")
    return render(request, "care/plan.html", shown_treat.plan(found, access.user_of(request)))


@login_required
@require_POST
def plan_ready(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Make a plan ready for its session."""
    found = access.access_plan(request, plan_id, to="decide")
    answer = actions.make_ready(plan=found, by=access.user_of(request), now=timezone.now())
    return _answered(request, answer, found, "The plan is ready for its session.")


@login_required
@require_POST
def plan_drop(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Drop a plan."""
    found = access.access_plan(request, plan_id, to="decide")
    answer = actions.drop(plan=found, by=access.user_of(request), now=timezone.now())
    return _answered(request, answer, found, "The plan is dropped. It stays on record.")


@login_required
@require_http_methods(["GET", "POST"])
def time_out(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Confirm patient, side and product, two people by name, before anything can be entered."""
    found = access.access_plan(request, plan_id, to="treat")
    if found.state != Plan.State.READY:
        return _refused(request, "Only a plan that is ready goes to its session.", found)
    told = {"name": found.person.name, "side": found.plan["side"], "product": found.plan["product"]["key"]}
    form = TimeOut(request.POST or None, **told)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        answer = actions.confirm(plan=found, by=access.user_of(request), told=form.cleaned_data, now=now)
        if not isinstance(answer, Refused):
            return redirect("care:session", found.pk)
        form.add_error(None, answer.why)
    page = {"plan": found, "person": found.person, "form": form, **shown_treat.preview(found.plan)}
    return render(request, "care/time_out.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Write down what was given, once the time-out is done."""
    found = access.access_plan(request, plan_id, to="treat")
    user = access.user_of(request)
    if found.state != Plan.State.READY or not found.time_out:
        return redirect("care:time_out" if found.state == Plan.State.READY else "care:plan", found.pk)
    sites = found.plan["sites"]
    first = {
        "operator": user.get_full_name() if user.role == "neurologist" else "",
        "consent_by": found.person.name,
        "consent_date": found.day,
        "lot-0-vials": found.plan["totals"]["vials"],
    } | {f"units-{number}": one["units"] for number, one in enumerate(sites)}
    form = Session(request.POST or None, planned=sites, initial=first)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        answer = treatments.record_session(plan=found, by=user, told=form.told(found.day), now=now)
        if not isinstance(answer, Refused):
            messages.success(request, "The session is written down and stays as it is.")
            return redirect("care:treatment", answer.pk)
        form.refuse(answer.why)
    page = {"plan": found, "person": found.person, "form": form, **shown_treat.preview(found.plan)}
    return render(request, "care/session.html", page)


def _edit(request: HttpRequest, person: Person, plan: Plan | None) -> HttpResponse:
    """Show the form of a plan with what is found about it; keep it where it is sent to be kept."""
    user, now = access.user_of(request), timezone.now()
    notes: list[str] = []
    try:
        known = injecting.known_of(person, now=now)
        asked, notes = (plan.asked, []) if plan is not None else injecting.begun(person, known)
    except DocumentError as error:
        messages.error(request, f"What is on record contradicts itself: {error}. Settle that first.")
        return redirect("chart:person", person.pk)
    form = PlanForm(request.POST or None, asked=asked, by=user.get_full_name())
    sent = request.method == "POST"
    result: dict[str, Any] | Refused | None = None
    if not sent and asked.get("sites"):
        result = injecting.checked(asked, known)
    elif sent and form.is_valid():
        asked = form.asked()
        result = injecting.checked(asked, known)
        if not isinstance(result, Refused) and (do := request.POST.get("do", "")) in ("draft", "ready"):
            return _kept(request, person, plan, asked, ready=do == "ready")
    if isinstance(result, Refused):
        if form.is_bound:
            form.refuse(result.why)
        else:
            messages.warning(request, f"As it stands it cannot be planned: {result.why}")
    told: dict[str, Any] = {"person": person, "plan": plan, "notes": notes, "known": known, "today": today(now)}
    if isinstance(result, dict):
        told |= shown_treat.preview(result, form)
    part = "care/_plan_checked.html" if request.headers.get("HX-Request") else "care/plan_edit.html"
    return render(request, part, told | {"form": form})


def _kept(
    request: HttpRequest, person: Person, plan: Plan | None, asked: dict[str, Any], *, ready: bool
) -> HttpResponse:
    user, now = access.user_of(request), timezone.now()
    made = actions.write(person=person, by=user, asked=asked, plan=plan, now=now)
    if isinstance(made, Refused):
        messages.error(request, made.why)
        return redirect("care:course", person.pk)
    if not ready:
        messages.success(request, "The draft is kept.")
        return redirect("care:plan", made.pk)
    answer = actions.make_ready(plan=made, by=user, now=now)
    return _answered(request, answer, made, "The plan is ready for its session.")


def _answered(request: HttpRequest, answer: Plan | Refused, found: Plan, done: str) -> HttpResponse:
    if isinstance(answer, Refused):
        return _refused(request, answer.why, found)
    messages.success(request, done)
    return redirect("care:plan", found.pk)


def _refused(request: HttpRequest, why: str, found: Plan) -> HttpResponse:
    messages.error(request, why)
    return redirect("care:plan", found.pk)
