"""Every address, every role, own, other's and missing things: who is let in and who is not."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.clinic.access import rows as rooms
from tests.clinic.access.row import ROLES, Row
from tests.clinic.conftest import World

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/login/"
# What serves no page of a person: the static files are served by the middleware, before any address is looked up.
ROWS: dict[str, Row] = {}
for found in pkgutil.iter_modules(rooms.__path__):
    ROWS.update(importlib.import_module(f"{rooms.__name__}.{found.name}").ROWS)


def names(resolver: URLResolver, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the name of every address of the site; one without a name yields its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join((*before, pattern.name)) if pattern.name else f"nameless {pattern.pattern}"
        else:
            inside = (*before, pattern.namespace) if pattern.namespace else before
            yield from names(pattern, inside)


def test_every_address_has_a_row() -> None:
    """A new address must say who may use it."""
    missing = set(names(get_resolver())) - {name.partition(" ")[0] for name in ROWS}

    assert set() == missing


def test_every_row_is_of_an_address() -> None:
    """A row that outlives its address would look like cover."""
    gone = {name.partition(" ")[0] for name in ROWS} - set(names(get_resolver()))

    assert set() == gone


@pytest.fixture(scope="module")
def practice(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Client]]]:
    """Make the practice once, sign everybody in once, and undo it all at the end."""
    from facialis_clinic.accounts.testing import sign_in
    from facialis_clinic.library.actions import import_articles
    from tests.clinic.conftest import NOW, make_world

    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        world = make_world()
        import_articles(now=NOW)
        clients = {"anonymous": Client(raise_request_exception=False)}
        for role, user in world.by_role().items():
            clients[role] = Client(raise_request_exception=False)
            sign_in(clients[role], user)
        try:
            yield world, clients
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.mark.parametrize("name", list(ROWS))
def test_only_those_named_are_let_in(
    practice: tuple[World, dict[str, Client]], django_db_blocker: Any, name: str
) -> None:
    """Let in those whom the row names, each to what is theirs, and nobody else.

    What is another's and what is not there answer alike: a difference would tell who is a patient here.
    """
    world, clients = practice
    row = ROWS[name]
    wrong = []
    codes: dict[tuple[str, str], int] = {}
    for whose in ("own", "other", "missing") if row.args else ("page",):
        with transaction.atomic():
            told = request_of(name.partition(" ")[0], row, world, whose)
            for role in ROLES:
                with transaction.atomic():
                    answer = send(clients[role], row, *told)
                    transaction.set_rollback(True)
                codes[role, whose] = answer.status_code
                if not _is_right(row, role, whose, answer):
                    wrong.append(
                        f"{row.method.upper()} as {role}, {whose}: {answer.status_code} {answer.get('Location', '')}"
                    )
            transaction.set_rollback(True)
    wrong += [
        f"as {role}: {codes[role, 'other']} to another's, {codes[role, 'missing']} to none"
        for role in (ROLES if row.args else ())
        if row.allow.get(role) != "all" and codes[role, "other"] != codes[role, "missing"]
    ]

    assert wrong == []


def _is_right(row: Row, role: str, whose: str, answer: Any) -> bool:
    """Tell whether an answer is what the row says."""
    allowed = row.allow.get(role)
    let_in = whose in {"page": ("page",), "all": ("own", "other"), "own": ("own",), None: ()}[allowed]
    led_to_sign_in = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
    if let_in:
        return answer.status_code in row.ok and not led_to_sign_in
    return answer.status_code in row.denied or (role == "anonymous" and led_to_sign_in)


def request_of(name: str, row: Row, world: World, whose: str) -> tuple[str, Mapping[str, Any]]:
    """Return the path and the form of a row's request; what it asks for may be made for it."""
    path = reverse(name, kwargs=_args(row.args, world, whose))
    return path, row.data(world, whose) if callable(row.data) else row.data


def send(client: Client, row: Row, path: str, data: Mapping[str, Any]) -> Any:
    """Send a request and take the answer to its end."""
    answer = getattr(client, row.method)(path, data)
    if answer.streaming:
        # A file is read while it is sent, and closed at its end.
        for _ in answer.streaming_content:
            pass
    return answer


def _args(args: Callable[[Any, Any], Mapping[str, Any]] | None, world: World, whose: str) -> Mapping[str, Any]:
    return args(world, whose) if args else {}
