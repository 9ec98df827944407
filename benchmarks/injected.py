"""Known movements laid into measured signals, and arithmetic on times and counts: what each step costs by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks import score, staged
from facialis import intervals
from facialis.face.events.candidate import RECOVERED, crossing, farthest
from facialis.face.events.chance import judged
from facialis.face.events.channels import channels
from facialis.face.events.naming import likeliest
from facialis.face.events.onesided import one_sided
from facialis.face.regions import PARTS, SLOTS, pull_direction
from facialis.face.signals import REGIONS, SIDES, Signals
from facialis.face.simulate import repertoire
from facialis.face.simulate.actions import LID
from facialis.face.simulate.courses import Pulse, crossings
from facialis.findings import Side

Floats = npt.NDArray[np.float64]

REGION_SHARE = 0.6
"""What the mean over a region's points goes of what its farthest point does, about."""
LARGEST = (0.03, 0.10)
APART_S = 1.5
STEP_S = 0.0005


class Part(NamedTuple):
    """What one part of the face does: its largest displacement and its course."""

    name: str
    size: float
    pulse: Pulse


Act = Callable[[np.random.Generator, float, int], list[Part]]


def single(rng: np.random.Generator, start: float, _place: int) -> list[Part]:
    """Return a twitch of the corner of the mouth alone."""
    return [Part("zygomaticus", float(rng.uniform(*LARGEST)), repertoire.twitch(rng, start))]


def spread(rng: np.random.Generator, start: float, _place: int) -> list[Part]:
    """Return a spasm as the simulator draws it: several regions, up to 30 ms apart; one in five is held."""
    held = rng.random() < 0.2
    pulse = repertoire.tonic(rng) if held else repertoire.twitch(rng, 0.0)
    size = float(rng.uniform(*LARGEST))
    return [
        Part(name, gain * size, replace(pulse, start_s=start + float(rng.uniform(0, 0.03))))
        for name, gain in repertoire.recruited(rng).items()
    ]


def ladder(_rng: np.random.Generator, start: float, place: int) -> list[Part]:
    """Return the twitches of the film, one after the other."""
    frames, size = list(product(staged.FRAMES, staged.SIZES))[place % 9]
    return [Part("zygomaticus", size, Pulse(start, frames / 60, 0.0, frames / 60))]


def silence(time_s: Floats) -> Signals:
    """Return signals in which nothing moves and nothing is noisy."""
    count = len(time_s)

    def flat(*shape: int) -> npt.NDArray[np.float32]:
        return np.zeros((count, *shape), np.float32)

    pairs = list(product(REGIONS, SIDES))
    return Signals(
        time_s=time_s,
        pull={pair: flat() for pair in pairs},
        shift={pair: flat(2) for pair in pairs},
        parts={pair: flat(2) for pair in product(PARTS, SIDES)},
        closure={side: flat() for side in SIDES},
        aperture={side: flat() + 1 for side in SIDES},
        usable=np.ones(count, bool),
        head_speed=flat(),
        pose=flat(6),
        iod_px=flat() + 120,
        steps={
            pair: np.zeros((count, SLOTS[pair].stop - SLOTS[pair].start, 2), np.float16) for pair in SLOTS
        },
    )  # fmt: skip


def lay(signals: Signals, parts: Sequence[Part], side: Side) -> Signals:
    """Return the signals with one movement added on one side."""
    shifts, steps, closure = dict(signals.parts), dict(signals.steps), dict(signals.closure)
    for name, size, pulse in parts:
        course = size * pulse(signals.time_s)
        if name == LID:
            closure[side] = closure[side] + course.astype(np.float32)
            continue
        moved = course[:, None] * pull_direction(name, Side.LEFT)
        for part, (region, _) in PARTS.items():
            if region == name:
                shifts[part, side] = shifts[part, side] + (REGION_SHARE * moved).astype(np.float32)
        # Points lie in the axes of the face, regions as if they were on the left.
        own = moved * (1 if side is Side.LEFT else np.array([-1, 1]))
        step = np.diff(RECOVERED * own, axis=0, prepend=0)[:, None]
        steps[name, side] = (steps[name, side] + step).astype(np.float32)
    return replace(signals, parts=shifts, steps=steps, closure=closure)


def truth(parts: Sequence[Part]) -> dict[str, Any]:
    """Return onset, offset and size of a movement: where its largest displacement crosses a tenth of its top."""
    begin = min(part.pulse.start_s for part in parts)
    time_s = np.arange(begin - STEP_S, max(part.pulse.end_s for part in parts) + STEP_S, STEP_S)
    course = np.max([part.size * part.pulse(time_s) for part in parts], axis=0)
    onset, apex, offset = crossings(time_s, course)
    return {"onset_s": onset, "apex_s": apex, "offset_s": offset, "amplitude_iod": float(course.max())}


def read(signals: Signals) -> list[dict[str, Any]]:
    """Return the one-sided events of signals, whatever they are called."""
    ch = channels(signals)
    found = []
    for one in likeliest(judged(one_sided(ch)), 1 / ch.rate):
        span = (one.onset_s, one.apex_s, one.offset_s)
        size = max(farthest(signals, one.sizes, one.side, span), *one.sizes.values())
        found.append({"onset_s": span[0], "offset_s": span[2], "side": one.side.value, "amplitude_iod": size})
    return found


