"""The site by keyboard alone: everything is reached, nothing holds on, and one always sees where one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NO_PAGES, PATHWAY, Practice, fullest
from tests.browser.look import Watch

# What can be reached, in the order of the page; a group of radio buttons is one stop.
STOPS = """() => {
    const seen = new Set();
    const kinds = "a[href], button, input, select, textarea, summary, video[controls], [tabindex='0']";
    const all = [...document.querySelectorAll(kinds)];
    return all.filter((one) => {
        if (one.disabled || one.type === "hidden" || !one.checkVisibility({visibilityProperty: true})) return false;
        const closed = one.closest("details:not([open])");
        if (closed && !(one.localName === "summary" && one.parentElement === closed)) return false;
        if (one.type !== "radio") return true;
        const first = !seen.has(one.name);
        seen.add(one.name);
        return first;
    }).map((one, place) => {
        one.dataset.stop = place;
        return one.type === "radio" ? one.name : one.outerHTML.slice(0, 120);
    });
}"""
HERE = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    // A choice that is drawn as its label shows there where one is.
    const drawn = [one, one.nextElementSibling].filter((each) => each && (each === one || each.localName === "label"));
    const ringed = (each) => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const visible = (each) => {
        const box = each.getBoundingClientRect();
        const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
        const at = top < bottom && document.elementFromPoint(box.x + box.width / 2, (top + bottom) / 2);
        return !!at && (each.contains(at) || at.contains(each));
    };
    return {
        stop: one.type === "radio" ? one.name : one.dataset.stop,
        what: one.type === "radio" ? one.name : one.outerHTML.slice(0, 120),
        ring: drawn.some((each) => ringed(each) && visible(each)),
        seen: drawn.some(visible),
        small: one.localName !== "a" && one.type !== "radio" && one.type !== "checkbox" && box.height < 24,
    };
}"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the page is left or begins again; more stops than there are would be a trap."""
    stops = page.evaluate(STOPS)
    found: list[dict[str, Any]] = []
    for _ in range(8 * len(stops) + 5):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or (found and here["stop"] == found[0]["stop"]):
            return found
        if not found or here["stop"] != found[-1]["stop"]:  # a date field or a film has several stops
            found.append(here)
    raise AssertionError(f"no way out after {len(found)} stops, the last at {found[-1]['what']}")


# What people sit before the longest; the others are walked too, with the slow tests.
OFTEN = ("intake:question", "chart:mine", "chart:room", "care:plan_new")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in OFTEN else pytest.mark.slow) for name in PATHWAY if name not in NO_PAGES],
)
def test_tab_reaches_everything_on_the_pathway(practice: Practice, signed_in: Callable[..., Any], name: str) -> None:
    seen = practice.seen(name, signed_in)
    role = fullest(seen)
    page = signed_in(role).new_page()
    page.goto(practice.url + practice.of(name)[role])
    page.wait_for_load_state("networkidle")
    reached(page, name)
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("account_signup", "anonymous"),
        ("account_login", "anonymous"),
        ("library:contact", "anonymous"),
        ("recordings:send", "patient"),
    ],
)
def test_tab_reaches_everything_and_one_sees_where_one_is(
    practice: Practice, signed_in: Callable[..., Any], name: str, role: str, width: int
) -> None:
    page = signed_in(role).new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(practice.url + practice.of(name)[role])
    reached(page, name)
    page.close()


def reached(page: Page, name: str) -> None:
    """Walk a page by Tab: every stop is reached in order, is seen, shows where one is and can be hit."""
    # A form may put the focus into its first field; the walk begins at the top all the same.
    page.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); }")
    page.evaluate(
        "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
    )
    stops = page.evaluate(STOPS)

    found = walk(page)

    assert found, name
    assert [one["what"] for one in found] == stops, name
    assert [one["what"] for one in found if not (one["ring"] and one["seen"])] == [], name
    assert [one["what"] for one in found if one["small"]] == [], name


def test_the_first_stop_leads_past_the_head(opened: Callable[..., Watch]) -> None:
    watch = opened()
    watch.open("/kit/error/404/")
    page = watch.page
    page.keyboard.press("Tab")

    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the main part"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(opened: Callable[..., Watch]) -> None:
    watch = opened(viewport={"width": 360, "height": 800})
    watch.open("/kit/error/404/")
    page = watch.page
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("() => document.querySelector('#menu').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.evaluate("() => document.activeElement.textContent") == "Menu"


def test_a_form_that_came_back_puts_the_focus_on_what_is_wrong(opened: Callable[..., Watch]) -> None:
    watch = opened()
    watch.open("/contact/")
    page = watch.page
    page.locator("main form button[type=submit]").click()

    summary = page.get_by_role("alert")
    assert summary.evaluate("(one) => one === document.activeElement")
    target = summary.get_by_role("link").first
    field = target.get_attribute("href")
    target.press("Enter")
    assert page.evaluate("() => '#' + document.activeElement.id") == field
