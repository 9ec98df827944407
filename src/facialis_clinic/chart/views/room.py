"""The examination room: a measured film beside its signals, and what a neurologist says of each event."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from facialis_clinic.chart import access_room as access
from facialis_clinic.chart import room as shown
from facialis_clinic.chart import room_beside, room_signals
from facialis_clinic.chart.actions import verdicts
from facialis_clinic.chart.room_kept import NotKept
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings.access import user_of
from facialis_clinic.recordings.models import Measurement


@login_required
@require_GET
def room(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """Show a measured film beside its signals; or, to the page's own script, the list of events alone."""
    part = request.GET.get("part") == "events"
    measurement = access.access_room(request, measurement_id, to="draw" if part else "see")
    now = timezone.now()
    judges = access.may_judge(user_of(request), measurement.recording.person, now=now)
    told = shown.page(measurement, access.verdicts_of(measurement), request.GET, judges=judges, now=now)
    if part:
        return render(request, "chart/_room_events.html", told)
    told |= {"sides": shown.side_words(measurement), "others": access.others_of(measurement)}
    return render(request, "chart/room.html", told)


@login_required
@require_GET
def signals(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """Hand out the curves, the events and what was said of them to the page's own script."""
    measurement = access.access_room(request, measurement_id, to="draw")
    said = access.verdicts_of(measurement)
    about: dict[str, Any] = {
        "events": [row.to_json() for row in shown.rows(measurement, said)],
        "newest": verdicts.newest(said),
        "duration_s": measurement.result["source"].get("duration_s", 0),
    }
    try:
        seen = room_signals.opened(measurement)
    except NotKept as missing:
        raise Http404 from missing
    about |= {"gaps": room_signals.gaps(seen), "tasks": room_signals.tasks(seen)}
    body = room_signals.packed(seen, about)
    return _private(HttpResponse(body, content_type="application/octet-stream"))


@login_required
@require_GET
def traces(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """Draw the curves for a page without a script."""
    measurement = access.access_room(request, measurement_id, to="draw")
    states = [row.state for row in shown.rows(measurement, access.verdicts_of(measurement))]
    try:
        seen = room_signals.opened(measurement)
    except NotKept as missing:
        raise Http404 from missing
    body = room_signals.drawing(seen, states, shown.side_words(measurement))
    return _private(HttpResponse(body, content_type="image/svg+xml"))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def verdict(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """Take what is said of an event, by a form or by the page's own script."""
    measurement = access.access_room(request, measurement_id, to="judge")
    answer = _done(request, measurement)
    if request.headers.get("Accept") == "application/json":
        return _told(request, access.as_it_stands(measurement), answer)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    where = "all=1&" if request.POST.get("all") == "1" else ""
    went_on = request.POST.get("next" if not isinstance(answer, Refused) else "number1", "")
    number = went_on if went_on.isascii() and went_on.isdigit() else ""
    page = reverse("chart:room", args=[measurement.pk])
    return redirect(f"{page}?{where}{f'event={number}' if number else ''}#event")


def _done(request: HttpRequest, measurement: Measurement) -> object:
    """Do what the form asks for."""
    said = request.POST
    number = said.get("number", "")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else -1
    given: dict[str, Any] = {"measurement": measurement, "seen": said.get("seen", ""), "by": user_of(request)}
    given["now"] = timezone.now()
    match said.get("do", ""):
        case "accept_rest":
            return verdicts.accept_rest(kinds=shown.LOOKED_FOR, **given)
        case "undo":
            return verdicts.undo(**given)
        case "take_back":
            return verdicts.take_back(number=place, **given)
        case to:
            return verdicts.judge(number=place, to=to, reason=said.get("reason", ""), **given)


def _told(request: HttpRequest, measurement: Measurement, answer: object) -> HttpResponse:
    """Answer the page's own script: how the events stand, and the figures as the page shows them."""
    said = access.verdicts_of(measurement)
    every = shown.rows(measurement, said)
    told = shown.figures(measurement, said, every)
    body = {
        "why": answer.why if isinstance(answer, Refused) else "",
        "newest": told["newest"],
        "said": [row.said() for row in every if row.verdict],
        "figures": render_to_string("chart/_room_figures.html", told, request),
    }
    refused = isinstance(answer, Refused)
    return JsonResponse(body, status=HTTPStatus.CONFLICT if refused else HTTPStatus.OK)


@login_required
@require_GET
def beside(request: HttpRequest, measurement_id: UUID, other_id: UUID) -> HttpResponse:
    """Show two films of one person side by side, with what changed between them."""
    first, second = access.access_beside(request, measurement_id, other_id)
    return render(request, "chart/room_beside.html", room_beside.page(first, second, request.GET))
