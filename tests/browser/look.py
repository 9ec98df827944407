"""What a browser sees of a page, and everything about it that should not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
MOST_BYTES = 60_000
MOST_REQUESTS = 8
# What the page itself says of a breach of its policy; the console says it too, but not in every case.
BREACHES = """
window.__breaches = [];
document.addEventListener("securitypolicyviolation",
    (event) => window.__breaches.push(event.violatedDirective + " " + event.blockedURI));
"""
# Two roles that see the same page, but for names and numbers, see it once.
FORM = """() => [...document.querySelectorAll("body *")].map((one) =>
    one.tagName + "." + one.getAttribute("class") + (one.getAttribute("role") || "") + (one.type || "")).join(" ")"""
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
        assert answer is not None
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


def form_of(page: Page) -> str:
    """Return what the page is made of, without its words."""
    told: str = page.evaluate(FORM)
    return told


def violations(page: Page, width: int, scheme: Any) -> list[str]:
    """Return every rule of axe that the page breaks at a width and in a scheme, and whether it is too wide."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(SCAN)
    wider: int = page.evaluate(WIDER)
    return [f"{width} {scheme}: {one}" for one in found] + [f"{width}: {wider} px too wide"] * (wider > 0)
