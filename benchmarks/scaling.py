"""How `facialis cohort` scales over one and two workers, and what it costs beside plain calls of ``examine``.

Each way is timed as a program of its own, start and tables included, in turn, so that what else the machine does falls
on all alike. With one core both the calls and the cohort are confined to it: that is what one core of a cluster does.
"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import av

from benchmarks import kept, long_clip

CLIPS = 8
SECONDS = 15.0
REPEATS = 3
EMPTY = 2000

PLAIN = """
import sys
from facialis.face import examine
for path in sys.argv[1:]:
    examine(path).to_json()
"""
COHORT = "from facialis.commands import main; main()"


class Way(NamedTuple):
    """One way to measure the clips: with so many cores, and so many workers; 0 is plain calls one after another."""

    name: str
    cores: int
    workers: int


class Took(NamedTuple):
    """Seconds of the clock, seconds of all processors, and the most memory of one process, MB of 10^6 bytes."""

    wall_s: float
    cpu_s: float
    peak_mb: float


WAYS = (
    Way("plain calls, 1 core", 1, 0),
    Way("cohort, 1 core, 1 worker", 1, 1),
    Way("plain calls, 2 cores", 2, 0),
    Way("cohort, 2 cores, 1 worker", 2, 1),
    Way("cohort, 2 cores, 2 workers", 2, 2),
)


def run(*, quick: bool = False) -> dict[str, Any]:
    """Time every way, and the engine without any measuring."""
    count = 2 if quick else CLIPS
    bound = hasattr(os, "sched_setaffinity")  # only there can a program be confined to a core
    ways = [way for way in WAYS if way.cores <= kept.cores() and (bound or way.cores == kept.cores())]
    took: dict[str, list[Took]] = {way.name: [] for way in ways}
    with tempfile.TemporaryDirectory() as scratch:
        clips = equal_clips(Path(scratch) / "clips", count)
        for repeat in range(1 if quick else REPEATS):
            for way in ways:
                out = Path(scratch) / f"{way.cores}-{way.workers}-{repeat}"
                # A program starts with the memory of the one that starts it: this one must be small.
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    took[way.name].append(pool.submit(timed, way, clips, out).result())
                kept.say(f"[{repeat + 1}] {way.name}: {took[way.name][-1]}")
    wall = {name: statistics.median(each.wall_s for each in times) for name, times in took.items()}
    cpu = {name: statistics.median(each.cpu_s for each in times) for name, times in took.items()}
    return {
        "clip": {"seconds": SECONDS, "width": long_clip.SIZE[0], "height": long_clip.SIZE[1], "fps": long_clip.FPS},
        "clip_mb": long_clip.made(SECONDS / 60)[0].stat().st_size / 1e6,
        "clips": count,
        "repeats": len(took[ways[0].name]),
        "took": {name: [each._asdict() for each in times] for name, times in took.items()},
        "clips_per_min": {name: 60 * count / value for name, value in wall.items()},
        "cpu_s_per_clip": {name: value / count for name, value in cpu.items()},
        "peak_mb": {name: max(each.peak_mb for each in times) for name, times in took.items()},
        "engine": engine_alone(EMPTY // 10 if quick else EMPTY),
    }


def equal_clips(folder: Path, count: int) -> list[Path]:
    """Write files that show the same and are not the same: a title tells them apart."""
    piece, _ = long_clip.made(SECONDS / 60)
    folder.mkdir()
    clips = [folder / f"{number}.mp4" for number in range(count)]
    for number, path in enumerate(clips):
        with av.open(str(piece)) as source, av.open(str(path), "w", format="mp4") as output:
            output.metadata["title"] = str(number)
            stream = output.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    output.mux(packet)
    return clips


def timed(way: Way, clips: Sequence[Path], out: Path) -> Took:
    """Measure the clips in a program of its own."""
    cohort = ["cohort", str(clips[0].parent), "--out", f"{out}.csv", "--workers", str(way.workers)]
    words = [COHORT, *cohort] if way.workers else [PLAIN, *map(str, clips)]
    code = words[0]
    if way.cores < kept.cores():
        code = f"import os; os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[: way.cores]})\n{code}"
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", REPORT + code, *words[1:]], capture_output=True, text=True)
    wall_s = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"^peak ([\d.]+)$", done.stderr, re.MULTILINE)
    if done.returncode or peak is None:
        raise RuntimeError(done.stderr[-1000:])
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall_s, cpu_s, float(peak[1]))


# A process knows the largest of the children that it has waited for; the run waits for those that measure.
REPORT = """
import atexit, resource, sys
def peak():
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stderr.write(f"\\npeak {most * (1 if sys.platform == 'darwin' else 1024) / 1e6}\\n")
atexit.register(peak)
"""


def engine_alone(count: int) -> dict[str, float]:
    """Return what the engine takes for clips that need no measuring: order, hashes, results on the disk, table."""
    from facialis.cohort import engine, table, worker
    from facialis.cohort.clips import find
    from facialis.cohort.parts import Parts
    from facialis.cohort.run import Run

    usual = usual_result()

    def nothing(job: Any, _limit_s: float) -> dict[str, Any]:
        """Return a result of the usual size, for another content."""
        source = usual["source"] | {"sha256": worker.sha256(job.path)["sha256"]}
        return {"result": usual | {"source": source}}

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "clips"
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.mp4").write_text(str(number))
        parts = Parts(Path(scratch) / "table.parts")
        parts.folder.mkdir()
        cohort = Run(find(folder).clips, parts)
        began, measure = time.perf_counter(), worker.measure
        worker.measure = nothing
        try:
            with engine.engine(2) as client:
                cohort.go(client)
        finally:
            worker.measure = measure
        went = time.perf_counter()
        table.Tables.of(cohort)
        again = Run(find(folder).clips, parts)
        gathered = time.perf_counter()
        again.recall()
        recalled = time.perf_counter()
        return {
            "clips": count,
            "ms_per_clip": 1000 * (went - began) / count,
            "table_ms_per_clip": 1000 * (gathered - went) / count,
            "recall_ms_per_clip": 1000 * (recalled - gathered) / count,
            "part_kb": sum(path.stat().st_size for path in parts.folder.glob("*.json")) / count / 1000,
        }


def usual_result() -> dict[str, Any]:
    """Return the result of the benchmark's clip."""
    from facialis.face import examine

    return examine(long_clip.made(SECONDS / 60)[0]).to_json()


