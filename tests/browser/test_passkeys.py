"""A passkey in a real browser: added, signed in by, asked for as a second step; and what the small scripts add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Practice
from tests.browser.look import Watch

PASSWORD = "correct horse battery"


@pytest.fixture
def patient(opened: Callable[..., Watch], practice: Practice) -> Watch:
    """Return the patient's browser, with a passkey in the machine that answers at once."""
    watch = opened()
    cookies = practice.cookies["patient who leaves"].items()
    watch.page.context.add_cookies([{"name": name, "value": value, "url": practice.url} for name, value in cookies])
    give_machine(watch.page)
    return watch


def give_machine(page: Page) -> None:
    """Give the browser an authenticator that holds passkeys and knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_then_signs_in_without_a_password(patient: Watch) -> None:
    page = patient.page

    patient.open("/account/2fa/webauthn/add/")
    page.get_by_label("What do you call it?").fill("My telephone")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/account/2fa/recovery-codes/")
    added = patient.faults()
    patient.open("/account/2fa/webauthn/")
    assert page.get_by_role("row", name="My telephone").is_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(patient.site + "/")
    patient.open("/account/login/?next=/account/sessions/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(patient.site + "/account/sessions/")  # the page before names it too, as where to go on

    assert added == []
    assert patient.faults() == []


def test_a_passkey_that_does_not_answer_is_said_on_the_page(opened: Callable[..., Watch]) -> None:
    watch = opened()
    give_machine(watch.page)

    watch.open("/account/login/")
    watch.page.get_by_role("button", name="Sign in with a passkey").click()

    error = watch.page.get_by_role("alert")
    error.wait_for(timeout=70_000)
    assert "Try again" in error.inner_text()


def test_a_password_can_be_looked_at_and_is_sent_from_a_password_field(opened: Callable[..., Watch]) -> None:
    watch = opened()
    watch.open("/account/login/")
    field = watch.page.get_by_label("Password", exact=True)

    field.fill(PASSWORD)
    watch.page.get_by_role("button", name="Show the password").click()
    shown = field.get_attribute("type")
    watch.page.get_by_label("E-mail address").fill("nobody@example.org")
    watch.page.get_by_role("button", name="Sign in", exact=True).click()

    assert shown == "text"
    watch.page.get_by_text("do not belong together").first.wait_for()
    assert watch.faults() == []


def test_without_scripts_no_passkey_is_offered_and_everything_else_works(chromium: Browser, practice: Practice) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(practice.url + "/account/login/")

    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert not page.get_by_role("button", name="Show the password").is_visible()
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert "/account/login/" not in page.url
    context.close()
