"""Every page of the site, as each role that may open it: nothing axe complains about, nothing asked of other sites."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from facialis_clinic.kit.views import TROUBLES
from tests.browser.conftest import Practice, first_of_each, fullest
from tests.browser.look import MOST_BYTES, MOST_REQUESTS, Watch, violations
from tests.clinic.access.test_matrix import ROWS

NAMES = [name for name, row in ROWS.items() if row.method == "get"]
PHONE_AND_DESK = ((360, "light"), (1280, "dark"))
EVERY = tuple((width, scheme) for width in (360, 768, 1280) for scheme in ("light", "dark"))
SignedIn = Callable[[str], BrowserContext]


# Beside the page, the film, the curves and the pictures of each visit that it shows.
FILMS_AND_CURVES = {"chart:room": 2, "chart:beside": 4, "electrodes:show": 4, "electrodes:traces": 1}

# The head of a page is each role's own and the same on every page: once is enough.
HEADS: set[str] = set()
# A tab of each role, kept: to open one takes longer than to open a page in it.
TABS: dict[tuple[str, SignedIn], Watch] = {}


def different_pages(
    practice: Practice, signed_in: SignedIn, name: str, *, every: bool
) -> Iterator[tuple[str, Watch, str]]:
    """Open a page as each role and yield it once for each form that it has: role, the page, its text.

    Without ``every`` only the form that holds most, and whoever's head was not seen yet.
    """
    seen = practice.seen(name, signed_in)
    heads = [role for role in seen if role not in HEADS]
    HEADS.update(heads)
    roles = first_of_each(seen) if every or not seen else [fullest(seen)]
    for role in dict.fromkeys([*roles, *heads]):
        if (role, signed_in) not in TABS:
            TABS[role, signed_in] = Watch(signed_in(role).new_page(), practice.url)
        watch = TABS[role, signed_in]
        yield role, watch, watch.open(practice.of(name)[role])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_light_asks_nobody_else_and_breaks_no_rule_of_axe(
    practice: Practice, signed_in: SignedIn, name: str
) -> None:
    found = []
    for role, watch, text in different_pages(practice, signed_in, name, every=False):
        faults = watch.faults()
        if len(text.encode()) >= MOST_BYTES:
            faults.append(f"weighs {len(text.encode())} bytes")
        if len(watch.requests) > MOST_REQUESTS + FILMS_AND_CURVES.get(name, 0):
            faults.append(f"{len(watch.requests)} requests: {watch.requests}")
        for width, scheme in PHONE_AND_DESK:
            faults += violations(watch.page, width, scheme)
        found += [f"{name} as {role}: {fault}" for fault in faults]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("status", TROUBLES)
def test_an_error_page_breaks_no_rule_of_axe(opened: Callable[..., Watch], status: int) -> None:
    watch = opened()
    watch.open(f"/kit/error/{status}/")

    assert [*watch.faults(), *(one for size in PHONE_AND_DESK for one in violations(watch.page, *size))] == []


def test_the_open_menu_of_a_phone_breaks_no_rule_of_axe(practice: Practice, signed_in: SignedIn) -> None:
    page = signed_in("neurologist").new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(practice.url + practice.of("kit:kit")["neurologist"])
    page.get_by_role("button", name="Menu").click()

    assert page.get_by_role("navigation", name="Main").is_visible()
    assert violations(page, 360, "light") == []
    page.close()


@pytest.mark.bench_axe
def test_no_page_breaks_a_rule_of_axe_at_any_width_in_either_scheme(practice: Practice, signed_in: SignedIn) -> None:
    """`make bench` reads the counts."""
    pages, found, heaviest = 0, [], 0
    for name in NAMES:
        for role, watch, text in different_pages(practice, signed_in, name, every=True):
            pages += 1
            heaviest = max(heaviest, len(text.encode()))
            found += [f"{name} as {role}: {one}" for size in EVERY for one in violations(watch.page, *size)]
    if counts := os.environ.get("FACIALIS_AXE_COUNTS"):
        told = {"pages": pages, "scans": pages * len(EVERY), "violations": len(found), "heaviest_bytes": heaviest}
        Path(counts).write_text(json.dumps(told), encoding="utf-8")

    assert not found, "\n".join(found)
