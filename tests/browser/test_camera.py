"""Filming oneself, in real Chromium with a camera that plays a simulated clip: check, film, look, send."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import NO_NETWORK, ROOT, Practice
from tests.browser.look import Watch, violations
from tests.clinic.serving.conftest import around

# Each task takes seconds, so that the whole is filmed in less than ten.
SHORTER = """() => {
    const one = document.getElementById("tasks"), all = JSON.parse(one.textContent);
    all.read_s = 0.6;
    const lengths = {arrow: 1, rest: 1.2, smile: 1.2};
    all.protocols.home = all.protocols.home.filter((task) => task.kind in lengths).slice(0, 3)
        .map((task) => ({...task, seconds: lengths[task.kind], repeats: task.repeats ? 2 : 0, held_s: 0.3}));
    one.textContent = JSON.stringify(all);
}"""
COPIED = """async ([from, to]) => {
    const {keep, kept} = await import("/static/recordings/kept.js");
    const person = document.getElementById("guided").dataset.person;
    await keep(to || person, await kept(from || person));
}"""
KEPT = """async () => {
    const {kept} = await import("/static/recordings/kept.js");
    const film = await kept(document.getElementById("guided").dataset.person);
    return film ? film.blob.size : 0;
}"""


@pytest.fixture(scope="module")
def clip(hopper: npt.NDArray[Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face that twitches, 640 x 480, as a camera of Chromium takes it (mjpeg)."""
    from facialis.face import simulate

    if shutil.which("ffmpeg") is None:
        pytest.skip("needs ffmpeg: sh tools/browser.sh")
    folder = tmp_path_factory.mktemp("camera")
    Image.fromarray(hopper).save(folder / "hopper.png")
    plan = replace(simulate.Plan(), seconds=2.0, spasms_per_min=60.0)
    simulate.simulate_photo(
        folder / "hopper.png", folder / "face.mp4", plan=plan, seed=5, video=simulate.Video(size=(640, 480))
    )
    words = ["ffmpeg", "-v", "error", "-i", folder / "face.mp4", "-q:v", "3", "-pix_fmt", "yuvj420p"]
    subprocess.run([*map(str, words), str(folder / "face.mjpeg")], check=True)
    return folder / "face.mjpeg"


@pytest.fixture(scope="module")
def with_camera(chromium: Browser, clip: Path) -> Iterator[Browser]:
    """The system's Chromium with a camera that plays the clip; whether it is allowed is the context's to say."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    camera = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={clip}")
    browser = chromium.browser_type.launch(executable_path=found, args=[*NO_NETWORK, "--no-sandbox", *camera])
    yield browser
    browser.close()


@dataclass
class Filming:
    """A patient at the page that films."""

    watch: Watch
    context: BrowserContext

    @property
    def page(self) -> Page:
        return self.watch.page

    def allow(self) -> None:
        """Say yes to the film's use and shorten the tasks."""
        self.page.evaluate(SHORTER)
        self.page.get_by_label("Yes, for my own care").check()

    def film(self) -> None:
        """Film without waiting for the checks."""
        self.allow()
        self.page.get_by_role("button", name="Start the camera").click()
        self.page.get_by_role("button", name="Film").click()
        expect(self.page.get_by_role("heading", name="Look at your film")).to_be_visible(timeout=20_000)

    def kept(self) -> int:
        size: int = self.page.evaluate(KEPT)
        return size

    def arrived(self) -> str:
        """Wait for the page of the recording and return its id."""
        self.page.wait_for_url(re.compile(r"/recordings/[0-9a-f-]{36}/$"), timeout=20_000)
        return self.page.url.rstrip("/").rpartition("/")[2]


@pytest.fixture
def filming(with_camera: Browser, practice: Practice) -> Iterator[Callable[..., Filming]]:
    """Return a function that opens the page as Alice, with her camera allowed or not."""
    contexts: list[BrowserContext] = []

    def opened(*, allowed: bool = True, width: int = 360) -> Filming:
        context = with_camera.new_context(viewport={"width": width, "height": 740}, reduced_motion="reduce")
        contexts.append(context)
        context.set_default_timeout(20_000)
        cookies = practice.cookies["patient"]
        context.add_cookies([{"name": name, "value": value, "url": practice.url} for name, value in cookies.items()])
        if allowed:
            context.grant_permissions(["camera"], origin=practice.url)
        watch = Watch(context.new_page(), practice.url)
        watch.open(practice.of("recordings:guided")["patient"])
        return Filming(watch, context)

    yield opened
    for context in contexts:
        context.close()


