"""The pages: the studies of a person, one study with what was read in it, its traces, and what can be done with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis_clinic.electrodes import access, actions, shown
from facialis_clinic.electrodes.samples import NotKept
from facialis_clinic.people.answers import Refused

A_PAGE = 25


@login_required
@require_GET
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List the studies of a person."""
    person, found = access.studies_of(request, person_id)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {"person": person, "page": page, "rows": [shown.Row.of(study) for study in page]}
    return render(request, "electrodes/of_person.html", told)


@login_required
@require_GET
def show(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Show one study: how far it is, or what was read in it."""
    study = access.access_study(request, study_id, to="see")
    told = shown.page(study, access.readings_of(study), request.GET, timezone.now())
    return render(request, f"electrodes/{told['template']}.html", told)


@login_required
@require_GET
def state(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Show how far the reading is; once it has ended, have the whole page loaded anew."""
    study = access.access_study(request, study_id, to="state")
    told = shown.stage(study)
    response = render(request, "electrodes/_state.html", told)
    if not told["under_way"]:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_GET
def traces(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Show the traces from one moment to another; the page's script asks for the part that changes alone."""
    part = request.headers.get("X-Part") == "traces"
    study = access.access_study(request, study_id, to="part" if part else "see")
    reading = access.newest_reading(study)
    if reading is None or not study.is_free:
        raise Http404
    try:
        told = shown.traces(study, reading, request.GET)
    except NotKept:
        messages.error(request, "The traces of this recording were not kept. Have it read again.")
        return redirect("electrodes:show", study.pk)
    return render(request, "electrodes/_traces.html" if part else "electrodes/traces.html", told)


@login_required
@require_POST
def read_again(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Have it read by the version that is installed."""
    study = access.access_study(request, study_id, to="treat")
    answer = actions.read_again(study=study, by=access.user_of(request))
    return _answered(request, answer, study_id, "It is in the queue.")


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Ask whether to delete a study, and do it."""
    study = access.access_study(request, study_id, to="treat")
    now = timezone.now()
    if request.method == "POST":
        answer = actions.delete(study=study, by=access.user_of(request), now=now)
        if isinstance(answer, Refused):
            return _answered(request, answer, study_id, "")
        messages.success(request, "The recording is deleted, with everything that was read in it.")
        return redirect("electrodes:of", study.person_id)
    told = {"study": study, "person": study.person, "may": actions.deletable(study, now=now)}
    return render(request, "electrodes/delete.html", told)


def _answered(request: HttpRequest, answer: object, study_id: UUID, done: str) -> HttpResponse:
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, done)
    return redirect("electrodes:show", study_id)
