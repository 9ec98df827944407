"""The zoom of an electrodes' page: a file opened from the disk, moved with mouse, keys and buttons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from facialis.emg.page import report
from facialis.emg.page.shown import Shown
from facialis.emg.recording import open_recording
from facialis.emg.simulate import simulate, write_edf
from facialis.emg.study import studied


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a minute of hemifacial spasm."""
    folder = tmp_path_factory.mktemp("zoom")
    path = write_edf(folder / "invented.edf", simulate("hemifacial_spasm", seed=1005, seconds=60.0, rate_hz=2000.0))
    with open_recording(path) as opened:
        study = studied(opened)
        shown = Shown(opened, study.measured.pyramid)
        return report.write(study.head(), study.bursts, study.source, shown, folder)


@pytest.fixture
def page(chromium: Browser, file: Path) -> Page:
    tab = chromium.new_context().new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text))
    tab.goto(file.as_uri())
    expect(tab.locator("#zoom canvas")).to_be_visible()
    assert wrong == []
    return tab


def _seen(page: Page) -> tuple[float, float]:
    ends = re.findall(r"(\d+):(\d+(?:\.\d+)?)", page.locator("#zoom output").inner_text())
    begin, end = (60 * float(minutes) + float(seconds) for minutes, seconds in ends)
    return begin, end


def _inked(page: Page) -> int:
    """How many pixels of the drawing are not its ground."""
    script = """(one) => one.getContext("2d").getImageData(0, 0, one.width, one.height).data
        .reduce((sum, value, at) => sum + (at % 4 === 3 && value > 60), 0)"""
    return int(page.locator("#zoom canvas").evaluate(script))


def test_the_whole_recording_stands_first(page: Page) -> None:
    assert _seen(page) == (0.0, 60.0)
    assert _inked(page) > 5000


def test_buttons_keys_and_a_time_lead_anywhere(page: Page) -> None:
    page.get_by_role("button", name="Closer").click()
    expect(page.locator("#zoom output")).to_contain_text("0:15.0 to 0:45.0")
    page.locator("#zoom canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#zoom output")).to_contain_text("0:30.0 to 1:00.0")
    page.get_by_label("Go to").fill("0:12")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator("#zoom output")).to_contain_text("0:12.0 to 0:32.0")
    page.get_by_role("button", name="Next burst").click()
    expect(page.locator("#zoom output")).to_contain_text(": 2 s, ")
    assert _inked(page) > 2000


def test_it_is_dragged_and_the_wheel_zooms_about_the_pointer(page: Page) -> None:
    page.get_by_role("button", name="Closer").click()
    box = page.locator("#zoom canvas").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + 60
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 100, middle[1], steps=4)
    page.mouse.up()
    expect(page.locator("#zoom output")).not_to_contain_text("0:15.0 to")
    begin, end = _seen(page)
    assert begin > 15.5
    page.mouse.wheel(0, -200)
    expect(page.locator("#zoom output")).not_to_contain_text(f"to 0:{end:.1f}")
    assert _seen(page)[1] - _seen(page)[0] < 0.6 * (end - begin)


def test_without_a_script_three_stretches_stand(chromium: Browser, file: Path) -> None:
    tab = chromium.new_context(java_script_enabled=False).new_page()
    tab.goto(file.as_uri())
    assert not tab.locator("#zoom").is_visible()
    assert tab.locator("figure.drawn svg .signal").count() == 18
