"""Evoked responses against known truth, and artefacts of real sweeps that hold none; beside what a user does today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from benchmarks import kept
from facialis import intervals
from facialis.emg.evoked import Stimulated, Sweeps, artefact, blink, lateral
from facialis.emg.evoked.response import Response
from facialis.emg.simulate.sweeps import sweeps
from facialis.findings import Estimate, Side

FIRST = 1000
"""Nothing was chosen on seeds from here on."""

SETS, QUICK = 60, 8
RATIOS = (1.0, 2.0, 4.0)
LATE = {"lateral_spread": 60.0, "blink": 110.0}
ARTEFACTS = "emg/stim_artifact/EMG_artifacts_templib.mat"
RATE_KHZ = 22.0
SET_SIZE = 10

Floats = npt.NDArray[np.float64]
Judged = dict[str, Any]


def run(*, quick: bool = False) -> dict[str, Any]:
    """Return the figures."""
    count = QUICK if quick else SETS
    seeds = range(FIRST, FIRST + count)
    with ProcessPoolExecutor(2) as pool:
        kept.say("lateral spread")
        found: dict[str, Any] = {
            f"{ratio:g}": list(pool.map(partial(_lateral, ratio=ratio), seeds if ratio == 2.0 else seeds[: count // 2]))
            for ratio in RATIOS
        }
        absent = list(pool.map(partial(_lateral, ratio=None), range(FIRST + 5000, FIRST + 5000 + count)))
        kept.say("blink reflex")
        reflex = list(pool.map(_blink, range(FIRST + 10000, FIRST + 10000 + count)))
        kept.say("real artefacts")
        real = _real(pool, quick)
    return {
        "sets": count,
        "lateral": {ratio: _found(rows) for ratio, rows in found.items()},
        "absent": {who: _share(rows, who) for rows in [_flat(absent)] for who in ("facialis", *PEERS)},
        "m": _errors([one for rows in (*found["2"], *absent) for one in rows if one["name"] == "M"]),
        "f": _f([one for rows in (*found["2"], *absent) for one in rows if one["name"] == "F"]),
        "blink": _reflex(reflex),
        "real": real,
    }


def _blocks(made: Any) -> list[Sweeps]:
    stimulated = Stimulated.of(made.stimulated)
    return [
        Sweeps(one.name, one.muscle, one.side, stimulated, made.time_ms, made.signals[place].astype(np.float64))
        for place, one in enumerate(made.channels)
    ]


def _drawn(kind: str, seed: int, **more: Any) -> Any:
    rng = np.random.default_rng(seed)
    least = 8 if kind == "lateral_spread" else 6
    return sweeps(
        kind, seed, n=int(rng.integers(least, 31)), rate_hz=float(rng.choice([10_000, 20_000])),
        noise_uv=float(rng.uniform(3, 15)), mains_uv=float(rng.choice([0.0, 3.0])), **more,
    )  # fmt: skip


def _lateral(seed: int, ratio: float | None) -> list[Judged]:
    branch = ("zygomatic_left", "marginal_mandibular_left")[seed % 2]
    made = _drawn("lateral_spread", seed, stimulated=branch, present=ratio is not None, lsr_to_noise=ratio)
    blocks = _blocks(made)
    cleans = [artefact.without(block, LATE["lateral_spread"]) for block in blocks]
    rows = _held(made, lateral.responses(cleans, np.random.default_rng(0)))
    places = {one.name: place for place, one in enumerate(made.channels)}
    for row in rows:
        if row["name"] == "LSR":
            block = blocks[places[row["channel"]]]
            row["peers"] = {name: peer(block.uv, block.time_ms) for name, peer in PEERS.items()}
    return rows


def _blink(seed: int) -> list[Judged]:
    affected = Side.LEFT if seed % 2 else Side.NONE
    made = _drawn("blink", seed, stimulated="supraorbital_left", affected=affected)
    cleans = [artefact.without(block, LATE["blink"]) for block in _blocks(made)]
    return _held(made, blink.responses(cleans, np.random.default_rng(0)))


def _held(made: Any, responses: Iterable[Response]) -> list[Judged]:
    """Hold responses against the truth."""
    places = {one.name: place for place, one in enumerate(made.channels)}
    rows = []
    for one in responses:
        name = "volume" if one.volume_conducted and one.name == "M" else one.name
        truth = {other.name: other for other in made.truth.of(places[one.block.channel])}.get(name)
        latency = truth.median("latency_ms") if truth else None
        there = one.present and one.latency_ms is not None
        rows.append({
            "name": name, "channel": one.block.channel, "muscle": one.block.muscle, "true": truth is not None,
            "state": one.state.value, "latency_ms": latency,
            "error_ms": one.latency_ms.value - latency if there and latency is not None else None,  # type: ignore[union-attr]
            "inside": one.latency_ms.low <= latency <= one.latency_ms.high if there and latency is not None else None,  # type: ignore[union-attr]
        })  # fmt: skip
    return rows


def _filtered(uv: Floats, time: Floats) -> Floats:
    """Band-pass as an amplifier's software does it today, 20 to 2000 Hz, both ways."""
    rate = 1000.0 / (time[1] - time[0])
    sos = butter(2, (20.0, min(2000.0, 0.45 * rate)), "bandpass", fs=rate, output="sos")
    blanked = np.where((time > -0.1) & (time < 1.5), 0.0, uv)
    return np.asarray(sosfiltfilt(sos, blanked, axis=-1))


