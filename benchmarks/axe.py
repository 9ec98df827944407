"""Every page of the site at 360, 768 and 1280 px, in light and in dark, before axe: how many rules are broken.

The pages and the people are those of the tests (``tests/browser``): every address that somebody may open, as each role
that sees something else there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import kept

TEST = "tests/browser/test_pages.py::test_no_page_breaks_a_rule_of_axe_at_any_width_in_either_scheme"


def run(*, quick: bool = False) -> dict[str, Any]:  # noqa: ARG001 - it has no shorter form
    """Return how many pages were looked at how often, what was found, and the weight of the heaviest page."""
    with tempfile.TemporaryDirectory(prefix="facialis-axe-") as folder:
        counts = Path(folder) / "counts.json"
        words = [sys.executable, "-m", "pytest", "-q", "-m", "bench_axe", TEST]
        told = subprocess.run(
            words, cwd=kept.ROOT, env={**os.environ, "FACIALIS_AXE_COUNTS": str(counts)}, capture_output=True, text=True
        )
        if not counts.is_file():
            raise RuntimeError(told.stdout[-2000:] + told.stderr[-2000:])
        result: dict[str, Any] = json.loads(counts.read_text(encoding="utf-8"))
    kept.say(f"   {result}")
    return result
