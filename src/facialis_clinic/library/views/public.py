"""What anybody reads before any sign-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from facialis import knowledge
from facialis_clinic.library import access, structured
from facialis_clinic.library.diff import shortened, words_changed
from facialis_clinic.library.here import here, today
from facialis_clinic.library.render import contents, html_of
from facialis_clinic.library.standing import Standing
from facialis_practice.hours import closures_ahead, is_open, week_in_words
from facialis_practice.practice import Office

MAIN = "hemifacial-spasm"
_LONG = 4


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Return a page of the library."""
    return render(request, f"library/{template}.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what the practice does, and for whom."""
    return page(request, "home", offices=[_office(office) for office in here().offices], data=_practice_data(request))


@require_safe
def patients(request: HttpRequest) -> HttpResponse:
    """Say to patients how it begins, and list what is written for them."""
    return page(request, "patients", articles=access.public_articles(today(), audience="patients"))


@require_safe
def clinicians(request: HttpRequest) -> HttpResponse:
    """List what is written for clinicians."""
    return page(request, "clinicians", articles=access.public_articles(today(), audience="clinicians"))


@require_safe
def insurers(request: HttpRequest) -> HttpResponse:
    """List what is written for insurers."""
    return page(request, "insurers", articles=access.public_articles(today(), audience="insurers"))


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Show the offices, and whether they are open."""
    offices = here().offices
    ahead = [(office.name, *row) for office in offices for row in closures_ahead(office.hours, today())]
    closed: dict[tuple[Any, ...], list[str]] = {}
    for name, first, last, closure in ahead:
        closed.setdefault((first, last, closure.reason), []).append(name)
    rows = [
        {"first": first, "last": last, "reason": reason, "where": "" if len(names) == len(offices) else names}
        for (first, last, reason), names in sorted(closed.items())
    ]
    return page(request, "practice", offices=[_office(office) for office in offices], closed=rows)


@require_safe
def condition(request: HttpRequest) -> HttpResponse:
    """Show the main article."""
    return article(request, MAIN)


@require_safe
def article(request: HttpRequest, slug: str, audience: str = "patients") -> HttpResponse:
    """Show an article."""
    return _article(request, access.public_article(slug, today(), audience=audience))


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """Show the questions and answers."""
    return _article(request, access.public_faq(today()))


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the versions of an article."""
    return page(request, "versions", versions=access.public_versions(slug))


@require_safe
def version(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """Show one version, and what it changed."""
    revision, before, newest = access.public_version(revision_id)
    changes = shortened(words_changed(before.text, revision.text)) if before else []
    html = html_of(revision.pk, revision.text, tuple(revision.references))
    return page(
        request, "version", revision=revision, before=before, newest=newest, changes=changes, html=html,
        sources=_sources(revision.references),
    )  # fmt: skip


@require_safe
def references(request: HttpRequest) -> HttpResponse:
    """List every source that an article cites."""
    return page(request, "references", rows=access.cited(one.revision for one in access.public_articles(today())))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how far the site is for everybody, and what was tried."""
    return page(request, "accessibility")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, where, who reads it and how it goes."""
    return page(request, "privacy")


def _article(request: HttpRequest, shown: access.Shown) -> HttpResponse:
    if request.path != shown.article.url:
        return redirect(shown.article.url, permanent=True)
    revision = shown.revision
    heads = contents(revision.text)
    return page(
        request,
        "article",
        article=shown.article,
        revision=revision,
        standing=shown.standing,
        html=html_of(revision.pk, revision.text, tuple(revision.references)),
        contents=heads if len(heads) >= _LONG else [],
        related=access.public_related(revision),
        sources=_sources(revision.references),
        data=_article_data(request, shown, shown.standing),
        may_revise=access.may(request.user, "revise"),
        may_review=access.may(request.user, "review"),
    )


def _article_data(request: HttpRequest, shown: access.Shown, standing: Standing) -> dict[str, Any]:
    return structured.page(
        shown.article,
        shown.revision,
        standing,
        url=request.build_absolute_uri(shown.article.url),
        publisher=here().name,
    )


def _practice_data(request: HttpRequest) -> dict[str, Any]:
    """Return the practice for machines; nothing where it is invented, for they would take it for one."""
    if here().invented:
        return {}
    return {
        "@context": structured.CONTEXT,
        "@type": "MedicalClinic",
        "name": here().name,
        "url": request.build_absolute_uri("/"),
        "medicalSpecialty": "Neurologic",
        "telephone": here().phone,
        "address": [", ".join(office.address) for office in here().offices],
    }


def _sources(keys: list[str]) -> list[knowledge.Source]:
    known = knowledge.sources()
    return [known[key] for key in keys if key in known]


def _office(office: Office) -> dict[str, Any]:
    """Return an office with whether each of its services is open now."""
    now = timezone.now()
    services = [
        {"name": name, "answer": is_open(office.hours, key, now), "week": week_in_words(office.hours, key)}
        for key, name in here().services.items()
        if key in office.hours.week
    ]
    return {"office": office, "services": services}
