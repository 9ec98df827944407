"""Bursts of simulated electrodes: found, placed, with an interval that holds; beside NeuroKit2 and BioSPPy.

The recordings have seeds from 1000 on; what was chosen was chosen on seeds below 500. Intervals are drawn over
recordings.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.speed import PEER
from facialis.emg.bursts.chunk import examine_chunk
from facialis.emg.recording import Channel, Span
from facialis.emg.simulate import simulate
from facialis.findings import Side

SNRS = (20, 10, 6, 3)
SHAPES = ("triphasic", "biphasic", "noise")
RATES = (1000, 2000, 4000, 10000)
SEEDS = (1000, 1001)
PEER_SEEDS = (1000,)
PEER_RATE = 2000
SECONDS = 60.0
NEAR_S = 0.05
MERGE_S = 0.03
QUIET = ("nothing", "pink", "mains50", "pops", "ecg", "movement", "noise_level")
QUIET_S = 600.0
RUN = Path(__file__).parent / "peers" / "run_emg.py"
CHANNEL = Channel("simulated", None, Side.NONE, 0.0)


@dataclass
class Scored:
    """One recording: how many were found, missed and false, and the errors of the edges of those found, ms."""

    found: int
    missed: int
    false: int
    onset_ms: list[float] = field(default_factory=list)
    offset_ms: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)


def run(*, quick: bool = False) -> dict[str, Any]:
    """Score Facialis on every shape and rate, and its peers on some of them; time one channel of ten minutes."""
    seeds, rates = (SEEDS[:1], (2000,)) if quick else (SEEDS, RATES)
    every = {key: [_own(*key, seed) for seed in seeds] for key in _keys(rates)}
    result: dict[str, Any] = {
        "recordings": sum(map(len, every.values())),
        "seconds": SECONDS,
        "by snr": {str(snr): _summed([one for key in every if key[0] == snr for one in every[key]]) for snr in SNRS},
        "by shape": _parts(every, 1),
        "by rate": _parts(every, 2),
        "quiet": {name: _quiet(name, 60.0 if quick else QUIET_S) for name in QUIET},
    }
    if PEER.is_file():
        result["beside"] = _beside(PEER_SEEDS[:1] if quick else PEER_SEEDS)
        result["time"] = _times(60.0 if quick else 600.0)
    return result


def _keys(rates: Sequence[int]) -> list[tuple[int, str, int]]:
    return [(snr, shape, rate) for snr in SNRS for shape in SHAPES for rate in rates]


def _parts(every: dict[tuple[int, str, int], list[Scored]], place: int) -> dict[str, Any]:
    names = dict.fromkeys(key[place] for key in every)
    return {
        str(name): {
            str(snr): _summed([one for key in every if key[place] == name and key[0] == snr for one in every[key]])
            for snr in SNRS
        }
        for name in names
    }


def _made(snr: int, shape: str, rate: int, seed: int) -> tuple[Any, list[tuple[float, float]]]:
    made = simulate("train", seed, SECONDS, float(rate), snr_db=float(snr), shape=shape, muscles=["orbicularis_oculi"])
    return made.signals[0].astype(np.float32), [(one.onset_s, one.offset_s) for one in made.truth.bursts]


def _own(snr: int, shape: str, rate: int, seed: int) -> Scored:
    samples, true = _made(snr, shape, rate, seed)
    found = examine_chunk(samples, float(rate), 0.0, Span(0.0, SECONDS), CHANNEL, None).bursts.sound()
    intervals = list(zip(found.onset_low_s, found.onset_high_s, strict=True))
    return scored(true, list(zip(found.onset_s, found.offset_s, strict=True)), intervals)


def scored(
    true: Sequence[tuple[float, float]],
    found: Sequence[tuple[float, float]],
    intervals: Sequence[tuple[float, float]] | None = None,
) -> Scored:
    """Pair bursts one to one whose onsets are at most 50 ms apart, so that the sum of what is apart is least."""
    apart = np.abs(np.subtract.outer([t[0] for t in true], [f[0] for f in found])).reshape(len(true), len(found))
    rows, columns = linear_sum_assignment(np.minimum(apart, NEAR_S))
    pairs = [(r, c) for r, c in zip(rows, columns, strict=True) if apart[r, c] < NEAR_S]
    return Scored(
        len(pairs), len(true) - len(pairs), len(found) - len(pairs),
        [1000 * (found[c][0] - true[r][0]) for r, c in pairs],
        [1000 * (found[c][1] - true[r][1]) for r, c in pairs],
        [intervals[c][0] <= true[r][0] <= intervals[c][1] for r, c in pairs] if intervals else [],
    )  # fmt: skip


def _f1(parts: Sequence[Scored]) -> float:
    hits, wrong = sum(one.found for one in parts), sum(one.missed + one.false for one in parts)
    return 2 * hits / (2 * hits + wrong) if hits + wrong else float("nan")


def _onsets(parts: Sequence[Scored]) -> Any:
    return np.array([error for one in parts for error in one.onset_ms])


def _drawn(parts: Sequence[Scored], measure: Callable[[Sequence[Scored]], float]) -> dict[str, float]:
    """Return a measure with its 95 % interval, recordings drawn with replacement."""
    rng = np.random.default_rng(0)
    draws = [measure([parts[i] for i in rng.integers(0, len(parts), len(parts))]) for _ in range(200)]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return {"value": measure(parts), "low": float(low), "high": float(high)}


def _share(errors: Any, share: float) -> float:
    return float(np.percentile(errors, share)) if len(errors) else float("nan")


def _summed(parts: Sequence[Scored]) -> dict[str, Any]:
    errors = _onsets(parts)
    result: dict[str, Any] = {
        "true": sum(one.found + one.missed for one in parts),
        "missed": sum(one.missed for one in parts),
        "false": sum(one.false for one in parts),
        "f1": _drawn(parts, _f1),
    }
    if not len(errors):
        return result
    result["onset median ms"] = _drawn(parts, lambda some: _share(np.abs(_onsets(some)), 50))
    result["onset p95 ms"] = _drawn(parts, lambda some: _share(np.abs(_onsets(some)), 95))
    result["onset bias ms"] = _drawn(parts, lambda some: _share(_onsets(some), 50))
    result["onset mean ms"] = float(errors.mean())
    result["offset median ms"] = float(np.median(np.abs([e for one in parts for e in one.offset_ms])))
    if any(one.held for one in parts):
        result["held"] = _drawn(parts, lambda some: float(np.mean([h for one in some for h in one.held])))
    return result


def _quiet(name: str, seconds: float) -> dict[str, Any]:
    """Return how many bursts a minute are found where there are none."""
    made = simulate(
        "rest", 1000, seconds, 2000.0, muscles=["orbicularis_oculi"], confounders=() if name == "nothing" else (name,)
    )
    found = examine_chunk(made.signals[0].astype(np.float32), 2000.0, 0.0, Span(0.0, seconds), CHANNEL, None).bursts
    return {"minutes": seconds / 60, "false": len(found.sound()), "marked": len(found) - len(found.sound())}


def _peer(rate: int, paths: Sequence[Path]) -> list[dict[str, Any]]:
    done = subprocess.run([PEER, RUN, str(rate), *map(str, paths)], capture_output=True, text=True, check=True)
    records: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return records


def _merged(bursts: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Peers, too, see bursts less than 30 ms apart as one."""
    made: list[tuple[float, float]] = []
    for onset, offset in bursts:
        if made and onset - made[-1][1] < MERGE_S:
            made[-1] = (made[-1][0], max(offset, made[-1][1]))
        else:
            made.append((onset, offset))
    return made


