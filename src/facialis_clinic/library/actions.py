"""What is done in the library: articles are read in, revised and reviewed; people ask to be called and are called."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.library.files import HERE, ArticleFile, read_articles
from facialis_clinic.library.models import Article, CallBack, Review, Revision
from facialis_clinic.library.numbers import PlaceError, marks, place
from facialis_clinic.library.reading import grade_of

LONGEST_REVIEW: Final = timedelta(days=2 * 365)
CALLS_AN_HOUR: Final = 4
ALL_CALLS_AN_HOUR: Final = 60
FORGET_CALLS: Final = timedelta(days=30)
FORGET_ADDRESSES: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_REVIEWERS: Final = (Role.NEUROLOGIST,)
_WRITERS: Final = (Role.NEUROLOGIST, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Imported:
    """What reading the articles in came to, by slug.

    ``kept`` are articles that the practice has rewritten: a new version that comes with Facialis does not replace them.
    """

    made: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done; one sentence why."""

    because: str


@transaction.atomic
def import_articles(*, now: datetime, folder: Path = HERE) -> Imported:
    """Read the articles in; one gets a new revision only where what it says has changed.

    Raises
    ------
    ArticleError
        If a file is wrong, in one line; nothing is changed then.
    """
    made, unchanged, kept = [], [], []
    for file in read_articles(folder):
        article, _ = Article.objects.update_or_create(
            slug=file.slug, defaults={"audience": file.audience, "kind": file.kind, "order": file.order}
        )
        newest = _newest(article)
        digest = _digest(file)
        if newest is not None and newest.by_id is not None:
            kept.append(file.slug)
        elif newest is not None and newest.imported == digest:
            unchanged.append(file.slug)
        else:
            Revision.objects.create(
                article=article,
                number=newest.number + 1 if newest else 1,
                title=file.title,
                summary=file.summary,
                text=file.text,
                author=file.author,
                references=list(file.references),
                related=list(file.related),
                grade=grade_of(file.text),
                made_at=now,
                why="A new version came with Facialis." if newest else "",
                imported=digest,
            )
            made.append(file.slug)
    return Imported(tuple(made), tuple(unchanged), tuple(kept))


def _newest(article: Article) -> Revision | None:
    return Revision.objects.filter(article=article).order_by("-number").first()


def _digest(file: ArticleFile) -> str:
    parts = (file.title, file.summary, file.author, *file.references, "", *file.related, "", file.text)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@transaction.atomic
def revise(
    *, article: Article, based_on: int, title: str, summary: str, text: str, why: str, by: User, now: datetime
) -> Revision | Refused:
    """Give an article a new revision, which nobody has reviewed yet.

    Parameters
    ----------
    article : Article
    based_on : int
        Number of the revision that the writer had before them; another in between is not written over.
    title, summary, text : str
        The text is Markdown and may name numbers as the files do.
    why : str
        What was changed, for whoever compares versions.
    by : User
    now : datetime
    """
    if by.role not in _WRITERS:
        return Refused("Only a neurologist or an administrator revises an article.")
    # One writer at a time: the other waits here and then sees the newer revision.
    Article.objects.select_for_update().get(pk=article.pk)
    newest = _newest(article)
    if newest is None or newest.number != based_on:
        return Refused("Somebody else has revised it meanwhile. Load the page again and put your change into theirs.")
    try:
        placed = place(text.replace("\r\n", "\n").strip() + "\n")
        references = list(dict.fromkeys((*marks(placed), *newest.references)))
    except PlaceError as error:
        return Refused(f"{error}.")
    if (placed, title.strip(), summary.strip()) == (newest.text, newest.title, newest.summary):
        return Refused("Nothing was changed.")
    revision = Revision.objects.create(
        article=article,
        number=newest.number + 1,
        title=title.strip(),
        summary=summary.strip(),
        text=placed,
        author=newest.author,
        references=references,
        related=newest.related,
        grade=grade_of(placed),
        made_at=now,
        by=by,
        why=why.strip(),
    )
    record(subject=None, actor=by, verb="wrote", kind="article", thing=article.pk)
    return revision


@transaction.atomic
def review(*, article: Article, number: int, reviewer: User, today: date, due: date, now: datetime) -> Review | Refused:
    """Note that a neurologist has read a revision, the newest, and stands by it until `due`."""
    if reviewer.role not in _REVIEWERS:
        return Refused("Only a neurologist reviews an article.")
    if not reviewer.name.strip():
        return Refused("A review bears the reviewer's name: enter yours in your account first.")
    Article.objects.select_for_update().get(pk=article.pk)
    newest = _newest(article)
    if newest is None or newest.number != number:
        return Refused("There is a newer version now. Read that one.")
    if not today < due <= today + LONGEST_REVIEW:
        return Refused("The next review must be due after today and within two years.")
    made = Review.objects.create(
        revision=newest, reviewer=reviewer, name=reviewer.name.strip(), reviewed_on=today, due_on=due, made_at=now
    )
    record(subject=None, actor=reviewer, verb="reviewed", kind="article", thing=article.pk)
    return made


@transaction.atomic
def ask_call_back(
    *, name: str, phone: str, when: str, topic: str, address: str, trap: str = "", now: datetime
) -> CallBack | Refused | None:
    """Keep a wish to be called; None where a machine fell into the trap, of which nothing is kept.

    Parameters
    ----------
    name, phone, when, topic : str
    address : str
        Where it comes from on the network; a keyed hash of it is kept for a day, against floods.
    trap : str
        A field that people do not see.
    now : datetime
    """
    forget_call_backs(now=now)
    if trap:
        return None
    came_from = _hashed(address)
    with connection.cursor() as cursor:
        # One at a time, so that many at once cannot all be the last that is allowed.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('library.call_back'))")
    lately = CallBack.objects.filter(created_at__gt=now - _HOUR)
    if lately.count() >= ALL_CALLS_AN_HOUR or lately.filter(came_from=came_from).count() >= CALLS_AN_HOUR:
        return Refused("There were many such wishes in the last hour. Please telephone, or try again later.")
    return CallBack.objects.create(
        name=name.strip(), phone=phone.strip(), when=when, topic=topic, created_at=now, came_from=came_from
    )


@transaction.atomic
def mark_called(*, call_back: CallBack, by: User, now: datetime) -> bool:
    """Note that somebody was called; False where a colleague had noted it before."""
    done = CallBack.objects.filter(pk=call_back.pk, done_at__isnull=True).update(done_at=now, done_by=by, came_from="")
    if done:
        record(subject=None, actor=by, verb="called", kind="call_back", thing=call_back.pk)
    return bool(done)


def forget_call_backs(*, now: datetime) -> int:
    """Remove whom somebody called weeks ago, and where a wish came from after a day; return how many were removed."""
    CallBack.objects.filter(created_at__lte=now - FORGET_ADDRESSES).exclude(came_from="").update(came_from="")
    return CallBack.objects.filter(done_at__lte=now - FORGET_CALLS).delete()[0]


def _hashed(address: str) -> str:
    """Return a keyed hash of where a request came from; of IPv6 the network, since the rest changes at will."""
    try:
        told = ipaddress.ip_address(address)
        came = getattr(told, "ipv4_mapped", None) or told
        source = str(ipaddress.ip_network((came, 64), strict=False) if came.version == 6 else came)
    except ValueError:
        source = "unknown"
    return hmac.new(settings.SECRET_KEY.encode(), f"call-back {source}".encode(), hashlib.sha256).hexdigest()
