"""Who gets in where: every address, as every role, for own, other's and missing things; and what each page asks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

from benchmarks import kept

TESTS = "tests/clinic/access"
ENDED = re.compile(r"(\d+) (passed|failed|error)")


def run(*, quick: bool = False) -> dict[str, Any]:
    """Run the access tests, and count what they cover."""
    del quick  # there is nothing to leave out
    words = [sys.executable, "-m", "pytest", "-q", TESTS]
    told = subprocess.run(words, cwd=kept.ROOT, capture_output=True, text=True).stdout
    ended = {word: int(count) for count, word in ENDED.findall(told.splitlines()[-1])}
    counted = subprocess.run([sys.executable, "-c", COUNT], cwd=kept.ROOT, capture_output=True, text=True, check=True)
    queries = json.loads((kept.ROOT / TESTS / "queries.json").read_text(encoding="utf-8"))
    return {
        **json.loads(counted.stdout.splitlines()[-1]),
        "passed": ended.get("passed", 0),
        "failed": ended.get("failed", 0) + ended.get("error", 0),
        "pages": len(queries),
        "most_queries": max(queries.values()),
        "queries_median": sorted(queries.values())[len(queries) // 2],
    }


COUNT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.clinic.settings"
import django, json
django.setup()
from django.urls import get_resolver
from tests.clinic.access.test_matrix import ROWS, cells_of, names
every = set(names(get_resolver()))
rows = {name.partition(" ")[0] for name in ROWS}
told = {"addresses": len(every), "with_a_row": len(every & rows), "rows": len(ROWS)}
told["cells"] = sum(len(list(cells_of(row))) for row in ROWS.values())
print(json.dumps(told))
"""
