"""The questionnaire, one thing a page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis_clinic.intake import access, actions, panels, shown, stops, told
from facialis_clinic.intake.models import Interview
from facialis_clinic.intake.saved import Kept, kept_of
from facialis_clinic.people.answers import Refused


@login_required
@require_GET
def home(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what there is to tell, and how far it is."""
    person = access.access_teller(request, person_id)
    newest = told.newest_interview(person.pk)
    page: dict[str, object] = {"person": person, "newest": newest, "own": person.user_id == request.user.pk}
    if newest is not None:
        kept = kept_of(newest.saved, now=timezone.now())
        page["left"] = kept.interview.left() if newest.finished_at is None else len(kept.interview.open())
        page["answered"] = len(kept.told_by_hand())
    return render(request, "intake/home.html", page | {"opening": shown.opening()})


@login_required
@require_POST
def begin(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin the questions, or go on with them."""
    person = access.access_teller(request, person_id)
    again = request.POST.get("further") == "yes"
    row = actions.begin(person=person, by=access.user_of(request), now=timezone.now(), further=again)
    return redirect("intake:question", row.pk)


@login_required
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Ask one question, or take its answer."""
    row = access.access_interview(request, interview_id)
    kept = kept_of(row.saved, now=timezone.now())
    if request.method == "POST":
        return _hear(request, row, kept)
    key = request.GET.get("q", "")
    if key in kept.interview.answers:
        item = kept.interview.questionnaire.items[key]
        return render(request, "intake/question.html", shown.question_page(row, kept, item))
    if row.finished_at is not None:
        return redirect("intake:done", row.pk)
    return _next(request, row, kept)


def _next(request: HttpRequest, row: Interview, kept: Kept) -> HttpResponse:
    """Show the next question; a warning comes before it, and after the last the end."""
    if stops.unseen(kept):
        return redirect("intake:stop", row.pk)
    item = shown.next_item(kept)
    if item is None:
        return render(request, "intake/last.html", {"interview": row, "person": row.person, **shown.summary(kept)})
    return render(request, "intake/question.html", shown.question_page(row, kept, item))


def _hear(request: HttpRequest, row: Interview, kept: Kept) -> HttpResponse:
    key, typed = request.POST.get("q", ""), request.POST.get("skip") or request.POST.get("answer", "")
    take = actions.answer if row.finished_at is None else actions.change
    heard = take(
        interview=row,
        key=key,
        typed=typed,
        was=request.POST.get("was", ""),
        by=access.user_of(request),
        now=timezone.now(),
    )
    if isinstance(heard, Refused):
        return _refused(request, row, key, typed, heard)
    for line in heard.dropped:
        messages.info(request, f"Not asked any more, so your answer was taken out: {line}")
    for line in heard.said:
        messages.warning(request, line)
    if heard.interview.finished_at is not None:
        messages.success(request, "Your answer was changed.")
        return redirect("intake:done", heard.interview.pk)
    return redirect("intake:question", heard.interview.pk)


def _refused(request: HttpRequest, row: Interview, key: str, typed: str, why: Refused) -> HttpResponse:
    """Show the question again with what was typed, as the answers stand now."""
    row = access.access_interview(request, row.pk)
    kept = kept_of(row.saved, now=timezone.now())
    item = kept.interview.questionnaire.items.get(key)
    if item is None or why in (actions.FINISHED, actions.NOT_ASKED, actions.OPEN):
        messages.error(request, why.why)
        return redirect("intake:question", row.pk)
    page = shown.question_page(row, kept, item, typed=typed[:40])
    return render(request, "intake/question.html", page | {"why": why.why}, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Say what cannot wait; go on only where somebody chooses to."""
    row = access.access_interview(request, interview_id)
    if request.method == "POST":
        answer = actions.go_on(interview=row, by=access.user_of(request), now=timezone.now())
        if isinstance(answer, Refused):
            messages.error(request, answer.why)
        return redirect("intake:question", row.pk)
    kept = kept_of(row.saved, now=timezone.now())
    raised = stops.unseen(kept)
    if not raised:
        return redirect("intake:question", row.pk)
    page = {"interview": row, "person": row.person, "back": stops.asked_in(kept.interview, raised)}
    return render(request, "intake/stop.html", page | shown.warnings_page(raised))


@login_required
@require_POST
def finish(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Finish; what was not asked stays open."""
    row = access.access_interview(request, interview_id)
    answer = actions.finish(interview=row, by=access.user_of(request), now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
        return redirect("intake:question", row.pk)
    return redirect("intake:done", row.pk)


@login_required
@require_GET
def done(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Show what was told, in plain words; each answer can be changed."""
    row = access.access_interview(request, interview_id)
    kept = kept_of(row.saved, now=timezone.now())
    raised = stops.flags(kept.interview)
    page = {
        "interview": row,
        "person": row.person,
        "own": row.person.user_id == request.user.pk,
        "flags": panels.worded(raised),
        **shown.warnings_page([one for one in raised if one.urgency in stops.STOPS]),
    }
    return render(request, "intake/done.html", page | shown.summary(kept))
