"""What hangs on a person, fetched for the page that shows it. Whoever calls has opened the person through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Model, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.utils import timezone

from facialis_clinic.accounts.models import CLINICIANS, Role, User
from facialis_clinic.people import consents
from facialis_clinic.people.access import Opened, glass_now, log_read, people_within, team_now
from facialis_clinic.people.actions.records import tidy
from facialis_clinic.people.age import is_minor
from facialis_clinic.people.models import BreakGlass, CareTeam, DeletionRequest, Person, Proxy

PAGE: Final = 25
GLASS_SHOWN: Final = timedelta(days=365)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Record:
    """A patient's record, as its page shows it.

    Attributes
    ----------
    team : list of CareTeam
        Who looks after the patient now.
    proxies : list of Proxy
        Who may act for the patient, and who is invited.
    consents : list of Standing
        What the patient allows.
    glass : list of BreakGlass
        Who opened the record in an emergency within the last year.
    deletion : DeletionRequest or None
        Whether the patient has asked to be forgotten.
    minor : bool
        Whether a parent decides.
    """

    team: list[CareTeam]
    proxies: list[Proxy]
    consents: list[consents.Standing]
    glass: list[BreakGlass]
    deletion: DeletionRequest | None
    minor: bool


def record_of(opened: Opened) -> Record:
    """Return what a record holds about people; recordings have pages of their own."""
    person, now = opened.person, opened.now
    return Record(
        team=team_of(opened),
        proxies=proxies_of(opened),
        consents=consents.of_person(person, now),
        glass=list(
            person.broken_glass.filter(begins_at__gt=now - GLASS_SHOWN).select_related("staff").order_by("-begins_at")
        ),
        deletion=deletion_of(opened),
        minor=is_minor(person.born, now),
    )


def team_of(opened: Opened) -> list[CareTeam]:
    """Return who looks after a patient now."""
    mine = CareTeam.objects.filter(team_now(opened.now), person=opened.person)
    return list(mine.select_related("staff").order_by("staff__role", "staff__name"))


def proxies_of(opened: Opened) -> list[Proxy]:
    """Return who may act for a patient, and who was invited and has not answered."""
    now = opened.now
    standing = Q(withdrawn_at=None) & (Q(ends_at=None) | Q(ends_at__gt=now))
    answered = Q(user__isnull=False) | Q(accept_until__gt=now)
    return list(
        Proxy.objects.filter(standing & answered, person=opened.person).select_related("user").order_by("given_at")
    )


def proxy_of(opened: Opened, proxy_id: UUID) -> Proxy:
    """Return one proxy of an opened record."""
    return _one(Proxy.objects.select_related("person", "user").filter(pk=proxy_id, person=opened.person))


def member_of(opened: Opened, member_id: UUID) -> CareTeam:
    """Return one membership of an opened record's team."""
    return _one(CareTeam.objects.filter(pk=member_id, person=opened.person))


def clinicians() -> QuerySet[User]:
    """Return who can be put on a care team."""
    return User.objects.filter(role__in=CLINICIANS, is_active=True).order_by("name")


def own_record(request: HttpRequest) -> UUID | None:
    """Return the id of the user's own record; a child's account has none that it could open before it joined."""
    return Person.objects.filter(user=request.user.pk).values_list("pk", flat=True).first()


def access_for_emergency(request: HttpRequest, person_id: UUID) -> Person:
    """Return a record that a clinician may break the glass of; nothing of it is shown, so nothing is logged yet.

    Raises
    ------
    Http404
        When there is no such record, or the user is no clinician.
    """
    if not (isinstance(request.user, User) and request.user.is_active and request.user.is_clinician):
        raise Http404
    return _one(Person.objects.filter(pk=person_id))


def access_invitation(request: HttpRequest, proxy_id: UUID) -> Proxy:
    """Return an open invitation that was sent to the user's own address, checked to be theirs.

    Raises
    ------
    Http404
        When there is none, or it is somebody else's.
    """
    return _one(invitations_for(request).filter(pk=proxy_id))


def invitations_for(request: HttpRequest) -> QuerySet[Proxy]:
    """Return the open invitations to the user's own, checked addresses."""
    now = timezone.now()
    checked = EmailAddress.objects.filter(user=request.user.pk, verified=True).values("email")
    still = Q(withdrawn_at=None, user=None, accept_until__gt=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
    return Proxy.objects.filter(still, email__in=checked).select_related("person")


@dataclass(frozen=True)
class Contacts:
    """A page of a list of people."""

    people: Sequence[Person]
    page: int
    before: int | None
    after: int | None


def contacts(request: HttpRequest, *, prefix: str, page: int) -> Contacts:
    """Return a page of the people whom the user finds in lists, each with the team of now; a search is logged."""
    from facialis_clinic.audit.actions import record

    assert isinstance(request.user, User)
    now = timezone.now()
    team = CareTeam.objects.filter(team_now(now)).select_related("staff").order_by("staff__name")
    glass = BreakGlass.objects.filter(glass_now(now), staff=request.user)
    found = people_within(request.user, now=now).prefetch_related(
        Prefetch("team", team, to_attr="team_now"), Prefetch("broken_glass", glass, to_attr="open_for_me")
    )
    if low := tidy(prefix).lower():
        found = found.annotate(low=Lower("name")).filter(Q(low__startswith=low) | Q(low__contains=f" {low}"))
    if request.user.role == Role.FRONT_DESK:
        record(subject=None, actor=request.user, verb="searched" if low else "listed", kind="contact")
    start = (page - 1) * PAGE
    rows = list(found[start : start + PAGE + 1])
    return Contacts(rows[:PAGE], page, page - 1 if page > 1 else None, page + 1 if len(rows) > PAGE else None)


def deletions(request: HttpRequest) -> list[DeletionRequest]:
    """Return who asked to be forgotten, for an administrator.

    Raises
    ------
    Http404
        For everybody else.
    """
    return list(_deletions(request).order_by("asked_at"))


def access_deletion(request: HttpRequest, request_id: UUID) -> DeletionRequest:
    """Return one request to be forgotten, for an administrator, and log that the name was read."""
    one = _one(_deletions(request).filter(pk=request_id))
    log_read(request, one.person, kind="deletion")
    return one


def deletion_of(opened: Opened) -> DeletionRequest | None:
    """Return whether the patient has asked to be forgotten."""
    return getattr(opened.person, "deletion", None)


def _deletions(request: HttpRequest) -> QuerySet[DeletionRequest]:
    user = request.user
    if not (isinstance(user, User) and user.is_active and user.role == Role.ADMINISTRATOR):
        raise Http404
    return DeletionRequest.objects.select_related("person", "asked_by")


def _one(rows: QuerySet[M]) -> M:
    found = rows.first()
    if found is None:
        raise Http404
    return found
