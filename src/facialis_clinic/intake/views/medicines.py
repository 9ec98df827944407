"""Medicines and allergies: told by the patient, gone through by a clinician."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from facialis_clinic.intake import access, actions, forms, shown_beside
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person


@login_required
@require_http_methods(["GET", "POST"])
def medicines(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the list, and take a line for it."""
    person = access.access_teller(request, person_id)
    form = forms.Told(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = actions.add_medicine(
            person=person, by=access.user_of(request), now=timezone.now(), **form.cleaned_data
        )
        if not isinstance(answer, Refused):
            messages.success(request, f"{answer.name} is on the list.")
            return redirect("intake:medicines", person.pk)
        form.add_error("name", answer.why)
    return _page(request, person, form)


def _page(
    request: HttpRequest, person: Person, form: forms.Told, typed: Mapping[str, str] | None = None, why: str = ""
) -> HttpResponse:
    page = {"person": person, "form": form, "why": why, **shown_beside.medicines_page(person.pk, typed)}
    return render(request, "intake/medicines.html", page, status=422 if form.errors or why else 200)


@login_required
@require_POST
def asked(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Take the answers to what is asked by name."""
    person = access.access_teller(request, person_id)
    typed = {code: said for code in shown_beside.ASKED if (said := request.POST.get(code, ""))}
    answer = actions.tell_circumstances(person=person, answers=typed, by=access.user_of(request), now=timezone.now())
    if isinstance(answer, Refused):
        return _page(request, person, forms.Told(), typed, answer.why)
    messages.success(request, "Your answers are saved.")
    return redirect("intake:medicines", person.pk)


@login_required
@require_POST
def end(request: HttpRequest, medicine_id: UUID) -> HttpResponse:
    """End one."""
    row = access.access_medicine(request, medicine_id)
    answer = actions.end_medicine(medicine=row, by=access.user_of(request), now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, f"{answer.name} was ended.")
    return redirect("intake:medicines", row.person_id)


@login_required
@require_http_methods(["GET", "POST"])
def reconcile(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show a clinician the list to go through with the patient, and note that it was."""
    person = access.access_reconciler(request, person_id)
    why = ""
    if request.method == "POST":
        ids = [found for word in request.POST.getlist("medicine") if (found := _id(word))]
        answer = actions.reconcile(person=person, medicines=ids, by=access.user_of(request), now=timezone.now())
        if not isinstance(answer, Refused):
            messages.success(request, f"Gone through: {answer}.")
            return redirect("intake:reconcile", person.pk)
        why = answer.why
    page = {"person": person, "why": why, **shown_beside.medicines_page(person.pk)}
    return render(request, "intake/reconcile.html", page, status=422 if why else 200)


def _id(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None
