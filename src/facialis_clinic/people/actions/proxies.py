"""Let somebody act for a patient, and end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.access import may, proxies_now
from facialis_clinic.people.actions.after import once_committed
from facialis_clinic.people.actions.glass import addresses_of
from facialis_clinic.people.age import comes_of_age, is_minor
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person, Proxy
from facialis_clinic.people.wording import current

TO_ACCEPT: Final = timedelta(days=14)
BEFORE_THE_END: Final = timedelta(days=60)
CHANGED: Final = Refused("The words have changed since you opened the page. Please read them again.")
NOT_YOURS: Final = Refused("Only the patient, or who acts for them with the right to do so, can decide this.")


@transaction.atomic
def invite_proxy(
    *, person: Person, email: str, may_share: bool, by: User, words_version: str, now: datetime
) -> Proxy | Refused:
    """Invite somebody to act for a patient, to the words that were shown; it opens nothing until they accept."""
    if not may(by, person, "share", now=now):
        return NOT_YOURS
    if words_version != current("proxy").id:
        return CHANGED
    return _invite(person, email, Proxy.Kind.PROXY, may_share=may_share, by=by, now=now)


@transaction.atomic
def name_parent(*, person: Person, email: str, by: User, now: datetime) -> Proxy | Refused:
    """Invite a child's parent or guardian, by the front desk, who has seen that they are."""
    if not is_minor(person.born, now):
        return Refused("This patient is 18 or older, or the date of birth is missing: they let somebody in themselves.")
    if by.role != Role.FRONT_DESK:
        return Refused("The front desk names a parent or guardian, once they have shown that they are.")
    if person.user_id is not None:
        # A birthday can be corrected at the desk; whoever signs in for themselves is not opened to others by that.
        return Refused("This patient signs in with an account of their own: they let somebody in themselves.")
    return _invite(person, email, Proxy.Kind.PARENT, may_share=True, by=by, now=now)


@transaction.atomic
def accept(*, proxy: Proxy, user: User, now: datetime) -> Proxy | Refused:
    """Accept an invitation that was sent to one's own, checked address."""
    proxy = Proxy.objects.select_for_update().select_related("person").get(pk=proxy.pk)
    if proxy.user_id is not None or not _stands(proxy, now):
        return Refused("This invitation is no longer open. Ask for a new one.")
    if user.is_staff_member:
        return Refused("This is a staff account. Ask to be invited at a private address.")
    if user.email != proxy.email:
        return Refused("This invitation was sent to another address.")
    if user.pk == proxy.person.user_id:
        return Refused("This is your own record.")
    proxy.user, proxy.accepted_at = user, now
    if proxy.kind == Proxy.Kind.PARENT:
        proxy.words_version = current("parent").id
    proxy.save()
    if not Person.objects.filter(user=user).exists():
        User.objects.filter(pk=user.pk, role=Role.PATIENT).update(role=Role.PROXY)
    record(subject=proxy.person_id, actor=user, verb="accepted", kind="proxy", thing=proxy.pk)
    return proxy


@transaction.atomic
def decline(*, proxy: Proxy, user: User, now: datetime) -> Proxy | Refused:
    """Decline an invitation; the patient sees that it has ended."""
    if user.email != proxy.email or proxy.user_id is not None:
        return Refused("This invitation is no longer open.")
    return _end(proxy, user, "declined", now)


@transaction.atomic
def withdraw_proxy(*, proxy: Proxy, by: User, now: datetime) -> Proxy | Refused:
    """End it, by the patient, the proxy themselves or, for a parent, the front desk; it is closed to them at once."""
    if proxy.kind == Proxy.Kind.PARENT:
        if by.pk != proxy.user_id and by.role != Role.FRONT_DESK:
            return Refused("The front desk ends what a parent or guardian may do. Please call.")
    elif by.pk != proxy.user_id and not may(by, proxy.person, "share", now=now):
        return NOT_YOURS
    return _end(proxy, by, "ended", now)


def tell_of_endings(*, now: datetime) -> int:
    """Write to parents and to the grown child, two months before the 18th birthday; return how many were told of."""
    soon = Proxy.objects.filter(proxies_now(now), kind=Proxy.Kind.PARENT, end_told_at=None)
    told = 0
    for pk in soon.filter(ends_at__lte=now + BEFORE_THE_END).values_list("pk", flat=True):
        with transaction.atomic():
            proxy = Proxy.objects.select_for_update(skip_locked=True).filter(pk=pk, end_told_at=None).first()
            if proxy is None:
                continue
            proxy.end_told_at = now
            proxy.save(update_fields=["end_told_at"])
            page = reverse("people:person", args=[proxy.person_id])
            for address in addresses_of(proxy.person, now):
                mail.send(address, template="people/mail/of_age.txt", context={"day": proxy.ends_at, "page": page})
            told += 1
    return told


def _invite(
    person: Person, email: str, kind: Proxy.Kind, *, may_share: bool, by: User, now: datetime
) -> Proxy | Refused:
    email = email.strip().lower()
    if person.user is not None and person.user.email == email:
        return Refused("This is the patient's own address.")
    Person.objects.select_for_update().get(pk=person.pk)
    _close_lapsed(person, email, now)
    if person.proxies.filter(email=email, withdrawn_at=None).exists():
        return Refused("Somebody with this address was invited already.")
    proxy = Proxy.objects.create(
        person=person,
        email=email,
        kind=kind,
        may_share=may_share,
        given_at=now,
        by=by,
        words_version=current(kind).id,
        accept_until=now + TO_ACCEPT,
        ends_at=comes_of_age(person.born) if kind == Proxy.Kind.PARENT and person.born else None,
    )
    record(subject=person.pk, actor=by, verb="invited", kind="proxy", thing=proxy.pk)
    page = reverse("people:invitation", args=[proxy.pk])
    context = {"page": page, "until": proxy.accept_until}
    once_committed(mail.send, email, template="people/mail/invitation.txt", context=context)
    return proxy


def _close_lapsed(person: Person, email: str, now: datetime) -> None:
    rows = person.proxies.filter(email=email, withdrawn_at=None)
    rows.filter(ends_at__lte=now).update(withdrawn_at=F("ends_at"))
    rows.filter(user=None, accept_until__lte=now).update(withdrawn_at=F("accept_until"))


def _stands(proxy: Proxy, now: datetime) -> bool:
    ended = proxy.withdrawn_at is not None or (proxy.ends_at is not None and proxy.ends_at <= now)
    return not ended and proxy.accept_until is not None and now < proxy.accept_until


def _end(proxy: Proxy, by: User, verb: str, now: datetime) -> Proxy | Refused:
    proxy = Proxy.objects.select_for_update().get(pk=proxy.pk)
    if proxy.withdrawn_at is not None:
        return Refused("This has ended already.")
    proxy.withdrawn_at = now
    proxy.save(update_fields=["withdrawn_at"])
    record(subject=proxy.person_id, actor=by, verb=verb, kind="proxy", thing=proxy.pk)
    return proxy
