"""Ask a process apart, and tell how it ended: answered, refused, broken by the film, or lost with the machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from facialis_clinic.recordings.apart.limits import Limits

FILMS: Final = "facialis_clinic.recordings.apart"
LONGEST_LINE = 64 << 20
# No secret of the site and no address of a proxy goes along.
_PASSED_ON = (
    "PATH", "HOME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH", "XDG_CACHE_HOME",
    "FACIALIS_MODELS",
)  # fmt: skip
_SINGLE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_BY_THE_FILM = {
    signal.SIGSEGV,
    signal.SIGABRT,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGILL,
    signal.SIGSYS,
    signal.SIGTRAP,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """It did what was asked."""

    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """It looked, and the film will not do."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Broke:
    """The film took too much time or memory, or broke a decoder; it would do so again."""

    how: Literal["time", "memory", "error"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """The process was ended from outside, which says nothing about the film."""

    detail: str


Outcome = Answered | Refused | Broke | Lost


@dataclass(eq=False)
class _Child:
    process: subprocess.Popen[bytes]
    late: bool = field(default=False)

    def kill(self) -> None:
        """End it with all that it may have started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Wait until it is gone."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self.process.wait()

    def too_late(self) -> None:
        self.late = True
        self.kill()


def run(
    task: str,
    *,
    limits: Limits,
    paths: Mapping[str, Path],
    told: Mapping[str, Any] | None = None,
    progress: Callable[[float], None] | None = None,
    module: str = FILMS,
) -> Outcome:
    """Have a task done by a process apart.

    Parameters
    ----------
    task : str
        What; a name that the module knows.
    limits : Limits
        Its bounds; it is killed when the wall time is over.
    paths : mapping
        The files it reads and writes.
    told : mapping, optional
        What else it is told.
    progress : callable, optional
        Called with the share done. What it raises ends the process and comes through.
    module : str
        Who does it: a module that is run and calls :func:`facialis_clinic.recordings.apart.answering.answer`.

    Returns
    -------
    Answered, Refused, Broke or Lost
        How it ended.
    """
    question = {
        "task": task,
        "limits": asdict(limits),
        "paths": {name: str(path) for name, path in paths.items()},
        "told": dict(told or {}),
    }
    child = _Child(_start(module))
    clock = threading.Timer(limits.wall_s, child.too_late)
    clock.daemon = True
    clock.start()
    try:
        return _listen(child, json.dumps(question).encode(), progress)
    finally:
        clock.cancel()
        child.kill()
        child.close()


def _start(module: str) -> subprocess.Popen[bytes]:
    """Start a Python that imports nothing from the current folder, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _SINGLE,
    )


def _listen(child: _Child, question: bytes, progress: Callable[[float], None] | None) -> Outcome:
    process = child.process
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(question)
        process.stdin.close()
    while line := process.stdout.readline(LONGEST_LINE):
        told = _read(line)
        if told is None:
            return Broke("error", "an answer that is none")
        if "progress" not in told:
            return _outcome(told)
        if progress is not None:
            progress(float(told["progress"]))
    return _ended(child.late, process.wait())


def _read(line: bytes) -> dict[str, Any] | None:
    """Return what a line says; who decodes films of unknown origin is not believed more than it must be."""
    try:
        told = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("progress", 0.0), int | float):
        return None
    return told


def _outcome(told: dict[str, Any]) -> Outcome:
    detail = str(told.get("detail", ""))
    match told:
        case {"result": dict(result)}:
            return Answered(result)
        case {"refused": str(code)}:
            return Refused(code, detail)
        case {"broke": "memory"}:
            return Broke("memory")
        case _:
            return Broke("error", detail)


def _ended(late: bool, code: int) -> Outcome:
    if late or code == -signal.SIGXCPU:
        return Broke("time")
    if code >= 0:
        return Broke("error", f"ended with exit code {code} and no answer")
    name = signal.Signals(-code).name
    return Broke("error", f"ended by {name}") if -code in _BY_THE_FILM else Lost(f"ended by {name}")
