"""Processes that the site starts and that must not outlive it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
# A process that dies at once is started again after 1, 2, 4 ... seconds, at most this many.
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0


def end_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to end this process when its parent dies, however it dies (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sent)


@dataclass
class Kept:
    """A process that is started again when it ends by itself.

    Attributes
    ----------
    name : str
        What the log calls it.
    words : sequence of str
        The command.
    environment : mapping
        Its whole environment.
    """

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = field(default=1.0)
    not_before: float = 0.0

    def start(self) -> None:
        """Start it."""
        # The kernel ties a child to the thread that made it, so this is called from the main thread alone. Between
        # fork and exec only one call of the C library is made.
        self.process = subprocess.Popen(self.words, env=dict(self.environment), preexec_fn=end_with_parent)
        self.started_at = time.monotonic()

    def keep(self) -> str:
        """Start it again if it has ended; return the line to print, or nothing."""
        if self.process is None:
            if time.monotonic() < self.not_before:
                return ""
            self.start()
            return f"{self.name} started again"
        code = self.process.poll()
        if code is None:
            return ""
        steady = time.monotonic() - self.started_at > STEADY_S
        self.pause_s = 1.0 if steady else min(2 * self.pause_s, LONGEST_PAUSE_S)
        self.not_before = time.monotonic() + self.pause_s
        self.process = None
        return f"{self.name} ended with {code}; starting it again in {self.pause_s:.0f} s"

    def stop(self, patience_s: float) -> None:
        """End it, kindly first."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return this process's environment with what the site's own processes need."""
    return {
        **os.environ,
        "FACIALIS_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "facialis_clinic.config.settings",
        "PYTHONUNBUFFERED": "1",
        **more,
    }
