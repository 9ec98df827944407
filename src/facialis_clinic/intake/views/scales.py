"""The scales: which there are, one form, and what an answered one says."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from facialis_clinic.intake import access, actions, shown_beside
from facialis_clinic.intake.forms_of_scales import answerable, scale_here
from facialis_clinic.library.here import today as day_of
from facialis_clinic.people.answers import Refused


@login_required
@require_GET
def scales(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List the scales, each with the last time."""
    person = access.access_teller(request, person_id)
    shelf = shown_beside.shelf(person.pk, clinician=access.user_of(request).is_clinician)
    return render(request, "intake/scales.html", {"person": person, "shelf": shelf})


@login_required
@require_http_methods(["GET", "POST"])
def scale(request: HttpRequest, person_id: UUID, name: str) -> HttpResponse:
    """Show the form of a scale, or take its answers."""
    person = access.access_teller(request, person_id)
    user = access.user_of(request)
    form = scale_here(name)
    if form is None or not answerable(form, clinician=user.is_clinician):
        raise Http404
    typed = {item.key: request.POST.get(f"item_{item.key}", "") for item in form.items}
    why = ""
    if request.method == "POST":
        now = timezone.now()
        answer = actions.answer_scale(person=person, name=name, answers=typed, by=user, today=day_of(now), now=now)
        if not isinstance(answer, Refused):
            return redirect("intake:scored", answer.pk)
        why = answer.why
    page = {"person": person, "scale": form, "items": shown_beside.items(form, typed), "why": why}
    return render(request, "intake/scale.html", page, status=422 if why else 200)


@login_required
@require_GET
def scored(request: HttpRequest, scale_id: UUID) -> HttpResponse:
    """Show what an answered scale says; first of all what must be done now."""
    row = access.access_scale(request, scale_id)
    page = shown_beside.scale_page(row, clinician=access.user_of(request).is_clinician)
    return render(request, "intake/scored.html", page | {"person": row.person})
