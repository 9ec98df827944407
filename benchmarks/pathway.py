"""The demonstration's practice: how soon it opens and stands, first and again, on films made and measured for real.

The first start has an empty home and an empty cache; the second one has the same home. A third one, in a fresh home,
finds films and results in the cache: it shows what that saves. The site answers first and fills behind its pages.

Beside it, how often a neurologist presses something on the way from the work list to a released answer, and from the
forecast to the next session that is ready: clicks and keys are counted in real Chromium while the tests walk the
pathway; what is typed into a field is not counted but named.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import kept

TEST = "tests/browser/test_pathway.py"
ANSWERS = re.compile(r"answers at (\S+) after")
STANDS = re.compile(r"^demonstration: it st")


class Demonstration:
    """A demonstration that was started in a folder, with a cache of its own.

    Parameters
    ----------
    home : Path
        Where its state lies.
    cache : Path
        Where films and results are kept.
    """

    def __init__(self, home: Path, cache: Path) -> None:
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "facialis", "serve", "--home", str(home), "--port", "0", "--demo"],
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "FACIALIS_DEMO_CACHE": str(cache)},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url, self.answers_s, self.stands_s = "", 0.0, 0.0
        self.stopped: list[str] = []
        for line in self.process.stdout:
            if told := ANSWERS.search(line):
                self.url, self.answers_s = told.group(1), time.perf_counter() - began
            if line.startswith("demonstration: the story of"):
                self.stopped.append(line.strip())
            if STANDS.search(line):
                self.stands_s = time.perf_counter() - began
                break
        if not self.stands_s:
            raise SystemExit("benchmarks: the demonstration did not stand")

    def stop(self) -> None:
        """End it."""
        assert self.process.stdout is not None
        self.process.terminate()
        self.process.stdout.read()
        self.process.wait(30)


def starts(folder: Path) -> dict[str, Any]:
    """Return the seconds to the first page and to the last story, of a first, a second and a cached start."""
    found: dict[str, Any] = {}
    for name, home in (("first", "home"), ("second", "home"), ("cached", "other")):
        one = Demonstration(folder / home, folder / "cache")
        one.stop()
        found |= {f"{name}_answers_s": one.answers_s, f"{name}_stands_s": one.stands_s}
        found["stopped"] = found.get("stopped", 0) + len(one.stopped)
        kept.say(f"   {name}: answers {one.answers_s:.1f} s, stands {one.stands_s:.1f} s; {one.stopped or 'all stand'}")
    return found


def clicks(folder: Path) -> dict[str, dict[str, Any]]:
    """Return how often something was pressed on each of the two ways, and into which fields something was typed."""
    counts = folder / "clicks.json"
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", TEST], cwd=kept.ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "FACIALIS_CLICK_COUNTS": str(counts)},
    )  # fmt: skip
    if told.returncode:
        raise RuntimeError(told.stdout[-2000:] + told.stderr[-2000:])
    found: dict[str, dict[str, Any]] = json.loads(counts.read_text(encoding="utf-8"))
    kept.say(f"   {found}")
    return found


def run(*, quick: bool = False) -> dict[str, Any]:
    """Start the demonstration three times and walk the pathway once; there is nothing to be quicker about."""
    del quick
    from facialis_clinic.demo.stories import stories

    told = stories()
    folder = Path(tempfile.mkdtemp(prefix="facialis-pathway-"))
    folder.chmod(0o711)
    try:
        found = {"people": len(told.stories), "films": len(told.clips), **starts(folder)}
        return found | {"clicks": clicks(folder)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
