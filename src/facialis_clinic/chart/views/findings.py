"""Findings that a neurologist puts down by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from facialis_clinic.chart import access, actions, weighed, weighing
from facialis_clinic.chart import findings as shown
from facialis_clinic.chart.access import Opened
from facialis_clinic.chart.forms import Finding
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.signed import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def findings(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show every finding of the vocabulary and what is known of it; take one that is put down by hand."""
    opened = access.access_chart(request, person_id, to="decide" if request.method == "POST" else "see")
    form = None
    if request.method == "POST":
        form = Finding(request.POST)
        if form.is_valid():
            made = actions.put_down(person=opened.person, by=opened.user, now=timezone.now(), **form.cleaned_data)
            if not isinstance(made, Refused):
                return _weighed_anew(request, opened)
            form.add_error("reason" if "Say why" in made.why else None, made.why)
    asked = {"code": request.POST.get("code", ""), **request.GET.dict()}
    known = weighing.known_of(opened.person, now=opened.now)
    told: dict[str, Any] = shown.page(known, access.remarks_of(opened.person), asked, form)
    return render(request, "chart/findings.html", told | {"person": opened.person, "decides": opened.decides})


@require_POST
@signed_in
def finding_withdraw(request: HttpRequest, person_id: UUID, remark_id: UUID) -> HttpResponse:
    """Take back what was put down by hand."""
    remark = access.access_remark(request, person_id, remark_id)
    opened = access.access_chart(request, person_id, to="decide")
    answer = actions.take_back(remark=remark, by=opened.user, now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
        return redirect("chart:findings", person_id)
    return _weighed_anew(request, opened)


def _weighed_anew(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Weigh anew after a finding has changed, and say what moved."""
    last = weighing.newest(opened.person)
    made = actions.assess_now(person=opened.person, by=opened.user, now=timezone.now())
    if isinstance(made, Refused):
        messages.warning(request, f"It is written down. {made.why}")
    elif last is None:
        messages.success(request, "It is written down, and all that is known was weighed for the first time.")
    else:
        moved = " ".join(weighed.moved(last.result, made.result))
        messages.success(request, f"It is written down, and all was weighed anew. {moved}")
    return redirect("chart:findings", opened.person.pk)
