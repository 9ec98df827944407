"""The process that measures, one clip after another: what kills a decoder, or fills the memory, kills nothing else.

``python -m facialis.cohort.child`` is started by :mod:`facialis.cohort.worker` and no one else. Questions come pickled
on standard input, from the process that started it; answers go back as lines of JSON, because who decodes files of
unknown origin is not believed more than it must be.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, NamedTuple

from facialis.cohort.clips import Options

IDLE_S = 60.0


class Job(NamedTuple):
    """One clip to be measured.

    Attributes
    ----------
    path : Path
        As the measuring machine sees it.
    options : Options
        How it is examined.
    """

    path: Path
    options: Options


def main() -> None:
    """Answer until nobody asks any more."""
    answers = _own_output()
    _first_to_go()
    asked: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        try:
            job = asked.get(timeout=IDLE_S)
        except Empty:
            os._exit(0)  # not by returning: the interpreter would fall over the thread that listens
        answers.write(json.dumps(answer(job), allow_nan=False).encode() + b"\n")
        answers.flush()


def answer(job: Job) -> dict[str, Any]:
    """Return ``{"result": facialis.video/1}``, or ``{"failed": outcome, "reason": words}``."""
    try:
        from facialis.document import DocumentError
        from facialis.face import examine
        from facialis.face.recording import RecordingError
    except ImportError as error:
        return {"failed": "error", "reason": f"Facialis is not complete where it was measured: {error}"}
    options = job.options
    try:
        return {"result": examine(job.path, mirrored=options.mirrored, protocol=options.protocol).to_json()}
    except RecordingError as error:
        return {"failed": "unreadable", "reason": str(error)}
    except DocumentError as error:
        return {"failed": "unguided", "reason": str(error)}
    except Exception as error:
        return {"failed": "error", "reason": " ".join(f"{type(error).__name__}: {error}".split())}


def _listen(asked: SimpleQueue[Job]) -> None:
    """Pass on what is asked; when the asking process is gone, however it went, so is this one."""
    while True:
        try:
            asked.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - from the process that started this one
        except Exception:
            os._exit(0)


def _own_output() -> IO[bytes]:
    """Return standard output and give everyone else standard error, so that no library's greeting is an answer."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _first_to_go() -> None:
    """Ask Linux to end this process before any other when the memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


if __name__ == "__main__":
    main()
