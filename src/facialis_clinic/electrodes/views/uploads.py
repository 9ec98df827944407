"""The way in: a form with a file of up to days of signals, and the page on which its electrodes are named."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from facialis_clinic.arriving import ToWorkplace
from facialis_clinic.electrodes import access, actions, bounds
from facialis_clinic.electrodes.actions.sending import AlreadyThere
from facialis_clinic.electrodes.forms import Place, Send
from facialis_clinic.electrodes.words import NOT_TAKEN
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person
from facialis_clinic.storage import workplace

# What a form holds beside its file.
FORM = 64 << 10


@login_required
@require_http_methods(["GET", "POST"])
@csrf_exempt  # until the gate has been passed and it is known where the file may lie; then it is checked, below
@transaction.non_atomic_requests
def send(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the form, and take a recording."""
    with transaction.atomic():
        person = access.access_sender(request, person_id)
    if request.method == "GET":
        return _form(request, person, Send())
    if int(request.headers.get("Content-Length") or 0) > bounds.most_bytes() + FORM:
        why = Refused(NOT_TAKEN["too_big"])
        return _form(request, person, Send(), why=why, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    with workplace() as folder:
        request.upload_handlers = [ToWorkplace(request, folder, bounds.most_bytes())]
        return _send(request, person, folder)


@csrf_protect
def _send(request: HttpRequest, person: Person, folder: Path) -> HttpResponse:
    form = Send(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, person, form)
    file = form.cleaned_data["file"]
    with file:
        answer = actions.send(
            person=person,
            by=access.user_of(request),
            name=file.name,
            path=folder / "form",
            told=form.told(),
            now=timezone.now(),
        )
    if isinstance(answer, AlreadyThere):
        return _form(request, person, form, why=answer)
    if isinstance(answer, Refused):
        form.add_error("file", answer.why)
        return _form(request, person, form)
    return redirect("electrodes:place", answer.pk)


def _form(
    request: HttpRequest, person: Person, form: Send, why: Refused | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    with transaction.atomic():
        return render(request, "electrodes/send.html", {"person": person, "form": form, "why": why}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Ask where each electrode lay, and have the recording read."""
    study = access.access_study(request, study_id, to="treat")
    given = {"channels": study.channels, "placed": study.montage}
    form = Place(request.POST, **given) if request.method == "POST" else Place(**given)
    if request.method == "POST" and form.is_valid():
        answer = actions.place(study=study, by=access.user_of(request), places=form.places())
        if not isinstance(answer, Refused):
            messages.success(request, "It is written down.")
            return redirect("electrodes:show", study.pk)
        form.add_error(None, answer.why)
    told = {"study": study, "person": study.person, "form": form, "rows": list(form.rows())}
    return render(request, "electrodes/place.html", told)
