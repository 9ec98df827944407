"""Who works here is invited, set up, given other work and sent away by an administrator; the log knows of it all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from facialis_clinic.accounts import actions
from facialis_clinic.accounts.answers import Refused
from facialis_clinic.accounts.models import Invitation, Role, User
from facialis_clinic.accounts.testing import give_totp
from tests.clinic.accounts.conftest import PASSWORD, done, is_in, last_mail, link_in, try_password
from tests.clinic.conftest import NOW, World

GOOD = {"name": "Ingrid Example", "password": "violet ladder umbrella"}


def invited(world: World, sign_in: object, role: str = "nurse") -> str:
    """Invite Ingrid and return the path of her link."""
    sign_in(world.adam).post(
        reverse("accounts:invite"), {"email": "Ingrid@example.org", "name": "Ingrid Example", "role": role}
    )
    return link_in(last_mail())


def test_the_link_sets_name_and_password_and_leads_on_to_the_second_factor(world: World, sign_in: object) -> None:
    link = invited(world, sign_in)
    client = Client()

    page = client.get(link)
    client.post(link, GOOD)

    assert b"ingrid@example.org" in page.content
    assert client.get("/people/")["Location"] == reverse("accounts:second_factor")
    user = User.objects.get(email="ingrid@example.org")
    assert (user.role, user.name, user.check_password(GOOD["password"])) == (Role.NURSE, "Ingrid Example", True)
    assert {("invited", "account"), ("accepted", "account"), ("signed_in", "account")} <= set(done())


def test_the_link_is_good_once(world: World, sign_in: object) -> None:
    link = invited(world, sign_in)
    Client().post(link, GOOD)

    again = Client().post(link, GOOD | {"password": "another ladder umbrella"})

    assert again.status_code == 404
    assert User.objects.get(email="ingrid@example.org").check_password(GOOD["password"])


def test_the_link_is_good_for_72_hours_and_only_its_hash_is_kept(world: World, sign_in: object) -> None:
    link = invited(world, sign_in)
    kept = Invitation.objects.get()

    assert kept.hashed not in link
    assert timedelta(hours=71, minutes=59) < kept.until - now() <= timedelta(hours=72)
    Invitation.objects.update(until=now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert Client().post(link, GOOD).status_code == 404


def test_a_new_link_voids_the_old_one(world: World, sign_in: object) -> None:
    old = invited(world, sign_in)
    user = User.objects.get(email="ingrid@example.org")

    sign_in(world.adam).post(reverse("accounts:member", args=[user.pk]), {"do": "link"})

    assert Client().get(old).status_code == 404
    assert Client().get(link_in(last_mail())).status_code == 200


def test_a_weak_password_is_refused_and_the_link_stays_good(world: World, sign_in: object) -> None:
    link = invited(world, sign_in)

    answer = Client().post(link, GOOD | {"password": "short"})

    assert answer.status_code == 422
    assert Client().get(link).status_code == 200


def test_an_account_that_was_never_set_up_is_opened_by_no_reset_link(world: World, sign_in: object) -> None:
    invited(world, sign_in)
    mail.outbox.clear()

    Client().post(reverse("account_reset_password"), {"email": "ingrid@example.org"})

    assert mail.outbox[0].subject == "There is no account with this address"


def test_an_address_that_has_an_account_is_not_made_staff(world: World) -> None:
    answer = actions.invite(email="ALICE@example.org", name="Alice", role=Role.NURSE, by=world.adam, now=NOW)

    assert isinstance(answer, Refused)
    world.alice.refresh_from_db()
    assert world.alice.role == Role.PATIENT


@pytest.mark.parametrize("role", ["patient", "proxy", "root", ""])
def test_only_the_work_of_staff_can_be_given(world: World, role: str) -> None:
    assert isinstance(actions.invite(email="x@example.org", name="X", role=role, by=world.adam, now=NOW), Refused)
    assert isinstance(actions.change_role(user=world.eve, role=role, by=world.adam, now=NOW), Refused)


def test_other_work_ends_the_sessions_and_counts_at_once(world: World, sign_in: object) -> None:
    dana = sign_in(world.dana)

    sign_in(world.adam).post(reverse("accounts:member", args=[world.dana.pk]), {"do": "role", "role": "nurse"})

    world.dana.refresh_from_db()
    assert world.dana.role == Role.NURSE
    assert not is_in(dana)
    assert ("changed_role", "account") in done()


def test_a_closed_account_is_out_at_once_and_cannot_come_back(world: World, sign_in: object) -> None:
    eve = sign_in(world.eve)

    sign_in(world.adam).post(reverse("accounts:member", args=[world.eve.pk]), {"do": "deactivate"})

    assert not is_in(eve)
    again = Client()
    try_password(again, world.eve.email)
    assert not is_in(again)
    assert ("deactivated", "account") in done()


def test_a_closed_account_can_be_opened_again(world: World, sign_in: object) -> None:
    adam = sign_in(world.adam)
    adam.post(reverse("accounts:member", args=[world.eve.pk]), {"do": "deactivate"})

    adam.post(reverse("accounts:member", args=[world.eve.pk]), {"do": "reactivate"})

    world.eve.refresh_from_db()
    assert world.eve.is_active
    assert ("reactivated", "account") in done()


@pytest.mark.parametrize("do", [{"do": "deactivate"}, {"do": "role", "role": "nurse"}])
def test_the_last_administrator_stays(world: World, sign_in: object, do: dict[str, str]) -> None:
    adam = sign_in(world.adam)

    answer = adam.post(reverse("accounts:member", args=[world.adam.pk]), do, follow=True)

    world.adam.refresh_from_db()
    assert (world.adam.is_active, world.adam.role) == (True, Role.ADMINISTRATOR)
    assert b"last administrator" in answer.content


def test_an_administrator_who_never_set_the_account_up_does_not_count(world: World) -> None:
    actions.invite(email="second@example.org", name="Second", role=Role.ADMINISTRATOR, by=world.adam, now=NOW)

    assert isinstance(actions.deactivate(user=world.adam, by=world.adam, now=NOW), Refused)


def test_with_a_second_administrator_the_first_may_go(world: World) -> None:
    other = User.objects.create_user("second@example.org", PASSWORD, role=Role.ADMINISTRATOR)

    answer = actions.deactivate(user=world.adam, by=other, now=NOW)

    assert not isinstance(answer, Refused)


def test_a_lost_factor_is_removed_its_owner_told_and_their_sessions_ended(world: World, sign_in: object) -> None:
    eve = sign_in(world.eve)

    sign_in(world.adam).post(reverse("accounts:member", args=[world.eve.pk]), {"do": "reset"})

    assert not Authenticator.objects.filter(user=world.eve).exists()
    assert not is_in(eve)
    assert mail.outbox[-1].to == [world.eve.email]
    assert ("reset", "second_factor") in done()
    again = Client()
    try_password(again, world.eve.email)
    assert again.get("/people/")["Location"] == reverse("accounts:second_factor")


@pytest.mark.parametrize("who", ["alice", "bob", "eve", "nora", "dana"])
def test_nobody_but_an_administrator_gets_to_the_accounts_of_staff(world: World, sign_in: object, who: str) -> None:
    client = sign_in(getattr(world, who))

    for path in (
        reverse("accounts:staff"),
        reverse("accounts:invite"),
        reverse("accounts:member", args=[world.eve.pk]),
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"do": "deactivate"}).status_code in (404, 405)


def test_the_list_shows_no_patient(world: World, sign_in: object) -> None:
    page = sign_in(world.adam).get(reverse("accounts:staff")).content.decode()

    assert "Eve Example" in page
    assert "Alice" not in page
    assert "Bob" not in page
    assert sign_in(world.adam).get(reverse("accounts:member", args=[world.alice.pk])).status_code == 404


@pytest.mark.django_db
def test_the_first_administrator_gets_a_link_until_the_account_is_set_up() -> None:
    first = actions.first_administrator(email="adam@example.org", name="", now=now())
    second = actions.first_administrator(email="adam@example.org", name="", now=now())

    assert Client().get(link_in(first)).status_code == 404
    answer = Client().post(link_in(second), {"name": "Adam Example", "password": "violet ladder umbrella"})

    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.role, user.name) == (Role.ADMINISTRATOR, "Adam Example")
    assert actions.first_administrator(email="adam@example.org", name="", now=now()) == ""
    assert actions.first_administrator(email="eva@example.org", name="", now=now()) == ""


def test_the_link_signs_out_whoever_is_signed_in_before_it_signs_in(world: World, sign_in: object) -> None:
    link = invited(world, sign_in)
    alice = sign_in(world.alice)

    alice.post(link, GOOD)

    assert alice.session["_auth_user_id"] == str(User.objects.get(email="ingrid@example.org").pk)


def test_a_patient_who_lost_everything_is_let_in_by_password_again_and_told(world: World, sign_in: object) -> None:
    give_totp(world.alice)
    adam = sign_in(world.adam)

    adam.post(reverse("accounts:lost_factor"), {"email": "Alice@example.org", "sure": "on"})

    client = Client()
    try_password(client, world.alice.email)
    assert is_in(client)
    assert mail.outbox[-1].to == [world.alice.email]
    assert ("reset", "second_factor") in done()


def test_that_way_takes_no_factor_from_anybody_who_works_here(world: World, sign_in: object) -> None:
    give_totp(world.eve)

    sign_in(world.adam).post(reverse("accounts:lost_factor"), {"email": world.eve.email, "sure": "on"})

    assert Authenticator.objects.filter(user=world.eve).exists()


def test_that_way_needs_the_word_that_the_person_was_seen(world: World, sign_in: object) -> None:
    give_totp(world.alice)

    answer = sign_in(world.adam).post(reverse("accounts:lost_factor"), {"email": world.alice.email})

    assert answer.status_code == 422
    assert Authenticator.objects.filter(user=world.alice).exists()


def test_an_administrator_does_not_learn_by_it_who_is_a_patient(world: World, sign_in: object) -> None:
    give_totp(world.alice)
    adam = sign_in(world.adam)

    pages = [
        adam.post(reverse("accounts:lost_factor"), {"email": email, "sure": "on"}, follow=True).content.replace(
            email.encode(), b""
        )
        for email in (world.alice.email, "nobody@example.org")
    ]

    assert len(pages[0]) == len(pages[1])
