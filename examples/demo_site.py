"""The demo's practice: start the site, let the stories of its invented patients be played, walk the pages.

The site answers at once and fills behind its pages. With a terminal it then stays until Ctrl-C; without one it stops.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from facialis_clinic.accounts.invented import lines, sign_ins
from facialis_clinic.visit import Seen, Visitor, visit, walk

ANSWERS = re.compile(r"answers at (\S+) after")
STANDS = re.compile(r"^demonstration: it (stands|stood)")
STANDS_WITHIN_S = 300
# Where each of them begins.
WALKS = {"patient": "/chart/mine/", "proxy": "/chart/mine/", "neurologist": "/people/"}


def home(folder: Path) -> Path:
    """Return where the state lies: in the demo's folder, or where the database's own account can reach it."""
    wanted = (folder / "clinic").absolute()
    if all(parent.stat().st_mode & 0o001 for parent in folder.absolute().parents):
        return wanted
    name = "facialis-demo-" + hashlib.sha256(str(wanted).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / name


def show(folder: Path) -> int:
    """Start the practice and show it; return the exit code."""
    words = [Path(sys.executable).with_name("facialis"), "serve", "--demo", "--home", home(folder), "--port", "0"]
    # Films and results are kept beside what else the demo has made.
    around = {**os.environ, "FACIALIS_DEMO_CACHE": str((folder / "cache").absolute())}
    site = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, text=True, env=around)
    try:
        practice = Practice(site)
        if not practice.url:
            return site.wait()
        bad = visit(practice.url, demo=False)
        print("Everybody here is invented. Sign in as:", *lines(), sep="\n  ")
        print(f"The practice: {practice.url} (its stories and films follow; look round meanwhile)", flush=True)
        practice.stands.wait(STANDS_WITHIN_S)
        bad += look_round(practice.url)
        print(f"The practice: {practice.url}")
        if sys.stdin.isatty() and not bad:
            print("Ctrl-C ends it.", flush=True)
            site.wait()
        return min(bad, 1)
    except KeyboardInterrupt:
        return 0
    finally:
        site.terminate()
        site.wait(60)


class Practice:
    """A site that was started: its address once it answers, and whether its stories have been told.

    Parameters
    ----------
    site : Popen
        The process; what it says is read to the end, so that it never waits for us.
    """

    def __init__(self, site: subprocess.Popen[str]) -> None:
        assert site.stdout is not None
        self.url = ""
        self.stands = threading.Event()
        for line in site.stdout:
            if told := ANSWERS.search(line):
                self.url = told.group(1)
                threading.Thread(target=self._listen, args=(site.stdout,), daemon=True).start()
                print(line, end="", flush=True)
                return
            if not line.startswith("worker:"):
                print(line, end="", flush=True)

    def _listen(self, said: Iterable[str]) -> None:
        for line in said:
            if line.startswith("demonstration:"):
                print(line, end="", flush=True)
            if STANDS.search(line):
                self.stands.set()


def look_round(url: str) -> int:
    """Walk the pages of the pathway as each of its people, print a line each; return 1 where one did not come."""
    seen: list[Seen] = []
    for one in sign_ins():
        if one.role not in WALKS:
            continue
        visitor = Visitor(url, one.role)
        for page in (*visitor.sign_in(one), *walk(visitor, WALKS[one.role], deep=2)):
            print(f"{page.status} {page.milliseconds:6.0f} ms  {page.who:<14} {page.title}", flush=True)
            seen.append(page)
    bad = [page for page in seen if not page.good]
    print(f"{len(seen) - len(bad)} of {len(seen)} pages came", *(f"not {page.path}" for page in bad), sep="; ")
    return 1 if bad else 0
