"""The clinician's first page, and a person's chart on one page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from facialis_clinic.chart import access, actions, page, panels_here, work
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.signed import signed_in


@require_GET
@signed_in
def work_list(request: HttpRequest) -> HttpResponse:
    """Show what is to be done and what is new."""
    user, now = access.access_work(request), timezone.now()
    lines = work.lines_of(user, now=now)
    parts = work.parts(lines, request.GET)
    shown = {
        "parts": parts,
        "chosen": request.GET.get("part", "") if len(parts) == 1 else "",
        "now": now,
        "patients": len({line.person_id for line in lines}),
        "news": sorted({line.person_id for line in lines if line.part == "news"}),
        "empty": not lines,
    }
    return render(request, "chart/work.html", shown)


@require_POST
@signed_in
def seen(request: HttpRequest) -> HttpResponse:
    """Note that what is new was seen: of one patient, or of all whose news were shown."""
    user, now = access.access_work(request), timezone.now()
    people = access.patients_of(user, _ids(request.POST.getlist("person")), now=now)
    actions.seen(people=people, by=user, until=min(_moment(request.POST.get("until", "")) or now, now))
    return redirect("chart:work")


def _ids(told: list[str]) -> list[UUID]:
    found = []
    for one in told:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


@require_GET
@signed_in
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the chart of a person on one page."""
    opened = access.access_chart(request, person_id, to="see", people=page.people())
    told: dict[str, Any] = page.page(opened, request.GET)
    told["panels"] = panels_here.of(opened)
    told["medicines"] = panels_here.medicines(opened, told["medicines"])
    return render(request, "chart/person.html", told)


@require_POST
@signed_in
def assess(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Weigh what is known now, and show what came out."""
    opened = access.access_chart(request, person_id, to="decide")
    made = actions.assess_now(person=opened.person, by=opened.user, now=timezone.now())
    if isinstance(made, Refused):
        messages.error(request, made.why)
        return redirect("chart:person", person_id)
    return redirect("chart:assessment", made.pk)
