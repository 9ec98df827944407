"""Whoever tries too often waits; the owner of the account is told, and an administrator can open it at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

from facialis_clinic.accounts import counting
from facialis_clinic.accounts.models import Lockout
from facialis_clinic.accounts.tasks import tell_of_lockout
from facialis_clinic.accounts.testing import give_totp
from tests.clinic.accounts.conftest import done, is_in, try_code, try_password
from tests.clinic.conftest import World

WRONG = "wrong horse battery"
TABLE = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "facialis_cache"}}


def fail(email: str, times: int = 5, **extra: Any) -> list[int]:
    """Type a wrong password so often, each time in a fresh browser, and return the answers' statuses."""
    return [try_password(Client(**extra), email, WRONG).status_code for _ in range(times)]


def test_the_sixth_try_is_turned_away_even_with_the_right_password(world: World) -> None:
    assert fail(world.alice.email) == [200] * 5
    client = Client()

    answer = try_password(client, world.alice.email)

    assert answer.status_code == 429
    assert not is_in(client)


def test_the_page_says_calmly_when_to_try_again(world: World) -> None:
    fail(world.alice.email)

    answer = try_password(Client(), world.alice.email)

    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert b"Try again in 15 minutes." in answer.content
    assert b"Nobody has come in" in answer.content


def test_somebody_elses_account_is_not_locked_by_it(world: World) -> None:
    fail(world.alice.email)
    client = Client()

    try_password(client, world.charlie.email)

    assert is_in(client)


@pytest.mark.parametrize("host", ["localhost:1", "localhost:2", "127.0.0.1", "LOCALHOST"])
def test_no_other_name_of_the_site_gives_five_more_tries(world: World, host: str) -> None:
    fail(world.alice.email)

    assert try_password(Client(), world.alice.email, HTTP_HOST=host).status_code == 429


@pytest.mark.parametrize("spelt", ["ALICE@example.org", " alice@example.org ", "Alice@Example.org"])
def test_no_other_spelling_of_the_address_gives_five_more_tries(world: World, spelt: str) -> None:
    fail(world.alice.email)

    assert try_password(Client(), spelt).status_code == 429


def test_a_success_does_not_wipe_out_the_failures_before_it(world: World) -> None:
    fail(world.alice.email, 4)
    try_password(Client(), world.alice.email)

    assert fail(world.alice.email, 2) == [200, 429]


def test_an_unknown_address_is_turned_away_alike(world: World) -> None:
    known, unknown = (fail(email, 6) for email in (world.alice.email, "nobody@example.org"))

    pages = [_without_tokens(try_password(Client(), email)) for email in (world.alice.email, "nobody@example.org")]
    assert known == unknown == [200] * 5 + [429]
    assert pages[0] == pages[1]


def test_its_owner_is_told_once_by_a_worker_and_the_log_knows(world: World) -> None:
    fail(world.alice.email, 8)

    lockout = Lockout.objects.get()
    queued = DBTaskResult.objects.filter(task_path__endswith="tell_of_lockout")
    assert lockout.user == world.alice
    assert [row.args_kwargs["args"] for row in queued] == [[str(lockout.pk)]]
    assert mail.outbox == []
    tell_of_lockout.func(str(lockout.pk))
    assert mail.outbox[0].to == [world.alice.email]
    assert "five times" in mail.outbox[0].body
    assert done().count(("locked", "account")) == 1


def test_the_lockout_lasts_as_long_as_the_count_says(world: World) -> None:
    fail(world.alice.email)

    left = Lockout.objects.get().until.timestamp() - time.time()

    assert 14.8 * 60 < left <= 15 * 60


def test_whoever_tries_on_and_on_brings_the_owner_one_mail_an_hour(world: World) -> None:
    fail(world.alice.email)
    Lockout.objects.update(until=now())
    cache.clear()
    fail(world.alice.email)

    assert Lockout.objects.count() == 2
    assert DBTaskResult.objects.filter(task_path__endswith="tell_of_lockout").count() == 1


def test_an_administrator_opens_the_account_at_once(world: World, sign_in: object) -> None:
    fail(world.alice.email)
    adam = sign_in(world.adam)
    page = adam.get(reverse("accounts:staff")).content.decode()

    adam.post(reverse("accounts:lift", args=[Lockout.objects.get().pk]))

    client = Client()
    try_password(client, world.alice.email)
    assert "alice@example.org" in page
    assert is_in(client)
    assert ("unlocked", "account") in done()


