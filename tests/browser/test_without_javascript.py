"""What people come for, in a browser that runs no JavaScript."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from facialis_clinic.accounts.testing import SECRET, totp_code
from tests.browser.conftest import NO_PAGES, PATHWAY, Practice, first_of_each
from tests.clinic.recordings.films import write_film

# The practice of the tests: everybody has the same password (tests/clinic/conftest.py).
PASSWORD = "correct horse battery"


# What a page would offer and not do: a button that only a script hears, a form that nothing sends, a title not shown.
DEAD = """() => {
    const main = document.querySelector("main"), shown = (one) => one.checkVisibility({visibilityProperty: true});
    const buttons = [...main.querySelectorAll("button")].filter((one) => shown(one) && one.type !== "submit");
    const forms = [...main.querySelectorAll("form")].filter((one) => shown(one)
        && ![...one.elements].some((each) => each.type === "submit" && shown(each)));
    const title = main.querySelector("h1");
    const dead = [...buttons, ...forms].map((one) => one.outerHTML.slice(0, 160));
    return title && shown(title) ? dead : [...dead, "no title"];
}"""


def test_no_page_of_the_pathway_offers_what_only_a_script_could_do(
    chromium: Browser, practice: Practice, signed_in: Callable[[str], BrowserContext]
) -> None:
    tabs: dict[str, Page] = {}
    looked, dead = set(), []
    for name in PATHWAY:
        for role in first_of_each(practice.seen(name, signed_in)):
            if role not in tabs:
                state = signed_in(role).storage_state()
                tabs[role] = chromium.new_context(java_script_enabled=False, storage_state=state).new_page()
            answer = tabs[role].goto(practice.url + practice.of(name)[role])
            assert answer is not None
            assert answer.status == 200, f"{name} as {role}"
            dead += [(name, role, one) for one in tabs[role].evaluate(DEAD)]
            looked.add(name)
    for page in tabs.values():
        page.context.close()

    # Whoever opens none of a page looks at none of it: here, in the walk by Tab and in the scan by axe.
    assert set(PATHWAY) - looked == NO_PAGES
    assert dead == []


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, practice: Practice, email: str) -> None:
    page.goto(practice.url + "/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def link_in_mail(practice: Practice, to: str, seconds: float = 20) -> str:
    """Wait for a mail to somebody and return the link in it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in sorted((practice.home / "mail").iterdir(), reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if to in str(mail["To"]) and (found := re.search(r"https?://\S+", mail.get_body(("plain",)).get_content())):
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {to} with a link")


def test_somebody_new_makes_an_account_and_opens_a_record(page: Page, practice: Practice) -> None:
    page.goto(practice.url + "/account/signup/")
    page.get_by_label("Your name").fill("Zoe Example")
    page.get_by_label("E-mail address").fill("zoe@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your e-mail")

    page.goto(link_in_mail(practice, "zoe@example.org"))
    page.get_by_role("button", name="Yes, it is mine").click()
    if "/login/" in page.url:
        sign_in(page, practice, "zoe@example.org")
    page.goto(practice.url + "/people/")
    page.get_by_role("link", name="Open my record").click()
    page.get_by_label("Date of birth").fill("1980-02-03")
    page.get_by_role("button", name="Open my record").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")


def test_who_works_here_gets_nowhere_before_a_second_factor_is_set_up(page: Page, practice: Practice) -> None:
    sign_in(page, practice, "frank@example.org")
    page.goto(practice.url + "/people/list/")
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")

    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(totp_code(secret, time.time()))
    page.get_by_role("button", name="Set it up").click()
    page.goto(practice.url + "/people/list/")

    expect(page.get_by_role("heading", level=1)).to_have_text("My patients")


def test_a_neurologist_signs_in_with_password_and_code(page: Page, practice: Practice) -> None:
    sign_in(page, practice, "eve@example.org")
    second = page.context.new_page()
    second.goto(practice.url + "/people/list/")
    expect(second.get_by_role("heading", level=1)).not_to_have_text("My patients")
    second.close()

    page.get_by_label("Code", exact=True).fill("000000")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(totp_code(SECRET, time.time()))
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.goto(practice.url + "/people/list/")

    expect(page.get_by_role("heading", level=1)).to_have_text("My patients")


def test_a_visitor_asks_for_a_call_and_the_front_desk_reads_it(
    page: Page, practice: Practice, signed_in: Callable[[str], object]
) -> None:
    page.goto(practice.url + "/contact/")
    page.get_by_role("button", name="Ask for a call").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Your name").fill("Yan Example")
    page.get_by_label("Telephone number").fill("+1 202 555 0199")
    page.get_by_label("What is it about?").select_option(index=1)
    page.get_by_role("button", name="Ask for a call").click()
    page.wait_for_url("**/contact/sent/")

    desk = signed_in("front_desk").new_page()  # type: ignore[attr-defined]
    desk.goto(practice.url + "/call-backs/")
    expect(desk.get_by_role("row", name="Yan Example")).to_be_visible()
    desk.close()


def test_a_patient_sends_a_video_by_plain_form_and_gives_and_takes_back_a_consent(
    page: Page, practice: Practice, tmp_path: Path
) -> None:
    sign_in(page, practice, "charlie@example.org")
    page.goto(practice.url + "/recordings/")
    page.goto(page.url)
    page.get_by_role("link", name="Send a video").click()
    page.get_by_label("Your video").set_input_files(write_film(tmp_path / "clip.mp4"))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Without a yes to your own care")
    page.get_by_label("Your video").set_input_files(tmp_path / "clip.mp4")
    page.get_by_label("Yes, for").first.check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Video of")

    page.goto(practice.url + "/people/me/")
    page.get_by_role("link", name="Read and change").click()
    teaching = page.locator("section.card", has=page.get_by_role("heading", name="teaching"))
    teaching.get_by_role("button", name="I allow this").click()
    expect(teaching.get_by_text("yes", exact=True)).to_be_visible()
    teaching.get_by_role("button", name="Take it back").click()
    expect(teaching.get_by_text("no", exact=True)).to_be_visible()
