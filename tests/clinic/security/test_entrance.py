"""Ways in that nobody should have, and what the ones that there are ask for."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from facialis_clinic.accounts.models import Invitation, Role, User
from facialis_clinic.accounts.testing import give_totp
from facialis_clinic.people.actions.records import CODE_LETTERS, LETTERS
from tests.clinic.accounts.conftest import is_in, last_mail, link_in, nothing_tried_yet, try_password
from tests.clinic.conftest import World

__all__ = ["nothing_tried_yet"]
NEW = "violet ladder umbrella"


def test_a_password_of_ten_years_ago_still_opens(world: World) -> None:
    User.objects.update(created_at=now() - timedelta(days=3650))
    client = Client()

    try_password(client, world.alice.email)

    assert is_in(client)


def test_nothing_but_the_address_is_asked_of_whoever_forgot_the_password(world: World) -> None:
    page = Client().get(reverse("account_reset_password")).content.decode().split("<main")[1]

    assert set(re.findall(r'name="([^"]+)"', page)) == {"csrfmiddlewaretoken", "email"}


def test_a_new_password_is_no_way_round_the_second_factor(world: World) -> None:
    give_totp(world.alice)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": world.alice.email})
    client.post(client.get(link_in(last_mail()))["Location"], {"password1": NEW})

    assert not is_in(client)
    answer = try_password(client, world.alice.email, NEW)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert Authenticator.objects.filter(user=world.alice, type="totp").exists()


def test_a_code_has_more_than_twenty_bits(world: World, sign_in: Any) -> None:
    give_totp(world.eve)
    codes = list(Authenticator.objects.get(user=world.eve, type="recovery_codes").wrap().get_unused_codes())
    sign_in(world.adam).post(
        reverse("accounts:invite"), {"email": "ingrid@example.org", "name": "Ingrid Example", "role": "nurse"}
    )

    assert len(set(codes)) == len(codes) == 10
    assert all(re.fullmatch(r"\d{8,}", code) for code in codes)
    assert len(LETTERS) ** CODE_LETTERS > 2**45
    assert len(link_in(last_mail()).rstrip("/").rpartition("/")[2]) >= 43
    assert Invitation.objects.get().hashed not in last_mail()


def test_an_encrypted_secret_that_was_changed_is_refused(world: World) -> None:
    kept = get_adapter().encrypt("a secret")

    assert get_adapter().decrypt(kept) == "a secret"
    for place in (12, len(kept) // 2, len(kept) - 8):
        letter = "A" if kept[place] != "A" else "B"
        with pytest.raises(InvalidToken):
            get_adapter().decrypt(kept[:place] + letter + kept[place + 1 :])


def test_another_address_asks_once_more_who_it_is(world: World, sign_in: Any) -> None:
    client = sign_in(world.alice)
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3600
    session.save()
    mail.outbox.clear()

    answer = client.post(reverse("account_email"), {"action_add": "1", "email": "new@example.org"})

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_link_that_confirms_an_address_ends_after_three_days(monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"name": "Erin Example", "email": "erin@example.org", "password1": NEW}
    Client().post(reverse("account_signup"), form)
    link, real = link_in(last_mail()), time.time

    with monkeypatch.context() as later:
        later.setattr("django.core.signing.time.time", lambda: real() + 3 * 86400 + 60)
        late = Client().get(link)
    in_time = Client().get(link)

    assert b"no longer good" in late.content
    assert b"no longer good" not in in_time.content


@pytest.mark.django_db
def test_nobody_gives_themselves_a_role_by_adding_a_field(world: World, sign_in: Any) -> None:
    more = {"role": "administrator", "is_active": "1", "is_staff": "1", "is_superuser": "1", "id": str(world.adam.pk)}
    form = {"name": "Erin Example", "email": "erin@example.org", "password1": NEW}

    Client().post(reverse("account_signup"), form | more)
    sign_in(world.dana).post(
        f"/people/{world.record.pk}/change/",
        {"name": "Alice Example", "born": "1970-01-01", "phone": "1", "user": str(world.dana.pk), **more},
    )

    erin = User.objects.get(email="erin@example.org")
    assert (erin.role, erin.pk != world.adam.pk) == (Role.PATIENT, True)
    record = world.record
    assert (record.user, record.pk != world.adam.pk) == (world.alice, True)


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "field"), [("account_login", "password"), ("account_signup", "password1")])
def test_a_password_is_masked_while_it_is_typed(page: str, field: str) -> None:
    text = Client().get(reverse(page)).content.decode()

    (box,) = [tag for tag in re.findall(r"<input[^>]*>", text) if f'name="{field}"' in tag]
    assert 'type="password"' in box


@pytest.mark.django_db
def test_what_was_signed_for_one_purpose_is_no_good_for_another() -> None:
    from allauth.account import app_settings
    from allauth.account.models import EmailAddress
    from django.core import signing

    Client().post(reverse("account_signup"), {"name": "Erin Example", "email": "erin@example.org", "password1": NEW})
    address = EmailAddress.objects.get()

    pages = {
        salt: Client().get(reverse("account_confirm_email", args=[signing.dumps(address.pk, salt=salt)])).content
        for salt in (app_settings.SALT, "django.core.signing", "django.contrib.messages")
    }

    assert [salt for salt, page in pages.items() if b"no longer good" not in page] == [app_settings.SALT]
