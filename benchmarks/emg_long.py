"""Three days of eight muscles: how long they take, in how much memory, what a kill costs, how fast they are drawn."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import kept
from benchmarks.layout import Figures, number, table

HOURS = float(os.environ.get("FACIALIS_EMG_HOURS") or 72)
"""Of the long recording: fewer where there is no room or time for three days, and the page says so."""
QUICK_HOURS = 1 / 6
CHANNELS, RATE_HZ = 8, 2000.0
EXCERPT_S = 300.0
COLUMNS = 1200
ZOOMS = 200
_READ_S = 240.0
_PEER = kept.ROOT / ".venv-peers" / "bin" / "python"  # speed.py names it too, but brings the nets into memory


def run(*, quick: bool = False) -> dict[str, Any]:
    """Make the recording, measure it, kill it half-way and go on, look at it; then one channel beside NeuroKit2."""
    hours = QUICK_HOURS if quick else HOURS
    with tempfile.TemporaryDirectory(prefix="facialis-emg-") as scratch:
        folder = Path(scratch)
        room = hours * 3600 * CHANNELS * RATE_HZ * 2 * 1.1 + 2e9
        if shutil.disk_usage(folder).free < room:
            raise SystemExit(
                f"{folder}: {room / 1e9:.0f} GB are needed for {hours:g} h; set FACIALIS_EMG_HOURS or TMPDIR"
            )
        path = folder / "long.edf"
        kept.say(f"making {hours:g} h")
        from facialis.emg.simulate import write_long

        write_long(path, hours * 3600, CHANNELS, RATE_HZ)
        figures: dict[str, Any] = {
            "hours": hours,
            "channels": CHANNELS,
            "rate_hz": RATE_HZ,
            "file_gb": path.stat().st_size / 1e9,
            "reading": _child(folder, "read", path, "none"),
        }
        figures["whole"] = _child(folder, "study", path, "whole")
        figures["resumed"] = _killed(folder, path, figures["whole"])
        figures["zoom"] = _child(folder, "zoom", path, "whole")
        figures["peer"] = _beside_neurokit(folder, path)
    return figures


def _words(mode: str, path: Path, name: str, keep: Path | None = None) -> list[str]:
    return [sys.executable, "-m", "benchmarks.emg_long", mode, str(path), name, *([str(keep)] if keep else [])]


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(folder)}


def _child(folder: Path, mode: str, path: Path, name: str, keep: Path | None = None) -> dict[str, Any]:
    """Run a part in a process of its own; return what it says, with its time and its memory."""
    kept.say(f"{mode} {name}")
    start = time.perf_counter()
    done = subprocess.run(_words(mode, path, name, keep), env=_environment(folder), capture_output=True, cwd=kept.ROOT)
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-2000:])
    said: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    kept.say(json.dumps(kept.rounded(said)))
    return {"process_s": time.perf_counter() - start} | said


def _killed(folder: Path, path: Path, whole: Figures) -> dict[str, Any]:
    """Kill a run with SIGKILL when half of it is done; go on, and compare the results bit for bit."""
    from facialis.emg.cells import length_s, plan
    from facialis.emg.recording import open_recording

    with open_recording(path) as recording:
        parts, length = len(list(plan(recording.source))), length_s(recording.source)
    cache = folder / "cache" / "facialis" / "emg"
    kept.say("study, killed half-way")
    start = time.perf_counter()
    # A quick recording is too short to be kept by itself, so the folder is named.
    words = _words("study", path, "killed", cache)
    nowhere = subprocess.DEVNULL
    child = subprocess.Popen(words, env=_environment(folder), cwd=kept.ROOT, stdout=nowhere, stderr=nowhere)
    while child.poll() is None and len(list(cache.glob("*/*.part"))) < parts // 2:
        time.sleep(0.01)
    killed = child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.wait()
    seconds = time.perf_counter() - start
    left = len(list(cache.glob("*/*.part")))
    kept_mb = sum(one.stat().st_size for one in cache.glob("*/*.part")) / 1e6
    again = _child(folder, "study", path, "resumed", cache)
    return {
        "killed": killed,
        "parts": parts,
        "part_s": length,
        "left": left,
        "left_mb": kept_mb,
        "before_kill_s": seconds,
        "measure_s": again["measure_s"],
        "same": again["digest"] == whole["digest"],
        "nothing_left": not any(cache.iterdir()),
    }


def _beside_neurokit(folder: Path, path: Path) -> dict[str, Any] | None:
    """Time one channel of the same recording, here and with NeuroKit2; None where its environment is not."""
    from facialis.emg.measure import measure
    from facialis.emg.recording import open_recording
    from facialis.emg.recording.memory import Memory

    with open_recording(path) as recording:
        samples, channel = recording.window(0.0, EXCERPT_S, [0])[0].samples, recording.source.channels[0]
    own = []
    for _ in range(3):  # the first one makes what is made once
        start, used = time.perf_counter(), time.process_time()
        measure(Memory({channel: samples}), workers=1)
        own.append((time.perf_counter() - start, time.process_time() - used))
    np.save(folder / "excerpt.npy", samples)
    script = kept.ROOT / "benchmarks" / "peers" / "run_neurokit_speed.py"
    words = [str(_PEER), str(script), str(folder / "excerpt.npy"), str(RATE_HZ)]
    kept.say("NeuroKit2")
    done = subprocess.run(words, capture_output=True) if _PEER.is_file() else None
    if done is None or done.returncode:
        kept.say("NeuroKit2 left out: its environment is not here (make peers)")
        return None
    said = json.loads(done.stdout)
    wall, processor = (min(times) for times in zip(*own[1:], strict=True))
    return {
        "seconds": EXCERPT_S,
        "own": {"wall_s": wall, "processor_s": processor},
        "neurokit2": said["version"],
        "methods": {
            name: times | {"ratio": times["processor_s"] / processor} for name, times in said["seconds"].items()
        },
    }


def _study(path: Path, name: str, keep: Path | None) -> dict[str, Any]:
    """Do what the command does: measure, hold the muscles against each other, write the result; and keep the lows."""
    from facialis.emg.recording import open_recording
    from facialis.emg.study import studied
    from facialis.paper.files import write_whole

    at: list[float] = []

    def progress(done: float, total: float | None) -> None:
        if total is not None and done >= total:
            at.append(time.perf_counter())

    start = time.perf_counter()
    with open_recording(path) as recording:
        study = studied(recording, keep=keep, progress=progress)
        result = write_whole(path.with_name(f"{name}.json"), study.json())
        assert study.measured.pyramid is not None
        drawn = study.measured.pyramid.save(path.with_name(f"{name}.pyramid"))
    seconds = time.perf_counter() - start
    samples = recording.source.recorded_s * sum(channel.rate_hz for channel in recording.source.channels)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall_s": seconds,
        "measure_s": at[0] - start,
        "processor_s": used.ru_utime + used.ru_stime,
        "wall_ns": seconds / samples * 1e9,
        "processor_ns": (used.ru_utime + used.ru_stime) / samples * 1e9,
        "peak_mb": _peak_mb(),
        "bursts": len(study.bursts),
        "json_mb": result.stat().st_size / 1e6,
        "pyramid_mb": drawn.stat().st_size / 1e6,
        "digest": hashlib.sha256(result.read_bytes() + drawn.read_bytes()).hexdigest(),
    }


def _read(path: Path) -> dict[str, Any]:
    from facialis.emg.recording import open_recording

    start = time.perf_counter()
    with open_recording(path) as recording:
        for at in np.arange(0, recording.source.duration_s, _READ_S):
            recording.window(at, at + _READ_S)
    return {"wall_s": time.perf_counter() - start, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    """Return the most memory that this process has held; getrusage would count that of the one it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            float(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1e3
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _zoom(path: Path, name: str) -> dict[str, Any]:
    """Open a recording and its lows and highs; draw all of it, then windows of any length anywhere."""
    from facialis.emg.pyramid import Pyramid
    from facialis.emg.recording import open_recording

    start = time.perf_counter()
    with open_recording(path) as recording:
        drawn = Pyramid.open(path.with_name(f"{name}.pyramid"), recording)
        end = recording.source.duration_s

        def look(first: float, last: float) -> float:
            begin = time.perf_counter()
            for channel in drawn.channels:
                drawn.window(channel, first, last, COLUMNS)
            return time.perf_counter() - begin

        look(0.0, end)
        first_s = time.perf_counter() - start
        rng = np.random.default_rng(0)
        lengths = np.exp(rng.uniform(np.log(0.05), np.log(end), ZOOMS))
        starts = rng.uniform(0, end - lengths)
        times = [1000 * look(a, a + length) for a, length in zip(starts, lengths, strict=True)]
    return {"first_s": first_s, "median_ms": float(np.median(times)), "slowest_ms": max(times), "windows": ZOOMS}


def lines(f: Figures) -> list[str]:
    """Return the section of the page."""
    whole, resumed, zoom, peer = f["whole"], f["resumed"], f["zoom"], f["peer"]
    rows = [
        ("reading alone, s", number(f["reading"]["wall_s"], 1)),
        ("whole analysis with its result written, s", number(whole["wall_s"], 0)),
        ("of that measuring, s", number(whole["measure_s"], 0)),
        ("processor time, s", number(whole["processor_s"], 0)),
        ("processor time a sample, ns", number(whole["processor_ns"], 0)),
        ("most memory, MB", number(whole["peak_mb"], 0)),
        ("bursts found", str(whole["bursts"])),
        ("lows and highs, MB", number(whole["pyramid_mb"], 0)),
        ("first view of all channels, s", number(zoom["first_s"])),
        (
            f"any window of all channels, {zoom['windows']} of 50 ms to all of it: median, ms",
            number(zoom["median_ms"], 1),
        ),
        ("the slowest of them, ms", number(zoom["slowest_ms"], 0)),
    ]
    out = [
        f"{f['hours']:g} h of {f['channels']} muscles at {f['rate_hz']:.0f} Hz, simulated hemifacial spasm with days "
        f"and nights, an EDF+ file of {f['file_gb']:.1f} GB, two threads in one process.",
        "",
        *table(("", ""), rows),
        "",
        f"Killed (`SIGKILL`) after {resumed['before_kill_s']:.0f} s with {resumed['left']} of {resumed['parts']} parts "
        f"of {resumed['part_s']:.0f} s finished; the next run measured the rest in {resumed['measure_s']:.0f} s, and "
        f"its result is {'the same' if resumed['same'] else 'NOT the same'} bit for bit.",
    ]
    if peer:
        out += [
            "",
            f"One channel, {peer['seconds']:.0f} s of the same recording, one thread, in the same run; Facialis needs "
            f"{peer['own']['processor_s']:.2f} s of processor time for bursts, discharges, lows and highs, NeuroKit2 "
            f"{peer['neurokit2']} for activations alone:",
            "",
            *table(
                ("NeuroKit2", "processor, s", "times as long"),
                [(name, number(m["processor_s"], 1), number(m["ratio"], 0)) for name, m in peer["methods"].items()],
            ),
        ]
    return out


def main(words: Sequence[str]) -> None:
    """Do one part and print what it took; this is the child."""
    mode, path, name = words[0], Path(words[1]), words[2]
    keep = Path(words[3]) if len(words) > 3 else None
    parts = {"study": lambda: _study(path, name, keep), "read": lambda: _read(path), "zoom": lambda: _zoom(path, name)}
    print(json.dumps(parts[mode]()))


if __name__ == "__main__":
    main(sys.argv[1:])
