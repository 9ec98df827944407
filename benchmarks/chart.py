"""The chart of a patient with five hundred entries: how soon the page comes, one at a time and twenty at once.

The load comes from this very machine, on the same cores as site and database: the times are an upper bound.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks import kept
from benchmarks.site import Site

EACH = 20
TOGETHER = (1, 20)
PAGES = {"chart": "", "oldest": "?page=20", "films": "?show=films", "work": ""}


def run(*, quick: bool = False) -> dict[str, Any]:
    """Return the percentiles of each page in milliseconds, by how many asked at once."""
    folder = Path(tempfile.mkdtemp(prefix="facialis-chart-"))
    folder.chmod(0o711)
    site = Site(folder / "home")
    try:
        told = _staged(site)
        result: dict[str, Any] = {"entries": told["entries"], "each": EACH, "pages": {}}
        for name, query in PAGES.items():
            path = told["work" if name == "work" else "chart"] + query
            _asked(site.url, path, told["cookies"], 5)  # the first ones fill caches of templates and knowledge
            result["pages"][name] = {
                str(people): _crowd(site.url, path, told["cookies"], people, 5 if quick else EACH)
                for people in TOGETHER
            }
            kept.say(f"   {name}: {result['pages'][name]}")
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return result


def _staged(site: Site) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.chart_staged"],
        env={**os.environ, "FACIALIS_HOME": str(site.home), "FACIALIS_URL": site.url},
        cwd=kept.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    staged: dict[str, Any] = json.loads(told.stdout)
    return staged


def _crowd(url: str, path: str, cookies: dict[str, str], people: int, each: int) -> dict[str, float]:
    with ThreadPoolExecutor(people) as crowd:
        began = time.perf_counter()
        found = [one for asked in crowd.map(lambda _: _asked(url, path, cookies, each), range(people)) for one in asked]
        seconds = time.perf_counter() - began
    times = [milliseconds for milliseconds, _ in found]
    return {
        **{f"p{share}_ms": round(float(np.percentile(times, share)), 1) for share in (50, 95)},
        "n": len(times),
        "pages_per_s": round(len(times) / seconds, 1),
        "bytes": max(size for _, size in found),
    }


def _asked(url: str, path: str, cookies: dict[str, str], each: int) -> list[tuple[float, int]]:
    """Return how many milliseconds and bytes each of some requests took, over one connection."""
    there = urlsplit(url)
    head = {"Host": there.netloc, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    connection = http.client.HTTPConnection("127.0.0.1", there.port or 80, timeout=60)
    found = []
    for _ in range(each):
        began = time.perf_counter()
        connection.request("GET", path, headers=head)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        found.append((1000 * (time.perf_counter() - began), len(body)))
    connection.close()
    return found
