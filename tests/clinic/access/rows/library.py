"""The public pages are everybody's; articles are seen to and calls are made by those whose work it is."""

from typing import Any

from facialis_clinic.library.actions import import_articles
from facialis_clinic.library.models import Article, CallBack, Revision
from tests.clinic.access.row import NOWHERE, PUBLIC, ROLES, Row
from tests.clinic.conftest import NOW

EVERYBODY = dict.fromkeys(ROLES, "all")
WRITERS = ("neurologist", "administrator")
CALLERS = ("front_desk", "nurse")


def _come() -> None:
    # A whole practice of rows reads them in once, before it asks for the first page.
    if not Article.objects.exists():
        import_articles(now=NOW)


def with_articles(world: Any, whose: str) -> dict[str, str]:
    _come()
    return {}


def slug(name: str) -> Any:
    def args(world: Any, whose: str) -> dict[str, str]:
        _come()
        return {"slug": "there-is-none" if whose == "missing" else name}

    return args


def revision(world: Any, whose: str) -> dict[str, Any]:
    _come()
    return {"revision_id": NOWHERE if whose == "missing" else Revision.objects.get(article__slug="causes").pk}


def article(world: Any, whose: str) -> dict[str, Any]:
    _come()
    return {"article_id": NOWHERE if whose == "missing" else Article.objects.get(slug="causes").pk}


def call_back(world: Any, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"call_back_id": NOWHERE}
    made = CallBack.objects.create(name="Erin Example", phone="+1 202 555 0142", topic="other", created_at=NOW)
    return {"call_back_id": made.pk}


ROWS = {
    "library:home": Row(PUBLIC, ok=(200,)),
    "library:patients": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:clinicians": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:insurers": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:practice": Row(PUBLIC, ok=(200,)),
    "library:condition": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:faq": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:article": Row(EVERYBODY, args=slug("causes"), ok=(200,)),
    "library:clinicians_article": Row(EVERYBODY, args=slug("referring"), ok=(200,)),
    "library:insurers_article": Row(EVERYBODY, args=slug("packet"), ok=(200,)),
    "library:versions": Row(EVERYBODY, args=slug("causes"), ok=(200,)),
    "library:version": Row(EVERYBODY, args=revision, ok=(200,)),
    "library:references": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:accessibility": Row(PUBLIC, ok=(200,)),
    "library:privacy": Row(PUBLIC, ok=(200,)),
    "library:contact": Row(PUBLIC, ok=(200,)),
    "library:contact post": Row(
        PUBLIC,
        method="post",
        data={"name": "Erin Example", "phone": "+1 202 555 0142", "when": "any", "topic": "other", "website": ""},
        ok=(302,),
    ),
    "library:contact_sent": Row(PUBLIC, ok=(200,)),
    "library:sitemap": Row(PUBLIC, data=with_articles, ok=(200,)),
    "library:robots": Row(PUBLIC, ok=(200,)),
    "library:articles": Row(dict.fromkeys((*WRITERS, "nurse"), "page"), data=with_articles, ok=(200,)),
    "library:review": Row({"neurologist": "all"}, args=article, ok=(200,)),
    "library:review post": Row(
        {"neurologist": "all"},
        args=article,
        method="post",
        data=lambda world, whose: {"number": 1, "due": "2999-01-01", "read": "on"},
        ok=(200, 302),
    ),
    "library:revise": Row(dict.fromkeys(WRITERS, "all"), args=article, ok=(200,)),
    "library:revise post": Row(
        dict.fromkeys(WRITERS, "all"),
        args=article,
        method="post",
        data={"based_on": 1, "title": "Causes", "summary": "What causes it.", "text": "It is a vessel.", "why": "New."},
        ok=(302,),
    ),
    "library:callbacks": Row(dict.fromkeys(CALLERS, "page"), ok=(200,)),
    "library:called": Row(dict.fromkeys(CALLERS, "all"), args=call_back, method="post", ok=(302,)),
}
