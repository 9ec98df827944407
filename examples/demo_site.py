"""The demo's practice: start the site, look at its main pages, send the clip in as a patient would, see it measured.

With a terminal the site then stays until Ctrl-C; without one it stops.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import time
import uuid
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from facialis_clinic.accounts.invented import lines, sign_ins
from facialis_clinic.visit import Visitor, visit

ANSWERS = re.compile(r"answers at (\S+) after")
MEASURED_WITHIN_S = 300


def home(folder: Path) -> Path:
    """Return where the state lies: in the demo's folder, or where the database's own account can reach it."""
    wanted = (folder / "clinic").absolute()
    if all(parent.stat().st_mode & 0o001 for parent in folder.absolute().parents):
        return wanted
    name = "facialis-demo-" + hashlib.sha256(str(wanted).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / name


def show(folder: Path, clip: Path) -> int:
    """Start the practice and show it; return the exit code."""
    words = [Path(sys.executable).with_name("facialis"), "serve", "--demo", "--home", home(folder), "--port", "0"]
    site = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, text=True)
    try:
        url = _url(site)
        if not url:
            return site.wait()
        bad = visit(url, demo=True)
        send(url, clip)
        print("Everybody here is invented. Sign in as:", *lines(), sep="\n  ")
        print(f"The practice: {url}")
        if sys.stdin.isatty() and not bad:
            print("Ctrl-C ends it.")
            site.wait()
        return bad
    except KeyboardInterrupt:
        return 0
    finally:
        site.terminate()
        site.wait(60)


def send(url: str, clip: Path) -> None:
    """Send the clip in as Alice, if she has none yet, and wait until it is measured."""
    alice = Visitor(url, "patient")
    one = sign_ins()[0]
    for seen in alice.sign_in(one):
        assert seen.good, seen
    _, listed = alice.look("/recordings/")
    found = re.search(r"/recordings/of/([0-9a-f-]{36})/", listed)
    assert found, "a patient's recordings have no page"
    of = found.group(0)
    if not (there := _recordings(alice.look(of)[1])):
        _, page = alice.look(of + "send/")
        fields = Fields(page).chosen | {"mirrored": "no", "care": "on", "filmed_on": ""}
        body, kind = multipart(fields, "film", clip)
        alice.post(of + "send/", body, kind)
        there = _recordings(alice.look(of)[1])
    until = time.monotonic() + MEASURED_WITHIN_S
    path = f"/recordings/{there[0]}/"
    while time.monotonic() < until:
        _, page = alice.look(path + "state/")
        if not re.search(r"waiting|being", page, re.IGNORECASE):
            break
        time.sleep(1)
    seen, _ = alice.look(path)
    print(f"{seen.status} {seen.milliseconds:6.0f} ms  {seen.who:<14} {'her film, measured':<34} {seen.title}")


def _recordings(page: str) -> list[str]:
    return re.findall(r'href="/recordings/([0-9a-f]{8}-[0-9a-f-]{27})/"', page)


class Fields(HTMLParser):
    """What a form holds before anybody types: its hidden fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.chosen: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a hidden field."""
        told: dict[str, Any] = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.chosen[told["name"]] = told.get("value") or ""


def multipart(fields: dict[str, str], name: str, path: Path) -> tuple[bytes, str]:
    """Return a form with a file as a browser would send it, and its content type."""
    mark = uuid.uuid4().hex
    part = '--{}\r\nContent-Disposition: form-data; name="{}"'
    text = "".join(part.format(mark, key) + f"\r\n\r\n{value}\r\n" for key, value in fields.items())
    head = part.format(mark, name) + f'; filename="{path.name}"\r\nContent-Type: video/mp4\r\n\r\n'
    return (
        text + head
    ).encode() + path.read_bytes() + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _url(site: subprocess.Popen[str]) -> str:
    """Pass on what the site says until it answers; the rest is read, so that it never waits for us."""
    import threading

    assert site.stdout is not None
    for line in site.stdout:
        if told := ANSWERS.search(line):
            threading.Thread(target=lambda out=site.stdout: [None for _ in out], daemon=True).start()
            print(line, end="", flush=True)
            return told.group(1)
        if not line.startswith("worker:"):
            print(line, end="", flush=True)
    return ""
