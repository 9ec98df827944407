"""The whole way in real Chromium: somebody signs up, tells, films; a neurologist reads, decides; the patient reads."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from facialis_clinic.accounts.invented import PASSWORD as DEMO_PASSWORD
from facialis_clinic.accounts.invented import SECRET, SITE, totp_code
from tests.browser.conftest import Practice
from tests.browser.look import Watch, violations
from tests.browser.presses import Presses
from tests.browser.test_camera import with_camera
from tests.browser.test_without_javascript import link_in_mail

__all__ = ["with_camera"]
EMAIL, PASSWORD, NAME = "yara@example.org", "nine small green boats", "Yara Example"
# Each task takes seconds; rest is long enough for a few spasms.
SHORTER = """() => {
    const one = document.getElementById("tasks"), all = JSON.parse(one.textContent);
    all.read_s = 0.5;
    const lengths = {arrow: 1, rest: 4};
    all.protocols.home = all.protocols.home.filter((task) => task.kind in lengths).slice(0, 2)
        .map((task) => ({...task, seconds: lengths[task.kind]}));
    one.textContent = JSON.stringify(all);
}"""
WORDS = "Your film shows what you told us. It is not dangerous, and it can be treated."
ANSWERS = {
    "Which side of your face moves?": "Left",
    "Does your face move by itself, without your wanting it?": "Yes",
    "Which sex were you given at birth?": "Female",
    "Is it always the same side, and never the other?": "Yes",
}


@pytest.fixture(scope="module")
def clip(hopper: npt.NDArray[Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face with strong spasms on the left, long enough to be filmed without a cut."""
    from facialis.face import simulate

    if shutil.which("ffmpeg") is None:
        pytest.skip("needs ffmpeg: sh tools/browser.sh")
    folder = tmp_path_factory.mktemp("yara")
    Image.fromarray(hopper).save(folder / "hopper.png")
    quiet = {"quick_moves_per_min": 0.0, "smiles_per_min": 0.0, "speech_per_min": 0.0, "brows_per_min": 0.0}
    plan = replace(simulate.Plan(), seconds=8.0, spasms_per_min=75.0, amplitude=(0.08, 0.12), tonic_share=0.0, **quiet)
    simulate.simulate_photo(
        folder / "hopper.png", folder / "face.mp4", plan=plan, seed=41, video=simulate.Video(size=(640, 480))
    )
    words = ["ffmpeg", "-v", "error", "-i", folder / "face.mp4", "-q:v", "3", "-pix_fmt", "yuvj420p"]
    subprocess.run([*map(str, words), str(folder / "face.mjpeg")], check=True)
    return folder / "face.mjpeg"


@pytest.fixture(scope="module")
def yara(with_camera: Browser, practice: Practice) -> Iterator[Watch]:
    """The telephone of somebody new, whose camera may film."""
    context = with_camera.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    context.grant_permissions(["camera"], origin=practice.url)
    yield Watch(context.new_page(), practice.url)
    context.close()


@pytest.fixture(scope="module")
def eve(chromium: Browser, practice: Practice) -> Iterator[Watch]:
    """The neurologist's own screen; she signs in by password and code."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield Watch(context.new_page(), practice.url)
    context.close()


@pytest.fixture(scope="module")
def presses(eve: Watch) -> Presses:
    """Count what the neurologist presses on her screen."""
    return Presses(eve.page)


@pytest.fixture
def her(eve: Watch) -> str:
    """The person behind the name, as the neurologist's list has it."""
    eve.open("/people/list/")
    href = eve.page.get_by_role("link", name=NAME).get_attribute("href") or ""
    return href.rstrip("/").rpartition("/")[2]


