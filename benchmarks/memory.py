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
        peaks[f"{minutes:g}"] = _alone(path, seconds)
    clip = {"width": long_clip.SIZE[0], "height": long_clip.SIZE[1], "fps": long_clip.FPS}
    return {"clip": clip, "peak_mb": peaks} | ({} if quick else {"fast": fast()})


def fast(counts: tuple[int, int] = (1, 4)) -> dict[str, Any]:
    """Measure a film of 240 frames a second and the same several times over: what a frame adds must be little."""
    peaks, frames = {}, []
    for count in counts:
        path, seconds = long_clip.fast(count)
        peaks[f"{seconds:g}"] = _alone(path, seconds)
        frames.append(seconds * long_clip.FAST_FPS)
    few, many = peaks.values()
    return {
        "clip": {"width": long_clip.FAST_SIZE[0], "height": long_clip.FAST_SIZE[1], "fps": long_clip.FAST_FPS},
        "peak_mb": peaks,
        "bytes_a_frame": 1e6 * (many - few) / (frames[1] - frames[0]),
    }


def _alone(path: Path, seconds: float) -> float:
    """Return the peak of one film, measured in a process that has no other child."""
    kept.say(f"measuring {seconds / 60:.2g} min of film")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        peak = pool.submit(peak_mb, path).result()
    kept.say(f"{peak:.0f} MB")
    return peak


def peak_mb(path: Path) -> float:
    """Return the most memory (resident, MB of 10^6 bytes) that the command held; for a process with no other child."""
    text = "from facialis.commands import main; main()"
    done = subprocess.run([sys.executable, "-c", text, "video", str(path)], capture_output=True)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr.decode()[-300:])
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
