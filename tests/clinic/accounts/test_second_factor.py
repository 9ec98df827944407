"""Who works here shows a code or a key, always; what it takes is good once."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts.actions import spend_code
from facialis_clinic.accounts.models import User
from facialis_clinic.accounts.testing import SECRET, give_key, give_totp, totp_code
from tests.clinic.accounts.conftest import PASSWORD, done, is_in, try_code, try_password
from tests.clinic.conftest import World

SET_UP = "/account/second-factor/"


def recovery_codes(user: User) -> list[str]:
    return list(Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes())


@pytest.mark.parametrize("who", ["dana", "eve", "nora", "adam"])
def test_whoever_works_here_without_a_second_factor_gets_to_no_page_but_the_set_up(world: World, who: str) -> None:
    client = Client()

    try_password(client, getattr(world, who).email)

    for path in (
        "/",
        "/people/",
        "/account/",
        "/account/staff/",
        "/account/sessions/",
        "/account/email/",
        "/log/",
        "/recordings/",
    ):
        assert client.get(path)["Location"] == SET_UP, path
    assert client.post(reverse("accounts:invite"), {"email": "x@example.org"})["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_lets_them_in_at_once_and_its_first_code_is_used_up(world: World) -> None:
    client = Client()
    try_password(client, world.eve.email)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = totp_code(secret, time.time())

    answer = client.post(reverse("mfa_activate_totp"), {"code": code})

    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(answer["Location"]).status_code == 200
    assert is_in(client)
    assert ("added", "totp") in done()
    assert mail.outbox[-1].subject == "An authenticator app was set up"
    again = Client()
    try_password(again, world.eve.email)
    try_code(again, code)
    assert not is_in(again)


def test_the_secret_is_shown_as_text_and_as_a_picture(world: World, sign_in: object) -> None:
    client = sign_in(world.alice)

    page = client.get(reverse("mfa_activate_totp")).content.decode()

    secret = client.session["mfa.totp.secret"]
    assert " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)) in page
    assert 'src="data:image/svg+xml;base64,' in page


def test_a_password_alone_gets_nobody_who_works_here_in(world: World) -> None:
    give_totp(world.eve)
    client = Client()

    answer = try_password(client, world.eve.email)

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_the_code_of_the_app_is_the_second_step(world: World) -> None:
    give_totp(world.eve)
    client = Client()
    try_password(client, world.eve.email)

    answer = try_code(client)

    assert answer["Location"] == reverse("people:home")
    assert is_in(client)


def test_a_session_that_a_password_alone_opened_is_ended_although_a_factor_exists(
    world: World, sign_in: object
) -> None:
    client = sign_in(world.eve)
    session = client.session
    session["account_authentication_methods"] = session["account_authentication_methods"][:1]
    session.save()

    assert client.get("/account/")["Location"] == reverse("account_login")
    assert not is_in(client)


def test_what_another_person_showed_does_not_count(world: World, sign_in: object) -> None:
    client = sign_in(world.eve)
    session = client.session
    session["account_authentication_methods_user"] = str(world.nora.pk)
    session.save()

    assert client.get("/account/").status_code == 302


def test_no_code_is_taken_twice_whatever_the_browser(world: World) -> None:
    give_totp(world.eve)
    code = totp_code(SECRET, time.time())
    first, second = Client(), Client()
    for client in (first, second):
        try_password(client, world.eve.email)

    try_code(first, code)
    try_code(second, code)

    assert is_in(first)
    assert not is_in(second)


def test_no_code_older_than_the_last_one_is_taken(world: World) -> None:
    give_totp(world.eve)
    app = Authenticator.objects.get(user=world.eve, type="totp")
    at = 1_800_000_000.0

    used = [
        spend_code(authenticator=app, code=totp_code(SECRET, at + shift), at=at) for shift in (0, 0, -30, 30, 30, 90)
    ]

    assert used == [True, False, False, True, False, False]


def test_a_code_may_be_half_a_minute_late_for_clocks_differ(world: World) -> None:
    give_totp(world.eve)
    client = Client()
    try_password(client, world.eve.email)

    try_code(client, totp_code(SECRET, time.time() - 30))

    assert is_in(client)


def test_a_recovery_code_lets_in_once_and_that_is_noted(world: World) -> None:
    give_totp(world.eve)
    code = recovery_codes(world.eve)[0]
    first, second = Client(), Client()
    for client in (first, second):
        try_password(client, world.eve.email)

    try_code(first, code)
    try_code(second, code)

    assert is_in(first)
    assert not is_in(second)
    assert code not in recovery_codes(world.eve)
    assert ("used", "recovery_codes") in done()


def test_recovery_codes_may_be_typed_in_groups_as_they_are_shown(world: World) -> None:
    give_totp(world.eve)
    code = recovery_codes(world.eve)[0]
    client = Client()
    try_password(client, world.eve.email)

    try_code(client, f"{code[:4]} {code[4:]}")

    assert is_in(client)


def test_the_secrets_of_factors_do_not_stand_in_the_database(world: World) -> None:
    give_totp(world.eve)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in kept
    assert not any(code in kept for code in recovery_codes(world.eve))


def test_whoever_works_here_keeps_one_factor(world: World, sign_in: object) -> None:
    client = sign_in(world.eve)

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=world.eve, type="totp").exists()


def test_whoever_works_here_keeps_the_last_key(world: World, sign_in: object) -> None:
    client = sign_in(world.eve)
    key = give_key(world.eve)
    Authenticator.objects.filter(user=world.eve, type="totp").delete()

    answer = client.post(reverse("mfa_remove_webauthn", args=[key.pk]), follow=True)

    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert b"Whoever works here keeps one second factor" in answer.content


def test_a_patient_may_remove_theirs(world: World, sign_in: object) -> None:
    give_totp(world.alice)
    client = sign_in(world.alice)

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=world.alice).exists()
    assert ("removed", "totp") in done()
    assert mail.outbox[-1].to == [world.alice.email]


def test_a_patient_with_a_factor_is_asked_for_it(world: World) -> None:
    give_totp(world.alice)
    client = Client()

    answer = try_password(client, world.alice.email)

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_patient_without_one_is_offered_it_and_not_forced(world: World, sign_in: object) -> None:
    page = sign_in(world.alice).get(reverse("accounts:account"))

    assert b"Set one up" in page.content


def test_changing_a_factor_asks_once_more_who_it_is(world: World, sign_in: object) -> None:
    from facialis_clinic.accounts.testing import sign_in as sign_in_at

    client = Client()
    sign_in_at(client, world.eve, at=time.time() - 14 * 60)
    early = client.get(reverse("mfa_view_recovery_codes"))
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 120
    session.save()
    late = client.get(reverse("mfa_view_recovery_codes"))

    assert early.status_code == 200
    assert late["Location"].startswith(reverse("account_reauthenticate"))


def test_whoever_showed_who_they_are_goes_on_with_what_they_had_sent(world: World) -> None:
    from facialis_clinic.accounts.testing import sign_in as sign_in_at

    client = Client()
    sign_in_at(client, world.adam, at=time.time() - 60)
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3600
    session.save()
    sent = client.post(reverse("accounts:invite"), {"email": "new@example.org", "name": "New Example", "role": "nurse"})

    answer = client.post(sent["Location"], {"password": PASSWORD, "next": reverse("accounts:invite")})

    assert sent["Location"].startswith(reverse("account_reauthenticate"))
    assert answer["Location"] == reverse("accounts:staff")
    assert User.objects.filter(email="new@example.org").exists()


def test_nobody_half_way_in_gets_to_a_page_for_those_signed_in(world: World) -> None:
    give_totp(world.eve)
    client = Client()
    try_password(client, world.eve.email)

    for name in ("accounts:account", "accounts:staff", "mfa_activate_totp", "mfa_view_recovery_codes", "people:home"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert "login" in answer["Location"] or "authenticate" in answer["Location"], name


def test_the_question_to_a_passkey_names_this_site_and_no_person(world: World) -> None:
    answer = Client().get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json", HTTP_HOST="localhost:6666")

    asked = answer.json()["request_options"]["publicKey"]
    assert asked["rpId"] == "localhost"
    assert not asked.get("allowCredentials")
    assert asked["userVerification"] == "required"


@pytest.mark.parametrize("bad", ["", "{}", "[]", "null", '"x"', '{"response": {}}', '{"id": 1, "response": 3}'])
def test_an_answer_that_is_no_passkey_lets_nobody_in_and_breaks_nothing(world: World, bad: str) -> None:
    client = Client()
    client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")

    answer = client.post(reverse("mfa_login_webauthn"), {"credential": bad})

    assert answer.status_code == 302
    assert not is_in(client)


def test_a_key_is_asked_for_by_name_only_once_the_password_was_right(world: World) -> None:
    give_totp(world.eve)
    give_key(world.eve)
    client = Client()
    before = client.get(reverse("mfa_authenticate"))
    try_password(client, world.eve.email)

    page = client.get(reverse("mfa_authenticate")).content.decode()

    assert before.status_code == 302
    assert "data-passkey" in page
    assert "allowCredentials" in page


def test_keys_are_listed_renamed_and_removed(world: World, sign_in: object) -> None:
    key = give_key(world.alice, "old telephone")
    client = sign_in(world.alice)

    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "new telephone"})
    listed = client.get(reverse("mfa_list_webauthn")).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert "new telephone" in listed
    assert not Authenticator.objects.filter(user=world.alice).exists()


def test_the_page_to_add_a_key_names_those_that_are_there(world: World, sign_in: object) -> None:
    give_key(world.alice)

    page = sign_in(world.alice).get(reverse("mfa_add_webauthn")).content.decode()

    assert "excludeCredentials" in page
    assert 'data-passkey="create"' in page
