"""The invented people of a demonstration, put in place with their accounts and records."""

from __future__ import annotations

from datetime import datetime, timedelta

from facialis_clinic.accounts.invented import PASSWORD, PATIENT, PROXY, SECRET, SITE, STAFF
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.accounts.testing import give_totp
from facialis_clinic.demo.stories import Story, stories


def demo_people() -> int:
    """Put them in place, where they are not yet; return how many are new."""
    from django.contrib.auth.hashers import make_password

    password = make_password(PASSWORD)
    staff = {}
    new = 0
    for who, (role, name) in STAFF.items():
        staff[who], made = _user(who, name, role, password)
        new += made
        give_totp(staff[who], SECRET)
    first = staff["eve"].created_at
    for story in stories().stories:
        new += _patient(story, staff, password, first)
    return new


def first_day() -> datetime:
    """Return when this demonstration was made: every day of a story counts from there."""
    return User.objects.get(email=f"eve@{SITE}").created_at


def _user(who: str, name: str, role: str, password: str) -> tuple[User, bool]:
    from allauth.account.models import EmailAddress

    told = {"name": name, "role": role, "password": password}
    user, made = User.objects.get_or_create(email=f"{who}@{SITE}", defaults=told)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user, made


def _patient(story: Story, staff: dict[str, User], password: str, first: datetime) -> int:
    """Open a record, as the patient or a child's parent does, and put their team on it; once."""
    from facialis_clinic.people.actions import join_team, open_record, open_record_for_child
    from facialis_clinic.people.models import Person

    when = first + timedelta(days=story.since)
    key, _, parent = story.parent.partition(": ")
    user, made = _user(key or story.key, parent or story.name, Role.PATIENT, password)
    if not made:
        return 0
    opening = open_record_for_child if parent else open_record
    record = opening(user=user, name=story.name, born=story.birthday(first), phone="+1 202 555 0100", now=when)
    assert isinstance(record, Person), record
    for who in story.team:
        join_team(person=record, staff=staff[who], by=staff["dana"], now=when + timedelta(hours=1))
    return 1 + (_proxy(record, user, password, when) if story.key == PATIENT else 0)


def _proxy(record: object, patient: User, password: str, now: datetime) -> int:
    from facialis_clinic.people.actions import accept, invite_proxy
    from facialis_clinic.people.models import Person, Proxy
    from facialis_clinic.people.wording import current

    assert isinstance(record, Person)
    bob, made = _user(*PROXY, Role.PROXY, password)
    asked = invite_proxy(
        person=record, email=bob.email, may_share=False, by=patient, words_version=current("proxy").id, now=now
    )
    assert isinstance(asked, Proxy), asked
    accept(proxy=asked, user=bob, now=now)
    return int(made)
