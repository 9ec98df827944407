"""The examination room in a browser: film and curves follow one another, and a veto takes a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Practice
from tests.browser.look import Watch
from tests.clinic.chart.examined import FPS

# The number that a picture of the film bears, twelve bits in black and white.
NUMBER = """() => {
    const film = document.getElementById("film"), canvas = document.createElement("canvas");
    canvas.width = 160; canvas.height = 120;
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    ctx.drawImage(film, 0, 0, 160, 120);
    let number = 0;
    for (let bit = 0; bit < 12; bit++) {
        const [r] = ctx.getImageData(20 + 40 * (bit % 4), 20 + 40 * Math.floor(bit / 4), 1, 1).data;
        if (r > 127) number += 2 ** bit;
    }
    return number;
}"""
STILL = "() => !globalThis.room.film.busy && document.getElementById('film').readyState >= 2"


@pytest.fixture
def room(signed_in: Callable[[str], BrowserContext], practice: Practice) -> Iterator[Page]:
    """The room of Alice's film, as her neurologist opens it."""
    page = signed_in("neurologist").new_page()
    watch = Watch(page, practice.url)
    watch.open(practice.of("chart:room")["neurologist"])
    page.wait_for_selector("#room[data-ready='1']")
    page.wait_for_function(STILL)
    yield page
    assert watch.faults() == []
    page.close()


def shown(page: Page) -> int:
    """Return the number of the picture that the film shows, once it shows it."""
    page.wait_for_function(STILL)
    page.wait_for_timeout(60)
    return int(page.evaluate(NUMBER))


def test_the_film_shows_the_picture_that_the_cursor_stands_on(room: Page) -> None:
    """Within one picture of the film, wherever one goes, by drag and by key."""
    box = room.locator("#trace").bounding_box()
    assert box is not None
    for share in (0.3, 0.85, 0.55):
        room.mouse.click(box["x"] + 140 + share * (box["width"] - 150), box["y"] + 150)
        at = room.evaluate("() => globalThis.room.trace.frame(globalThis.room.trace.at)")
        assert abs(shown(room) - at) <= 1
    before = room.evaluate("() => globalThis.room.trace.frame(globalThis.room.trace.at)")
    for _ in range(3):
        room.keyboard.press(".")
    assert abs(shown(room) - (before + 3)) <= 1


def test_the_cursor_follows_the_film_as_it_plays(room: Page) -> None:
    room.keyboard.press(" ")
    room.wait_for_function("() => globalThis.room.trace.at > 0.3")
    room.keyboard.press(" ")
    room.wait_for_timeout(100)
    at = room.evaluate("() => globalThis.room.trace.at")
    assert abs(shown(room) / FPS - at) < 0.1


def test_a_clinician_walks_through_the_events_and_judges_them_by_key(room: Page) -> None:
    """From event to event, a veto, an acceptance, undo: the figures follow each."""
    name, said = room.locator("#event-name"), room.locator("[data-said]")
    figures = room.locator("#figures")
    first = name.inner_text()
    room.keyboard.press("j")
    expect(name).not_to_have_text(first)
    room.keyboard.press("k")
    expect(name).to_have_text(first)
    expect(figures).to_contain_text("8 in 68")

    room.keyboard.press("v")
    expect(said).to_contain_text("taken out")
    expect(figures).to_contain_text("7 in 68")
    expect(figures).to_contain_text("Measured:")
    expect(name).not_to_have_text(first)
    room.keyboard.press("a")
    expect(said).to_contain_text("accepted")
    expect(figures).to_contain_text("2 of 8 spasms")
    room.keyboard.press("u")
    expect(figures).to_contain_text("1 of 8 spasms")
    room.keyboard.press("u")
    expect(figures).to_contain_text("8 in 68")


def test_keys_do_nothing_while_a_reason_is_typed_and_once_they_are_off(room: Page) -> None:
    name = room.locator("#event-name").inner_text()
    room.get_by_label("Why, if you like").fill("")
    room.keyboard.type("jav")
    expect(room.get_by_label("Why, if you like")).to_have_value("jav")
    room.locator("summary", has_text="Keys").click()
    room.get_by_label("Keys work on this page").uncheck()
    room.keyboard.press("j")
    assert room.locator("#event-name").inner_text() == name
