"""To be forgotten: the patient asks, an administrator decides."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from facialis_clinic.people import actions, forms, shown
from facialis_clinic.people.access import Opened
from facialis_clinic.people.actions.leaving import GRACE, kept_by_staff
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import DeletionRequest
from facialis_clinic.people.views.person import opened_to
from facialis_clinic.people.views.signed import Signed, afresh, signed_in


@signed_in
def forget(request: Signed, person_id: UUID) -> HttpResponse:
    """Ask for a record to be deleted, or take it back."""
    opened = opened_to(request, person_id, "own")
    standing = shown.deletion_of(opened)
    form = forms.Leave(request.POST if request.method == "POST" and standing is None else None)
    if request.method == "POST" and standing is not None:
        answer = actions.take_back(request=standing, by=request.user, now=opened.now)
        messages.success(
            request, answer.why if isinstance(answer, Refused) else "The record stays. Nothing was deleted."
        )
        return redirect("people:person", opened.person.pk)
    if request.method == "POST" and form.is_valid():
        return _ask(request, opened)
    page = {"opened": opened, "person": opened.person, "form": form, "deletion": standing, "days": GRACE.days}
    return render(request, "people/forget.html", page | {"by_staff": kept_by_staff(opened.person)})


@afresh
def _ask(request: Signed, opened: Opened) -> HttpResponse:
    actions.ask_to_be_forgotten(person=opened.person, by=request.user, now=opened.now)
    return redirect("people:forget", opened.person.pk)


@signed_in
def deletions(request: Signed) -> HttpResponse:
    """List who asked to be deleted."""
    return render(request, "people/deletions.html", {"deletions": shown.deletions(request)})


@signed_in
def deletion(request: Signed, request_id: UUID) -> HttpResponse:
    """Decide a request, or hold it with a reason."""
    one = shown.access_deletion(request, request_id)
    says = request.POST.get("say")
    form = forms.Hold(request.POST if says == "hold" else None)
    if says in ("delete", "release") or form.is_valid():
        return _decide(request, one, form)
    return render(request, "people/deletion.html", {"one": one, "person": one.person, "form": form, "days": GRACE.days})


@afresh
def _decide(request: Signed, one: DeletionRequest, form: forms.Hold) -> HttpResponse:
    by, now, says = request.user, timezone.now(), request.POST["say"]
    if says == "delete":
        answer = actions.decide(request=one, by=by, now=now)
    elif says == "release":
        answer = actions.lift_hold(request=one, by=by, now=now)
    else:
        answer = actions.hold(request=one, reason=form.cleaned_data["reason"], by=by, now=now)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, "Written down.")
    return redirect("people:deletion", one.pk)