def test_one_caller_who_tries_many_accounts_is_turned_away_too(world: World) -> None:
    statuses = [
        try_password(Client(REMOTE_ADDR="192.0.2.66"), f"person{one}@example.org", WRONG).status_code
        for one in range(31)
    ]
    client = Client(REMOTE_ADDR="192.0.2.67")
    try_password(client, world.alice.email)

    assert statuses == [200] * 30 + [429]
    assert is_in(client)
    assert not Lockout.objects.exists()


def test_wrong_codes_lock_too_and_the_right_one_then_does_not_help(world: World) -> None:
    give_totp(world.eve)
    client = Client()
    try_password(client, world.eve.email)

    statuses = [try_code(client, "000000").status_code for _ in range(5)]
    answer = try_code(client)

    assert statuses == [200] * 5
    assert answer.status_code == 429
    assert b"Try again in 15 minutes." in answer.content
    assert not is_in(client)
    assert Lockout.objects.get().user == world.eve
    assert ("failed", "code") in done()


def test_a_new_browser_gives_no_more_codes(world: World) -> None:
    give_totp(world.eve)
    for _ in range(5):
        client = Client()
        try_password(client, world.eve.email)
        try_code(client, "000000")
    fresh = Client()
    try_password(fresh, world.eve.email)

    assert try_code(fresh).status_code == 429


def test_opening_an_account_opens_its_codes_too(world: World, sign_in: object) -> None:
    give_totp(world.eve)
    client = Client()
    try_password(client, world.eve.email)
    for _ in range(5):
        try_code(client, "000000")

    sign_in(world.adam).post(reverse("accounts:lift", args=[Lockout.objects.get().pk]))
    try_code(client)

    assert is_in(client)


def test_guessing_the_password_once_more_is_counted_with_the_rest(world: World, sign_in: object) -> None:
    client = sign_in(world.alice)

    statuses = [client.post(reverse("account_reauthenticate"), {"password": WRONG}).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_a_new_password_by_mail_opens_a_locked_account(world: World) -> None:
    fail(world.alice.email)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": world.alice.email})
    link = re.search(r"http://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert link
    client.post(client.get(link.group(1))["Location"], {"password1": "violet ladder umbrella"})

    try_password(client, world.alice.email, "violet ladder umbrella")

    assert is_in(client)


def test_asking_for_links_and_signing_up_have_their_limits(world: World) -> None:
    ask = reverse("account_reset_password")
    resets = [Client().post(ask, {"email": world.alice.email}).status_code for _ in range(6)]
    form = {"name": "Erin Example", "password1": "violet ladder umbrella"}
    made = [Client().post(reverse("account_signup"), form | {"email": f"erin{one}@example.org"}) for one in range(21)]

    assert resets == [302] * 5 + [429]
    assert [answer.status_code for answer in made] == [302] * 20 + [429]
    assert 59 * 60 < int(made[-1]["Retry-After"]) <= 3600


def test_in_a_quarter_of_an_hour_the_first_try_is_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(world.alice.email)
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + 15 * 60 + 1)

    assert counting.locked_until(_request(), counting.of_address(world.alice.email)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_count_holds_over_the_cache_of_the_site_and_two_processes(world: World, settings: Any) -> None:
    settings.CACHES = TABLE
    call_command("createcachetable", verbosity=0)
    cache.clear()

    children = [_child(world.alice.email) for _ in range(2)]
    told = [json.loads(child.communicate(timeout=120)[0]) for child in children]

    statuses = [status for one in told for status in one]
    assert statuses.count(200) == 5
    assert statuses.count(429) == 5
    assert Lockout.objects.count() == 1
    assert try_password(Client(), world.alice.email).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_three_hundred_other_addresses_do_not_push_a_count_out(world: World, settings: Any) -> None:
    from facialis_clinic.config.settings import CACHES

    settings.CACHES = CACHES
    call_command("createcachetable", verbosity=0)
    fail(world.alice.email)

    for one in range(320):
        cache.set(f"something{one}", one, 900)

    assert try_password(Client(), world.alice.email).status_code == 429


def _child(email: str) -> subprocess.Popen[bytes]:
    """Start a process that tries five wrong passwords on the same database."""
    database = {key: str(value) for key, value in connections["default"].settings_dict.items() if key in USED}
    code = Path(__file__).with_name("tries.py").read_text(encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(database), email],
        stdout=subprocess.PIPE,
    )


USED = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")


def _request() -> Any:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    return request


def _without_tokens(answer: HttpResponse) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", answer.content)
