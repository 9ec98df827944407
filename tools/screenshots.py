"""Write pictures of the site's main pages to docs/pictures/: the demonstration, opened in the system's Chromium.

Every person in it is invented. A picture above 300 kB is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOST_BYTES = 300_000
ANSWERS = re.compile(r"answers at (\S+) after")


@dataclass(frozen=True)
class Shot:
    """A picture: its file, who looks (a role, or nobody), at what, how wide, in which scheme."""

    name: str
    role: str
    path: str
    width: int = 1280
    height: int = 860
    scheme: str = "light"


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
        told = next((found for line in process.stdout if (found := ANSWERS.search(line))), None)
        if told is None:
            raise SystemExit("screenshots: the site did not open")
        yield told.group(1)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def cookies(url: str) -> dict[str, list[dict[str, str]]]:
    """Sign in everybody of the demonstration, with the second factor, and return their cookies by role."""
    from facialis_clinic.accounts.invented import sign_ins
    from facialis_clinic.visit import Visitor

    found: dict[str, list[dict[str, str]]] = {"": []}
    for one in sign_ins():
        visitor = Visitor(url, one.role)
        for seen in visitor.sign_in(one):
            if not seen.good:
                raise SystemExit(f"screenshots: {one.role} could not sign in: {seen}")
        found.setdefault(
            one.role, [{"name": cookie.name, "value": cookie.value or "", "url": url} for cookie in visitor.cookies]
        )
    return found


def main() -> int:
    """Take every picture."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("screenshots: Chromium is missing; sh tools/browser.sh")
    with site() as url, sync_playwright() as playwright:
        known = cookies(url)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in SHOTS:
            context = browser.new_context(
                viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, reduced_motion="reduce"
            )
            context.add_cookies(known[shot.role])
            page = context.new_page()
            answer = page.goto(url + shot.path)
            if answer is None or answer.status != 200:
                raise SystemExit(f"screenshots: {shot.path} as {shot.role or 'anybody'}: {answer and answer.status}")
            path = PICTURES / f"{shot.name}.png"
            page.screenshot(path=path)
            if path.stat().st_size > MOST_BYTES:
                raise SystemExit(f"screenshots: {path.name} holds {path.stat().st_size} bytes")
            print(f"wrote docs/pictures/{path.name}, {path.stat().st_size // 1000} kB")
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
