"""The gates to people: who may come how near to whose record, decided here and nowhere else.

Three relations open a record for as long as they hold and not a moment longer: being the patient, being let in by them,
and looking after them. The database is asked each time, so what was taken back is closed at the next click.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.utils import timezone
from rules.predicates import Predicate, predicate

from facialis_clinic.accounts.models import CLINICIANS, STAFF, Role, User
from facialis_clinic.people.models import BreakGlass, CareTeam, Person, Proxy

Level = Literal["contact", "record", "share", "own", "correct", "desk"]


def proxies_now(now: datetime) -> Q:
    """Select proxies who accepted, were not withdrawn and are not yet at their end."""
    open_end = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    not_withdrawn = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=now)
    return Q(user__isnull=False, given_at__lte=now) & not_withdrawn & open_end


def team_now(now: datetime) -> Q:
    """Select memberships that have begun and were not left."""
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def glass_now(now: datetime) -> Q:
    """Select broken glass that is within its hour."""
    return Q(begins_at__lte=now, ends_at__gt=now)


@dataclass(frozen=True)
class Asked:
    """A question to the gates: this person's record, at this moment."""

    user: User | AnonymousUser
    person: Person
    now: datetime

    @cached_property
    def ways(self) -> dict[str, Any]:
        """What ties the user to the record now, in one query; empty for whoever cannot sign in any more."""
        if self.user.pk is None:
            return {}
        tied = {"person": self.person.pk, "user": OuterRef("pk")}
        proxies = Proxy.objects.filter(proxies_now(self.now), **tied)
        staff = {"person": self.person.pk, "staff": OuterRef("pk")}
        found = (
            User.objects.filter(pk=self.user.pk, is_active=True)
            .annotate(
                owns=Exists(Person.objects.filter(pk=self.person.pk, user=OuterRef("pk"))),
                proxy=Exists(proxies),
                sharing=Exists(proxies.filter(Q(may_share=True) | Q(kind=Proxy.Kind.PARENT))),
                parent=Exists(proxies.filter(kind=Proxy.Kind.PARENT)),
                team=Exists(CareTeam.objects.filter(team_now(self.now), **staff)),
                glass=Exists(BreakGlass.objects.filter(glass_now(self.now), **staff)),
            )
            .values("role", "owns", "proxy", "sharing", "parent", "team", "glass")
            .first()
        )
        return dict(found or {})


def _outside(ways: dict[str, Any]) -> bool:
    # Who works here opens records by that work alone; their own record has an account of its own.
    return bool(ways) and ways["role"] not in STAFF


def _is_self(_: object, asked: Asked) -> bool:
    return _outside(asked.ways) and bool(asked.ways["owns"])


def _is_proxy(_: object, asked: Asked) -> bool:
    return _outside(asked.ways) and bool(asked.ways["proxy"])


def _is_sharing_proxy(_: object, asked: Asked) -> bool:
    return _outside(asked.ways) and bool(asked.ways["sharing"])


def _is_parent(_: object, asked: Asked) -> bool:
    return _outside(asked.ways) and bool(asked.ways["parent"])


def _on_care_team(_: object, asked: Asked) -> bool:
    return asked.ways.get("role") in CLINICIANS and bool(asked.ways["team"])


def _has_broken_glass(_: object, asked: Asked) -> bool:
    return asked.ways.get("role") in CLINICIANS and bool(asked.ways["glass"])


def _at_the_desk(_: object, asked: Asked) -> bool:
    return asked.ways.get("role") == Role.FRONT_DESK


def _named(name: str, holds: Callable[[object, Asked], bool]) -> Predicate:
    return predicate(holds, name)  # type: ignore[no-untyped-call, no-any-return]


is_self = _named("is_self", _is_self)
is_proxy = _named("is_proxy", _is_proxy)
is_sharing_proxy = _named("is_sharing_proxy", _is_sharing_proxy)
is_parent = _named("is_parent", _is_parent)
on_care_team = _named("on_care_team", _on_care_team)
has_broken_glass = _named("has_broken_glass", _has_broken_glass)
at_the_desk = _named("at_the_desk", _at_the_desk)

