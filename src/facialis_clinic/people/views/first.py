"""Where somebody lands after they signed in, and how a record is opened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from facialis_clinic.accounts.models import Role
from facialis_clinic.people import actions, forms, shown
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.person import show
from facialis_clinic.people.views.signed import Signed, signed_in
from facialis_clinic.people.wording import current

FIRST = {
    Role.PATIENT: "chart:start",
    Role.PROXY: "chart:start",
    Role.NEUROLOGIST: "chart:work",
    Role.NURSE: "chart:work",
    Role.FRONT_DESK: "people:list",
    Role.ADMINISTRATOR: "accounts:staff",
}


@signed_in
def home(request: Signed) -> HttpResponse:
    """Lead to the first page of the role."""
    return redirect(FIRST[Role(request.user.role)])


def _outside(request: Signed) -> None:
    if request.user.is_staff_member:
        raise Http404


@signed_in
def mine(request: Signed) -> HttpResponse:
    """Show the user's own record, or the ways to one."""
    _outside(request)
    own = shown.own_record(request)
    if own is not None:
        return show(request, own)
    return render(request, "people/none.html", {"invitations": shown.invitations_for(request)})


@signed_in
def open_own(request: Signed) -> HttpResponse:
    """Open one's own record."""
    _outside(request)
    form = forms.OwnRecord(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        answer = actions.open_record(user=request.user, now=timezone.now(), **form.cleaned_data)
        if not isinstance(answer, Refused):
            messages.success(request, "Your record is open.")
            return redirect("people:home")
        form.add_error(None, answer.why)
    return render(request, "people/open.html", {"form": form})


@signed_in
def open_child(request: Signed) -> HttpResponse:
    """Open a child's record, as a parent or guardian."""
    _outside(request)
    form = forms.ChildRecord(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {name: form.cleaned_data[name] for name in ("name", "born", "phone")}
        answer = actions.open_record_for_child(user=request.user, now=timezone.now(), **told)
        if not isinstance(answer, Refused):
            messages.success(request, "The child's record is open.")
            return redirect("people:person", answer.pk)
        form.add_error(None, answer.why)
    return render(request, "people/open_child.html", {"form": form, "words": current("parent")})


@signed_in
def join(request: Signed) -> HttpResponse:
    """Join the record that the front desk made, with its code."""
    _outside(request)
    form = forms.Join(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        answer = actions.join(user=request.user, now=timezone.now(), **form.cleaned_data)
        if not isinstance(answer, Refused):
            messages.success(request, "Your account has joined your record.")
            return redirect("people:home")
        form.add_error(None, answer.why)
    return render(request, "people/join.html", {"form": form})
