"""Every page for those who need it larger, narrower or at rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Practice
from tests.browser.look import WIDER, form_of, whole_page

# What reaches beyond the right edge of the page and can not be scrolled within a box of its own.
BEYOND = """() => [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width || box.right <= document.documentElement.clientWidth + 1) return false;
    for (let up = one; up; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (style.overflowX !== "visible" || style.position === "fixed" || style.clipPath !== "none") return false;
    }
    return one.checkVisibility();
}).map((one) => one.outerHTML.slice(0, 100))"""
MOVES = """() => [...document.querySelectorAll("*")].filter((one) => {
    const style = getComputedStyle(one);
    const told = (style.transitionDuration + "," + style.animationDuration).split(",");
    return told.some((seconds) => parseFloat(seconds) > 0);
}).map((one) => one.outerHTML.slice(0, 100))"""
ROLES = ("anonymous", "patient", "neurologist", "front_desk", "administrator")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_page_scrolls_sideways_at_320_px_or_with_text_twice_as_large_and_none_moves_for_who_wants_rest(
    practice: Practice, signed_in: Callable[[str], BrowserContext], role: str
) -> None:
    page = signed_in(role).new_page()
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = []
    seen: set[str] = set()
    for one in practice.pages:
        if one["role"] != role or one["name"].startswith("kit:"):
            continue
        text = whole_page(page.context, practice.url + one["path"])
        if text is None or form_of(text) in seen:
            continue
        seen.add(form_of(text))
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(practice.url + one["path"])
        found += [f"{one['name']} moves: {told}" for told in page.evaluate(MOVES)]
        if page.evaluate(WIDER) > 0:
            found += [f"{one['name']} at 320 px: {told}" for told in page.evaluate(BEYOND) or ["something"]]
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        if page.evaluate(WIDER) > 0:
            found += [f"{one['name']} at 200 %: {told}" for told in page.evaluate(BEYOND) or ["something"]]
    page.close()

    assert seen
    assert not found, "\n".join(found)
