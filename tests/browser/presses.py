"""Counts what somebody presses on a page, and names what they type into."""

from __future__ import annotations

import json
import os
from pathlib import Path

from playwright.sync_api import Page

# By finger, mouse or key; fields that are typed into are named, not counted. It outlives pages.
COUNTED = """(() => {
    const field = (one) => one.matches("textarea, input:not([type=radio], [type=checkbox])");
    const press = () => { sessionStorage.presses = Number(sessionStorage.presses || 0) + 1; };
    addEventListener("click", (event) => { if (event.isTrusted && event.detail) press(); }, true);
    addEventListener("keydown", (event) => { if (event.isTrusted && !field(event.target)) press(); }, true);
    addEventListener("input", ({target}) => {
        if (!field(target)) return;
        const label = target.labels && target.labels[0];
        const named = label ? label.innerText.replace("(optional)", "").trim() : target.name;
        const typed = new Set(JSON.parse(sessionStorage.typed || "[]")).add(named);
        sessionStorage.typed = JSON.stringify([...typed]);
    }, true);
})();"""


class Presses:
    """What somebody presses on the pages of one tab; kept for whoever asks by ``FACIALIS_CLICK_COUNTS``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(COUNTED)

    def begin(self) -> None:
        """Count anew from here."""
        self.page.evaluate("() => { sessionStorage.presses = 0; sessionStorage.typed = '[]'; }")

    def end(self, name: str) -> tuple[int, list[str]]:
        """Return how often something was pressed since the beginning, and the labels of the fields typed into."""
        count = int(self.page.evaluate("() => sessionStorage.presses"))
        typed: list[str] = json.loads(self.page.evaluate("() => sessionStorage.typed"))
        if file := os.environ.get("FACIALIS_CLICK_COUNTS"):
            told = json.loads(Path(file).read_text()) if Path(file).exists() else {}
            Path(file).write_text(json.dumps(told | {name: {"presses": count, "typed": typed}}))
        return count, typed