LEVELS: Final[dict[Level, Predicate]] = {
    "contact": is_self | is_proxy | on_care_team | has_broken_glass | at_the_desk,
    "record": is_self | is_proxy | on_care_team | has_broken_glass,
    "share": is_self | is_sharing_proxy,
    "own": is_self | is_parent,
    "correct": is_self | is_parent | at_the_desk,
    "desk": at_the_desk,
}


def may(user: User | AnonymousUser, person: Person, to: Level, *, now: datetime | None = None) -> bool:
    """Tell whether somebody may come this near to a record.

    Parameters
    ----------
    user : User or AnonymousUser
        Who asks.
    person : Person
        Whose record.
    to : {"contact", "record", "share", "own", "correct", "desk"}
        ``contact``: name, birthday, telephone, team. ``record``: what is clinical. ``share``: give and withdraw
        consents, let a proxy in. ``own``: what is the patient's alone, or a child's parent's: to be forgotten.
        ``correct``: name and telephone. ``desk``: the front desk's own part, teams and codes.
    now : datetime, optional
        The moment asked about; now where nothing is said.
    """
    return bool(LEVELS[to].test(user, Asked(user, person, now or timezone.now())))


def levels(user: User | AnonymousUser, person: Person, *, now: datetime) -> frozenset[Level]:
    """Return how near somebody may come to a record, by one question to the database."""
    asked = Asked(user, person, now)
    return frozenset(level for level, rule in LEVELS.items() if rule.test(user, asked))


def access_person(request: HttpRequest, person_id: UUID, *, to: Level) -> Person:
    """Return a person whose record may be opened this far, and log that it was read.

    Raises
    ------
    Http404
        When there is no such person, or when this user may not: nobody learns which.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not may(request.user, person, to):
        raise Http404
    log_read(request, person, kind="contact" if to == "contact" else "person")
    return person


@dataclass(frozen=True)
class Opened:
    """A record that was opened, and how far: ``"record" in opened.to``."""

    person: Person
    to: frozenset[Level]
    now: datetime


def open_person(request: HttpRequest, person_id: UUID) -> Opened:
    """Open a person's page as far as this user may see it, and log that it was read.

    Raises
    ------
    Http404
        When there is no such person, or when this user may see nothing of them.
    """
    now = timezone.now()
    person = Person.objects.select_related("user", "deletion").filter(pk=person_id).first()
    to: frozenset[Level] = levels(request.user, person, now=now) if person is not None else frozenset()
    if person is None or "contact" not in to:
        raise Http404
    log_read(request, person, kind="person" if "record" in to else "contact")
    return Opened(person, to, now)


def log_read(request: HttpRequest, person: Person, *, kind: str) -> None:
    """Write down that somebody opened a record."""
    from facialis_clinic.audit.actions import record

    assert isinstance(request.user, User)
    record(subject=person.pk, actor=request.user, verb="read", kind=kind, thing=person.pk)


def people_of(request: HttpRequest, *, now: datetime | None = None) -> QuerySet[Person]:
    """Return the people whom somebody finds in a list, by name: their own, their patients, or the desk's contacts."""
    return people_within(request.user, now=now or timezone.now())


def people_within(user: User | AnonymousUser, *, now: datetime) -> QuerySet[Person]:
    """Return the people to whom ``may(user, person, "contact")`` holds, as one query."""
    if not isinstance(user, User):
        return Person.objects.none()
    active = User.objects.filter(pk=user.pk, is_active=True).values_list("role", flat=True).first()
    if active is None or active == Role.ADMINISTRATOR:
        people = Person.objects.none()
    elif active == Role.FRONT_DESK:
        people = Person.objects.all()
    elif active in CLINICIANS:
        # A union of ids and no OR of two conditions: that one would look at every patient of the practice.
        team = CareTeam.objects.filter(team_now(now), staff=user).values("person")
        people = Person.objects.filter(
            pk__in=team.union(BreakGlass.objects.filter(glass_now(now), staff=user).values("person"))
        )
    else:
        let_in = Proxy.objects.filter(proxies_now(now), user=user).values("person")
        people = Person.objects.filter(pk__in=let_in.union(Person.objects.filter(user=user).values("pk")))
    return people.order_by(Lower("name"), "id")
