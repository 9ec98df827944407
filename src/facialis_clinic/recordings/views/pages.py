"""The pages: lists, one recording, and what can be done with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis_clinic.people.actions import give_consent, withdraw_consent
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import access, actions, shown
from facialis_clinic.recordings.forms import USES

A_PAGE = 25


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List the people whose recordings somebody may open; whoever has only one is led there."""
    found = access.senders_of(request)
    if len(found) == 1 and not access.user_of(request).is_clinician:
        return redirect("recordings:of", found[0].pk)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    columns = "Name|Born|To be read" if access.user_of(request).is_clinician else "Name|Born"
    return render(request, "recordings/people.html", {"page": page, "columns": columns})


@login_required
@require_GET
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List the recordings of a person."""
    person, found = access.recordings_of(request, person_id)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [shown.Row.of(recording) for recording in page]
    told = {"person": person, "page": page, "rows": rows, "uploads": access.uploads_of(request, person)}
    return render(request, "recordings/of_person.html", told)


@login_required
@require_GET
def show(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Show one recording: to the patient its quality and what is released, to a clinician what was measured."""
    recording = access.access_recording(request, recording_id, to="see")
    user = access.user_of(request)
    told = shown.page(recording, access.measurements_of(recording), user, request.GET, timezone.now())
    name = "recordings/for_clinician.html" if user.is_clinician else "recordings/for_patient.html"
    return render(request, name, told)


@login_required
@require_GET
def state(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Show how far the measuring is; once it has ended, or the copy is there, have the whole page loaded anew."""
    recording = access.access_recording(request, recording_id, to="state")
    told = shown.stage(recording)
    response = render(request, "recordings/_state.html", told)
    if request.GET.get("seen") != told["stage"]:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_GET
def result(request: HttpRequest, recording_id: UUID, measurement_id: UUID) -> HttpResponse:
    """Hand the result out as JSON, to a clinician."""
    measurement = access.access_measurement(request, recording_id, measurement_id)
    response = JsonResponse(measurement.result, json_dumps_params={"indent": 1, "allow_nan": False})
    response["Content-Disposition"] = f'attachment; filename="recording-{recording_id}.json"'
    return response


@login_required
@require_POST
def use(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Say yes to a use of this recording, or take it back."""
    recording = access.access_recording(request, recording_id, to="change")
    about, words = request.POST.get("use", ""), request.POST.get("words", "")
    if about not in USES:
        return _answered(request, Refused("Choose a use."), recording_id, "")
    person, user, now = recording.person, access.user_of(request), timezone.now()
    if request.POST.get("answer") == "yes":
        given = give_consent(person=person, use=about, by=user, words_version=words, now=now, recording_id=recording.pk)
        return _answered(request, given, recording_id, "Thank you. It is written down.")
    taken = withdraw_consent(person=person, use=about, by=user, now=now, recording_id=recording.pk)
    return _answered(request, taken, recording_id, "Your yes was taken back.")


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Ask whether to delete a recording, and do it."""
    recording = access.access_recording(request, recording_id, to="change")
    now = timezone.now()
    if request.method == "POST":
        answer = actions.delete(recording=recording, by=access.user_of(request), now=now)
        if isinstance(answer, Refused):
            return _answered(request, answer, recording_id, "")
        messages.success(request, "The video is deleted, with everything that was measured in it.")
        return redirect("recordings:of", recording.person_id)
    return render(
        request, "recordings/delete.html", {"recording": recording, "may": actions.deletable(recording, now=now)}
    )


@login_required
@require_POST
def remeasure(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Have it measured by the version that is installed."""
    recording = access.access_recording(request, recording_id, to="treat")
    answer = actions.remeasure(recording=recording, by=access.user_of(request))
    return _answered(request, answer, recording_id, "It is in the queue.")


@login_required
@require_POST
def release(request: HttpRequest, recording_id: UUID, measurement_id: UUID) -> HttpResponse:
    """Let the patient see the answer."""
    measurement = access.access_measurement(request, recording_id, measurement_id)
    answer = actions.release(measurement=measurement, by=access.user_of(request), now=timezone.now())
    return _answered(request, answer, recording_id, "The patient can see the answer now.")


def _answered(request: HttpRequest, answer: object, recording_id: UUID, done: str) -> HttpResponse:
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, done)
    return redirect("recordings:show", recording_id)
