"""The same clips and the same score for what a user can build today on MediaPipe's landmarks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import accuracy, bands, corpus, examined, kept, score
from benchmarks.accuracy import Scored
from benchmarks.peers.baselines import BASELINES
from benchmarks.score import Event
from benchmarks.speed import PEER

MODES = ("image", "video")
THRESHOLDS = {
    "eye aspect ratio": ("difference", (0.15, 0.2, 0.25, 0.3, 0.4, 0.5)),
    "landmark differences": ("threshold", (0.01, 0.015, 0.02, 0.03, 0.04, 0.06)),
    "blendshape differences": ("threshold", (0.03, 0.05, 0.08, 0.1, 0.15, 0.25)),
}
"""Each detector is given the threshold that serves it best on the clips to tune on."""


def run(*, quick: bool = False) -> dict[str, Any]:
    """Score every detector in both modes of MediaPipe, and Facialis, on the clips to report on."""
    if not PEER.is_file():
        kept.say("peers left out: their environment is not here (make peers)")
        return {"detectors": []}
    tune, report = (_records(part, quick) for part in ("tune", "report"))
    detectors = []
    for mode in MODES:
        for name, detect in BASELINES.items():
            word, values = THRESHOLDS[name]
            best = max((partial(detect, **{word: value}) for value in values), key=partial(_f1, tune, mode))
            tallies = _tallies(report, mode, best)
            sized = name == "landmark differences"
            detectors.append({"name": name, "mode": mode, **best.keywords} | _scores(tallies, sized=sized))
    own = [s.tally("spasm", 0.5) for s, _ in report]
    loose = [s.tally("spasm", 0.2) for s, _ in report]
    detectors.append({"name": "Facialis", "mode": ""} | _scores((own, loose), sized=True))
    return {"clips": len(report), "detectors": detectors}


def _scores(tallies: tuple[list[score.Tally], list[score.Tally]], *, sized: bool) -> dict[str, Any]:
    strict, loose = tallies
    found = bands.agreement(strict)
    return {
        "iou 0.5": bands.by_size(strict, sized=sized),
        "iou 0.2": bands.by_size(loose, sized=sized),
        "side": found.get("side"),
    }


def _records(part: str, quick: bool) -> list[tuple[Scored, dict[str, Any]]]:
    """Return the scored clips of one part, each with what MediaPipe says of every frame in both modes."""
    scored = accuracy.measured(corpus.clips(part, quick=quick))
    jobs = [(str(corpus.made(s.clip)), mode) for s in scored for mode in MODES]
    names = [f"{s.clip.name}, {mode} mode" for s in scored for mode in MODES]
    seen: dict[int, dict[str, Any]] = dict(examined.over(landmarks, jobs, names))
    return [(s, {mode: seen[2 * i + j] for j, mode in enumerate(MODES)}) for i, s in enumerate(scored)]


def landmarks(job: tuple[str, str]) -> dict[str, Any]:
    """Return MediaPipe's record of a clip, kept in the cache."""
    path, mode = Path(job[0]), job[1]
    script = kept.ROOT / "benchmarks" / "peers" / "run_mediapipe.py"
    lock = kept.ROOT / "requirements" / "peers.txt"
    file = kept.cache("mediapipe") / f"{kept.digest(path, script, lock, mode)}.json"
    if not file.is_file():
        scratch = file.with_suffix(".part")
        words = [PEER, script, path, "--json", scratch, "--mode", mode]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        scratch.replace(file)
    return dict(json.loads(file.read_text()))


def _tallies(
    records: list[tuple[Scored, dict[str, Any]]], mode: str, detect: Callable[[dict[str, Any]], list[Event]]
) -> tuple[list[score.Tally], list[score.Tally]]:
    found = [Scored(s.clip, s.true, detect(record[mode]), s.minutes, s.verdict) for s, record in records]
    return [s.tally("spasm", 0.5) for s in found], [s.tally("spasm", 0.2) for s in found]


def _f1(
    records: list[tuple[Scored, dict[str, Any]]], mode: str, detect: Callable[[dict[str, Any]], list[Event]]
) -> float:
    value = score.f1(_tallies(records, mode, detect)[0])
    return value if value == value else 0.0