def sign_in(page: Page, url: str, email: str, password: str, secret: str = "") -> None:
    page.goto(url + "/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    if secret:
        page.get_by_label("Code", exact=True).fill(totp_code(secret, time.time()))
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def test_somebody_new_signs_up_by_the_link_in_the_mail_and_opens_a_record(yara: Watch, practice: Practice) -> None:
    page = yara.page
    page.goto(practice.url + "/account/signup/")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.goto(link_in_mail(practice, EMAIL))
    page.get_by_role("button", name="Yes, it is mine").click()
    if "/login/" in page.url:
        sign_in(page, practice.url, EMAIL, PASSWORD)
    page.goto(practice.url + "/people/open/")
    page.get_by_label("Date of birth").fill("1956-02-03")
    page.get_by_role("button", name="Open my record").click()

    page.goto(practice.url + "/chart/mine/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Hello, {NAME}")


def test_the_front_desk_puts_a_neurologist_on_the_team(
    signed_in: Callable[[str], BrowserContext], practice: Practice
) -> None:
    page = signed_in("front_desk").new_page()
    page.goto(practice.url + "/people/list/?q=Yara")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Change the team").click()
    page.get_by_role("combobox").select_option(label=_option(page, f"eve@{SITE}", "Eve Example"))
    page.locator("main form").last.get_by_role("button").click()

    expect(page.get_by_role("row", name="Eve Example")).to_be_visible()
    page.close()


def _option(page: Page, email: str, name: str) -> Any:
    labels = page.get_by_role("combobox").locator("option").all_inner_texts()
    return next((label for label in labels if email in label), next(label for label in labels if name in label))


def test_the_questions_are_answered_one_a_page_by_keyboard_alone(yara: Watch, practice: Practice) -> None:
    page = yara.page
    page.goto(practice.url + "/chart/mine/")
    page.locator("section.next").get_by_role("link").click()
    page.get_by_role("button", name="Begin the questions").click()
    for _ in range(60):
        heading = page.get_by_role("heading", level=1).inner_text()
        if "/done" in page.url:
            break
        choices = page.get_by_role("radio")
        if choices.count():
            wanted = ANSWERS.get(heading, "No")
            labels = [one.strip() for one in page.locator(".pick label").all_inner_texts()]
            number = next((i for i, label in enumerate(labels) if label.startswith(wanted)), 0)
            choices.nth(number).focus()
            page.keyboard.press("Space")
            page.get_by_role("button", name="Next").focus()
        else:
            page.get_by_role("textbox").fill("2019" if "year" in heading else "69")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if page.get_by_role("button", name="Finish now").count():
            page.get_by_role("button", name="Finish now").click()
            break

    expect(page.get_by_role("heading", level=1)).not_to_contain_text("?")
    assert yara.faults() == []
    assert violations(page, 360, "dark") == []


def test_she_films_herself_and_the_worker_measures_it(yara: Watch, practice: Practice) -> None:
    page = yara.page
    page.goto(practice.url + "/recordings/")
    page.get_by_role("link", name="Film yourself now").first.click()
    page.evaluate(SHORTER)
    page.get_by_label("Yes, for my own care").check()
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_role("button", name="Film").click()
    expect(page.get_by_role("heading", name="Look at your film")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url(re.compile(r"/recordings/[0-9a-f-]{36}/$"), timeout=20_000)
    page.locator("main").get_by_text(re.compile("measured", re.IGNORECASE)).first.wait_for()
    until = time.monotonic() + 60
    while re.search(r"waiting to be|being measured", page.locator("main").inner_text()):
        assert time.monotonic() < until, page.locator("main").inner_text()
        page.reload()

    told = page.locator("main").inner_text()
    # What it may be is not told before a neurologist has read it.
    assert "spasm" not in told.lower()
    assert yara.faults() == []


def test_the_neurologist_signs_in_with_a_code_and_vetoes_an_event_by_key(eve: Watch, practice: Practice) -> None:
    page = eve.page
    sign_in(page, practice.url, f"eve@{SITE}", DEMO_PASSWORD, SECRET)
    page.goto(practice.url + "/recordings/")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("link", name="Open in the examination room").click()
    page.wait_for_selector("#room[data-ready='1']")
    expect(page.locator("#event-name")).to_contain_text("Spasm")
    page.keyboard.press("v")
    expect(page.locator("[data-said]")).to_contain_text("taken out")
    expect(page.locator("#figures")).to_contain_text("Measured:")
    page.reload()
    expect(page.locator("#figures")).to_contain_text("Measured:")
    assert eve.faults() == []
    assert violations(page, 1280, "dark") == []


def test_from_the_work_list_she_weighs_and_releases_the_answer_in_her_own_words(eve: Watch, presses: Presses) -> None:
    page = eve.page
    eve.open("/chart/")
    presses.begin()
    page.locator("li", has=page.get_by_role("link", name=NAME)).get_by_role("link", name="to be weighed").click()
    page.get_by_role("button", name="Weigh what is known").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hemifacial spasm")
    page.get_by_role("link", name="Release to the patient").click()
    page.get_by_label("Your own words to the patient").click()
    page.keyboard.type(WORDS)
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_text("released", exact=True).first).to_be_visible()
    count, typed = presses.end("work_list_to_released")
    assert count <= 6
    assert typed == ["Your own words to the patient"]
    assert eve.faults() == []
    assert violations(page, 1280, "dark") == []


def test_what_she_finds_overrules_what_was_measured_with_a_reason_and_is_weighed_anew(eve: Watch) -> None:
    page = eve.page
    page.get_by_role("link", name="Findings by hand").first.click()
    page.get_by_label("Look for a finding").fill("involuntary")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name="Involuntary facial movement", exact=True).click()
    page.get_by_label("Cannot be judged").check()
    page.get_by_role("button", name="Put it down and weigh anew").click()
    expect(page.locator("main")).to_contain_text("Say why")
    page.get_by_label("Reason").fill("Half a minute of film: I want to see it for longer.")
    page.get_by_role("button", name="Put it down and weigh anew").click()
    expect(page.locator("main")).to_contain_text("all was weighed anew")
    page.locator("main").get_by_role("link", name=NAME).first.click()
    page.get_by_role("link", name="Open it whole").click()
    expect(page.locator(".card", has_text="What is different")).to_contain_text("before")
    expect(page.locator("#read")).to_contain_text("Overruled by hand")
    assert eve.faults() == []
    assert violations(page, 1280, "light") == []