def _threshold(uv: Floats, time: Floats) -> float | None:
    """Return when the filtered average stays above three deviations of its noise for 0.5 ms, 6 to 16 ms."""
    average = _filtered(uv, time).mean(axis=0)
    noise = average[(time < -2) | (time > 60)]
    loud = (abs(average - noise.mean()) > 3 * noise.std()) & (time >= 6) & (time <= 16)
    long = np.convolve(loud, np.ones(max(2, round(0.5 / (time[1] - time[0])))), "valid") >= max(
        2, round(0.5 / (time[1] - time[0]))
    )
    return float(time[np.argmax(long)]) if long.any() else None


def _single(uv: Floats, time: Floats) -> float | None:
    """Return a latency if the rectified window is above the noise in half of the sweeps."""
    rectified = abs(_filtered(uv, time))
    noise = rectified[:, (time < -2) | (time > 60)]
    window = (time >= 6) & (time <= 16)
    limit = noise.mean(axis=1) + 3 * noise.std(axis=1) / np.sqrt(10)
    shown = rectified[:, window].mean(axis=1) > limit
    if shown.mean() < 0.5:
        return None
    loud = (rectified > (noise.mean(axis=1) + 3 * noise.std(axis=1))[:, None]) & window
    firsts = [float(time[np.argmax(row)]) for row in loud[shown] if row.any()]
    return float(np.median(firsts)) if firsts else 6.0


PEERS: dict[str, Callable[[Floats, Floats], float | None]] = {"threshold": _threshold, "single": _single}


def _flat(sets: Iterable[list[Judged]]) -> list[Judged]:
    return [one for rows in sets for one in rows if one["name"] == "LSR"]


def _found(sets: list[list[Judged]]) -> dict[str, Any]:
    rows = _flat(sets)
    result = {who: {"found": _share(rows, who)} for who in ("facialis", *PEERS)}
    result["facialis"] |= _errors(rows)
    for who in PEERS:
        errors = [one["peers"][who] - one["latency_ms"] for one in rows if one["peers"][who] is not None]
        result[who] |= _spread(errors)
    return result


def _says(one: Judged, who: str) -> bool:
    return bool(one["state"] == "present") if who == "facialis" else one["peers"][who] is not None


def _share(rows: Sequence[Judged], who: str) -> dict[str, Any]:
    return _told(intervals.proportion(sum(_says(one, who) for one in rows), len(rows))) | {"of": len(rows)}


