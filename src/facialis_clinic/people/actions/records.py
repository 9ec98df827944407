"""Open, register, join and correct a record."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils.crypto import constant_time_compare, salted_hmac

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.actions.tries import tried_too_often
from facialis_clinic.people.age import can_be_born, comes_of_age, is_minor
from facialis_clinic.people.answers import Refused, Registered
from facialis_clinic.people.models import Consent, JoinCode, Person, Proxy, Try
from facialis_clinic.people.wording import current

CODE_DAYS: Final = 14
CODE_TRIES: Final = 5
# Without I, L, O, 0 and 1, which are mistaken for each other on paper; 10 of these 31 are 49 bits.
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LETTERS: Final = 10
STAFF_ACCOUNT: Final = Refused(
    "This is a staff account. Use a private account with another e-mail address for your own record."
)
NOT_BORN: Final = Refused("The date of birth cannot be right. Write day, month and year, for example 27 3 1970.")
NO_NAME: Final = Refused("The name is missing.")
NO_SUCH_RECORD: Final = Refused(
    "Name, date of birth and code do not belong together, or the code is too old. "
    "Look at your letter again, or ask the front desk for a new code."
)


def tidy(name: str) -> str:
    """Return a name with single spaces and its letters in one form, so that equal names are equal."""
    return " ".join(unicodedata.normalize("NFC", name).split())[:120]


def called(name: str, born: date) -> QuerySet[Person]:
    """Select who bears this name, in whatever case, and was born on this day."""
    return Person.objects.annotate(low=Lower("name")).filter(low=tidy(name).lower(), born=born)


@transaction.atomic
def open_record(*, user: User, name: str, born: date, phone: str, now: datetime) -> Person | Refused:
    """Open a patient's own record, by the patient."""
    if refused := _cannot_open(user, name, born, now):
        return refused
    if is_minor(born, now):
        return Refused("You are under 18: a parent or guardian opens the record, with an account of their own.")
    if Person.objects.filter(user=user).exists():
        return Refused("You have a record already.")
    person = Person.objects.create(user=user, name=tidy(name), born=born, phone=phone.strip())
    _become_patient(user)
    record(subject=person.pk, actor=user, verb="opened", kind="person", thing=person.pk)
    return person


@transaction.atomic
def open_record_for_child(*, user: User, name: str, born: date, phone: str, now: datetime) -> Person | Refused:
    """Open a child's record, by a parent or guardian, who acts for the child until it comes of age."""
    if refused := _cannot_open(user, name, born, now):
        return refused
    if not is_minor(born, now):
        return Refused("This person is 18 or older and opens the record alone. They can then let you act for them.")
    person = Person.objects.create(name=tidy(name), born=born, phone=phone.strip())
    Proxy.objects.create(
        person=person,
        user=user,
        email=user.email,
        kind=Proxy.Kind.PARENT,
        given_at=now,
        accepted_at=now,
        by=user,
        words_version=current("parent").id,
        ends_at=comes_of_age(born),
    )
    _become_proxy(user)
    record(subject=person.pk, actor=user, verb="opened", kind="person", thing=person.pk)
    return person


@transaction.atomic
def register(
    *, by: User, name: str, born: date, phone: str, now: datetime, same_name: bool = False
) -> Registered | Refused:
    """Make a record at the front desk for somebody without an account; the code lets them join it later."""
    if not tidy(name):
        return NO_NAME
    if not can_be_born(born, now):
        return NOT_BORN
    if not same_name and called(name, born).exists():
        return Refused("There is a record with this name and date of birth. If this is somebody else, tick the box.")
    person = Person.objects.create(name=tidy(name), born=born, phone=phone.strip(), by_staff=True)
    record(subject=person.pk, actor=by, verb="registered", kind="person", thing=person.pk)
    return Registered(person, _code_for(person, now))


@transaction.atomic
def new_code(*, person: Person, by: User, now: datetime) -> Registered | Refused:
    """Make a new code for a record that nobody has joined; the old one is void."""
    if person.user_id is not None:
        return Refused("The patient's account has joined this record already.")
    record(subject=person.pk, actor=by, verb="wrote", kind="join_code", thing=person.pk)
    return Registered(person, _code_for(person, now))


@transaction.atomic
def join(*, user: User, name: str, born: date, code: str, now: datetime) -> Person | Refused:
    """Join a patient's account to the record that the front desk made; name, birthday and code must all be right."""
    if user.is_staff_member:
        return STAFF_ACCOUNT
    if refused := tried_too_often(user, Try.What.JOIN, now):
        return refused
    if Person.objects.filter(user=user).exists():
        return Refused("You have a record already. Ask the front desk to look at both.")
    codes = JoinCode.objects.select_for_update().select_related("person").order_by("pk")
    usable = codes.filter(person__in=called(name, born), person__user=None, until__gt=now, tries_left__gt=0)
    hashed = _hashed(code)
    for one in usable:
        if constant_time_compare(one.hashed, hashed):
            return _joined(one, user, now)
    JoinCode.objects.filter(person__in=called(name, born), tries_left__gt=0).update(tries_left=F("tries_left") - 1)
    return NO_SUCH_RECORD


@transaction.atomic
def change_contact(
    *, person: Person, by: User, name: str, phone: str, born: date | None, now: datetime
) -> Person | Refused:
    """Correct name and telephone; the birthday, on which a child's age hangs, is corrected by the front desk alone."""
    if not tidy(name):
        return NO_NAME
    person = Person.objects.select_for_update().get(pk=person.pk)
    if born is not None and born != person.born:
        if by.role != Role.FRONT_DESK:
            return Refused("The front desk corrects a date of birth. Please call.")
        if not can_be_born(born, now):
            return NOT_BORN
        person.born = born
        _move_endings(person, comes_of_age(born))
    person.name, person.phone = tidy(name), phone.strip()
    person.save()
    record(subject=person.pk, actor=by, verb="wrote", kind="contact", thing=person.pk)
    return person


def _cannot_open(user: User, name: str, born: date, now: datetime) -> Refused | None:
    if user.is_staff_member:
        return STAFF_ACCOUNT
    if not tidy(name):
        return NO_NAME
    return None if can_be_born(born, now) else NOT_BORN


def _joined(code: JoinCode, user: User, now: datetime) -> Person | Refused:
    person = code.person
    if is_minor(person.born, now):
        return Refused("This record is a child's: the front desk names a parent or guardian, who then opens it.")
    person.user = user
    person.save(update_fields=["user"])
    code.delete()
    _become_patient(user)
    record(subject=person.pk, actor=user, verb="joined", kind="person", thing=person.pk)
    return person


def _code_for(person: Person, now: datetime) -> str:
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
    JoinCode.objects.update_or_create(
        person=person,
        defaults={"hashed": _hashed(code), "until": now + timedelta(days=CODE_DAYS), "tries_left": CODE_TRIES},
    )
    return f"{code[:5]}-{code[5:]}"


def _hashed(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("facialis.people.join", plain, algorithm="sha256").hexdigest()


def _move_endings(person: Person, ends_at: datetime) -> None:
    person.proxies.filter(kind=Proxy.Kind.PARENT).update(ends_at=ends_at, end_told_at=None)
    Consent.objects.filter(person=person, ends_at__isnull=False).update(ends_at=ends_at)


def _become_patient(user: User) -> None:
    User.objects.filter(pk=user.pk, role=Role.PROXY).update(role=Role.PATIENT)


def _become_proxy(user: User) -> None:
    if not Person.objects.filter(user=user).exists():
        User.objects.filter(pk=user.pk, role=Role.PATIENT).update(role=Role.PROXY)
