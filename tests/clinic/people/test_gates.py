"""Who may open whose record, held against a model of thirty lines over random stories."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facialis_clinic.accounts.models import User
from facialis_clinic.people.access import access_person, may, people_within
from facialis_clinic.people.models import BreakGlass, CareTeam, Proxy
from tests.clinic.access.row import NOWHERE
from tests.clinic.conftest import NOW, World

LEVELS = ("contact", "record", "share", "own")
HOUR = timedelta(hours=1)


class Reference:
    """What the gates should say, told in plain sets."""

    def __init__(self, roles: dict[str, str]) -> None:
        self.roles, self.off = roles, set[str]()
        self.ties: list[dict[str, Any]] = []  # what, who, from, until (or None), sharing, parent

    def tie(self, what: str, who: str, since: datetime, until: datetime | None = None, **more: bool) -> None:
        self.ties.append({"what": what, "who": who, "from": since, "until": until, **more})

    def end(self, what: str, who: str, at: datetime) -> None:
        for tie in self.ties:
            if (tie["what"], tie["who"]) == (what, who) and (tie["until"] is None or tie["until"] > at):
                tie["until"] = at

    def may(self, who: str, to: str, at: datetime) -> bool:
        if who in self.off:
            return False
        role = self.roles[who]
        held = [
            tie for tie in self.ties
            if tie["who"] == who and tie["from"] <= at and (tie["until"] is None or at < tie["until"])
        ]  # fmt: skip
        kinds = {tie["what"] for tie in held}
        outside, clinician = role in ("patient", "proxy"), role in ("neurologist", "nurse")
        if outside and "self" in kinds:
            return True
        if outside and "proxy" in kinds:
            sharing = any(tie.get("sharing") or tie.get("parent") for tie in held)
            return {"share": sharing, "own": any(tie.get("parent") for tie in held)}.get(to, True)
        if clinician and kinds & {"team", "glass"}:
            return to in ("contact", "record")
        return role == "front_desk" and to == "contact"


NAMES = ("alice", "bob", "charlie", "dana", "eve", "frank", "nora", "adam")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("let_in", "withdraw", "join", "leave", "break", "deactivate", "reactivate", "wait", "role")),
        st.sampled_from(NAMES),
        st.integers(0, 3),
    ),
    max_size=14,
)


class Story:
    """One record, those eight people, and what happens between them; told to the database and to the reference."""

    def __init__(self, world: World) -> None:
        self.users: dict[str, User] = {name: getattr(world, name) for name in NAMES}
        self.person, self.now = world.record, NOW
        self.reference = Reference({name: user.role for name, user in self.users.items()})
        self.reference.tie("self", "alice", NOW - HOUR)
        self.reference.tie("proxy", "bob", NOW - HOUR)
        self.reference.tie("team", "eve", NOW - HOUR)
        self.reference.tie("team", "nora", NOW - HOUR)

    def let_in(self, who: str, n: int) -> None:
        user = self.users[who]
        if self.person.proxies.filter(email=user.email, withdrawn_at=None).exists():
            return
        ends = self.now + n * HOUR if n else None
        kind = Proxy.Kind.PARENT if n == 3 else Proxy.Kind.PROXY
        Proxy.objects.create(
            person=self.person,
            user=user,
            email=user.email,
            given_at=self.now,
            ends_at=ends,
            kind=kind,
            may_share=n == 1,
        )
        self.reference.tie("proxy", who, self.now, ends, sharing=n == 1, parent=n == 3)

    def withdraw(self, who: str, n: int) -> None:
        self.person.proxies.filter(user=self.users[who], withdrawn_at=None).update(withdrawn_at=self.now)
        self.reference.end("proxy", who, self.now)

    def join(self, who: str, n: int) -> None:
        if not self.person.team.filter(staff=self.users[who], until=None).exists():
            CareTeam.objects.create(person=self.person, staff=self.users[who], since=self.now)
            self.reference.tie("team", who, self.now)

    def leave(self, who: str, n: int) -> None:
        self.person.team.filter(staff=self.users[who], until=None).update(until=self.now)
        self.reference.end("team", who, self.now)

    def break_(self, who: str, n: int) -> None:
        until = self.now + HOUR
        BreakGlass.objects.create(
            person=self.person, staff=self.users[who], reason="invented", begins_at=self.now, ends_at=until
        )
        self.reference.tie("glass", who, self.now, until)

    def deactivate(self, who: str, n: int) -> None:
        User.objects.filter(pk=self.users[who].pk).update(is_active=False)
        self.reference.off.add(who)

    def reactivate(self, who: str, n: int) -> None:
        User.objects.filter(pk=self.users[who].pk).update(is_active=True)
        self.reference.off.discard(who)

    def wait(self, who: str, n: int) -> None:
        self.now += n * HOUR / 2

    def role(self, who: str, n: int) -> None:
        role = ("patient", "nurse", "front_desk", "administrator")[n]
        User.objects.filter(pk=self.users[who].pk).update(role=role)
        self.reference.roles[who] = role


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_gates_say_what_the_reference_says_after_every_story(
    world: World, steps: list[tuple[str, str, int]]
) -> None:
    """Whatever is given, taken back and left to expire, in whatever order."""
    from django.db import transaction

    with transaction.atomic():
        story = Story(world)
        for what, who, n in steps:
            getattr(story, "break_" if what == "break" else what)(who, n)
        wrong = [
            (who, to)
            for who, user in story.users.items()
            for to in LEVELS
            if may(user, story.person, to, now=story.now) != story.reference.may(who, to, story.now)
        ]
        in_lists = [
            who
            for who, user in story.users.items()
            if people_within(user, now=story.now).filter(pk=story.person.pk).exists()
            != story.reference.may(who, "contact", story.now)
        ]
        transaction.set_rollback(True)

    assert (wrong, in_lists) == ([], [])


def asks(user: User | AnonymousUser) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_a_record_that_is_not_there_and_one_that_is_not_yours_answer_alike(world: World) -> None:
    said = []
    for person_id in (world.other.pk, NOWHERE):
        with pytest.raises(Http404) as told:
            access_person(asks(world.alice), person_id, to="record")
        said.append(str(told.value))

    assert said[0] == said[1]


def test_who_is_not_signed_in_opens_nothing(world: World) -> None:
    assert not may(AnonymousUser(), world.record, "contact", now=NOW)
    assert not people_within(AnonymousUser(), now=NOW).exists()


def test_what_is_asked_about_a_record_costs_one_query(world: World, django_assert_num_queries: Any) -> None:
    record = world.record

    with django_assert_num_queries(1):
        assert may(world.nora, record, "record", now=NOW)


def test_an_invitation_that_nobody_accepted_opens_nothing(world: World) -> None:
    Proxy.objects.create(person=world.record, email=world.charlie.email, given_at=NOW)

    assert not may(world.charlie, world.record, "contact", now=NOW)
