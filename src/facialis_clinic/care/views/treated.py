"""The pages of what was given: the list, one treatment, how it goes on, what needs attention."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis_clinic.accounts.models import CLINICIANS, Role
from facialis_clinic.care import access_treat as access
from facialis_clinic.care import following, shown_treat
from facialis_clinic.care.actions import following as watched
from facialis_clinic.care.actions import treatments as actions
from facialis_clinic.care.forms_given import Elsewhere, SeenTo, Session
from facialis_clinic.care.models import Treatment
from facialis_clinic.people.answers import Refused


@login_required
@require_GET
def treatments(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List what was given, and to clinicians what is planned."""
    person = access.access_treated(request, person_id, to="see")
    user = access.user_of(request)
    given, planned = following.listed(person, user)
    told = {
        "person": person,
        "own": person.user_id == user.pk,
        "rows": [shown_treat.Row.of(one) for one in given],
        "plans": planned,
        "clinician": user.role in CLINICIANS,
        "decides": user.role == Role.NEUROLOGIST,
    }
    return render(request, "care/treatments.html", told)


@login_required
@require_http_methods(["GET", "POST"])
def treatment_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down a treatment from elsewhere."""
    person = access.access_treated(request, person_id, to="treat")
    form = Elsewhere(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        answer = actions.enter(person=person, by=access.user_of(request), row=form.row(), now=now)
        if not isinstance(answer, Refused):
            messages.success(request, "It is written down.")
            return redirect("care:treatments", person.pk)
        form.add_error(None, answer.why)
    return render(request, "care/treatment_new.html", {"person": person, "form": form})


@login_required
@require_GET
def treatment(request: HttpRequest, treatment_id: UUID) -> HttpResponse:
    """Show what was given."""
    found = access.access_treatment(request, treatment_id, to="see")
    return render(request, "care/treatment.html", shown_treat.treatment(found, access.user_of(request)))


@login_required
@require_http_methods(["GET", "POST"])
def treatment_amend(request: HttpRequest, treatment_id: UUID) -> HttpResponse:
    """Write a new version of what was given; the old one stays as it was."""
    found = access.access_treatment(request, treatment_id, to="decide")
    form = _amending(request, found)
    if request.method == "POST" and form.is_valid():
        user, now, why = access.user_of(request), timezone.now(), form.cleaned_data["why"]
        if isinstance(form, Session):
            told = form.told(found.day)
            answer = actions.amend_session(treatment=found, by=user, told=told, why=why, now=now)
        else:
            answer = actions.amend(treatment=found, by=user, row=form.row(), why=why, now=now)
        if not isinstance(answer, Refused):
            messages.success(request, "The new version stands. The old one is kept as it was.")
            return redirect("care:treatment", answer.pk)
        if isinstance(form, Session):
            form.refuse(answer.why)
        else:
            form.add_error(None, answer.why)
    told_ = {"treatment": found, "person": found.person, "form": form, "sited": isinstance(form, Session)}
    return render(request, "care/treatment_amend.html", told_)


@login_required
@require_GET
def course(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show how the treatment goes: the last course that was worked out, worked out anew behind the page if need be."""
    person = access.access_treated(request, person_id, to="see")
    kept, stale = following.newest(person, now=timezone.now())
    told = shown_treat.course(person, kept, access.user_of(request), stale=stale)
    return render(
        request, "care/course.html" if access.user_of(request).is_clinician else "care/course_mine.html", told
    )


@login_required
@require_GET
def alarms(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List what needs attention, and what was done about it."""
    person, found = access.access_alarms_of(request, person_id)
    told: dict[str, Any] = {"person": person, "rows": shown_treat.alarms(found), "form": SeenTo()}
    return render(request, "care/alarms.html", told)


@login_required
@require_POST
def alarm_seen(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """Write down what was done about it."""
    found = access.access_alarm(request, alarm_id)
    note = request.POST.get("note", "")
    answer = watched.see_to(alarm=found, by=access.user_of(request), note=note, now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, "It is written down as seen to.")
    return redirect("care:alarms", found.person_id)


def _amending(request: HttpRequest, found: Treatment) -> Session | Elsewhere:
    if found.record:
        return Session(
            request.POST or None,
            planned=following.sites_of(found.record),
            amending=True,
            initial=following.said_of(found.record),
        )
    first = {
        **found.row,
        "date": found.day,
        "kind": following.KINDS[found.kind],
        "side": found.side.replace("none", ""),
    }
    return Elsewhere(request.POST or None, amending=True, initial=first)
