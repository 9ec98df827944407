"""The documents tell the rules that the site keeps; where a rule changes, its page must."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from facialis_clinic.accounts import limits
from facialis_clinic.accounts.models import Role
from facialis_clinic.config import settings as site
from facialis_clinic.recordings import bounds

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Page = Callable[[str], str]
# Which row of "Too many tries" tells which count of the settings.
TRIES = {
    ("login_failed", "key"): "| wrong passwords | account, whether it exists or not | 5 in 15 minutes |",
    ("login_failed", "ip"): "| wrong passwords and codes | address of the caller | 30 in 15 minutes |",
    ("login", "ip"): "| sign-ins | address of the caller | 30 a minute, 300 an hour |",
    ("reset_password", "key"): "| links for a new password | e-mail address; address of the caller | 5; 20 an hour |",
    ("reset_password", "ip"): "| links for a new password | e-mail address; address of the caller | 5; 20 an hour |",
    ("signup", "ip"): "| sign-ups | address of the caller | 20 an hour |",
    ("reauthenticate", "user"): "| proving again who one is, changing the password or the address | person | 10 in 15",
    ("change_password", "user"): "| proving again who one is, changing the password or the address | person | 10 in 15",
    ("manage_email", "user"): "| proving again who one is, changing the password or the address | person | 10 in 15",
}


@pytest.fixture(scope="module")
def page(root: Path) -> Page:
    return lambda name: (root / "docs" / name).read_text(encoding="utf-8")


def test_the_limits_in_the_documents_are_those_of_the_settings(page: Page) -> None:
    text = page("accounts.md")

    for (action, per), row in TRIES.items():
        rates = re.findall(rf"(\d+)/\w+/{per}", site.ACCOUNT_RATE_LIMITS[action])
        assert row in text, row
        assert rates, action
        for number in rates:
            assert re.search(rf"\b{number}\b", row.rpartition(" | ")[2]), (action, number)
    assert f"| whoever works here | {limits.STAFF_IDLE // MINUTE} minutes | {limits.AT_MOST // HOUR} hours |" in text
    assert f"| everybody else | {limits.PATIENT_IDLE // MINUTE} minutes | {limits.AT_MOST // HOUR} hours |" in text
    assert f"within the last {limits.FRESH // MINUTE} minutes" in text
    least = next(one for one in site.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in one["NAME"])
    assert f"At least {least['OPTIONS']['min_length']} characters" in text
    assert "can lock the account for a quarter of an hour" in text


def test_every_way_in_is_in_the_documents(page: Page) -> None:
    text = page("accounts.md")
    words = {"totp": "authenticator app", "webauthn": "passkey", "recovery_codes": "recovery codes"}

    assert set(site.MFA_SUPPORTED_TYPES) == set(words)
    assert site.MFA_PASSKEY_LOGIN_ENABLED
    assert site.AUTHENTICATION_BACKENDS == ["allauth.account.auth_backends.AuthenticationBackend"]
    for word in (*words.values(), "**Invitations**", "**The first administrator**", "Never a password alone"):
        assert word in text


def test_every_role_is_in_the_table_of_who_opens_what(page: Page) -> None:
    text = page("people.md")
    table = text[text.index("| who | opens | until |") : text.index("**How a record begins.**")]

    for role in Role.values:
        assert role.replace("_", " ") in table, role
    for word in ("care team", "breaks the glass", "parent or guardian"):
        assert word in table


def test_the_bounds_of_films_in_the_documents_are_those_of_the_code(page: Page) -> None:
    text = page("recordings.md")

    assert f"| size of a file | {bounds.most_bytes() >> 30} GB |" in text
    assert f"to {bounds.LONGEST_S / 60:.0f} min |" in text
    assert f"| files that one person sends at a time | {bounds.MOST_OPEN} |" in text
    assert f"| films of one patient together | {bounds.quota() >> 30} GB |" in text
    assert f"at most {bounds.PART >> 20} MiB" in text
    assert "known by its content, not by its name" in text


def test_what_takes_long_is_in_the_documents(page: Page) -> None:
    text = page("jobs.md")

    assert "Measuring a recording takes longer than a page may" in text
    assert "are done in turns" in text
    assert "the job hangs for 4 hours" in text
    assert "setrlimit" in page("recordings.md")