def stored(practice: Practice, recording: str) -> dict[str, Any]:
    """Return what the site keeps of a recording, and the streams of the film that will be measured."""
    words = [sys.executable, "-m", "tests.browser.stored", recording]
    told = subprocess.run(
        words, env=around(FACIALIS_HOME=str(practice.home), FACIALIS_URL=practice.url, FACIALIS_DEMO="1"), cwd=ROOT,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def test_a_patient_checks_the_picture_films_looks_and_sends_and_the_same_film_again_leads_to_the_first(
    filming: Callable[..., Filming], practice: Practice
) -> None:
    one = filming()
    page = one.page
    one.allow()
    assert violations(page, 360, "light") == []
    page.get_by_role("button", name="Start the camera").click()
    # Each check has its answer; the clip's face is near, straight and lit.
    expect(page.get_by_role("status")).to_have_text("All is well. You can start.", timeout=20_000)
    assert violations(page, 360, "light") == []

    page.get_by_role("button", name="Start filming").click()
    expect(page.get_by_role("heading", name="Turn to the arrow")).to_be_visible()
    assert violations(page, 360, "light") == []
    expect(page.locator("[data-arrow=right]")).to_be_visible()
    expect(page.get_by_role("heading", name="Rest")).to_be_visible()
    expect(page.locator("[data-arrow=right]")).to_be_hidden()
    expect(page.get_by_role("heading", name="Look at your film")).to_be_visible(timeout=20_000)

    video = page.locator("#film")
    video.evaluate("(one) => one.readyState || new Promise((done) => { one.onloadedmetadata = () => done(); })")
    length = video.evaluate("(one) => one.duration")
    assert violations(page, 360, "light") == []
    assert one.kept() > 0
    page.evaluate(COPIED, ["", "copy"])
    page.get_by_role("button", name="Send it").click()
    recording = one.arrived()
    kept = stored(practice, recording)

    tasks = kept["protocol"]["task"]
    assert [task["kind"] for task in tasks] == ["arrow", "rest", "smile"]
    assert tasks[0]["arrow"] == "right"
    assert tasks[2]["repeats"] == 2
    for task, seconds in zip(tasks, (1, 1.2, 1.2), strict=True):
        assert task["end_s"] - task["start_s"] == pytest.approx(seconds, abs=0.2)
    assert tasks[-1]["end_s"] == pytest.approx(length, abs=0.4)
    assert kept["streams"] == ["video"]
    assert kept["format"] == "mov"
    assert kept["mirrored"] == "unknown"
    assert one.watch.faults() == []

    # As after a crash between the server's answer and the browser's own tidying.
    one.watch.open(practice.of("recordings:guided")["patient"])
    page.evaluate(COPIED, ["copy", ""])
    page.reload()
    page.get_by_role("button", name="Look at it and send it").click()
    page.get_by_role("button", name="Send it").click()
    assert one.arrived() == recording


def test_a_film_that_was_not_sent_waits_in_the_browser_and_a_broken_line_loses_nothing(
    filming: Callable[..., Filming], practice: Practice
) -> None:
    one = filming(width=1280)
    one.film()
    one.page.on("dialog", lambda dialog: dialog.accept())
    # The page is closed before the film is sent, and opened again.
    one.page.close()
    one.watch = Watch(one.context.new_page(), practice.url)
    one.watch.open(practice.of("recordings:guided")["patient"])
    one.page.get_by_role("button", name="Look at it and send it").click()

    broken: list[str] = []

    def once_in_two(route: Route) -> None:
        if route.request.method in ("PUT", "POST") and route.request.url not in broken:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    one.context.route(re.compile(r"/(begin|parts)/"), once_in_two)
    one.page.get_by_role("button", name="Send it").click()
    recording = one.arrived()

    assert len(broken) >= 3  # the beginning, a part and the end
    assert stored(practice, recording)["streams"] == ["video"]
    one.watch.open(practice.of("recordings:guided")["patient"])
    expect(one.page.get_by_role("button", name="Start the camera")).to_be_visible()
    assert one.kept() == 0


def test_a_camera_that_is_not_allowed_is_told_in_one_line_with_another_way(filming: Callable[..., Filming]) -> None:
    one = filming(allowed=False)
    one.allow()
    one.page.get_by_role("button", name="Start the camera").click()

    trouble = one.page.get_by_role("alert")
    expect(trouble).to_contain_text("The camera was not allowed.")
    trouble.get_by_role("link", name="Send a video that was filmed elsewhere").click()
    expect(one.page.get_by_role("heading", level=1)).to_have_text("Send a video")


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("delete window.MediaRecorder", "This browser cannot film."),
        (
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))",
            "No camera was found on this device.",
        ),
    ],
)
def test_a_browser_that_cannot_film_says_so(filming: Callable[..., Filming], missing: str, told: str) -> None:
    one = filming()
    one.allow()
    one.page.evaluate(f"() => {{ {missing}; }}")
    one.page.get_by_role("button", name="Start the camera").click()

    expect(one.page.get_by_role("alert")).to_contain_text(told)


def test_by_keyboard_alone_one_films_pauses_goes_on_stops_and_throws_away(filming: Callable[..., Filming]) -> None:
    one = filming(width=1280)
    page, keys = one.page, one.page.keyboard
    one.allow()

    def press(name: str, key: str = "Enter") -> None:
        """Walk by Tab to a button and press it."""
        button = page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_visible()
        for _ in range(40):
            if button.evaluate("(one) => one === document.activeElement"):
                keys.press(key)
                return
            keys.press("Tab")
        raise AssertionError(f"Tab does not reach {name}")

    press("Start the camera")
    expect(page.get_by_role("heading", name="Is the picture good?")).to_be_focused()
    expect(page.locator("[data-film]")).to_be_enabled()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("[data-title]")).to_be_focused()
    press("Pause", "Space")
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    press("Go on")
    # One press of Stop pauses; a second one ends the film.
    expect(page.get_by_role("heading", name="Smile")).to_be_visible()
    press("Stop")
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    press("Stop here")
    expect(page.get_by_role("heading", name="Look at your film")).to_be_focused()
    assert "You stopped before the end" in page.locator("main").inner_text()
    press("Throw it away")
    assert one.kept() > 0
    press("Really throw it away")
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
    assert one.kept() == 0


def test_without_javascript_the_page_is_the_form_that_sends(chromium: Browser, practice: Practice) -> None:
    context = chromium.new_context(java_script_enabled=False)
    cookies = practice.cookies["patient"]
    context.add_cookies([{"name": name, "value": value, "url": practice.url} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(practice.url + practice.of("recordings:guided")["patient"])

    assert not page.get_by_role("button", name="Start the camera").is_visible()
    page.get_by_role("checkbox", name="Yes, for my own care").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a video")
    context.close()
