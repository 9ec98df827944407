"""The examination room: how soon a key or a drag moves the cursor, and how soon the figures follow a veto.

A guided examination of five minutes at 60 frames a second and a clip of one minute, their signals made up, in a real
Chromium on this very machine together with the site. A step is timed in the page, from the event to the frame after the
cursor was painted; by then the film has been asked for its picture. How long the film takes to show it is timed beside
it. A veto is timed from its key to the new figures on the page.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import kept
from benchmarks.site import Site

STEPS, VETOES = 200, 40
SCRIPT = """async ([steps, seed]) => {
    const { trace, film } = globalThis.room, host = document.getElementById("trace");
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const shown = () => new Promise((done) => {
        if (!film.busy) done(); else film.video.addEventListener("seeked", () => setTimeout(done), { once: true });
    });
    let state = seed;
    const random = () => (state = (1103515245 * state + 12345) % 2147483648) / 2147483648;
    const found = { key: [], drag: [], picture: [], zoomed: [] };
    const step = async (name, act) => {
        await painted();
        const before = trace.at, asked = film.asked, began = performance.now();
        act();
        await painted();
        found[name].push(performance.now() - began);
        if (trace.at === before) throw new Error(name + " moved nothing");
        while (film.busy) await shown();
        if (film.asked === asked) throw new Error(name + " did not ask the film");
        found.picture.push(performance.now() - began);
    };
    const key = (name) => host.dispatchEvent(
        new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
    const box = host.getBoundingClientRect();
    const pointer = (kind, x) => host.dispatchEvent(
        new PointerEvent(kind, { clientX: x, clientY: box.y + 200, pointerId: 1, bubbles: true, button: 0 }));
    host.setPointerCapture = () => {};
    for (let i = 0; i < steps; i++) await step("key", () => key("."));
    pointer("pointerdown", box.x + 200);
    for (let i = 0; i < steps; i++) {
        const x = box.x + 140 + random() * (box.width - 150);
        await step("drag", () => pointer("pointermove", x));
    }
    pointer("pointerup", box.x + 200);
    for (let i = 0; i < steps; i++) {
        await painted();
        const began = performance.now();
        trace.show(random() * 250, 250 + random() * 50);
        await painted();
        found.zoomed.push(performance.now() - began);
    }
    return found;
}"""
VETO = """async (count) => {
    const said = document.querySelector("[data-said]"), times = [];
    for (let i = 0; i < count; i++) {
        const before = said.textContent, began = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: i % 2 ? "a" : "v", bubbles: true }));
        while (said.textContent === before) await new Promise((done) => setTimeout(done, 2));
        times.push(performance.now() - began);
    }
    return times;
}"""


def run(*, quick: bool = False) -> dict[str, Any]:
    """Return medians and 95th percentiles in milliseconds."""
    folder = Path(tempfile.mkdtemp(prefix="facialis-room-"))
    folder.chmod(0o711)
    # No stories of the demo: they would be measured in the background, on the same cores.
    os.environ["FACIALIS_STORIES"] = "0"
    site = Site(folder / "home", demo=True)
    try:
        told = _staged(site)
        times = _timed(site.url, told, 40 if quick else STEPS, 10 if quick else VETOES)
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)
    result = {name: _both(found) for name, found in times.items()}
    kept.say(f"   {result}")
    return result


def _both(found: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(float(np.median(found)), 1),
        "p95_ms": round(float(np.percentile(found, 95)), 1),
        "n": len(found),
    }


def _staged(site: Site) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.room_staged"],
        env={**os.environ, "FACIALIS_HOME": str(site.home), "FACIALIS_URL": site.url, "FACIALIS_DEMO": "1"},
        cwd=kept.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    staged: dict[str, Any] = json.loads(told.stdout)
    return staged


def _timed(url: str, told: dict[str, Any], steps: int, vetoes: int) -> dict[str, list[float]]:
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("benchmarks: Chromium is missing; sh tools/browser.sh")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in told["cookies"].items()])
        page = context.new_page()
        _open(page, url + told["room"])
        times: dict[str, list[float]] = page.evaluate(SCRIPT, [steps, 7])
        # The first answer brings the medicine's modules into the site's process.
        times["first_veto"] = page.evaluate(VETO, 1)
        times["veto"] = page.evaluate(VETO, vetoes)
        _open(page, url + told["clip"])
        times["clip_veto"] = page.evaluate(VETO, vetoes)
        browser.close()
    return times


def _open(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#room[data-ready='1']", timeout=60_000)
    page.wait_for_function("document.getElementById('film').readyState >= 2", timeout=60_000)
