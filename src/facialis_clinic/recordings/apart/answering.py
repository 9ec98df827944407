"""The process itself: a question of JSON on standard input, lines of JSON on standard output, then the end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from facialis_clinic.recordings.apart.limits import Limits, bind

Progress = Callable[[float], None]
Task = Callable[[dict[str, Path], dict[str, Any], Progress], dict[str, Any]]


def answer(tasks: Mapping[str, Task]) -> None:
    """Answer one question, bound by the limits that come with it.

    Parameters
    ----------
    tasks : mapping of str to callable
        From a task's name to what does it: given the files, what else was told, and where to report the share done, it
        returns ``{"result": ...}`` or ``{"refused": code, "detail": ...}``.
    """
    asked = json.loads(sys.stdin.buffer.read())
    answers = _own_output()
    bind(Limits(**asked["limits"]))

    def say(**told: Any) -> None:
        answers.write(json.dumps(told, allow_nan=False).encode() + b"\n")
        answers.flush()

    paths = {name: Path(path) for name, path in asked["paths"].items()}
    try:
        say(**tasks[asked["task"]](paths, asked["told"], lambda share: say(progress=share)))
    except MemoryError:
        say(broke="memory")
    except Exception as error:
        say(broke="error", detail=" ".join(f"{type(error).__name__}: {error}".split())[:500])


def _own_output() -> IO[bytes]:
    """Return standard output and give everyone else standard error, so that no library's greeting is an answer."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own
