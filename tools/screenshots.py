"""Write pictures to docs/pictures/: the site's main pages, from its demonstration, and the pages of electrodes.

They are opened in the system's Chromium. Every person in them is invented, and the camera plays one of its simulated
films. A picture above 300 kB is an error.
Names of pictures on the command line take these alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOST_BYTES = 300_000
ANSWERS = re.compile(r"answers at (\S+) after")
STANDS = re.compile(r"^demonstration: it st")
ID = "[0-9a-f-]{36}"


@dataclass(frozen=True)
class Shot:
    """A picture: its file, who looks (a role, a patient's first name or nobody), at what, how wide, in which scheme.

    ``of`` is whose page it is: their id takes the place of ``{person}`` in the path. ``link`` is an address on that
    page, as a pattern, which is followed first, or several ("a then b"); ``press`` is a button, after the first yes.
    """

    name: str
    role: str
    path: str
    width: int = 1280
    height: int = 860
    scheme: str = "light"
    of: str = ""
    link: str = ""
    press: str = ""


SHOTS = (
    Shot("site-home", "", "/"),
    Shot("site-home-phone", "", "/", 360, 780),
    Shot("site-article", "", "/condition/"),
    Shot("site-contact-phone", "", "/contact/", 360, 780, "dark"),
    Shot("site-record", "patient", "/people/me/"),
    Shot("site-record-phone", "patient", "/people/me/", 360, 780),
    Shot("site-log", "patient", "/log/", scheme="dark"),
    Shot("site-patients", "neurologist", "/people/list/"),
    Shot("site-kit", "", "/kit/", height=1100),
    Shot(
        "site-room",
        "neurologist",
        "/recordings/of/{person}/",
        1280,
        900,
        of="Ivan",
        link=rf"/recordings/{ID}/$ then /room/",
    ),
    Shot("site-work", "neurologist", "/chart/", height=900),
    Shot("site-chart", "neurologist", "/chart/{person}/", height=1000, of="Alice"),
    Shot("site-course", "neurologist", "/care/of/{person}/course/", height=1000, of="Alice"),
    Shot("site-plan", "neurologist", "/chart/{person}/", height=1000, of="Marta", link=r"/care/plans/"),
    Shot("site-aid-phone", "leila", "/chart/mine/", 360, 780, link=r"/care/aids/"),
    Shot("site-course-phone", "patient", "/chart/mine/", 360, 780, "dark", link=r"/course/"),
    Shot("site-mine", "judith", "/chart/mine/", 360, 780),
    Shot("site-film-phone", "fiona", "/recordings/", 360, 780, link=r"/film/$", press="Start the camera"),
)


@dataclass(frozen=True)
class Sheet:
    """A picture of a page that the command line writes: its file, what is simulated and read, and its height."""

    name: str
    kind: str
    file: str
    read: tuple[str, ...]
    height: int
    seconds: str = "120"


SHEETS = (
    Sheet("emg", "hemifacial_spasm", "invented.edf", ("emg",), 1640),
    Sheet("evoked", "lateral_spread", "sweeps.csv", ("evoked", "--kind", "lateral-spread"), 1290),
)


@contextmanager
def site() -> Iterator[str]:
    """Run a demonstration in a folder of its own and yield its address."""
    folder = Path(tempfile.mkdtemp(prefix="facialis-pictures-"))
    folder.chmod(0o711)
    process = subprocess.Popen(
        [sys.executable, "-m", "facialis", "serve", "--home", str(folder / "home"), "--port", "0", "--demo"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = ""
        # The stories are played to their end first: what a page shows depends on them.
        for line in process.stdout:
            if told := ANSWERS.search(line):
                url = told.group(1)
            if STANDS.search(line):
                break
        if not url:
            raise SystemExit("screenshots: the site did not open")
        threading.Thread(target=lambda out=process.stdout: [None for _ in out], daemon=True).start()
        yield url
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def cookies(url: str, who: set[str]) -> dict[str, list[dict[str, str]]]:
    """Sign in these people of the demonstration, with the second factor, and return their cookies."""
    from facialis_clinic.accounts.invented import PASSWORD, SITE, SignIn, sign_ins
    from facialis_clinic.visit import Visitor

    known = {one.role: one for one in sign_ins()}
    found: dict[str, list[dict[str, str]]] = {"": []}
    for name in who - {""}:
        one = known.get(name) or SignIn("patient", f"{name}@{SITE}", PASSWORD, None)
        visitor = Visitor(url, name)
        for seen in visitor.sign_in(one):
            if not seen.good:
                raise SystemExit(f"screenshots: {name} could not sign in: {seen}")
        found[name] = [{"name": cookie.name, "value": cookie.value or "", "url": url} for cookie in visitor.cookies]
    return found


def camera(folder: Path) -> Path:
    """Write a film of the demonstration as a camera of Chromium plays it."""
    from facialis_clinic.demo import clips
    from facialis_clinic.demo.stories import stories

    film, feed = clips.make(stories().clips["judith"]), folder / "camera.mjpeg"
    words = ["ffmpeg", "-v", "error", "-i", str(film), "-q:v", "3", "-pix_fmt", "yuvj420p", str(feed)]
    subprocess.run(words, check=True)
    return feed


def take(context: BrowserContext, url: str, shot: Shot) -> None:
    """Open the page of a picture and take it."""
    page = context.new_page()
    path = shot.path
    if shot.of:
        page.goto(f"{url}/people/list/")
        href = page.locator("main").get_by_role("link", name=f"{shot.of} Example").get_attribute("href") or ""
        found = re.search(ID, href)
        path = path.replace("{person}", found[0] if found else "")
    answer = page.goto(url + path)
    if answer is None or answer.status != 200:
        raise SystemExit(f"screenshots: {path} as {shot.role or 'anybody'}: {answer and answer.status}")
    for link in shot.link.split(" then ") if shot.link else ():
        page.goto(url + _link(page, link))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # a film shows its first picture
    if shot.press:
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name=shot.press).click()
        page.wait_for_timeout(4000)
    kept(page, shot.name)


def lay(browser: Browser, sheet: Sheet, folder: Path) -> None:
    """Simulate a recording, read it, open its page and take it from the top."""
    facialis, file = str(Path(sys.executable).with_name("facialis")), str(folder / sheet.file)
    made = ["--out", file, "--seed", "1", "--side", "left", "--seconds", sheet.seconds]
    for words in (["simulate-emg", sheet.kind, *made], [sheet.read[0], file, *sheet.read[1:], "--report", str(folder)]):
        subprocess.run([facialis, *words], check=True, stdout=subprocess.DEVNULL)
    page = browser.new_page(viewport={"width": 1120, "height": sheet.height})
    page.goto((folder / "report.html").as_uri())
    page.wait_for_timeout(500)  # the zoom draws
    kept(page, sheet.name)
    page.close()


def kept(page: Page, name: str) -> None:
    """Write what is seen of a page, as small as it must be."""
    target = PICTURES / f"{name}.png"
    page.screenshot(path=target)
    if target.stat().st_size > MOST_BYTES:
        # A face among the words: 256 colours show it as well in a third of the size.
        with Image.open(target) as picture:
            picture.convert("RGB").quantize(256).save(target, optimize=True)
    if target.stat().st_size > MOST_BYTES:
        raise SystemExit(f"screenshots: {target.name} holds {target.stat().st_size} bytes")
    print(f"wrote docs/pictures/{target.name}, {target.stat().st_size // 1000} kB")


def _link(page: Page, pattern: str) -> str:
    """Return the first address on a page that fits a pattern."""
    found = page.locator("main a[href]").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    fits = next((one for one in found if re.search(pattern, one)), None)
    if fits is None:
        raise SystemExit(f"screenshots: {page.url} leads to nothing like {pattern}")
    return str(fits)


def main(names: list[str]) -> int:
    """Take every picture, or those that are named."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("screenshots: Chromium is missing; sh tools/browser.sh")
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for sheet in SHEETS:
            if not names or sheet.name in names:
                lay(browser, sheet, Path(folder))
        browser.close()
    if shots:
        _of_the_site(shots, chromium)
    return 0


def _of_the_site(shots: list[Shot], chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    with site() as url, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        known = cookies(url, {shot.role for shot in shots})
        plays = f"--use-file-for-fake-video-capture={camera(Path(folder))}"
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--use-fake-device-for-media-stream", plays]
        )
        for shot in shots:
            context = browser.new_context(
                viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, reduced_motion="reduce"
            )
            context.grant_permissions(["camera"], origin=url)
            context.add_cookies(known[shot.role])
            take(context, url, shot)
            context.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
