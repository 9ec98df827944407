"""Filming oneself in the browser: the page, and what is said of a still before it begins."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import access, actions, bounds, filming
from facialis_clinic.recordings.actions.looking import Busy
from facialis_clinic.recordings.forms import Guided, Send

BROKEN: Final = Refused("This picture did not arrive.")
TOO_LARGE: Final = Refused("This picture is too large to be looked at.")


@login_required
@require_GET
def film(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the page that films; without JavaScript it is the form that sends a file."""
    sender = access.access_sender(request, person_id)
    told = {
        "person": sender.person,
        "own": sender.person.user_id == request.user.pk,
        "about": Guided(consents=sender.consents, auto_id="film_%s", initial={"filmed_on": timezone.localdate()}),
        "form": Send(consents=sender.consents),
        "may": sender.consents or access.care_stands(sender.person, now=timezone.now()),
        "choices": filming.choices(),
        "script": filming.for_browser(),
        "checks": filming.CHECKS,
        "part": bounds.PART,
        "most": bounds.most_bytes(),
        "still": bounds.STILL,
    }
    return render(request, "recordings/guided.html", told)


@login_required
@require_POST
@transaction.non_atomic_requests
def look(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Look at one JPEG still, which is the whole body; it is not kept, and says nothing of the record."""
    with transaction.atomic():
        access.access_sender(request, person_id)
        often = not cache.add(f"look:{request.user.pk}", 1, bounds.STILL_S)
    if often:
        return JsonResponse({"why": "A moment, please."}, status=HTTPStatus.TOO_MANY_REQUESTS)
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > bounds.STILL:
        return JsonResponse({"why": TOO_LARGE.why}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        still = request.read(int(length))
    except (UnreadablePostError, OSError):
        still = b""
    if len(still) != int(length):
        # The page was left in the middle of it.
        return JsonResponse({"why": BROKEN.why}, status=HTTPStatus.BAD_REQUEST)
    answer = actions.look(still=still)
    if isinstance(answer, Refused):
        return JsonResponse({"why": answer.why}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if isinstance(answer, Busy):
        return JsonResponse({"why": "A moment, please."}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse({"checks": answer.checks})
