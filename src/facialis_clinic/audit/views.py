"""The pages of the log."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from facialis_clinic.audit import access, actions
from facialis_clinic.people.views.signed import Signed, signed_in

MOST_PAGES = 100_000


@require_GET
@signed_in
def mine(request: Signed) -> HttpResponse:
    """Lead to one's own log, or show whose logs one may read."""
    people = access.people_read(request)
    if len(people) == 1:
        return redirect("audit:person", people[0].pk)
    return render(request, "audit/mine.html", {"people": people})


@require_GET
@signed_in
def person(request: Signed, person_id: UUID) -> HttpResponse:
    """Show who opened a record, when, for what and why."""
    found = access.access_log(request, person_id)
    others = request.GET.get("who") == "others"
    log = access.log_of(found, request.user, others=others, page=_number(request))
    own = found.user_id == request.user.pk
    return render(request, "audit/person.html", {"person": found, "own": own, "others": others, "log": log})


@require_GET
@signed_in
def integrity(request: Signed) -> HttpResponse:
    """Show whether the log is whole."""
    return render(request, "audit/integrity.html", {"integrity": access.access_integrity(request)})


@require_POST
@signed_in
def look_through(request: Signed) -> HttpResponse:
    """Have the log looked through in the background."""
    actions.ask_for_verification(by=access.access_verification(request))
    messages.success(request, "The log is being looked through. What it comes to will stand here in a minute or so.")
    return redirect("audit:integrity")


@require_GET
@signed_in
def practice(request: Signed) -> HttpResponse:
    """Show the practice's own chain: sign-ins, staff, articles."""
    log = access.access_practice_log(request, page=_number(request))
    return render(request, "audit/practice.html", {"log": log})


@require_GET
@signed_in
def broken_glass(request: Signed) -> HttpResponse:
    """Show who opened records in an emergency, and why."""
    log = access.access_broken_glass(request, page=_number(request))
    return render(request, "audit/broken_glass.html", {"log": log})


def _number(request: Signed) -> int:
    told = request.GET.get("page", "1")
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:7]) <= MOST_PAGES):
        raise Http404
    return int(told[:7])
