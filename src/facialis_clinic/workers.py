"""Keeping worker processes: each does one job at a time, and one that ends by itself is started again.

Nothing of Django is loaded here: what keeps the others should be light and have little that can fail.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from facialis.commands import CallError
from facialis_clinic import database
from facialis_clinic.processes import end_with_parent, environment

LOOKS_S = 0.1
# A worker that ends is started again at once, and after 1, 2, 4 ... seconds where it never lives this long.
STEADY_S, LONGEST_PAUSE_S = 10.0, 30.0
# A worker gives its job back within ten seconds (jobs/worker.py); after this it is ended by force.
PATIENCE_S = 12.0


@dataclass
class Child:
    """A worker process.

    Attributes
    ----------
    name : str
        What its lines begin with.
    words : sequence of str
        The command.
    environment : dict
        Its whole environment.
    """

    name: str
    words: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = 0.0
    deaths: int = 0
    finished: bool = False

    def start(self) -> None:
        """Start it, as the head of a group of its own: a Ctrl-C is told to it once, and by us."""
        self.process = subprocess.Popen(
            self.words, env=self.environment, start_new_session=True, preexec_fn=end_with_parent
        )
        self.started_at = time.monotonic()

    def keep(self, *, once: bool) -> str:
        """Start it again where it has ended by itself; return the line to print, or nothing."""
        if self.finished:
            return ""
        if self.process is None:
            if time.monotonic() >= self.started_at + self.pause_s:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        self.end_group()
        self.process = None
        if once and code == 0:
            self.finished = True
            return ""
        lived = time.monotonic() - self.started_at
        self.deaths = 0 if lived > STEADY_S else self.deaths + 1
        self.pause_s = min(2.0 ** (self.deaths - 2), LONGEST_PAUSE_S) if self.deaths > 1 else 0.0
        self.started_at = time.monotonic()
        return f"{self.name} ended ({_ended(code)}); starting it again" + (
            f" in {self.pause_s:.0f} s" if self.pause_s else ""
        )

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def ended(self) -> bool:
        """Whether it runs no more."""
        return self.process is None or self.process.poll() is not None

    def end_group(self) -> None:
        """End what a worker that is gone has left: the process that measured for it."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Workers:
    """Worker processes, kept until a signal.

    Parameters
    ----------
    children : sequence of Child
        The processes.
    once : bool
        End when each has found nothing ready.
    """

    def __init__(self, children: Sequence[Child], *, once: bool) -> None:
        self.children, self.once = children, once
        self.heard: list[int] = []

    def run(self) -> int:
        """Keep them; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)
        try:
            for child in self.children:
                child.start()
            while not self.heard and not all(child.finished for child in self.children):
                for child in self.children:
                    if line := child.keep(once=self.once):
                        _say(line)
                time.sleep(LOOKS_S)
            self._stop()
        finally:
            for child in self.children:
                child.end_group()
        return 130 if signal.SIGINT in self.heard else 0

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.heard.append(number)

    def _stop(self) -> None:
        """Ask them to end; a second Ctrl-C is passed on, and means at once."""
        until, passed = time.monotonic() + PATIENCE_S, False
        for child in self.children:
            child.tell(signal.SIGTERM)
        while time.monotonic() < until and not all(child.ended() for child in self.children):
            if not passed and max(map(self.heard.count, self.heard), default=0) > 1:
                passed = True
                for child in self.children:
                    child.tell(signal.SIGTERM)
            time.sleep(LOOKS_S / 2)


def run_worker(home: Path, *, count: int = 1, once: bool = False) -> int:
    """Run worker processes for a home, or for the database of ``DATABASE_URL``, until a signal.

    Parameters
    ----------
    home : Path
        The folder of the state.
    count : int
        How many processes; each does one job at a time.
    once : bool
        End when nothing is ready.

    Returns
    -------
    int
        The exit code: 0, or 130 after Ctrl-C.

    Raises
    ------
    CallError
        Where there is no database to work for.
    """
    try:
        if url := os.environ.get("DATABASE_URL"):
            database.settings_of(url)
        elif database.running(home) is None:
            raise CallError(f"--home {home}: no site runs here; start `facialis serve`, or set DATABASE_URL")
    except database.DatabaseError as error:
        raise CallError(str(error)) from error
    around = environment(home)
    children = []
    for number in range(1, count + 1):
        name = f"worker {number}" if count > 1 else "worker"
        words = [sys.executable, "-m", "facialis_clinic.jobs.process", name, *(["once"] if once else [])]
        children.append(Child(name, words, around))
    return Workers(children, once=once).run()


def _ended(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _say(line: str) -> None:
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
