"""The way in for films: a plain form, and parts that can be sent again.

These views open their transactions themselves: a phone on a slow line sends for minutes, and locks no row meanwhile.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from facialis_clinic.arriving import ToWorkplace
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import access, actions, bounds
from facialis_clinic.recordings.actions.sending import Received
from facialis_clinic.recordings.actions.told import AlreadyThere, refused
from facialis_clinic.recordings.forms import Begin, Send
from facialis_clinic.recordings.models import Recording
from facialis_clinic.storage import PIECE, workplace

# What a form holds beside its file.
FORM = 64 << 10


@login_required
@require_http_methods(["GET", "POST"])
@csrf_exempt  # until the gate has been passed and it is known where the file may lie; then it is checked, below
@transaction.non_atomic_requests
def send(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the form, and take a film that comes all at once."""
    with transaction.atomic():
        sender = access.access_sender(request, person_id)
    if request.method == "GET":
        return _form(request, sender)
    if int(request.headers.get("Content-Length") or 0) > bounds.most_bytes() + FORM:
        return _form(request, sender, why=refused("too_big"), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    with workplace() as folder:
        request.upload_handlers = [ToWorkplace(request, folder, bounds.most_bytes())]
        return _send(request, sender)


@csrf_protect
def _send(request: HttpRequest, sender: access.Sender) -> HttpResponse:
    form = Send(request.POST, request.FILES, consents=sender.consents)
    if not form.is_valid():
        return _form(request, sender, form)
    film = form.cleaned_data["film"]
    with film:
        answer = actions.send(
            person=sender.person,
            by=access.user_of(request),
            name=film.name,
            pieces=film.chunks(PIECE),
            told=form.told(),
            now=timezone.now(),
        )
    if isinstance(answer, AlreadyThere):
        return _form(request, sender, form, why=answer)
    if isinstance(answer, Refused):
        form.add_error("film", answer.why)
        return _form(request, sender, form)
    messages.success(request, "Your video has arrived.")
    return redirect("recordings:show", answer.pk)


def _form(
    request: HttpRequest, sender: access.Sender, form: Send | None = None, why: Refused | None = None, status: int = 200
) -> HttpResponse:
    with transaction.atomic():
        told = {
            "person": sender.person,
            "own": sender.person.user_id == request.user.pk,
            "form": form or Send(consents=sender.consents),
            "why": why,
            "may": sender.consents or access.care_stands(sender.person, now=timezone.now()),
            "uploads": access.uploads_of(request, sender.person),
            "part": bounds.PART,
            "most": bounds.most_bytes(),
        }
        return render(request, "recordings/send.html", told, status=status)


@login_required
@require_POST
def begin(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin to send in parts, or go on; answers with the address of the parts and how far they are."""
    sender = access.access_sender(request, person_id)
    form = Begin(request.POST, consents=sender.consents)
    if not form.is_valid():
        why = next(iter(form.errors.values()))[0]
        return _refused(Refused(str(why)), errors={name: str(told[0]) for name, told in form.errors.items()})
    said = form.cleaned_data
    upload = actions.begin(
        person=sender.person,
        by=access.user_of(request),
        name=said["name"],
        size=said["size"],
        sha256=said["sha256"],
        told=form.told(),
        now=timezone.now(),
    )
    if isinstance(upload, AlreadyThere):
        return _refused(upload, page=reverse("recordings:show", args=[upload.recording]))
    if isinstance(upload, Refused):
        return _refused(upload)
    told = {
        "parts": reverse("recordings:part", args=[upload.pk]),
        "finish": reverse("recordings:finish", args=[upload.pk]),
        "received": upload.received,
        "size": upload.size,
        "part": bounds.PART,
    }
    return JsonResponse(told, status=HTTPStatus.CREATED)


@login_required
@require_http_methods(["GET", "PUT", "PATCH"])
@transaction.non_atomic_requests
def part(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Take a part, whose first byte ``Upload-Offset`` names; or say how far the file is."""
    with transaction.atomic():
        upload = access.access_upload(request, upload_id)
    if request.method == "GET":
        return JsonResponse({"received": upload.received, "size": upload.size, "done": upload.recording_id is not None})
    start = request.headers.get("Upload-Offset", "")
    length = request.headers.get("Content-Length", "")
    if (
        not (start.isascii() and start.isdigit() and len(start) < 16)
        or not length.isdigit()
        or int(length) > bounds.PART
    ):
        return _refused(refused("part"))
    try:
        content = request.read(int(length))
    except (UnreadablePostError, OSError):
        content = b""
    if len(content) != int(length):
        # The line broke: nothing of this part counts, and it will be sent again.
        return _refused(refused("part"), status=HTTPStatus.BAD_REQUEST)
    return _answer(actions.add_part(upload=upload, start=int(start), content=content, now=timezone.now()))


@login_required
@require_POST
@transaction.non_atomic_requests
def finish(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Make a recording of what has arrived."""
    with transaction.atomic():
        upload = access.access_upload(request, upload_id)
    answer = actions.finish(upload=upload, now=timezone.now())
    if isinstance(answer, Recording):
        return JsonResponse({"page": reverse("recordings:show", args=[answer.pk])})
    return _answer(answer)


@login_required
@require_POST
def give_up(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Remove what has arrived of a file."""
    upload = access.access_upload(request, upload_id)
    actions.give_up(upload=upload)
    messages.success(request, "What had arrived of the video is removed.")
    return redirect("recordings:of", upload.person_id)


def _answer(answer: Received | Refused) -> HttpResponse:
    if isinstance(answer, Refused):
        return _refused(answer)
    status = HTTPStatus.OK if answer.went_on else HTTPStatus.CONFLICT
    return JsonResponse({"received": answer.bytes}, status=status)


def _refused(answer: Refused, status: int = HTTPStatus.UNPROCESSABLE_ENTITY, **more: Any) -> HttpResponse:
    return JsonResponse({"why": answer.why, **more}, status=status)