def test_she_orders_an_mri_and_writes_signs_and_shares_a_letter(eve: Watch, practice: Practice) -> None:
    page = eve.page
    page.goto(practice.url + "/people/list/")
    page.get_by_role("link", name=NAME).click()
    person = page.url.rstrip("/").rpartition("/")[2]
    eve.open(f"/care/of/{person}/orders/new/mri/")
    page.locator("[name=indication]").fill("Does a vessel touch the left facial nerve? Any lesion?")
    page.get_by_role("button", name="Order it").click()
    expect(page.get_by_text("The test is ordered.")).to_be_visible()
    assert violations(page, 1280, "light") == []

    eve.open(f"/care/of/{person}/documents/")
    page.locator("form[action$='/draft/']").get_by_role("button").first.click()
    page.locator("[name=recipient]").fill("Dr Example, family practice")
    page.get_by_role("button", name="Save and look at it").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("button", name="Share with the patient").click()
    expect(page.get_by_text("patient reads it")).to_be_visible()
    assert eve.faults() == []


def test_she_looks_at_what_can_be_done_and_hands_the_decision_aid_over(eve: Watch, her: str) -> None:
    page = eve.page
    eve.open(f"/care/of/{her}/options/")
    for name in ("OnabotulinumtoxinA", "Watchful waiting"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Hand it over").click()
    expect(page.get_by_text("The aid is handed over")).to_be_visible()
    assert eve.faults() == []
    assert violations(page, 1280, "light") == []


def test_the_patient_weighs_it_in_her_own_time(yara: Watch) -> None:
    page = yara.page
    yara.open("/chart/mine/")
    page.get_by_role("link", name="The choices I was shown").click()
    for _ in range(3):
        page.get_by_role("link", name="Go on").click()
    page.locator("fieldset").first.get_by_text("5", exact=True).click()
    page.get_by_label("Botulinum toxin").first.check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Part 5 of 6")).to_be_visible()
    assert yara.faults() == []
    assert violations(page, 360, "dark") == []


def test_injections_are_planned_on_the_face_two_people_confirm_the_side_and_the_session_is_written_down(
    eve: Watch, her: str
) -> None:
    page = eve.page
    eve.open(f"/care/of/{her}/plan/")
    page.get_by_role("group", name="Side", exact=True).get_by_label("Left").check()
    page.get_by_label("Product and vial").select_option("onabotulinumtoxinA|50")
    page.get_by_label("Diluent in a vial, mL").fill("1")
    page.locator("summary", has_text="Orbicularis oculi").click()
    for site in ("lateral_canthus", "lateral_lower_lid"):
        page.locator(f"[name=left-orbicularis_oculi-{site}]").fill("2.5")
    page.get_by_role("group", name="Which side does the patient say?").get_by_label("Left").check()
    page.get_by_role("group", name="Which side do you say").get_by_label("Left").check()
    page.get_by_label("Asked: none elsewhere").check()
    expect(page.locator("#checked")).to_contain_text("DO NOT INJECT")
    page.get_by_role("button", name="Keep it and make it ready").click()
    expect(page.get_by_text("ready for the session").first).to_be_visible()
    assert violations(page, 1280, "light") == []

    page.get_by_role("link", name="Side time-out, then the session").click()
    page.get_by_role("group", name="Which side does the patient say now?").get_by_label("Right").check()
    page.get_by_role("group", name="Which side is marked").get_by_label("Left").check()
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    page.get_by_label("First person").fill("Eve Example")
    page.get_by_label("Second person").fill("Nora Example")
    page.get_by_role("button", name="We have both looked").click()
    expect(page.locator("main")).to_contain_text("Stop: the sides do not agree")
    page.get_by_role("group", name="Which side does the patient say now?").get_by_label("Left").check()
    page.get_by_role("button", name="We have both looked").click()
    page.get_by_label("Lot", exact=True).first.fill("E-2001")
    page.locator("[name=lot-0-expires]").fill("2035-05")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("The session is written down")).to_be_visible()
    assert eve.faults() == []


