"""The patient's own pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from facialis_clinic.chart import access_mine as access
from facialis_clinic.chart import mine as first
from facialis_clinic.chart import mine_copy, mine_paper, mine_shared, timeline
from facialis_clinic.chart.mine_answer import answer_of
from facialis_clinic.people.views.signed import Signed, afresh, signed_in


@require_GET
@signed_in
def start(request: Signed) -> HttpResponse:
    """Lead to the one page that is the user's to see, or let them choose."""
    people = access.people_of_mine(request)
    if len(people) == 1:
        return redirect("chart:mine", people[0].pk)
    if not people and request.user.role == "patient":
        return redirect("people:mine")
    return render(request, "chart/mine_people.html", {"people": people})


@require_GET
@signed_in
def mine(request: Signed, person_id: UUID) -> HttpResponse:
    """Show what is next, what is known at once, and what happened so far."""
    opened = access.access_mine(request, person_id)
    person, now = opened.person, opened.now
    facts, film = first.facts_of(person, request.user, now=now), first.film_of(person)
    flags = first.flags_of(facts)
    following = first.next_of(facts, film, person, today=timezone.localdate(now), flags=flags)
    happened = timeline.turned(person, for_patient=True, page=timeline.page_of(request.GET))
    page: dict[str, Any] = {
        "person": person,
        "own": person.user_id == request.user.pk,
        "flags": flags,
        "film": film,
        "next": following,
        "way": first.way_of(facts, following),
        "given": first.given_of(person),
        "orders": first.orders_of(person),
        "between": first.between_of(person, facts),
        "happened": happened,
        "may_share": "share" in opened.to,
        "may_own": "own" in opened.to,
    }
    return render(request, "chart/mine.html", page)


@require_GET
@signed_in
def result(request: Signed, person_id: UUID, assessment_id: UUID) -> HttpResponse:
    """Show an answer that was released, the neurologist's own words first."""
    one = access.access_answer(request, person_id, assessment_id)
    answer = answer_of(one, access.measured_for(one))
    page = {
        "person": one.person,
        "own": one.person.user_id == request.user.pk,
        "one": one,
        "answer": answer,
        "told": answer.told,
        "choice": first.choice_of(one.person),
    }
    return render(request, "chart/mine_result.html", page)


@require_GET
@signed_in
def result_pdf(request: Signed, person_id: UUID, assessment_id: UUID) -> HttpResponse:
    """Hand a released answer out on paper."""
    one = access.access_answer(request, person_id, assessment_id, verb="downloaded")
    content = mine_paper.answer_pdf(answer_of(one, access.measured_for(one)))
    return _pdf(content, f"answer-{timezone.localdate(one.released_at):%Y-%m-%d}.pdf")


@require_GET
@signed_in
def shared(request: Signed, person_id: UUID) -> HttpResponse:
    """Show who may see the record, who did, and what was given to whom."""
    opened = access.access_mine(request, person_id)
    return render(request, "chart/mine_shared.html", mine_shared.page(opened, request.user))


@require_GET
@signed_in
def download(request: Signed, person_id: UUID) -> HttpResponse:
    """Say what a copy of the record holds, and how large the videos are."""
    person = access.access_copy(request, person_id).person
    films, studies, size = mine_copy.films_of(person)
    page = {
        "person": person,
        "own": person.user_id == request.user.pk,
        "films": films,
        "studies": studies,
        "size": size,
    }
    return render(request, "chart/mine_download.html", page | {"kept_back": mine_copy.something_kept_back(person)})


@require_GET
@signed_in
@afresh
def download_json(request: Signed, person_id: UUID) -> HttpResponseBase:
    """Hand the whole record out as JSON, written to a nameless file first: no half of it is ever handed out."""
    person = access.access_copy(request, person_id).person
    now = timezone.now()
    file = mine_copy.take_copy(person=person, by=request.user, now=now)
    response = FileResponse(file, as_attachment=True, filename=_name("record", now, "json"))
    response["Content-Type"] = "application/json"
    return response


@require_GET
@signed_in
@afresh
def download_pdf(request: Signed, person_id: UUID) -> HttpResponse:
    """Hand the record out on paper."""
    person = access.access_copy(request, person_id).person
    now = timezone.now()
    return _pdf(mine_paper.record_pdf(person, by=request.user, now=now), _name("record", now, "pdf"))


@require_GET
@signed_in
@afresh
def download_films(request: Signed, person_id: UUID) -> HttpResponseBase:
    """Hand the videos out as they were kept, in one file that is made while it is sent."""
    person = access.access_copy(request, person_id).person
    now = timezone.now()
    pieces = mine_copy.take_films(person=person, by=request.user)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_name("videos", now, "zip")}"'
    return response


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _name(what: str, now: datetime, ending: str) -> str:
    return f"{what}-{timezone.localdate(now):%Y-%m-%d}.{ending}"
