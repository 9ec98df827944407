"""Break the glass: open a record in an emergency, with a reason, for an hour, and not unseen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.access import may
from facialis_clinic.people.actions.after import once_committed
from facialis_clinic.people.actions.records import called
from facialis_clinic.people.actions.tries import tried_too_often
from facialis_clinic.people.answers import Found, Refused
from facialis_clinic.people.models import BreakGlass, Person, Proxy, Try

FOR: Final = timedelta(minutes=60)
REASON_LETTERS, REASON_WORDS = 20, 4
CLINICIANS_ONLY: Final = Refused("Only a neurologist or a nurse can open a record in an emergency.")
NOBODY: Final = Refused(
    "Nobody with exactly this name and date of birth was found, or more than one. "
    "Ask the front desk, who knows every contact."
)


@transaction.atomic
def find_person(*, staff: User, name: str, born: date, now: datetime) -> Found | Refused:
    """Find one person by exact name and birthday; the search is written down, and it is never a list."""
    if not (staff.is_active and staff.is_clinician):
        return CLINICIANS_ONLY
    if refused := tried_too_often(staff, Try.What.FIND, now):
        return refused
    found = list(called(name, born)[:2])
    if len(found) != 1:
        record(subject=None, actor=staff, verb="searched", kind="person", note="found nobody")
        return NOBODY
    record(subject=found[0].pk, actor=staff, verb="searched", kind="person", thing=found[0].pk)
    return Found(found[0])


@transaction.atomic
def break_glass(*, staff: User, person: Person, reason: str, now: datetime) -> BreakGlass | Refused:
    """Open a record for an hour without being on the team. The patient and the administrators are told."""
    if not (staff.is_active and staff.is_clinician):
        return CLINICIANS_ONLY
    reason = " ".join(reason.split())
    if len(reason) < REASON_LETTERS or len(reason.split()) < REASON_WORDS:
        return Refused("Write the reason as a sentence: what happened, and why you need this record now.")
    if may(staff, person, "record", now=now):
        return Refused("The record is open to you already.")
    glass = BreakGlass.objects.create(person=person, staff=staff, reason=reason, begins_at=now, ends_at=now + FOR)
    record(subject=person.pk, actor=staff, verb="broke_glass", kind="person", thing=glass.pk, note=reason)
    once_committed(tell_of_broken_glass, now=now)
    return glass


def tell_of_broken_glass(*, now: datetime) -> int:
    """Write to the patients and administrators of every opening that they were not told of yet; return how many.

    It is called right after the opening, and again later for those whose mail could not be sent then.
    """
    told = 0
    for pk in BreakGlass.objects.filter(told_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            glass = BreakGlass.objects.select_for_update(skip_locked=True).filter(pk=pk, told_at=None).first()
            if glass is None:
                continue
            glass.told_at = now
            glass.save(update_fields=["told_at"])
            _tell(glass, now)
            told += 1
    return told


def addresses_of(person: Person, now: datetime) -> list[str]:
    """Return where to write to a patient: the patient's own address, and those of a child's parents."""
    from facialis_clinic.people.access import proxies_now

    parents = person.proxies.filter(proxies_now(now), kind=Proxy.Kind.PARENT, user__is_active=True)
    own = [person.user.email] if person.user is not None else []
    return own + [email for email in parents.values_list("user__email", flat=True) if email not in own]


def _tell(glass: BreakGlass, now: datetime) -> None:
    page = reverse("people:person", args=[glass.person_id])
    for address in addresses_of(glass.person, now):
        mail.send(address, template="people/mail/broken_glass.txt", context={"page": page})
    for address in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).values_list("email", flat=True):
        mail.send(address, template="people/mail/broken_glass_administrator.txt", context={"case": glass.pk})
