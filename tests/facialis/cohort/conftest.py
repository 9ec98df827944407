"""Small files, and a process that measures them by their names; the engine, the order and the tables are real."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facialis.cohort import engine, worker
from facialis.cohort.clips import find
from facialis.cohort.parts import Parts
from facialis.cohort.run import Run

STAND_IN = """
import hashlib, os, signal, sys, time
from pathlib import Path
from facialis.cohort import child

log = Path(sys.argv[1])

def answer(job):
    name = job.path.name
    before = log.read_text().split() if log.exists() else []
    with log.open("a") as file:
        file.write(name + "\\n")
    if "crash" in name or ("once" in name and name not in before):
        os.kill(os.getpid(), signal.SIGSEGV)
    if "slow" in name:
        time.sleep(60)
    if "idle" in name:
        child.IDLE_S = 0.0
    if "changed" in name:
        job.path.write_text("other")
    if "broken" in name:
        return {"failed": "unreadable", "reason": f"{name} is no video"}
    return {"result": result(job)}

def result(job):
    numbers = {"value": 4.0, "low": 1.0, "high": 9.0}
    share = {"value": 0.5, "low": 0.25, "high": 0.75}
    refused = "refused" in job.path.name
    event = {"kind": "spasm", "side": "left", "onset_s": 1.0, "apex_s": 1.1, "offset_s": 1.25, "amplitude_iod": 0.05,
             "regions": ["zygomaticus", "nasalis"], "form": "clonic", "probability": 0.9, "why": ["one", "two"]}
    return {
        "schema": "facialis.video/1",
        "source": {"name": job.path.name, "sha256": hashlib.sha256(job.path.read_bytes()).hexdigest(),
                   "duration_s": 30.0, "frames": 900, "fps_median": 30.0, "variable_rate": False, "width": 640,
                   "height": 480, "rotation": 90},
        "quality": {"verdict": "refused" if refused else "good", "reasons": ["dark"] if refused else [],
                    "usable_s": 0.0 if refused else 30.0, "iod_px_median": 80.0, "mirrored": job.options.mirrored,
                    "detection_limit_iod": {"zygomaticus": 0.01, "nasalis": None}},
        "events": [] if refused else [event],
        "summary": {"affected_side": "none", "side_probability": None, "spasm_time_fraction": 0.1, "synchrony": None,
                    "spasms_per_min": dict.fromkeys(numbers) if refused else numbers,
                    "spread": [{"region": "zygomaticus", "share": share}]},
        "findings": [{"code": "involuntary_movement", "state": "not_assessable", "side": "none", "because": ["few"]}],
        "software": {"version": "0.1.0", "models": {}},
    }

child.answer = answer
child.main()
"""


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Let clips be measured by their names (see STAND_IN), and return the names in the order of measuring."""
    log = tmp_path / "log"

    def start() -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", STAND_IN, str(log)]
        pipe = subprocess.PIPE
        return subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True)

    monkeypatch.setattr(worker, "_start", start)
    return lambda: log.read_text().split() if log.exists() else []


@pytest.fixture
def cohort(tmp_path: Path) -> Callable[..., Path]:
    """Write files that hold their own name, or what is given, and return their folder."""

    def make(*names: str, **contents: str) -> Path:
        folder = tmp_path / "clips"
        for name in (*names, *contents):
            file = name if "." in name else f"{name}.mp4"
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(contents.get(name, file))
        return folder

    return make


@pytest.fixture
def go(tmp_path: Path, nets: dict[str, Path], measured: object) -> Callable[..., Run]:
    """Measure the clips of a folder by the real engine, as ``facialis cohort`` does."""

    def run(folder: Path, *, workers: int = 1, limit_s: float = 30.0) -> Run:
        made = Run(find(folder).clips, Parts(tmp_path / "table.parts"), limit_s)
        made.parts.folder.mkdir(exist_ok=True)
        made.recall()
        with engine.engine(workers) as client:
            made.go(client)
        return made

    return run


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No test leaves a process behind."""
    import psutil

    yield
    left = [p for p in psutil.Process().children(recursive=True) if "facialis.cohort" in " ".join(p.cmdline())]
    psutil.wait_procs(left, timeout=5)
    assert not [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
