"""Signing in, out, and back to where one was."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse

from tests.clinic.access.test_matrix import names
from tests.clinic.accounts.conftest import PASSWORD, done, is_in, last_mail, link_in, try_password
from tests.clinic.conftest import World


def test_a_patient_signs_in_by_address_and_password(world: World) -> None:
    client = Client()

    answer = try_password(client, "ALICE@example.org ")

    assert answer["Location"] == reverse("people:home")
    assert is_in(client)
    assert ("signed_in", "account") in done()


def test_a_wrong_password_is_noted_by_whose_account_it_was_and_never_what_was_typed(world: World) -> None:
    from facialis_clinic.audit.models import Event, Note

    try_password(Client(), world.alice.email, "wrong horse battery")

    event = Event.objects.get(verb="failed")
    assert (event.thing, event.actor) == (world.alice.pk, None)
    assert not Note.objects.exists()


def test_the_session_gets_a_new_key_when_somebody_signs_in(world: World) -> None:
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key

    try_password(client, world.alice.email)

    assert client.session.session_key != before
    assert not client.session.exists(before)


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https://localhost/",
        "http:///evil.example",
        "https://testserver.evil.example/",
    ],
)
def test_nobody_is_led_to_another_site_after_signing_in(world: World, evil: str) -> None:
    answer = Client().post(reverse("account_login"), {"login": world.alice.email, "password": PASSWORD, "next": evil})

    assert answer["Location"] == reverse("people:home")


def test_whoever_asked_for_a_page_comes_to_it_after_signing_in(world: World) -> None:
    client = Client()
    asked = client.get(reverse("accounts:places"))

    page = client.get(asked["Location"])
    answer = client.post(
        reverse("account_login"), {"login": world.alice.email, "password": PASSWORD, "next": "/account/sessions/"}
    )

    assert b'value="/account/sessions/"' in page.content
    assert answer["Location"] == "/account/sessions/"


def test_nobody_signs_in_to_a_closed_account(world: World) -> None:
    world.charlie.is_active = False
    world.charlie.save()
    client = Client()

    answer = try_password(client, world.charlie.email)

    assert answer["Location"] == reverse("account_inactive")
    assert not is_in(client)


def test_signing_out_ends_the_session_and_is_noted(world: World, sign_in: object) -> None:
    client = sign_in(world.alice)
    key = client.session.session_key

    client.post(reverse("account_logout"))

    assert not client.session.exists(key)
    assert not is_in(client)
    assert ("signed_out", "account") in done()


def test_following_a_link_signs_nobody_out(world: World, sign_in: object) -> None:
    client = sign_in(world.alice)

    client.get(reverse("account_logout"))

    assert is_in(client)


def test_a_new_password_by_mail_ends_every_session_and_its_link_is_good_once(world: World, sign_in: object) -> None:
    thief = sign_in(world.alice)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": world.alice.email})
    link = link_in(last_mail())

    form = client.get(link)["Location"]
    client.post(form, {"password1": "violet ladder umbrella"})
    again = Client().get(link)

    assert not is_in(thief)
    assert b"no longer good" in again.content
    fresh = Client()
    try_password(fresh, world.alice.email, "violet ladder umbrella")
    assert is_in(fresh)
    assert ("changed", "password") in done()
    assert mail.outbox[-1].subject == "Your password was changed"


def test_a_reset_link_is_good_for_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime, timedelta

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    Client().post(reverse("account_reset_password"), {"email": world.alice.email})
    link = link_in(last_mail())

    answers = []
    for hours in (23, 25):
        later = datetime.now() + timedelta(hours=hours)  # noqa: DTZ005 - as the token counts
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _, later=later: later)
        answers.append(Client().get(link).status_code)

    assert answers == [302, 200]


def test_the_key_of_a_reset_link_leaves_the_address_before_the_form_is_shown(world: World) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": world.alice.email})
    link = link_in(last_mail())

    assert client.get(link)["Location"].endswith("-set-password/")


def test_a_changed_password_ends_the_other_sessions_and_this_one_stays(world: World, sign_in: object) -> None:
    here, there = sign_in(world.alice), sign_in(world.alice)

    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "violet ladder umbrella"})

    assert is_in(here)
    assert not is_in(there)
    assert mail.outbox[-1].to == [world.alice.email]


def test_changing_the_password_needs_the_present_one(world: World, sign_in: object) -> None:
    client = sign_in(world.alice)

    answer = client.post(
        reverse("account_change_password"), {"oldpassword": "guess", "password1": "violet ladder umbrella"}
    )

    assert b"not your present password" in answer.content
    world.alice.refresh_from_db()
    assert world.alice.check_password(PASSWORD)


def test_no_page_of_social_sign_in_or_of_codes_by_mail_is_served() -> None:
    served = set(names(get_resolver()))

    assert not {name for name in served if name.startswith(("socialaccount", "openid", "account_request_login_code"))}
    assert "account_email" in served


def test_every_form_needs_the_mark_that_it_is_ours(world: World) -> None:
    from facialis_clinic.accounts.testing import sign_in
    from tests.clinic.access.rows import accounts, allauth

    client = Client(enforce_csrf_checks=True)
    sign_in(client, world.adam)
    for name in accounts.ROWS | allauth.ROWS:
        row = (accounts.ROWS | allauth.ROWS)[name]
        path = reverse(name.partition(" ")[0], kwargs=dict(row.args(world, "missing")) if row.args else None)

        assert client.post(path, {"do": "deactivate"}).status_code == 403, name


def test_a_page_of_somebody_signed_in_is_kept_by_no_browser(world: World, sign_in: object) -> None:
    assert sign_in(world.alice).get(reverse("accounts:account"))["Cache-Control"] == "no-store"


def test_nothing_on_the_pages_of_signing_in_is_written_into_the_page_to_run(world: World, sign_in: object) -> None:
    import re

    from tests.clinic.access.rows import accounts, allauth

    eve, alice = sign_in(world.eve), sign_in(world.alice)
    for name, row in (accounts.ROWS | allauth.ROWS).items():
        if row.method != "get":
            continue
        path = reverse(name.partition(" ")[0], kwargs=dict(row.args(world, "own")) if row.args else None)
        for client in (Client(), alice, eve):
            page = client.get(path).content.decode()
            assert not re.search(r"<script(?![^>]*\bsrc=)", page), name
            assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page), name