def _beside(seeds: Sequence[int]) -> dict[str, Any]:
    """Score every detector on the same recordings at 2 kHz."""
    result: dict[str, Any] = {}
    for snr in SNRS:
        keys = [(snr, shape, PEER_RATE, seed) for shape in SHAPES for seed in seeds]
        made = [_made(*key) for key in keys]
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{place}.npy" for place in range(len(made))]
            for path, (samples, _) in zip(paths, made, strict=True):
                np.save(path, samples)
            records = _peer(PEER_RATE, paths)
        result.setdefault("Facialis", {})[str(snr)] = _summed([_own(*key) for key in keys])
        for name in records[0]:
            parts = [scored(true, _merged(one[name]["bursts"])) for one, (_, true) in zip(records, made, strict=True)]
            result.setdefault(name, {})[str(snr)] = _summed(parts)
    return result


def _times(seconds: float) -> dict[str, Any]:
    """Return the processor's time for one channel, each detector in the same run."""
    made = simulate("train", 1000, seconds, 2000.0, snr_db=10.0, muscles=["orbicularis_oculi"])
    samples = made.signals[0].astype(np.float32)
    rest = simulate("rest", 1000, seconds, 2000.0, muscles=["orbicularis_oculi"]).signals[0].astype(np.float32)
    own = {}
    for name, given in (("bursts", samples), ("rest", rest)):
        used = []
        for _ in range(3):
            begun = time.process_time()
            examine_chunk(given, 2000.0, 0.0, Span(0.0, seconds), CHANNEL, None)
            used.append(time.process_time() - begun)
        own[name] = min(used)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.npy"
        np.save(path, samples)
        peers = {name: found.get("processor_s") for name, found in _peer(2000, [path])[0].items()}
    return {
        "seconds": seconds,
        "own_s": own["bursts"],
        "ns a sample at rest": own["rest"] / len(rest) * 1e9,
        "ns a sample with bursts": own["bursts"] / len(samples) * 1e9,
        "times as long": {name: None if used is None else used / own["bursts"] for name, used in peers.items()},
    }