def _told(estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {"value": None, "low": None, "high": None}
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _errors(rows: Sequence[Judged]) -> dict[str, Any]:
    known = [one for one in rows if one["error_ms"] is not None]
    if not known:
        return _spread([])
    inside = intervals.proportion(sum(bool(one["inside"]) for one in known), len(known))
    return _spread([one["error_ms"] for one in known]) | {"inside": _told(inside)}


def _spread(errors: Sequence[float]) -> dict[str, Any]:
    if not errors:
        return {"median_ms": None, "p95_ms": None, "bias_ms": None}
    size = np.abs(errors)
    median = intervals.median([float(one) for one in size])
    return {
        "median_ms": _told(median), "p95_ms": float(np.quantile(size, 0.95)), "bias_ms": float(np.median(errors)),
    }  # fmt: skip


def _f(rows: Sequence[Judged]) -> dict[str, Any]:
    true, false = [one for one in rows if one["true"]], [one for one in rows if not one["true"]]
    return {
        "found": _told(intervals.proportion(sum(one["state"] == "present" for one in true), len(true))),
        "false": _told(intervals.proportion(sum(one["state"] == "present" for one in false), len(false))),
    }


def _reflex(sets: Iterable[list[Judged]]) -> dict[str, Any]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for rows in sets:
        for one in rows:
            groups[f"{one['name']} {'eye' if one['muscle'] == 'orbicularis_oculi' else 'lips'}"].append(one)
    result = {}
    for name, rows in sorted(groups.items()):
        true = [one for one in rows if one["true"]]
        false = [one for one in rows if not one["true"]]
        result[name] = {
            "found": _told(intervals.proportion(sum(one["state"] == "present" for one in true), len(true))),
            "of": len(true),
            "false": _told(intervals.proportion(sum(one["state"] == "present" for one in false), len(false))),
            "without": len(false),
        } | _errors(rows)
    return result


def _real(pool: ProcessPoolExecutor, quick: bool) -> dict[str, Any] | None:
    """Judge real sweeps of facial muscles that hold an artefact and no response; add responses to them."""
    folder = kept.shared_data()
    if folder is None or not (folder / ARTEFACTS).is_file():
        return None
    from scipy.io import loadmat

    rows = loadmat(folder / ARTEFACTS)["EMG_save"].ravel()
    uv = np.array([row["data"].ravel() for row in rows], dtype=np.float64)
    who = np.array([f"{row['ID'][0]} {str(row['muscle'][0]).lower()}" for row in rows])
    rng = np.random.default_rng(FIRST)
    own = [np.flatnonzero(who == one) for one in np.unique(who)]
    own = [one for one in own if len(one) >= 8]
    mixed = [
        part for _ in range(1 if quick else 6) for part in np.array_split(rng.permutation(len(uv)), len(uv) // SET_SIZE)
    ]
    drawn = [rng.choice(one, 8, replace=False) for one in own for _ in range(1 if quick else 15)]
    result = {}
    for name, sets in (("own", own), ("drawn", drawn), ("mixed", mixed)):
        judged = list(pool.map(_artefact, [uv[one] for one in sets]))
        result[name] = {
            "sets": len(sets),
            "false": _told(intervals.proportion(sum(one[0] for one in judged), len(sets))),
            "sweeps": sum(len(one) for one in sets),
            "false_sweeps": _told(intervals.proportion(sum(one[1] for one in judged), sum(len(one) for one in sets))),
        }
    for name, size in (("added twice the noise", None), ("added 20 uV", 20.0)):
        added = [_added(uv[one], rng, size) for one in own for _ in range(1 if quick else 8)]
        judged = list(pool.map(_artefact, [one[0] for one in added]))
        errors = [one[2] - true for one, (_, true) in zip(judged, added, strict=True) if one[0] and one[2] is not None]
        found = intervals.proportion(sum(one[0] for one in judged), len(added))
        result[name] = {"sets": len(added), "found": _told(found)} | _spread(errors)
    return result


def _artefact(uv: Floats) -> tuple[bool, int, float | None]:
    """Return whether a lateral spread response is read, in how many of the sweeps, and its latency."""
    time = np.arange(uv.shape[1]) / RATE_KHZ
    block = Sweeps("real", "orbicularis_oris", Side.LEFT, Stimulated.of("zygomatic_left"), time, uv)
    clean = artefact.without(block, LATE["lateral_spread"])
    found = [one for one in lateral.responses([clean], np.random.default_rng(0)) if one.name == "LSR"]
    one = found[0]
    if not one.present or one.latency_ms is None:
        return False, 0, None
    return True, round((one.persistence or 0.0) * len(uv)), one.latency_ms.value


def _added(uv: Floats, rng: np.random.Generator, size_uv: float | None) -> tuple[Floats, float]:
    """Add a response of a size, or of twice the noise, to real sweeps, jitter and all."""
    made = sweeps(
        "lateral_spread", int(rng.integers(FIRST, 10**6)), n=len(uv), rate_hz=RATE_KHZ * 1e3, artefact_mv=(0.0, 0.0),
        noise_uv=1e-6, volume=0.0, late=0.0, lsr_uv=1.0, window_ms=(0.0, uv.shape[1] / RATE_KHZ),
    )  # fmt: skip
    place = next(place for place, one in enumerate(made.channels) if one.muscle == "orbicularis_oris")
    size = 2 * float(np.median(uv[:, 1320:].std(axis=1))) if size_uv is None else size_uv
    true = made.truth.of(place, "LSR")[0].median("latency_ms")
    assert true is not None
    return uv + size * made.evoked[place][:, : uv.shape[1]], float(true)
