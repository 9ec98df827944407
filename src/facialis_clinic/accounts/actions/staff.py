"""People who work here: invited, set up, given another role, sent away."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.actions.sessions import end_sessions
from facialis_clinic.accounts.answers import Refused
from facialis_clinic.accounts.models import STAFF, Invitation, Role, User
from facialis_clinic.audit.actions import record

LASTS = timedelta(hours=72)


def hashed(token: str) -> str:
    """Return what is kept of a one-time link; the link itself is long and random, so a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, email: str, name: str, role: str, by: User | None, now: datetime) -> User | Refused:
    """Make the account of somebody who will work here and mail them the link that sets it up."""
    if role not in STAFF:
        return Refused("Choose what this person does here.")
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        return Refused("There is an account with this address. Somebody who works here needs one of their own.")
    user = User.objects.create_user(email, None, name=" ".join(name.split())[:120], role=role)
    record(subject=None, actor=by, verb="invited", kind="account", thing=user.pk)
    _send_link(user, now)
    return user


@transaction.atomic
def invite_again(*, user: User, by: User, now: datetime) -> User | Refused:
    """Mail a new link; the old one is void."""
    if user.has_usable_password():
        return Refused("This account is set up already.")
    record(subject=None, actor=by, verb="invited", kind="account", thing=user.pk)
    _send_link(user, now)
    return user


@transaction.atomic
def first_administrator(*, email: str, name: str, now: datetime) -> str:
    """Make the first administrator and return the link that sets the account up; nothing where there is one already.

    An administrator who never set the account up gets a new link.
    """
    there = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    if any(user.has_usable_password() for user in there):
        return ""
    user = there.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name, role=Role.ADMINISTRATOR)
        record(subject=None, actor=None, verb="invited", kind="account", thing=user.pk)
    return _link(user, now)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str, password: str, now: datetime) -> User | Refused:
    """Set the account up with a name and a password. The address is good: the link went there."""
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if found is None or found.until <= now or not found.user.is_active:
        # Also for whoever sends the same form twice: the first one has used the link.
        return Refused("This link is no longer good. Ask for a new one.")
    user = found.user
    try:
        validate_password(password, user)
    except ValidationError as error:
        return Refused(" ".join(error.messages))
    user.name = " ".join(name.split())[:120] or user.name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    found.delete()
    record(subject=None, actor=user, verb="accepted", kind="account", thing=user.pk)
    return user


@transaction.atomic
def change_role(*, user: User, role: str, by: User, now: datetime) -> User | Refused:
    """Give somebody who works here other work. Their sessions end: what they may see changes at once."""
    if role not in STAFF:
        return Refused("Choose what this person does here.")
    user = User.objects.select_for_update().get(pk=user.pk)
    if role != Role.ADMINISTRATOR and _is_last_administrator(user):
        return Refused("This is the last administrator. Make another one first.")
    user.role = role
    user.save(update_fields=["role"])
    end_sessions(user=user)
    record(subject=None, actor=by, verb="changed_role", kind="account", thing=user.pk, note=role)
    return user


@transaction.atomic
def deactivate(*, user: User, by: User, now: datetime) -> User | Refused:
    """Close an account; its sessions end at once. What it did stays on the log."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if _is_last_administrator(user):
        return Refused("This is the last administrator. Make another one first.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user=user)
    Invitation.objects.filter(user=user).delete()
    record(subject=None, actor=by, verb="deactivated", kind="account", thing=user.pk)
    return user


@transaction.atomic
def reactivate(*, user: User, by: User, now: datetime) -> User:
    """Open a closed account again."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    record(subject=None, actor=by, verb="reactivated", kind="account", thing=user.pk)
    user.refresh_from_db()
    return user


@transaction.atomic
def reset_second_factor(*, user: User, by: User, now: datetime) -> int:
    """Take every second factor from an account whose owner lost theirs; they are told, and set one up anew."""
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    end_sessions(user=user)
    record(subject=None, actor=by, verb="reset", kind="second_factor", thing=user.pk)
    mail.send(user.email, template="accounts/mail/factor_reset.txt", context={})
    return removed


@transaction.atomic
def reset_patients_factor(*, email: str, by: User, now: datetime) -> int:
    """Take the second factors from the account of somebody who does not work here; return how many went.

    An administrator has no list of patients: they type the address that the person gave.
    """
    user = User.objects.filter(email=email.strip().lower()).exclude(role__in=STAFF).first()
    return reset_second_factor(user=user, by=by, now=now) if user is not None else 0


def _is_last_administrator(user: User) -> bool:
    # Locked, so that two administrators cannot each send the other away at the same moment.
    active = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    able = [one.pk for one in active if one.has_usable_password() or one.pk == user.pk]
    return able == [user.pk]


def _send_link(user: User, now: datetime) -> None:
    hours = int(LASTS.total_seconds() // 3600)
    context = {"link": _link(user, now), "role": user.get_role_display(), "hours": hours}
    mail.send(user.email, template="accounts/mail/invitation.txt", context=context)


def _link(user: User, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    Invitation.objects.update_or_create(user=user, defaults={"hashed": hashed(token), "until": now + LASTS})
    site: str = settings.URL.geturl().rstrip("/")
    return site + reverse("accounts:invitation", kwargs={"token": token})
