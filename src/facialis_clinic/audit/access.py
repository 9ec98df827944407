"""The gates to the log: a patient's part for them, its integrity for the administrator. Reading it is logged too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.audit.models import Event, Head, Note, Verification
from facialis_clinic.audit.words import what, who
from facialis_clinic.people.access import may, people_of
from facialis_clinic.people.models import Person

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One thing that somebody did on one day, however often, in words."""

    who: str
    mine: bool
    what: str
    why: str
    times: int
    first: datetime
    last: datetime
    about: UUID | None = None


@dataclass(frozen=True)
class Day:
    """What happened on a day, the latest first."""

    day: date
    lines: Sequence[Line]


@dataclass(frozen=True)
class Page:
    """A page of the log."""

    days: Sequence[Day]
    page: int
    before: int | None
    after: int | None


def _signed(user: User | AnonymousUser) -> User:
    if not (isinstance(user, User) and user.is_active):
        raise Http404
    return user


def people_read(request: HttpRequest) -> list[Person]:
    """Return whose log this user may read: their own, and that of those for whom they act."""
    if _signed(request.user).is_staff_member:
        raise Http404
    return list(people_of(request))


def access_log(request: HttpRequest, person_id: UUID) -> Person:
    """Return a person whose log may be read, and log that it is.

    Raises
    ------
    Http404
        When there is no such person, or the user is neither the patient nor acts for them.
    """
    user = _signed(request.user)
    person = Person.objects.filter(pk=person_id).first()
    if person is None or user.is_staff_member or not may(user, person, "record"):
        raise Http404
    record(subject=person.pk, actor=user, verb="read", kind="log")
    return person


def log_of(person: Person, reader: User, *, others: bool, page: int) -> Page:
    """Return a page of a person's log: what one person did on a day in the same way is one line.

    Parameters
    ----------
    person : Person
        Of :func:`access_log`.
    reader : User
        Who reads.
    others : bool
        Leave out what the reader and the system did.
    page : int
        Which one, from 1.
    """
    events = Event.objects.filter(subject=person.pk)
    if others:
        events = events.filter(actor__isnull=False).exclude(actor=reader.pk)
    groups = (
        events.annotate(day=TruncDate("at"))
        .values("day", "actor", "role", "verb", "kind", "note_hash")
        .annotate(times=Count("pk"), first=Min("at"), last=Max("at"))
        .order_by("-day", "-last", "verb", "kind")
    )
    return _page(groups, reader, page)


def access_practice_log(request: HttpRequest, *, page: int) -> Page:
    """Return a page of the practice's own chain, sign-ins and changes of staff, for an administrator."""
    user = _administrator(request, kind="practice")
    return _page(_single(Event.objects.filter(subject=None)), user, page)


def access_broken_glass(request: HttpRequest, *, page: int) -> Page:
    """Return who opened records in an emergency and why, for an administrator: of the record no more than its id."""
    user = _administrator(request, kind="glass")
    return _page(_single(Event.objects.filter(verb="broke_glass")), user, page)


@dataclass(frozen=True)
class Integrity:
    """How the log stands."""

    rows: int
    chains: int
    checks: Sequence[Verification]
    checkpoint: datetime | None

    @property
    def last(self) -> Verification | None:
        """Return the latest look through the log."""
        return self.checks[0] if self.checks else None


def access_integrity(request: HttpRequest) -> Integrity:
    """Return how the log stands, for an administrator: numbers and times, nobody's record."""
    _administrator(request, kind="integrity")
    ends = Head.objects.aggregate(rows=Sum("seq"), chains=Count("pk"))
    checkpoint = Event.objects.filter(subject=None, verb="checkpointed").order_by("-seq").values_list("at", flat=True)
    return Integrity(
        ends["rows"] or 0, ends["chains"], list(Verification.objects.order_by("-pk")[:10]), checkpoint.first()
    )


def access_verification(request: HttpRequest) -> User:
    """Return the administrator who asks for the log to be looked through."""
    return _administrator(request, kind="integrity")


def _administrator(request: HttpRequest, *, kind: str) -> User:
    user = _signed(request.user)
    if user.role != Role.ADMINISTRATOR:
        raise Http404
    record(subject=None, actor=user, verb="read", kind=kind)
    return user


def _single(events: QuerySet[Event]) -> QuerySet[Event, Any]:
    """Leave each event a line of its own."""
    return (
        events.annotate(day=TruncDate("at"))
        .values("day", "actor", "role", "verb", "kind", "note_hash", "subject", "thing", "seq")
        .annotate(times=Count("pk"), first=Min("at"), last=Max("at"))
        .order_by("-last", "-seq")
    )


def _page(groups: QuerySet[Event, Any], reader: User, page: int) -> Page:
    start = (page - 1) * PAGE
    rows = list(groups[start : start + PAGE + 1])
    names = dict(User.objects.filter(pk__in={row["actor"] for row in rows}).values_list("pk", "name"))
    hashes = [row["note_hash"] for row in rows if row["note_hash"]]
    notes = {bytes(note.hash): note.text for note in Note.objects.filter(hash__in=hashes)} if hashes else {}
    days: dict[date, list[Line]] = {}
    for row in rows[:PAGE]:
        days.setdefault(row["day"], []).append(_line(row, reader, names, notes))
    return Page(
        [Day(day, lines) for day, lines in days.items()],
        page,
        page - 1 if page > 1 else None,
        page + 1 if len(rows) > PAGE else None,
    )


def _line(row: dict[str, Any], reader: User, names: dict[UUID, str], notes: dict[bytes, str]) -> Line:
    mine = row["actor"] == reader.pk
    return Line(
        who="You" if mine else who(row["actor"], row["role"], names),
        mine=mine,
        what=what(row["verb"], row["kind"]),
        why=notes.get(bytes(row["note_hash"] or b""), ""),
        times=row["times"],
        first=row["first"],
        last=row["last"],
        about=row.get("subject") or row.get("thing"),
    )
