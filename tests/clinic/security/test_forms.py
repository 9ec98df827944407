"""Every address of the site that changes something, as the access matrix lists them."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from facialis_clinic.accounts.testing import sign_in
from facialis_clinic.audit.models import Event
from tests.clinic.access.test_matrix import ROWS, request_of
from tests.clinic.conftest import World

CHANGES = [name for name, row in ROWS.items() if row.method in ("post", "put", "patch", "delete")]
LOOKS = {"read", "watched", "downloaded", "searched", "seen", "listed"}


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """One browser a role, in which forms need their mark as in any real one."""
    made = {"anonymous": Client(enforce_csrf_checks=True, raise_request_exception=False)}
    for role, user in world.by_role().items():
        made[role] = Client(enforce_csrf_checks=True, raise_request_exception=False)
        sign_in(made[role], user)
    return made


def test_no_form_of_another_site_is_taken_anywhere(world: World, clients: dict[str, Client]) -> None:
    """Without the mark that this site puts into its own forms, the answer is a refusal, whoever is signed in."""
    taken = []
    for name in CHANGES:
        row = ROWS[name]
        with transaction.atomic():
            where, form = request_of(name.partition(" ")[0], row, world, "own")
            for role in row.allow:
                answer = getattr(clients[role], row.method)(where, form, HTTP_ORIGIN="https://evil.example")
                if answer.status_code != 403:
                    taken.append((name, role, answer.status_code))
            transaction.set_rollback(True)

    assert len(CHANGES) > 20
    assert taken == []


def test_looking_at_an_address_changes_nothing(world: World, clients: dict[str, Client]) -> None:
    """A link, a picture's address or a page loaded ahead can only ask with GET."""
    done = []
    for name in CHANGES:
        row = ROWS[name]
        with transaction.atomic():
            where, form = request_of(name.partition(" ")[0], row, world, "own")
            for role in row.allow:
                before = set(Event.objects.values_list("pk", flat=True))
                answer = clients[role].get(where, form)
                if answer.streaming:
                    list(answer.streaming_content)
                verbs = set(Event.objects.exclude(pk__in=before).values_list("verb", flat=True))
                if verbs - LOOKS:
                    done.append((name, role, verbs))
            transaction.set_rollback(True)

    assert done == []


def test_what_is_sent_is_decoded_once(world: World, clients: dict[str, Client]) -> None:
    """What was encoded twice stays encoded once, and is then no name, no markup and no way out of a folder."""
    dana = Client()
    sign_in(dana, world.dana)

    pages = {
        text: dana.post("/people/list/", {"begins": text}, follow=True).content.decode()
        for text in ("%41lice", "&#65;lice", "\\u0041lice", "Alice")
    }

    assert {text for text, page in pages.items() if "Alice Example" in page} == {"Alice"}
    for path in ("/static/%252e%252e/secrets/django", "/static/..%252fsecrets/django", "/%2570eople/"):
        assert dana.get(path).status_code == 404


def test_what_stands_in_the_address_is_not_taken_for_a_form(world: World) -> None:
    client = Client()

    client.post("/account/login/?login=alice@example.org&password=correct+horse+battery", {})

    assert client.get("/account/").status_code == 302


LARGE = ("9" * 30, "-" + "9" * 30, "1e999", "0x10", "\u0661")


@pytest.mark.parametrize("number", [LARGE[0], *(pytest.param(number, marks=pytest.mark.slow) for number in LARGE[1:])])
def test_no_number_is_too_large(world: World, clients: dict[str, Client], number: str) -> None:
    """Every page and every form, with a number where it takes one and where it does not."""
    broken = []
    for name, row in ROWS.items():
        for role in list(row.allow)[:1]:
            client = clients[role]
            client.handler.enforce_csrf_checks = False
            with transaction.atomic():
                where, form = request_of(name.partition(" ")[0], row, world, "own")
                sent = dict.fromkeys(form, number) | {"page": number, "size": number}
                if row.method == "put":
                    answer = client.put(where, b"x", "application/octet-stream", headers={"Upload-Offset": number})
                else:
                    answer = getattr(client, row.method)(where, sent)
                transaction.set_rollback(True)
            if answer.streaming:
                list(answer.streaming_content)
            if answer.status_code >= 500:
                broken.append((name, role))

    assert broken == []
