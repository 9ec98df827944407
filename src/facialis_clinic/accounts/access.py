"""The gates to accounts: an administrator to those of staff, a link to its own invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.utils.crypto import salted_hmac

from facialis_clinic.accounts import devices, limits
from facialis_clinic.accounts.actions.staff import hashed
from facialis_clinic.accounts.models import STAFF, Invitation, Lockout, Role, User


def is_administrator(request: HttpRequest) -> bool:
    """Whether an administrator asks."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.role == Role.ADMINISTRATOR


def only_administrator(request: HttpRequest) -> None:
    """Let nobody but an administrator go on."""
    if not is_administrator(request):
        raise Http404


def staff_of(request: HttpRequest, now: datetime) -> QuerySet[User]:
    """Return everybody who works here, or did, to an administrator."""
    only_administrator(request)
    locked = Lockout.objects.filter(user=OuterRef("pk"), until__gt=now, lifted_at=None)
    factor = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    staff = User.objects.filter(role__in=STAFF)
    return staff.annotate(locked=Exists(locked), factor=Exists(factor)).order_by("-is_active", "name", "email")


def access_staff(request: HttpRequest, user_id: UUID, now: datetime) -> User:
    """Return somebody who works here, to an administrator."""
    user = staff_of(request, now).filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user


def locked_accounts(request: HttpRequest, now: datetime) -> QuerySet[Lockout]:
    """Return the accounts that are locked now, to an administrator."""
    only_administrator(request)
    return Lockout.objects.filter(until__gt=now, lifted_at=None).select_related("user").order_by("-at")


def access_lockout(request: HttpRequest, lockout_id: UUID, now: datetime) -> Lockout:
    """Return a lockout that stands, to an administrator."""
    lockout = locked_accounts(request, now).filter(pk=lockout_id).first()
    if lockout is None:
        raise Http404
    return lockout


def access_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of a link, or nothing for one that is wrong, used or past its time: all alike."""
    return (
        Invitation.objects.select_related("user")
        .filter(hashed=hashed(token), until__gt=now, user__is_active=True)
        .first()
    )


def second_factors(user: User) -> tuple[bool, bool]:
    """Return whether somebody has an authenticator app, and whether a passkey or security key."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Authenticator.Type.TOTP in types, Authenticator.Type.WEBAUTHN in types


def user_at(email: str) -> User | None:
    """Return whoever signs in by an address."""
    # Addresses are kept in lower case. The database's own comparison takes other letters for the same (\u0131 for i).
    email = email.strip().lower()
    found = EmailAddress.objects.select_related("user").filter(email=email).first()
    return found.user if found else User.objects.filter(email=email).first()


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is signed in. ``id`` tells sessions apart and opens none."""

    id: str
    key: str
    device: str
    address: str
    began: datetime
    seen: datetime
    here: bool


def places_of(request: HttpRequest) -> list[Place]:
    """Return where somebody is signed in, this browser first, then the latest; their own sessions alone."""
    user = request.user
    assert isinstance(user, User)
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    open_now = Session.objects.filter(session_key__in=rows, expire_date__gt=datetime.now(UTC))
    found = []
    for session in open_now:
        told, row = session.get_decoded(), rows[session.session_key]
        if told.get("_auth_user_id") != str(user.pk):
            continue
        began, seen = (datetime.fromtimestamp(told.get(key, 0), UTC) for key in (limits.BEGAN, limits.SEEN))
        here = session.session_key == request.session.session_key
        found.append(
            Place(
                _opaque(session.session_key),
                session.session_key,
                devices.name(row.user_agent),
                row.ip,
                began,
                seen,
                here,
            )
        )
    return sorted(found, key=lambda place: (place.here, place.seen), reverse=True)


def access_place(request: HttpRequest, id: str) -> Place:
    """Return one of somebody's own sessions."""
    found = next((place for place in places_of(request) if place.id == id), None)
    if found is None:
        raise Http404
    return found


def _opaque(key: str) -> str:
    return salted_hmac("facialis.accounts.place", key, algorithm="sha256").hexdigest()[:32]