def errors(base: Signals, act: Act, passes: int, seed: int = 0) -> dict[str, Any]:
    """Lay movements into signals, pass after pass, and return how far what is found is off.

    Returns
    -------
    dict
        ``laid``, ``found`` (counts), ``onset_ms``, ``offset_ms`` (found less true), ``ratio`` (size, found over true).
    """
    rng = np.random.default_rng(seed)
    result: dict[str, Any] = {"laid": 0, "found": 0, "onset_ms": [], "offset_ms": [], "ratio": []}
    for _ in range(passes):
        signals, true, at = base, [], 0.8 + float(rng.uniform(0, APART_S))
        while at < base.time_s[-1] - 1.2:
            parts = act(rng, at, len(true))
            if max(part.pulse.end_s for part in parts) > base.time_s[-1] - 0.7:
                break
            side = SIDES[len(true) % 2]
            signals = lay(signals, parts, side)
            true.append(truth(parts) | {"side": side.value})
            at = max(part.pulse.end_s for part in parts) + APART_S + float(rng.uniform(0, 0.04))
        found = read(signals)
        for side in SIDES:
            mine = [[event for event in events if event["side"] == side.value] for events in (true, found)]
            tally = score.match(mine[0], mine[1], 0.5)
            result["laid"] += len(mine[0])
            result["found"] += len(tally.pairs)
            for edge in ("onset", "offset"):
                result[f"{edge}_ms"] += [1000 * (f[f"{edge}_s"] - t[f"{edge}_s"]) for t, f in tally.pairs]
            result["ratio"] += [f["amplitude_iod"] / t["amplitude_iod"] for t, f in tally.pairs if f["amplitude_iod"]]
    return result


def crossed(level: float, noise_iod: float, size: float, fps: float = 30.0, times: int = 2000) -> dict[str, float]:
    """Return what it costs to read an onset where a level is crossed, for twitches of one size as the simulator draws.

    Parameters
    ----------
    level : float
        Share of the peak.
    noise_iod : float
        Deviation of each picture's reading.
    size : float
        Peak, inter-ocular distances.

    Returns
    -------
    dict
        ``late_ms``: the crossing after the movement began, median; ``spread_ms``: half the middle 68 % of what pictures
        ``1 / fps`` apart and their noise make of it.
    """
    rng = np.random.default_rng(0)
    late, off = [], []
    for _ in range(times):
        pulse = repertoire.twitch(rng, 0.0)
        fine = np.arange(-STEP_S, pulse.end_s + STEP_S, STEP_S)
        true = crossings(fine, pulse(fine), level)[0]
        time_s = np.arange(-0.2 + float(rng.uniform(0, 1 / fps)), pulse.end_s + 0.2, 1 / fps)
        seen = pulse(time_s) + rng.normal(0, noise_iod / size, len(time_s))
        apex = int(seen.argmax())
        late.append(1000 * true)
        off.append(1000 * (crossing(time_s, seen, apex, level * float(seen[apex]), -1) - true))
    low, high = np.percentile(off, [16, 84])
    return {"late_ms": float(np.median(late)), "spread_ms": float(high - low) / 2}


def clock(time_s: Floats) -> dict[str, float]:
    """Return what frame number over rate would have cost, milliseconds: at the mean rate, and at the usual one.

    ``worst`` is the farthest that a moment would be off, ``span_p95`` the error of the length of 0.3 s in 95 %.
    """
    index = np.arange(len(time_s))
    step = np.diff(time_s)
    result: dict[str, float] = {"frames": len(time_s), "seconds": float(time_s[-1] - time_s[0])}
    result["usual_ms"], result["longest_ms"] = 1000 * float(np.median(step)), 1000 * float(step.max())
    for name, each in (("mean", (time_s[-1] - time_s[0]) / (len(time_s) - 1)), ("usual", float(np.median(step)))):
        off = 1000 * (index * each - (time_s - time_s[0]))
        ahead = max(1, round(0.3 / each))
        span = np.abs(off[ahead:] - off[:-ahead])
        result[f"{name}_worst_ms"] = float(np.abs(off).max())
        result[f"{name}_span_p95_ms"] = float(np.percentile(span, 95)) if len(span) else 0.0
    return result


def coverage(
    per_min: float,
    minutes: float,
    *,
    recall: float = 1.0,
    false_per_min: float = 0.0,
    volley: int = 1,
    times: int = 4000,
) -> dict[str, float]:
    """Return how often the interval of a rate holds the true one, and how far the rate is off in the mean.

    Parameters
    ----------
    per_min, minutes : float
        True rate and length of the film.
    recall, false_per_min : float
        Share of the spasms that is found, and false ones.
    volley : int
        Spasms come in groups of this many.
    times : int
        Films drawn.
    """
    rng = np.random.default_rng(0)
    true = volley * rng.poisson(per_min * minutes / volley, times)
    counts = rng.binomial(true, recall) + rng.poisson(false_per_min * minutes, times)
    held = 0
    kept: Mapping[int, Any] = {int(c): intervals.rate(int(c), 60 * minutes) for c in np.unique(counts)}
    for count in counts:
        interval = kept[int(count)]
        held += interval.low <= per_min <= interval.high
    return {"held": held / times, "found_over_true": float(counts.mean() / (per_min * minutes))}
