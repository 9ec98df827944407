"""Run one PostgreSQL server and end it when the process that asked for it ends, however that one ends.

Run as a script of its own, on the standard library alone: ``python -I -S watch.py '{"command": [...], ...}'``. Standard
input is a pipe whose other end the asking process holds. The end of that pipe, a byte in it or another parent than at
the beginning is the order to shut down; the parent counts as well, because a forked child of the asking process may
hold the pipe open. Should this process be killed itself, the kernel tells the server, where it can (Linux).

What the server says goes through here to one log file, which is turned over by size.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

LOG_BYTES = 5_000_000
LOG_FILES = 4
PARENT_EVERY = 0.5  # seconds between two looks at the parent
PATIENCE = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))  # fast, at once, by force
PR_SET_PDEATHSIG = 1


class Log:
    """One log file of a bounded size and its older ones. A full disk loses lines, never the server."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stream: IO[bytes] | None = None

    def write(self, text: bytes) -> None:
        """Append `text`; turn the file over when it is long."""
        with contextlib.suppress(OSError):
            if self.stream is None:
                handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                self.stream = os.fdopen(handle, "ab", buffering=0)
            self.stream.write(text)
            if self.stream.tell() > LOG_BYTES:
                self.close()
                for number in range(LOG_FILES - 1, 0, -1):
                    older = self.path.with_name(f"{self.path.name}.{number}")
                    newer = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
                    if newer.exists():
                        newer.replace(older)

    def close(self) -> None:
        """Close the file; the next line opens it again."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None


def end_with_parent() -> None:
    """Ask the kernel to stop this process (fast shutdown) when the one that started it ends. Only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def launch(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the server as the ordered user, with the lock of its home in its hands."""
    return subprocess.Popen(
        order["command"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=order["environment"],
        pass_fds=[order["lock"]],
        umask=0o077,
        preexec_fn=end_with_parent,
        user=order["user"],
        group=order["group"],
        extra_groups=None if order["user"] is None else [],
    )


def _bell() -> int:
    """Return a descriptor that becomes readable when a child ends, so that it is noticed at once."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading


def watch(server: subprocess.Popen[bytes], log: Log, parent: int) -> None:
    """Carry the server's words to the log until it ends; end it when the asking process is gone."""
    assert server.stdout is not None
    pending: list[tuple[signal.Signals, float]] | None = None
    deadline = 0.0
    selector = selectors.DefaultSelector()
    selector.register(server.stdout, selectors.EVENT_READ)
    selector.register(0, selectors.EVENT_READ)
    selector.register(_bell(), selectors.EVENT_READ)
    while True:
        for key, _ in selector.select(PARENT_EVERY if pending is None else 0.05):
            text = os.read(key.fd, 65536)
            if key.fd == 0:
                selector.unregister(0)  # any byte, and the end of the pipe, is the order to stop
                pending = list(PATIENCE) if pending is None else pending
            elif key.fileobj is server.stdout and text:
                log.write(text)
            elif key.fileobj is server.stdout:
                selector.unregister(server.stdout)
        if server.poll() is not None:
            return
        if pending is None and os.getppid() != parent:
            pending = list(PATIENCE)
        if pending and time.monotonic() >= deadline:
            order, patience = pending.pop(0)
            server.send_signal(order)
            deadline = time.monotonic() + patience


def main() -> None:
    """Run the ordered server to its end and take away what it leaves outside its data folder."""
    order = json.loads(sys.argv[1])
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    server = launch(order)
    watch(server, Log(Path(order["log"])), order["parent"])
    for path in map(Path, order["leftovers"]):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    sys.exit(0 if server.returncode == 0 else 1)


if __name__ == "__main__":
    main()
