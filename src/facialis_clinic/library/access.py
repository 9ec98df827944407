"""What of the library somebody may see. The public pages are everybody's; what staff do is gated by role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from facialis import knowledge
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.library.models import Article, CallBack, Kind, Review, Revision
from facialis_clinic.library.standing import Standing, standing

READERS: Final = (Role.NEUROLOGIST, Role.NURSE, Role.ADMINISTRATOR)
MAY: Final = {"review": (Role.NEUROLOGIST,), "revise": (Role.NEUROLOGIST, Role.ADMINISTRATOR)}
CALLERS: Final = (Role.FRONT_DESK, Role.NURSE)
_MOST_DONE: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as it is shown on a day: its newest revision, and whether a physician stands by it."""

    article: Article
    revision: Revision
    standing: Standing


def public_articles(today: date, *, audience: str = "") -> list[Shown]:
    """Return the articles, of one audience or of all, in their order; two queries."""
    revisions = Revision.objects.select_related("article").order_by("article_id", "-number").distinct("article_id")
    if audience:
        revisions = revisions.filter(article__audience=audience)
    shown = _standing(list(revisions), today)
    return sorted(shown, key=lambda one: (one.article.order, one.article.slug))


def public_article(slug: str, today: date, *, audience: str) -> Shown:
    """Return one article of an audience."""
    return _one(Revision.objects.filter(article__slug=slug, article__audience=audience), today)


def public_faq(today: date) -> Shown:
    """Return the questions and answers."""
    return _one(Revision.objects.filter(article__kind=Kind.FAQ), today)


def public_related(revision: Revision) -> list[Revision]:
    """Return the newest revisions of the articles that one names as related, in its order."""
    found = {
        one.article.slug: one
        for one in Revision.objects.filter(article__slug__in=revision.related)
        .select_related("article")
        .order_by("article_id", "-number")
        .distinct("article_id")
    }
    return [found[slug] for slug in revision.related if slug in found]


def public_versions(slug: str) -> list[Revision]:
    """Return every revision of an article, the newest first, each with its reviews."""
    versions = list(Revision.objects.filter(article__slug=slug).select_related("article").prefetch_related("reviews"))
    if not versions:
        raise Http404
    return sorted(versions, key=lambda revision: -revision.number)


def public_version(revision_id: UUID) -> tuple[Revision, Revision | None, bool]:
    """Return a revision, the one before it, and whether it is the newest."""
    revision = Revision.objects.select_related("article").filter(pk=revision_id).first()
    if revision is None:
        raise Http404
    near = {
        one.number: one
        for one in Revision.objects.filter(
            article=revision.article, number__in=(revision.number - 1, revision.number + 1)
        ).select_related("article")
    }
    return revision, near.get(revision.number - 1), revision.number + 1 not in near


def cited(revisions: Iterable[Revision]) -> list[tuple[knowledge.Source, list[Revision]]]:
    """Return the sources that revisions cite, by author and title, each with those that cite it."""
    by_key: dict[str, list[Revision]] = {}
    for revision in revisions:
        for key in revision.references:
            by_key.setdefault(key, []).append(revision)
    known = knowledge.sources()
    rows = [(known[key], citing) for key, citing in by_key.items() if key in known]
    return sorted(rows, key=lambda row: row[0].cite.casefold())


def articles_of(request: HttpRequest, today: date) -> list[Shown]:
    """Return every article with how it stands, for those who see to them."""
    _only(request, READERS)
    return public_articles(today)


def access_article(request: HttpRequest, article_id: UUID, today: date, *, to: str) -> Shown:
    """Return an article that this user may ``review`` or ``revise``."""
    _only(request, MAY[to])
    return _one(Revision.objects.filter(article=article_id), today)


def call_backs_of(request: HttpRequest) -> tuple[list[CallBack], list[CallBack]]:
    """Return whom to call, the one who has waited longest first, and who was called lately."""
    _only(request, CALLERS)
    waiting = CallBack.objects.filter(done_at__isnull=True).order_by("created_at")
    done = CallBack.objects.filter(done_at__isnull=False).select_related("done_by").order_by("-done_at")
    return list(waiting), list(done[:_MOST_DONE])


def access_call_back(request: HttpRequest, call_back_id: UUID) -> CallBack:
    """Return somebody to call."""
    _only(request, CALLERS)
    found = CallBack.objects.filter(pk=call_back_id).first()
    if found is None:
        raise Http404
    return found


def may(user: object, to: str) -> bool:
    """Tell whether somebody may review or revise; for what a page shows, while the gates above decide."""
    return isinstance(user, User) and user.is_active and user.role in MAY[to]


def _only(request: HttpRequest, roles: tuple[Role, ...]) -> None:
    user = request.user
    if not isinstance(user, User) or not user.is_active or user.role not in roles:
        raise Http404


def _one(revisions: QuerySet[Revision], today: date) -> Shown:
    newest = revisions.select_related("article").order_by("article__order", "-number").first()
    if newest is None:
        raise Http404
    return _standing([newest], today)[0]


def _standing(revisions: list[Revision], today: date) -> list[Shown]:
    reviews = {
        review.revision_id: review
        for review in Review.objects.filter(revision__in=revisions)
        .order_by("revision_id", "-made_at")
        .distinct("revision_id")
    }
    return [Shown(one.article, one, standing(reviews.get(one.pk), today)) for one in revisions]
