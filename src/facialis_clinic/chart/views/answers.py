"""What was weighed, whole; and its release to the patient."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis_clinic.chart import access, actions, page, weighed
from facialis_clinic.chart.forms import Release
from facialis_clinic.chart.mine_answer import answer_of
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.signed import signed_in


@require_GET
@signed_in
def assessment(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show what was weighed, why, what is not known, and what is different from the time before."""
    one, opened = access.access_assessment(request, assessment_id, to="see")
    last, told = access.before(one), weighed.whole(one)
    shown = {
        "one": one,
        "person": one.person,
        "decides": opened.decides,
        "films": access.measured_for(one),
        "last": last,
        "moved": weighed.moved(last.result, one.result) if last is not None else [],
        "told": told,
        "soon": page.soon(told["flags"]),
    }
    return render(request, "chart/assessment.html", shown)


@require_http_methods(["GET", "POST"])
@signed_in
def release(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show what the patient will read, take the neurologist's own words, and open it for the patient."""
    one, opened = access.access_assessment(request, assessment_id, to="decide")
    form = Release(request.POST or None, initial={"words": one.words})
    if request.method == "POST" and form.is_valid():
        made = actions.release(assessment=one, words=form.cleaned_data["words"], by=opened.user, now=timezone.now())
        if not isinstance(made, Refused):
            messages.success(request, f"{one.person.name} can read the answer now.")
            return redirect("chart:person", one.person_id)
        form.add_error(None, made.why)
    films = access.measured_for(one)
    answer = answer_of(one, films)
    shown = {
        "one": one, "person": one.person, "form": form, "answer": answer, "told": answer.told,
        "side": weighed.conflict(one.result), "films": films,
    }  # fmt: skip
    return render(request, "chart/release.html", shown)


@require_POST
@signed_in
def withdraw(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Take a released answer back."""
    one, opened = access.access_assessment(request, assessment_id, to="decide")
    answer = actions.withdraw(assessment=one, by=opened.user, now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, "The patient cannot read this answer any more. That it was open stays written down.")
    return redirect("chart:assessment", assessment_id)
