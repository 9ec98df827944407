"""What a browser sees of a page, and everything about it that should not be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
MOST_BYTES = 60_000
MOST_REQUESTS = 8
# What the page itself says of a breach of its policy; the console says it too, but not in every case.
BREACHES = """
window.__breaches = [];
document.addEventListener("securitypolicyviolation",
    (event) => window.__breaches.push(event.violatedDirective + " " + event.blockedURI));
"""
# What tells a page from another but for its words, names and numbers.
TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^>]*)>")
KEPT = re.compile(r"\b(?:class|role|type|data-label)=(?:\"[^\"]*\"|[^\s>]+)")
SCAN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map((one) =>
    one.id + ": " + one.nodes.map((node) => node.target.join(" ") + " " + node.html.slice(0, 140)).join(" | "))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Watch:
    """What one browser page asked for and complained about."""

    page: Page
    site: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(BREACHES)
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def open(self, path: str) -> str:
        """Open a page and return its text as it came."""
        self.requests.clear()
        self.complaints.clear()
        answer = self.page.goto(self.site + path)
        assert answer is not None, path
        assert answer.status < 400 or "/kit/error/" in path, f"{path}: {answer.status}"
        return answer.text()

    def faults(self) -> list[str]:
        """Return everything that was asked of others, complained about or held back since the page was opened."""
        others = [url for url in self.requests if not url.startswith((self.site, "data:", "blob:"))]
        breaches: list[str] = self.page.evaluate("() => window.__breaches || []")
        return (
            [f"asks another site: {url}" for url in others]
            + self.complaints
            + [f"policy held back: {breach}" for breach in breaches]
        )


def whole_page(context: BrowserContext, url: str) -> str | None:
    """Return the text of a page; None for a file, a redirect or a part that is put into a page.

    Raises
    ------
    AssertionError
        If it is broken, or somebody who may open it is asked who they are: what is not seen would not be looked at.
    """
    answer = context.request.get(url, max_redirects=0)
    assert answer.status < 500, f"{url} is broken"
    led_to = answer.headers.get("location", "")
    assert "/login/" not in led_to, f"{url} leads to {led_to}"
    assert "/reauthenticate/" not in led_to or "/reauthenticate/" in url, f"{url} leads to {led_to}"
    text = answer.text() if "text/html" in answer.headers.get("content-type", "") else ""
    return text if answer.status == 200 and text.lstrip()[:9].lower() == "<!doctype" else None


def form_of(text: str) -> str:
    """Return what the main part of a page is made of: two roles that see the same but for its words see it once."""
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(name + "".join(KEPT.findall(more)) for name, more in TAG.findall(main))


def violations(page: Page, width: int, scheme: Any) -> list[str]:
    """Return every rule of axe that the page breaks at a width and in a scheme, and whether it is too wide."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    # A colour that is still on its way from one scheme to the other is nobody's.
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(SCAN)
    wider: int = page.evaluate(WIDER)
    return [f"{width} {scheme}: {one}" for one in found] + [f"{width}: {wider} px too wide"] * (wider > 0)