def test_from_the_forecast_to_the_next_session_takes_her_four_clicks(eve: Watch, her: str, presses: Presses) -> None:
    page = eve.page
    ahead = page.get_by_role("link", name="Plan the next session")
    until = time.monotonic() + 30
    eve.open(f"/care/of/{her}/course/")
    while not ahead.count() and time.monotonic() < until:  # the worker works it out behind the page
        time.sleep(0.3)
        eve.open(f"/care/of/{her}/course/")
    presses.begin()
    ahead.click()
    page.get_by_role("group", name="Which side do you say").get_by_label("Left").check()
    page.get_by_label("Asked: none elsewhere").check()
    page.get_by_role("button", name="Keep it and make it ready").click()
    expect(page.get_by_text("ready for the session").first).to_be_visible()
    count, typed = presses.end("forecast_to_planned")
    assert count <= 4
    assert typed == []
    assert eve.faults() == []


def test_the_patient_is_told_by_mail_without_a_word_of_health_and_reads_the_answer_and_the_letter(
    yara: Watch, practice: Practice
) -> None:
    page = yara.page
    told = [path.read_text(encoding="utf-8") for path in (practice.home / "mail").iterdir()]
    to_her = [mail for mail in told if EMAIL in mail]
    assert len(to_her) >= 3  # the address, the answer, the letter
    assert not any(word in mail.lower() for mail in to_her for word in ("spasm", "mri", "diagnos"))

    yara.open("/chart/mine/")
    page.get_by_role("link", name="Read your answer").click()
    expect(page.locator("main")).to_contain_text(WORDS)
    expect(page.locator("main")).to_contain_text(re.compile("spasm|twitch", re.IGNORECASE))
    assert violations(page, 360, "light") == []
    yara.open("/chart/mine/")
    page.get_by_role("link", name="See how it goes").click()
    expect(page.get_by_role("heading", name="How your treatment goes")).to_be_visible()
    assert yara.faults() == []
    assert violations(page, 360, "light") == []
    yara.open("/chart/mine/")
    page.get_by_role("link", name=re.compile("letter", re.IGNORECASE)).first.click()
    expect(page.locator("main")).to_contain_text("Dr Example")
    assert yara.faults() == []
    assert violations(page, 360, "dark") == []
