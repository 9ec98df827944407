"""How long an examination takes beside what it cannot do without, and beside MediaPipe alone, in one run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av

from benchmarks import kept, long_clip

REPEATS = 3
IMPORTS = 9


def run(*, quick: bool = False) -> dict[str, Any]:
    """Time everything once, then again, in turn, so that what else the machine does falls on all alike."""
    path, seconds = long_clip.made(0.25 if quick else 1)
    ways: dict[str, Callable[[Path], float]] = {"examination": examine, "decoding": decode}
    ways["decoding and bare nets"] = bare_nets
    if PEER.is_file():
        ways["MediaPipe FaceLandmarker, image mode"] = mediapipe
    else:
        kept.say("MediaPipe left out: its environment is not here (make peers)")
    took: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(1 if quick else REPEATS):
        for name, way in ways.items():
            took[name].append(way(path))
            kept.say(f"[{repeat + 1}/{REPEATS}] {name}: {took[name][-1]:.1f} s for {seconds:.0f} s of film")
    medians = {name: statistics.median(times) for name, times in took.items()}
    return {
        "clip": {"seconds": seconds, "width": long_clip.SIZE[0], "height": long_clip.SIZE[1], "fps": long_clip.FPS},
        "repeats": len(took["examination"]),
        "seconds": took,
        "times_real_time": {name: seconds / value for name, value in medians.items()},
        "examination_over": {name: medians["examination"] / value for name, value in medians.items()},
        "import_s": import_time(),
    }


def examine(path: Path) -> float:
    """Return the seconds that the whole examination takes, its summary and findings too."""
    from facialis.face import examine as whole

    began = time.perf_counter()
    whole(path).to_json()
    return time.perf_counter() - began


def decode(path: Path) -> float:
    """Return the seconds that it takes to decode every frame."""
    began = time.perf_counter()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass
    return time.perf_counter() - began


def bare_nets(path: Path) -> float:
    """Return the seconds for decoding, the mesh and the two eyelid nets, with two workers as in the examination."""
    from collections import deque
    from concurrent.futures import Future, ThreadPoolExecutor
    from threading import local

    from facialis.face.landmarks import Crop, Detector, FaceNets
    from facialis.face.recording import Frame, Recording

    own = local()

    def look(frames: list[Frame], crop: Crop) -> None:
        if not hasattr(own, "nets"):
            own.nets = FaceNets()
        for frame in frames:
            own.nets.apertures(frame, own.nets.mesh(frame, crop).points)

    began = time.perf_counter()
    crop: Crop | None = None
    frames: list[Frame] = []
    waiting: deque[Future[None]] = deque()
    with Recording(path) as recording, ThreadPoolExecutor(2) as pool:
        for frame in recording:
            if crop is None:
                crop = Detector().whole(frame)[0].crop()
            frames.append(frame)
            if len(frames) == 8:
                waiting.append(pool.submit(look, frames, crop))
                frames = []
            while len(waiting) > 2:
                waiting.popleft().result()
        if crop is not None:
            look(frames, crop)
        for future in waiting:
            future.result()
    return time.perf_counter() - began


PEER = kept.ROOT / ".venv-peers" / "bin" / "python"


def mediapipe(path: Path) -> float:
    """Return the seconds that MediaPipe's FaceLandmarker takes with decoding, its start left out, blendshapes too."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.json"
        script = kept.ROOT / "benchmarks" / "peers" / "run_mediapipe.py"
        words = [PEER, script, path, "--json", file, "--mode", "image", "--bare"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return float(json.loads(file.read_text())["timing"]["wall_s"])


def import_time() -> float:
    """Return the median seconds of ``import facialis`` in a fresh interpreter."""
    text = "import time; t = time.perf_counter(); import facialis; print(time.perf_counter() - t)"
    times = [
        float(subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True).stdout)
        for _ in range(IMPORTS)
    ]
    return statistics.median(times)
