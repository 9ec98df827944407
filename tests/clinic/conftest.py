"""What the site's tests share: a database server of their own and a practice of eight invented people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.people.models import CareTeam, Person, Proxy

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrating() -> Iterator[ExitStack]:
    """Make the tables as quickly as the site does; whoever has made them closes it."""
    from facialis_clinic.config.prepare import quick_migrations

    with ExitStack() as stack:
        stack.enter_context(quick_migrations())
        yield stack


@pytest.fixture(scope="session")
def django_db_modify_db_settings(migrating: ExitStack) -> Iterator[None]:
    """Start the embedded server of this test process; the tests own their database, as a migration does."""
    from facialis_clinic import database, home

    state = Path(settings.HOME)
    home.prepare(state)
    server = database.start(state)
    with psycopg.connect(server.url("admin"), autocommit=True) as admin:
        admin.execute("ALTER ROLE facialis_owner CREATEDB")
        admin.execute("GRANT CONNECT ON DATABASE postgres TO facialis_owner")
    connections.databases["default"].update(database.settings_of(server.url("owner")))
    yield
    connections.close_all()
    server.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, migrating: ExitStack) -> None:
    """Do everything in full again once the tables are made."""
    migrating.close()


@pytest.fixture(autouse=True)
def log_at_once(request: pytest.FixtureRequest) -> None:
    """Chain what is recorded at once in a test that never commits; the site does it when the transaction commits."""
    mark = request.node.get_closest_marker("django_db")
    asked = mark is not None or "db" in request.fixturenames
    commits = "transactional_db" in request.fixturenames or (mark is not None and mark.kwargs.get("transaction"))
    if asked and not commits:
        request.getfixturevalue("db")
        with connections["default"].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS audit_pending_ready, audit_pending_append IMMEDIATE")


@pytest.fixture(autouse=True)
def no_seals_of_another_test() -> Iterator[None]:
    """Take away the seals of the log that a test leaves in the home: the rows that they name are rolled back."""
    yield
    shutil.rmtree(Path(settings.HOME) / "audit", ignore_errors=True)


@dataclass(frozen=True)
class World:
    """A small practice. Everybody is invented."""

    alice: User  # a patient
    bob: User  # Alice's proxy
    charlie: User  # a patient whom none of the others looks after
    dana: User  # front desk
    eve: User  # neurologist, on Alice's team
    frank: User  # neurologist, on nobody's team
    nora: User  # nurse, on Alice's team
    adam: User  # administrator

    @property
    def record(self) -> Person:
        """Alice's record."""
        return Person.objects.get(user=self.alice)

    @property
    def other(self) -> Person:
        """Charlie's record."""
        return Person.objects.get(user=self.charlie)

    def by_role(self) -> dict[str, User]:
        """Return one person a role."""
        return {
            "patient": self.alice,
            "proxy": self.bob,
            "neurologist": self.eve,
            "nurse": self.nora,
            "front_desk": self.dana,
            "administrator": self.adam,
        }


def make_world() -> World:
    """Put the eight of them in place."""
    from allauth.account.models import EmailAddress

    roles = {
        "alice": Role.PATIENT, "bob": Role.PROXY, "charlie": Role.PATIENT, "dana": Role.FRONT_DESK,
        "eve": Role.NEUROLOGIST, "frank": Role.NEUROLOGIST, "nora": Role.NURSE, "adam": Role.ADMINISTRATOR,
    }  # fmt: skip
    people = {}
    for name, role in roles.items():
        user = User.objects.create_user(
            f"{name}@example.org", "correct horse battery", name=f"{name.title()} Example", role=role
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        people[name] = user
    world = World(**people)
    for user in (world.alice, world.charlie):
        Person.objects.create(user=user, name=user.name, born=date(1970, 1, 1))
    Proxy.objects.create(person=world.record, user=world.bob, email=world.bob.email, given_at=NOW - timedelta(days=30))
    for staff in (world.eve, world.nora):
        CareTeam.objects.create(person=world.record, staff=staff, since=NOW - timedelta(days=60), by=world.dana)
    return world


@pytest.fixture
def world(db: None) -> World:
    """Return the practice of the tests."""
    return make_world()


@pytest.fixture
def now() -> datetime:
    """A Monday morning in June."""
    return NOW


@pytest.fixture
def sign_in() -> object:
    """Return a function that gives a browser in which somebody is signed in, with every factor asked of them."""

    def browser(user: User | None) -> Client:
        client = Client()
        if user is not None:
            from facialis_clinic.accounts.testing import sign_in

            sign_in(client, user)
        return client

    return browser
