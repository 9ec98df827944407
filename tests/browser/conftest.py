"""A real site with the practice of the tests in it, and a real browser without a network."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.look import Watch, form_of, whole_page
from tests.clinic.access.test_matrix import ROWS
from tests.clinic.serving.conftest import around, begin, reachable

# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# Chromium would ask its maker for updates; here every name but the site's own leads nowhere.
NO_NETWORK = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-default-browser-check",
    "--no-first-run",
)
# Every page on the way from the first question to the course.
PATHWAY = [
    name
    for name, row in ROWS.items()
    if row.method == "get" and name.startswith(("intake:", "chart:", "care:", "electrodes:"))
]
# Of those, files and what a page fetches, and addresses that lead on: there is nothing to look at.
NO_PAGES = {
    "care:document_pdf",
    "care:document_pdf signed",
    "care:order_sheet",
    "chart:download_films",
    "chart:download_json",
    "chart:download_pdf",
    "chart:result_pdf",
    "chart:signals",
    "chart:start",
    "chart:traces",
    "electrodes:bursts",
    "electrodes:picture",
    "electrodes:result",
    "electrodes:state",
    "intake:stop",
}


def pytest_itemcollected(item: pytest.Item) -> None:
    if HERE in item.path.parents:
        item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Practice:
    """A running site, who is signed in and what they may open."""

    url: str
    home: Path
    cookies: dict[str, dict[str, str]]
    pages: list[dict[str, str]]
    lines: list[str]
    forms: dict[str, dict[str, str]] = field(default_factory=dict)

    def seen(self, name: str, signed_in: Callable[[str], BrowserContext]) -> dict[str, str]:
        """Return the form in which each role sees a page; nothing of a file, nor of an address that leads on.

        It is looked up once: whoever opens the page then sees for themselves that it is still there.
        """
        if name not in self.forms:
            texts = {role: whole_page(signed_in(role), self.url + path) for role, path in self.of(name).items()}
            self.forms[name] = {role: form_of(text) for role, text in texts.items() if text is not None}
        return self.forms[name]

    def of(self, name: str) -> dict[str, str]:
        """Return the path of a page by the role that may open it."""
        return {page["role"]: page["path"] for page in self.pages if page["name"] == name}


def first_of_each(seen: dict[str, str]) -> list[str]:
    """Return the first role that sees each form."""
    return list({form: role for role, form in reversed(seen.items())}.values())[::-1]


def fullest(seen: dict[str, str]) -> str:
    """Return the role whose form holds most."""
    return max(seen, key=lambda role: len(seen[role]))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium for one file: Playwright keeps a loop in this thread, beside which Django refuses."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs Chromium: sh tools/browser.sh")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*NO_NETWORK, "--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def practice() -> Iterator[Practice]:
    """Start `facialis serve` in an empty folder and put the people of the tests into it."""
    with reachable() as folder:
        site = begin(folder / "home", "--demo", FACIALIS_STORIES="0")
        try:
            site.opened()
            told = subprocess.run(
                [sys.executable, "-m", "tests.browser.practice"],
                env=around(FACIALIS_HOME=str(site.home), FACIALIS_URL=site.url, FACIALIS_DEMO="1"),
                cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            assert told.returncode == 0, told.stderr
            known = json.loads(told.stdout)
            yield Practice(site.url, site.home, known["cookies"], known["pages"], site.lines)
        finally:
            site.stop(signal.SIGTERM)


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, practice: Practice) -> Iterator[Callable[[str], BrowserContext]]:
    """Return a function that gives the browser of somebody of a role, the same one each time."""
    known: dict[str, BrowserContext] = {}

    def of(role: str) -> BrowserContext:
        if role not in known:
            known[role] = chromium.new_context()
            known[role].add_cookies(
                [{"name": name, "value": value, "url": practice.url} for name, value in practice.cookies[role].items()]
            )
        return known[role]

    yield of
    for context in known.values():
        context.close()


@pytest.fixture
def opened(chromium: Browser, practice: Practice) -> Iterator[Callable[..., Watch]]:
    """Return a function that gives a fresh browser of nobody, with the options of a Playwright context."""
    contexts: list[BrowserContext] = []

    def fresh(**options: Any) -> Watch:
        contexts.append(chromium.new_context(**options))
        return Watch(contexts[-1].new_page(), practice.url)

    yield fresh
    for context in contexts:
        context.close()
