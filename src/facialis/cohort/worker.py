"""What a worker of the engine does: read a file's SHA-256, and have a clip measured by a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from facialis.cohort.child import Job

_CHUNK = 1 << 20
# One thread a process: a machine full of workers has none to spare.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Child:
    """A process that measures; it is started when it is first asked, and again after each death."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()
        self._stopped = False
        self._late = False

    def ask(self, job: Job, limit_s: float) -> dict[str, Any]:
        """Return the answer of :func:`facialis.cohort.child.answer`, or why there is none.

        Parameters
        ----------
        job : Job
            The clip.
        limit_s : float
            The process is ended after so many seconds.

        Returns
        -------
        dict
            ``{"result": ...}`` or ``{"failed": outcome, "reason": words}``.
        """
        with self._asking:
            if self._stopped:
                return {"failed": "stopped", "reason": "the run was stopped"}
            line, code = self._try(job, limit_s)
            if not line and code == 0:  # it had been idle, and left just when it was asked
                line, code = self._try(job, limit_s)
        if line:
            reply: dict[str, Any] = json.loads(line)
            return reply
        if self._late:
            return {"failed": "too_long", "reason": f"not measured after {limit_s / 60:g} min (--limit-minutes)"}
        return {"failed": "worker_died", "reason": f"the process that measured it {_ended(code)}"}

    def stop(self) -> None:
        """End the process for good; who waits for its answer is told that it died."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()
        with self._asking:
            self._bury()

    def _try(self, job: Job, limit_s: float) -> tuple[bytes, int]:
        """Return the answer, a whole line; or nothing and how the process ended."""
        process = self._process = self._process or _start()
        assert process.stdin is not None
        assert process.stdout is not None
        self._late = False
        clock = threading.Timer(limit_s, self._too_late, (process,))
        clock.start()
        line = b""
        try:
            pickle.dump(job, process.stdin)
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            pass  # the process has ended: no line came, and what it died of is told below
        finally:
            clock.cancel()
        return (line, 0) if line.endswith(b"\n") else (b"", self._bury())

    def _bury(self) -> int:
        """Wait for the end of the process, and return its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with suppress(BrokenPipeError):
            process.communicate()
        return process.wait()

    def _too_late(self, process: subprocess.Popen[bytes]) -> None:
        self._late = True
        process.kill()


def _start() -> subprocess.Popen[bytes]:
    """Start a process that measures.

    ``-P``: a file that is named like a library, in the folder where the run was started, must not be imported. A
    session of its own: Ctrl-C on the terminal is for the run, which ends its processes itself.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "facialis.cohort.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | _ENVIRONMENT,
    )


def _ended(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    name = signal.Signals(-code).name
    return f"was ended by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


_mine = threading.local()
_all: set[Child] = set()
_stopping = threading.Event()


def measure(job: Job, limit_s: float) -> dict[str, Any]:
    """Have a clip measured by the process of this thread; see :meth:`Child.ask`."""
    if not hasattr(_mine, "child"):
        _mine.child = Child()
        _all.add(_mine.child)
    child: Child = _mine.child
    if _stopping.is_set():
        child.stop()
    return child.ask(job, limit_s)


def begin() -> None:
    """Let the workers of this process measure."""
    _stopping.clear()


def stop() -> None:
    """End the processes of this one, whatever they measure, and start no other."""
    _stopping.set()
    while _all:
        _all.pop().stop()


def sha256(path: Path) -> dict[str, Any]:
    """Return ``{"size", "time_ns", "sha256"}`` of a file, or ``{"failed": "unreadable", "reason": words}``."""
    digest = hashlib.sha256()
    try:
        stat = path.stat()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        return {"failed": "unreadable", "reason": f"the file cannot be read: {error.strerror}"}
    return {"size": stat.st_size, "time_ns": stat.st_mtime_ns, "sha256": digest.hexdigest()}


def ready() -> tuple[str, str]:
    """Return the version of Facialis where the worker is, and what keeps it from measuring; empty if nothing does."""
    from facialis.face.nets import NetsMissing, check

    try:
        check()
    except NetsMissing as missing:
        return version("facialis"), str(missing)
    return version("facialis"), ""