def words(f: dict[str, Any]) -> list[str]:
    """Return the figures as Markdown, and what ten thousand clips need by them."""
    clip, engine = f["clip"], f["engine"]
    rate, cpu = f["clips_per_min"], f["cpu_s_per_clip"]
    rows = [(name, f"{rate[name]:.1f}", f"{cpu[name]:.1f}", f"{f['peak_mb'][name]:.0f}") for name in rate]
    lines = [
        f"{f['clips']} clips of {clip['seconds']:.0f} s ({clip['width']} x {clip['height']}, {clip['fps']} frames a "
        f"second), each way a program of its own, its start and the tables included; median of {f['repeats']}. Plain "
        "calls are `examine`, one after another.",
        "",
        "| | clips a minute | CPU seconds a clip | MB of the largest process |",
        "|---|--:|--:|--:|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]
    alone, plain, both = (f"cohort, {way}" for way in ("1 core, 1 worker", "2 cores, 1 worker", "2 cores, 2 workers"))
    if {alone, both} <= rate.keys():
        more = 60 / rate[alone] - 60 / rate["plain calls, 1 core"]
        lines += [
            f"Two workers on two cores measure {rate[both] / rate[alone]:.2f} times as many clips as one worker on one "
            f"core, and {rate[both] / rate[plain]:.2f} times as many as one worker on both: an examination by itself "
            f"uses two threads. Beside plain calls on the same core a cohort takes {more:.2f} s more a clip in so "
            f"short a run, nearly all of it the start of its programs; a clip by itself costs the engine "
            f"{engine['ms_per_clip']:.0f} ms (measured over {engine['clips']} clips that need no measuring).",
            "",
        ]
    return lines + ten_thousand(f)


def ten_thousand(f: dict[str, Any], minutes: float = 2.0, night_h: float = 10.0) -> list[str]:
    """Return what ten thousand clips need, calculated from the most that a second of film took."""
    count, times = 10_000, 60 * minutes / f["clip"]["seconds"]
    cpu_h = count * times * max(f["cpu_s_per_clip"].values()) / 3600
    film_gb = count * times * f["clip_mb"] / 1000
    kept_gb = count * times * f["engine"]["part_kb"] / 1e6
    engine_min = count * f["engine"]["ms_per_clip"] / 60_000
    need = [
        ("processors", f"{cpu_h:.0f} CPU hours: {math.ceil(cpu_h / night_h)} cores for a night of {night_h:.0f} h"),
        ("memory", f"{max(f['peak_mb'].values()) / 1000:.2f} GB a worker for the process that measures"),
        (
            "recordings",
            f"{film_gb:.0f} GB, read twice (content, then film): {1000 * film_gb / night_h / 1800:.0f} MB/s",
        ),
        ("results", f"{kept_gb:.1f} GB in `table.parts`"),
        ("the call", f"{engine_min:.0f} min of its own, in all"),
    ]
    return [
        f"Ten thousand clips of {minutes:g} minutes, calculated from these figures:",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {text} |" for name, text in need),
    ]


if __name__ == "__main__":
    figures = run(quick="--quick" in sys.argv)
    print(json.dumps(kept.rounded(figures), indent=1), *words(figures), sep="\n")
    if "--quick" not in sys.argv:
        kept.write("scaling", figures)
