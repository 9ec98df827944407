"""The most memory that ``facialis video`` ever holds, for a minute and for twenty: it must not grow with the film."""

from __future__ import annotations

import resource
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import kept, long_clip


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measure a short and a long film, each in a process of its own."""
    peaks = {}
    for minutes in (0.25, 1) if quick else (1, 20):
        path, seconds = long_clip.made(minutes)
        kept.say(f"measuring {seconds / 60:g} min of film")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            peaks[f"{minutes:g}"] = pool.submit(peak_mb, path).result()
        kept.say(f"{peaks[f'{minutes:g}']:.0f} MB")
    return {"clip": {"width": long_clip.SIZE[0], "height": long_clip.SIZE[1], "fps": long_clip.FPS}, "peak_mb": peaks}


def peak_mb(path: Path) -> float:
    """Return the most memory (resident, MB of 10^6 bytes) that the command held; for a process with no other child."""
    text = "from facialis.commands import main; main()"
    done = subprocess.run([sys.executable, "-c", text, "video", str(path)], capture_output=True)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr.decode()[-300:])
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
