"""The front desk's pages: contacts, new records, care teams."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from facialis_clinic.accounts.models import Role
from facialis_clinic.people import actions, forms, shown
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.person import opened_to
from facialis_clinic.people.views.signed import Signed, signed_in


@signed_in
def people(request: Signed) -> HttpResponse:
    """List the people whom the user may find: a clinician's patients, the desk's contacts, whom a proxy acts for."""
    if request.user.role == Role.ADMINISTRATOR:
        raise Http404
    desk = request.user.role == Role.FRONT_DESK
    form = forms.Search(request.POST or None)
    asked = form.cleaned_data if desk and request.method == "POST" and form.is_valid() else {}
    prefix, page = asked.get("begins", ""), asked.get("page") or 1
    found = shown.contacts(request, prefix=prefix, page=page)
    told = {"form": form, "found": found, "prefix": prefix}
    if not request.user.is_staff_member:
        told["invitations"] = shown.invitations_for(request)
    return render(request, "people/contacts.html" if desk else "people/list.html", told)


@signed_in
def register(request: Signed) -> HttpResponse:
    """Make a record for somebody without an account, and show the code that joins it, once."""
    _desk(request)
    form = forms.Register(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = actions.register(by=request.user, now=timezone.now(), **form.cleaned_data)
        if not isinstance(answer, Refused):
            return render(request, "people/code.html", {"person": answer.person, "code": answer.code})
        form.add_error(None, answer.why)
    return render(request, "people/register.html", {"form": form})


@signed_in
@require_POST
def code(request: Signed, person_id: UUID) -> HttpResponse:
    """Make a new code for a record that nobody has joined, and show it once."""
    opened = opened_to(request, person_id, "desk")
    answer = actions.new_code(person=opened.person, by=request.user, now=opened.now)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
        return redirect("people:person", opened.person.pk)
    return render(request, "people/code.html", {"person": opened.person, "code": answer.code})


@signed_in
@require_POST
def parent(request: Signed, person_id: UUID) -> HttpResponse:
    """Name a child's parent or guardian."""
    opened = opened_to(request, person_id, "desk")
    form = forms.Parent(request.POST)
    if not form.is_valid():
        messages.error(request, "That is no e-mail address.")
        return redirect("people:person", opened.person.pk)
    answer = actions.name_parent(person=opened.person, by=request.user, now=opened.now, **form.cleaned_data)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, f"An invitation was sent to {answer.email}.")
    return redirect("people:person", opened.person.pk)


@signed_in
def team(request: Signed, person_id: UUID) -> HttpResponse:
    """Show who looks after a patient; put somebody on the team."""
    opened = opened_to(request, person_id, "desk")
    form = forms.Member(request.POST or None, clinicians=shown.clinicians())
    if request.method == "POST" and form.is_valid():
        staff = form.cleaned_data["staff"]
        answer = actions.join_team(person=opened.person, staff=staff, by=request.user, now=opened.now)
        if not isinstance(answer, Refused):
            messages.success(request, f"{staff.get_full_name()} is on the team.")
            return redirect("people:team", opened.person.pk)
        form.add_error("staff", answer.why)
    page = {"opened": opened, "person": opened.person, "form": form, "team": shown.team_of(opened)}
    return render(request, "people/team.html", page)


@signed_in
@require_POST
def leave_team(request: Signed, person_id: UUID, member_id: UUID) -> HttpResponse:
    """End a membership."""
    opened = opened_to(request, person_id, "desk")
    answer = actions.leave_team(member=shown.member_of(opened, member_id), by=request.user, now=opened.now)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, "The record is closed to them from this moment.")
    return redirect("people:team", opened.person.pk)


def _desk(request: Signed) -> None:
    if request.user.role != Role.FRONT_DESK:
        raise Http404
