"""What staff see to: articles that want a review, and people who want a call."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from facialis_clinic.accounts.models import User
from facialis_clinic.library import access, actions
from facialis_clinic.library.forms import ReviewForm, ReviseForm
from facialis_clinic.library.here import today
from facialis_clinic.library.reading import MOST
from facialis_clinic.library.render import html_of
from facialis_clinic.library.standing import day
from facialis_clinic.library.views.public import page

_A_YEAR = timedelta(days=365)


@login_required
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """List the articles with how they stand, what is overdue first."""
    shown = access.articles_of(request, today())
    order = {"overdue": 0, "unreviewed": 1, "reviewed": 2}
    return page(
        request,
        "articles",
        articles=sorted(shown, key=lambda one: order[one.standing.state]),
        may_revise=access.may(request.user, "revise"),
        may_review=access.may(request.user, "review"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Let a neurologist stand by an article until a day."""
    shown = access.access_article(request, article_id, today(), to="review")
    revision = shown.revision
    initial = {"number": revision.number, "due": today() + _A_YEAR}
    form = ReviewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = actions.review(
            article=shown.article,
            number=form.cleaned_data["number"],
            reviewer=_user(request),
            today=today(),
            due=form.cleaned_data["due"],
            now=timezone.now(),
        )
        if not isinstance(done, actions.Refused):
            messages.success(request, f"Reviewed. It falls due on {day(done.due_on)}.")
            return redirect("library:articles")
        form.add_error(None, done.because)
    html = html_of(revision.pk, revision.text, tuple(revision.references))
    return page(request, "review", form=form, shown=shown, html=html)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Let somebody write a new version of an article."""
    shown = access.access_article(request, article_id, today(), to="revise")
    revision = shown.revision
    initial = {
        "based_on": revision.number,
        "title": revision.title,
        "summary": revision.summary,
        "text": revision.text,
    }
    form = ReviseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        done = actions.revise(
            article=shown.article,
            based_on=told["based_on"],
            title=told["title"],
            summary=told["summary"],
            text=told["text"],
            why=told["why"],
            by=_user(request),
            now=timezone.now(),
        )
        if not isinstance(done, actions.Refused):
            messages.success(request, f"Version {done.number} is shown now. No physician has reviewed it yet.")
            _warn_of_grade(request, done.grade, shown.article.audience)
            return redirect(shown.article.url)
        form.add_error(None, done.because)
    return page(request, "revise", form=form, shown=shown, most=MOST)


@login_required
@require_safe
def call_backs(request: HttpRequest) -> HttpResponse:
    """List whom to call."""
    waiting, done = access.call_backs_of(request)
    return page(request, "call_backs", waiting=waiting, done=done, forget=actions.FORGET_CALLS.days)


@login_required
@require_POST
def called(request: HttpRequest, call_back_id: UUID) -> HttpResponse:
    """Note that somebody was called."""
    call_back = access.access_call_back(request, call_back_id)
    if actions.mark_called(call_back=call_back, by=_user(request), now=timezone.now()):
        messages.success(request, f"{call_back.name} is off the list.")
    else:
        messages.info(request, f"A colleague has already called {call_back.name}.")
    return redirect("library:callbacks")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _warn_of_grade(request: HttpRequest, grade: float | None, audience: str) -> None:
    if audience == "patients" and grade is not None and grade > MOST:
        messages.warning(
            request, f"It reads at school grade {grade:g}. For patients {MOST:g} at most is wished: shorter words help."
        )
