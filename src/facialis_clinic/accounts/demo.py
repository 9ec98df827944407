"""The invented people of a demonstration. Their second factors are real; the secret is printed, so anybody can look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.accounts.testing import SECRET, give_totp, totp_code

PASSWORD = "seven invented people twitch"  # noqa: S105 - printed at the start; nobody real signs in by it
SITE = "demo.example"
STAFF = {
    "eve": (Role.NEUROLOGIST, "Eve Example"),
    "nora": (Role.NURSE, "Nora Example"),
    "dana": (Role.FRONT_DESK, "Dana Example"),
    "adam": (Role.ADMINISTRATOR, "Adam Example"),
}
PATIENTS = {"alice": ("Alice Example", date(1968, 4, 2)), "charlie": ("Charlie Example", date(1975, 11, 20))}
PROXY = ("bob", "Bob Example")


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one of them signs in."""

    role: str
    email: str
    password: str
    secret: str | None

    def code(self, at: float) -> str | None:
        """Return what their authenticator app shows at a moment (seconds since 1970); None without one."""
        return totp_code(self.secret, at) if self.secret else None


def sign_ins() -> list[SignIn]:
    """Return how everybody signs in, one for each role."""
    patient = SignIn(Role.PATIENT, f"alice@{SITE}", PASSWORD, None)
    proxy = SignIn(Role.PROXY, f"{PROXY[0]}@{SITE}", PASSWORD, None)
    return [patient, proxy] + [SignIn(role, f"{who}@{SITE}", PASSWORD, SECRET) for who, (role, _) in STAFF.items()]


def lines() -> Iterator[str]:
    """Yield what is printed."""
    for one in sign_ins():
        yield f"{Role(one.role).label:<14} {one.email:<22} {one.password}"
    yield f"Staff are asked for a code too. Secret for an authenticator app: {SECRET}"


def demo_people(*, now: datetime) -> int:
    """Put them in place, where they are not yet; return how many are new."""
    from facialis_clinic.people.actions import accept, invite_proxy, join_team, open_record
    from facialis_clinic.people.models import Person, Proxy
    from facialis_clinic.people.wording import current

    if User.objects.filter(email=f"alice@{SITE}").exists():
        return 0
    staff = {who: _user(who, name, role) for who, (role, name) in STAFF.items()}
    for user in staff.values():
        give_totp(user)
    records = []
    for who, (name, born) in PATIENTS.items():
        patient = _user(who, name, Role.PATIENT)
        record = open_record(user=patient, name=name, born=born, phone="", now=now)
        assert isinstance(record, Person), record
        records.append(record)
    for record in records:
        join_team(person=record, staff=staff["eve"], by=staff["dana"], now=now)
    join_team(person=records[0], staff=staff["nora"], by=staff["dana"], now=now)
    bob = _user(*PROXY, Role.PROXY)
    asked = invite_proxy(
        person=records[0], email=bob.email, may_share=False, by=records[0].user,
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
