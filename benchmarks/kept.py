"""What the benchmarks keep and write: clips and examinations in the cache, figures in results/."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "facialis"
RESULTS = Path(__file__).resolve().parent / "results"


def cache(*folders: str) -> Path:
    """Return a folder of the cache, outside the repository."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base.joinpath("facialis", "bench", *folders)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def shared_data() -> Path | None:
    """Return the folder of real recordings and of the 3-D head, if it is there."""
    folder = Path(os.environ.get("FACIALIS_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


def digest(*parts: object) -> str:
    """Return a short hash of anything that prints the same when it is the same; a path counts with its content."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        whole.update(b"\0")
    return whole.hexdigest()[:20]


def code(paths: Iterable[Path]) -> str:
    """Return a hash of program text."""
    return digest(*sorted(path for path in paths if path.suffix in (".py", ".toml")))


def simulator() -> str:
    """Return a hash of all that the clips of the benchmarks are made by."""
    return code((SOURCES / "face" / "simulate").rglob("*"))


MEASURING = ("clock", "container", "frame", "landmarks", "measure", "motion", "nets", "person", "recording", "regions")
"""The rooms that a measured recording depends on; what is made of it is worked out anew each time."""


def measuring() -> str:
    """Return a hash of all that a measured recording depends on."""
    return code(SOURCES / "face" / f"{room}.py" for room in MEASURING)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """Return the machine in words."""
    return f"{cores()} cores"


def write(name: str, figures: dict[str, Any], words: str = "") -> Path:
    """Write the figures of one benchmark, with the command that prints them, the day and the machine."""
    record = {
        "command": f"python -m benchmarks {name}{words}",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "figures": figures,
    }
    path = RESULTS / f"{name}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(rounded(record), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def read(name: str) -> dict[str, Any] | None:
    """Return what :func:`write` wrote; None if that benchmark has not been run."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def rounded(value: Any) -> Any:
    """Return numbers to four digits and unknown ones as null, through lists and dicts."""
    if isinstance(value, dict):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if abs(value) < float("inf") else None
    return value


def say(text: str) -> None:
    """Print a line of progress to standard error."""
    print(text, file=sys.stderr, flush=True)
