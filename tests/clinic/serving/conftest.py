"""A real site in a folder of its own, started as a person would start it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.clinic import places

ANSWERS = re.compile(r"answers at (\S+) after")


@dataclass
class Site:
    """A running `facialis serve`."""

    home: Path
    process: subprocess.Popen[str]
    url: str = ""
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self.read, daemon=True)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if told := ANSWERS.search(line):
                self.url = told.group(1)

    def opened(self, within_s: float = 300) -> None:
        """Wait until it answers: a busy machine is slow, not wrong."""
        until = time.monotonic() + within_s
        while not self.url:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError("\n".join(self.lines) or "the site said nothing")
            time.sleep(0.05)

    def says(self, words: str, within_s: float = 60) -> str:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for line in list(self.lines):
                if words in line:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"no line with {words!r} in:\n" + "\n".join(self.lines))

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(sent)
        code = self.process.wait(60)
        self.close()
        return code

    def ended(self) -> int:
        """Wait for a site that ends by itself."""
        code = self.process.wait(60)
        self.close()
        return code

    def close(self) -> None:
        # What the site left running holds the pipe open: then there is more to be found than an unread line.
        self.reader.join(20)
        if self.process.stdout is not None and not self.reader.is_alive():
            self.process.stdout.close()


def words(*options: str | Path) -> list[str]:
    return [sys.executable, "-m", "facialis", "serve", *map(str, options)]


def around(**more: str) -> dict[str, str]:
    """Return an environment in which nothing but the options says how the site is set up."""
    own = ("FACIALIS_", "DATABASE_", "DJANGO_")
    return (
        {key: value for key, value in os.environ.items() if not key.startswith(own)} | {"PYTHONUNBUFFERED": "1"} | more
    )


def begin(home: Path, *options: str | Path, port: int = 0, **more: str) -> Site:
    """Start a site and read what it says; nobody waits for it yet."""
    process = subprocess.Popen(
        words("--home", home, "--port", str(port), "--web", "1", *options),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=around(**more),
    )  # fmt: skip
    site = Site(home, process)
    site.reader.start()
    return site


@contextmanager
def reachable() -> Iterator[Path]:
    """Give a folder that the database's own account can reach, and remove it at the end."""
    made = places.folder("facialis-serve-")
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own account can reach."""
    with reachable() as made:
        yield made


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Site]]:
    """Start a site; every one is ended with the test."""
    started: list[Site] = []

    def start(*options: str | Path, home: Path | None = None, port: int = 0, wait: bool = True, **more: str) -> Site:
        site = begin(home or folder / "home", *options, port=port, **more)
        started.append(site)
        if wait:
            site.opened()
        return site

    yield start
    for site in started:
        if site.process.poll() is None:
            site.stop(signal.SIGKILL)
        site.close()


def processes_of(home: Path) -> list[str]:
    """Return the command line of every process that belongs to a home."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            mine = (place / "environ").read_bytes()
        except OSError:
            continue
        if str(home) in line or f"FACIALIS_HOME={home}".encode() in mine:
            found.append(line)
    return found


def gone(home: Path, within_s: float = 20) -> list[str]:
    """Wait until no process of a home is left; return those that are."""
    until = time.monotonic() + within_s
    while (left := processes_of(home)) and time.monotonic() < until:
        time.sleep(0.1)
    return left
