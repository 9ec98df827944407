"""A clinician finds a person who is not their patient, and breaks the glass."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from facialis_clinic.people import actions, forms, shown
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.signed import Signed, signed_in


@signed_in
def find(request: Signed) -> HttpResponse:
    """Find one person by exact name and birthday, by POST: a name in an address would stay in browsers and logs."""
    if not request.user.is_clinician:
        raise Http404
    form = forms.Find(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = actions.find_person(staff=request.user, now=timezone.now(), **form.cleaned_data)
        if not isinstance(answer, Refused):
            page = {"form": forms.Emergency(), "person_id": answer.person.pk, "said": form.cleaned_data}
            return render(request, "people/emergency.html", page)
        form.add_error(None, answer.why)
    return render(request, "people/find.html", {"form": form})


@signed_in
def emergency(request: Signed, person_id: UUID) -> HttpResponse:
    """Open a record for an hour, with a reason."""
    person = shown.access_for_emergency(request, person_id)
    form = forms.Emergency(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = actions.break_glass(staff=request.user, person=person, now=timezone.now(), **form.cleaned_data)
        if not isinstance(answer, Refused):
            messages.warning(
                request, "The record is open to you for one hour. The patient and the administrators are told."
            )
            return redirect("people:person", person.pk)
        form.add_error("reason", answer.why)
    return render(request, "people/emergency.html", {"form": form, "person_id": person.pk})
