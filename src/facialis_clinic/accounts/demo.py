"""The invented people of a demonstration, put in place."""

from __future__ import annotations

from datetime import datetime

from facialis_clinic.accounts.invented import PASSWORD, PATIENTS, PROXY, SECRET, SITE, STAFF
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.accounts.testing import give_totp


def demo_people(*, now: datetime) -> int:
    """Put them in place, where they are not yet; return how many are new."""
    from facialis_clinic.people.actions import accept, invite_proxy, join_team, open_record
    from facialis_clinic.people.models import Person, Proxy
    from facialis_clinic.people.wording import current

    if User.objects.filter(email=f"alice@{SITE}").exists():
        return 0
    staff = {who: _user(who, name, role) for who, (role, name) in STAFF.items()}
    for user in staff.values():
        give_totp(user, SECRET)
    records, patients = [], []
    for who, (name, born) in PATIENTS.items():
        patient = _user(who, name, Role.PATIENT)
        patients.append(patient)
        record = open_record(user=patient, name=name, born=born, phone="", now=now)
        assert isinstance(record, Person), record
        records.append(record)
    for record in records:
        join_team(person=record, staff=staff["eve"], by=staff["dana"], now=now)
    join_team(person=records[0], staff=staff["nora"], by=staff["dana"], now=now)
    bob = _user(*PROXY, Role.PROXY)
    asked = invite_proxy(
        person=records[0], email=bob.email, may_share=False, by=patients[0],
        words_version=current("proxy").id, now=now,
    )  # fmt: skip
    assert isinstance(asked, Proxy), asked
    accept(proxy=asked, user=bob, now=now)
    return len(staff) + len(records) + 1


def _user(who: str, name: str, role: str) -> User:
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(f"{who}@{SITE}", PASSWORD, name=name, role=role)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
