"""A patient makes an account by themselves; nobody learns by it who has one."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from facialis_clinic.accounts.actions import sweep
from facialis_clinic.accounts.models import Role, User
from tests.clinic.accounts.conftest import done, is_in, last_mail, link_in, try_password
from tests.clinic.conftest import World

GOOD = {"name": "Erin Example", "email": "erin@example.org", "password1": "violet ladder umbrella"}


def sign_up(client: Client, **other: str) -> object:
    return client.post(reverse("account_signup"), GOOD | other)


@pytest.mark.django_db
def test_an_account_opens_once_the_link_in_the_mail_was_followed() -> None:
    client = Client()

    answer = client.post(reverse("account_signup"), GOOD)
    user = User.objects.get(email="erin@example.org")
    before = try_password(Client(), user.email, GOOD["password1"])
    page = link_in(mail.outbox[0].body)
    client.post(page)
    after = Client()
    try_password(after, user.email, GOOD["password1"])

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert (user.role, user.name) == (Role.PATIENT, "Erin Example")
    assert before["Location"] == reverse("account_email_verification_sent")
    assert is_in(after)
    assert ("signed_up", "account") in done()


@pytest.mark.django_db
def test_looking_at_the_link_confirms_nothing_since_mail_scanners_look_too() -> None:
    sign_up(Client())

    Client().get(link_in(last_mail()))

    assert not EmailAddress.objects.get(email=GOOD["email"]).verified


def test_signing_up_with_a_known_address_looks_the_same_and_makes_nothing(world: World) -> None:
    before = User.objects.count()
    known, fresh = Client(), Client()

    of_known, of_fresh = sign_up(known, email=world.alice.email), sign_up(fresh)

    assert of_known.status_code == of_fresh.status_code == 302
    assert of_known["Location"] == of_fresh["Location"]
    pages = [client.get(answer["Location"]).content for client, answer in ((known, of_known), (fresh, of_fresh))]
    assert pages[0] == pages[1]
    assert User.objects.count() == before + 1
    assert [letter.to for letter in mail.outbox] == [[world.alice.email], [GOOD["email"]]]
    assert mail.outbox[0].subject == "You have an account already"


def test_the_same_work_is_done_for_a_known_address_as_for_a_fresh_one(world: World) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
        for email in (world.alice.email, GOOD["email"]):
            encode.reset_mock()
            sign_up(Client(), email=email)
            hashed.append(encode.call_count)

    assert hashed == [1, 1]


@pytest.mark.django_db
def test_an_address_that_was_never_confirmed_is_swept_after_a_week() -> None:
    sign_up(Client())

    early = sweep(now=now() + timedelta(days=6))
    late = sweep(now=now() + timedelta(days=8))

    assert (early, late) == (0, 1)
    assert not User.objects.exists()


def test_the_sweep_leaves_whoever_confirmed_or_was_invited(world: World) -> None:
    User.objects.create_user("ingrid@example.org", None, role=Role.NURSE)

    assert sweep(now=now() + timedelta(days=400)) == 0


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "Erin\r\nBcc: all@example.org"},
        {"email": "erin@example.org\r\nBcc: all@example.org"},
        {"email": "erin@example.org\nSubject: Hello"},
    ],
)
@pytest.mark.django_db
def test_no_line_break_gets_into_the_head_of_a_mail(bad: dict[str, str]) -> None:
    sign_up(Client(), **bad)

    assert all("\n" not in letter.subject and letter.to == [GOOD["email"]] for letter in mail.outbox)
    assert all("Bcc" not in str(letter.message()) for letter in mail.outbox)
    assert not any("\n" in user.name for user in User.objects.all())


@pytest.mark.django_db
def test_no_mail_repeats_what_a_stranger_typed_as_a_name() -> None:
    sign_up(Client(), name="Win at evil.example")

    assert "evil" not in last_mail()


@pytest.mark.django_db
def test_the_links_of_a_mail_lead_to_the_site_of_the_settings_whatever_the_caller_says() -> None:
    Client().post(reverse("account_signup"), GOOD, HTTP_HOST="localhost:6666")

    assert "http://localhost:8000/" in last_mail()
    assert "6666" not in last_mail()


def test_whoever_is_signed_in_is_led_on(world: World, sign_in: object) -> None:
    assert sign_in(world.alice).get(reverse("account_signup")).status_code == 302


@pytest.mark.django_db
def test_a_wrong_or_old_link_says_so() -> None:
    answer = Client().get(reverse("account_confirm_email", args=["wrong"]))

    assert b"no longer good" in answer.content


def test_an_address_that_somebody_else_only_claimed_goes_to_whoever_shows_it_is_theirs(
    world: World, sign_in: object
) -> None:
    sign_up(Client(), email="both@example.org")
    cache.clear()  # one link to an address within three minutes
    alice = sign_in(world.alice)

    alice.post(reverse("account_email"), {"action_add": "1", "email": "both@example.org"})
    alice.post(link_in(last_mail()))

    world.alice.refresh_from_db()
    assert world.alice.email == "both@example.org"
    assert User.objects.filter(email="both@example.org").count() == 1


def test_nobody_takes_the_address_of_another_account(world: World, sign_in: object) -> None:
    alice = sign_in(world.alice)

    answer = alice.post(reverse("account_email"), {"action_add": "1", "email": world.charlie.email})
    alice.post(link_in(last_mail()))

    assert answer.status_code == 302
    world.alice.refresh_from_db()
    assert world.alice.email == "alice@example.org"


def test_a_new_address_counts_once_its_link_is_followed_and_the_old_one_is_told(world: World, sign_in: object) -> None:
    eve = sign_in(world.eve)

    eve.post(reverse("account_email"), {"action_add": "1", "email": "eve.new@example.org"})
    world.eve.refresh_from_db()
    before = world.eve.email
    eve.post(link_in(last_mail()))
    world.eve.refresh_from_db()

    assert (before, world.eve.email) == ("eve@example.org", "eve.new@example.org")
    assert mail.outbox[-1].to == ["eve@example.org"]
    assert not EmailAddress.objects.filter(email="eve@example.org").exists()
    assert ("changed", "address") in done()


def test_the_password_of_an_account_is_hashed_by_scrypt_on_the_site() -> None:
    from facialis_clinic.config import settings

    assert settings.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")


def test_somebody_with_the_wrong_password_learns_nothing_more(world: World) -> None:
    known = try_password(Client(), world.alice.email, "wrong horse battery")
    unknown = try_password(Client(), "nobody@example.org", "wrong horse battery")

    assert known.status_code == unknown.status_code == 200
    strip = lambda answer, email: answer.content.replace(email.encode(), b"")  # noqa: E731
    assert _without_tokens(strip(known, world.alice.email)) == _without_tokens(strip(unknown, "nobody@example.org"))


def test_asking_for_a_new_password_looks_the_same_for_a_known_and_an_unknown_address(world: World) -> None:
    answers = []
    for email in (world.alice.email, "nobody@example.org"):
        client = Client()
        answer = client.post(reverse("account_reset_password"), {"email": email})
        answers.append((answer.status_code, answer["Location"], client.get(answer["Location"]).content))

    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [[world.alice.email], ["nobody@example.org"]]


def test_a_password_is_checked_for_an_unknown_address_too_so_that_both_take_as_long(world: World) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    counts = []
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
        for email in (world.alice.email, "nobody@example.org"):
            encode.reset_mock()
            try_password(Client(), email, "wrong horse battery")
            counts.append(encode.call_count)

    assert counts[0] == counts[1] == 1


def _without_tokens(page: bytes) -> bytes:
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)
