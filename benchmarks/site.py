"""The site as a whole: how soon it opens, and how fast its pages come with twenty people at once.

A start is timed from the call to the first page, in a folder that does not exist yet and then again in the same one.
Then wrk opens pages over twenty connections without a pause, half of them as somebody signed in (redirects count as
pages: whoever is signed in is led to their own). The load comes from this very machine, on the same cores: the times
are an upper bound.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import kept

PEOPLE = 20
SECONDS = 30.0
STARTS = 5
ANSWERS = re.compile(r"answers at (\S+) after ([\d.]+) s")


class Site:
    """A site of its own, in a folder of its own."""

    def __init__(self, home: Path, *, demo: bool = False) -> None:
        self.home = home
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "facialis", "serve", "--home", str(home), "--port", "0", *["--demo"] * demo],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self.url, self.seconds = self._wait()
        threading.Thread(target=self._drain, daemon=True).start()

    def _wait(self) -> tuple[str, float]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if told := ANSWERS.search(line):
                return told.group(1), time.perf_counter() - self.began
        assert self.process.stderr is not None
        raise RuntimeError(self.process.stderr.read()[-2000:])

    def _drain(self) -> None:
        assert self.process.stdout is not None
        for _ in self.process.stdout:
            pass

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def starts(repeats: int) -> tuple[list[float], list[float]]:
    """Return the seconds of first and second starts, each pair in a folder of its own."""
    first, second = [], []
    for _ in range(repeats):
        home = Path(tempfile.mkdtemp(prefix="facialis-site-")) / "home"
        home.parent.chmod(0o711)
        try:
            for times in (first, second):
                site = Site(home)
                times.append(site.seconds)
                site.stop()
        finally:
            shutil.rmtree(home.parent, ignore_errors=True)
    return first, second


def crowd(site: Site, people: int, seconds: float) -> dict[str, Any]:
    """Let `people` open pages without a pause, half of them signed in, and return what wrk saw."""
    if shutil.which("wrk") is None:
        raise SystemExit("benchmarks: wrk is missing; install the system package wrk")
    address = site.url.replace("localhost", "127.0.0.1")
    asked = [(path, "") for path in PUBLIC] * 2 + [(path, cookie) for cookie in _cookies(address) for path in SIGNED_IN]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT.replace("ASKED", ", ".join(f'{{"{path}", "{cookie}"}}' for path, cookie in asked)))
        script.flush()
        words = ["wrk", "-t", "1", "-c", str(people), "-d", f"{seconds:.0f}s", "-s", script.name, address]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    numbers = {key: float(value) for key, value in re.findall(r"^(\w+)=([\d.]+)$", told, re.MULTILINE)}
    return {
        "pages": int(numbers["pages"]),
        "failed": int(numbers["failed"]),
        "pages_per_s": numbers["pages"] / seconds,
        **{f"{name}_ms": numbers[name] / 1000 for name in ("p50", "p95", "p99")},
    }


def _cookies(address: str) -> list[str]:
    """Sign in everybody of the demo and return their cookies."""
    from facialis_clinic.accounts.invented import sign_ins
    from facialis_clinic.visit import Visitor

    cookies = []
    for one in sign_ins():
        visitor = Visitor(address, one.role)
        for seen in visitor.sign_in(one):
            assert seen.good, seen
        cookies.append("; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies))
    return cookies


PUBLIC = ("/", "/patients/", "/offices/", "/contact/")
SIGNED_IN = ("/people/", "/")
SCRIPT = """
local asked = {ASKED}
local failed = 0
math.randomseed(1)
request = function()
  local one = asked[math.random(#asked)]
  return wrk.format("GET", one[1], {["Host"] = "localhost", ["Cookie"] = one[2]})
end
done = function(summary, latency, requests)
  local e = summary.errors
  print("pages=" .. summary.requests)
  print("failed=" .. (e.connect + e.read + e.write + e.status + e.timeout))
  print("p50=" .. latency:percentile(50))
  print("p95=" .. latency:percentile(95))
  print("p99=" .. latency:percentile(99))
end
"""


def run(*, quick: bool = False) -> dict[str, Any]:
    """Start the site a few times, then let twenty people in."""
    repeats = 1 if quick else STARTS
    first, second = starts(repeats)
    kept.say(f"   first starts {first}, second {second}")
    folder = Path(tempfile.mkdtemp(prefix="facialis-site-"))
    folder.chmod(0o711)
    try:
        site = Site(folder / "home", demo=True)
        try:
            times = crowd(site, PEOPLE, 5.0 if quick else SECONDS)
        finally:
            site.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "starts": repeats,
        "first_start_s": {"median": float(np.median(first)), "longest": max(first)},
        "second_start_s": {"median": float(np.median(second)), "longest": max(second)},
        "people": PEOPLE,
        **times,
    }
