"""Ectopic volleys: hemifacial spasm of one side or both, spasm of the jaw's muscles, and plain trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from facialis.emg.simulate.at_will import blinks
from facialis.emg.simulate.scene import CHEWING, EDGE_S, Scene, Volley
from facialis.emg.simulate.trains import volley
from facialis.findings import Side

_BLINK_MUSCLES = ("orbicularis_oculi",)
_MIXTURE = (0.28, 0.48, 0.12)  # events that are isolated, grouped, clustered as a salvo; the rest is tonic (n=124)


def train(
    scene: Scene,
    *,
    bursts_per_min: float = 24.0,
    discharge_hz: tuple[float, float] | float = (150.0, 350.0),
    jitter: float = 0.1,
    units: tuple[int, int] | int = (1, 4),
    locked: bool = False,
    burst_s: tuple[float, float] = (0.02, 1.5),
    gap_s: float = 0.06,
) -> list[Volley]:
    """Plan bursts of trains, independent in each channel, for benchmarks of bursts and of discharges."""
    rng = scene.rng
    hertz = discharge_hz if isinstance(discharge_hz, tuple) else (discharge_hz, discharge_hz)
    count = units if isinstance(units, tuple) else (units, units)
    planned: list[Volley] = []
    for channel in range(len(scene.channels)):
        lengths = np.exp(
            rng.uniform(np.log(burst_s[0]), np.log(burst_s[1]), round(bursts_per_min * scene.seconds / 60))
        )
        room = scene.seconds - 2 * EDGE_S
        # What does not fit with the gaps is left out.
        lengths = lengths[np.cumsum(lengths + gap_s + 0.02) < 0.9 * room]
        spare = rng.dirichlet(np.ones(len(lengths) + 1)) * (room - float(np.sum(lengths + gap_s + 0.02)))
        at = EDGE_S
        for length, free in zip(lengths, spare, strict=False):
            at += float(free)
            fired = volley(
                rng,
                len(scene.pools[channel]),
                float(length),
                float(rng.uniform(*hertz)),
                jitter,
                int(rng.integers(count[0], count[1] + 1)),
                locked=locked,
            )
            planned += scene.volley(channel, fired.moved(at), "train", next(scene.groups))
            at += float(length) + gap_s + 0.02
    return planned


def hemifacial_spasm(
    scene: Scene,
    *,
    events_per_min: float = 20.0,
    discharge_hz: tuple[float, float] = (150.0, 400.0),
    jitter: float = 0.1,
    lag_spread_s: float = 0.0015,
    taking_part: float = 0.9,
    after_share: float = 0.2,
    blinks_per_min: float = 20.0,
    blink_spread: float = 0.7,
    locked: float = 0.5,
    tonic_s: tuple[float, float] = (0.5, 10.0),
) -> list[Volley]:
    """Plan spasms of the affected side: all its muscles within milliseconds, and lips that twitch with each blink."""
    reach = scene.where(side=scene.side)
    conduction = _conduction(scene, reach)
    planned: list[Volley] = []
    for at, event in _events(scene, events_per_min, tonic_s):
        for place, (begin, length) in enumerate(event):
            planned += _together(
                scene,
                reach,
                at + begin,
                length,
                conduction,
                "spasm",
                discharge_hz,
                jitter,
                lag_spread_s,
                taking_part,
                locked,
            )
            # An after-discharge follows the last burst; between two it would make them one.
            if place == len(event) - 1 and scene.rng.random() < after_share:
                after = at + begin + length + float(scene.rng.uniform(0.05, 0.09))
                short = float(scene.rng.uniform(0.01, 0.04))
                planned += _together(
                    scene,
                    reach,
                    after,
                    short,
                    conduction,
                    "afterdischarge",
                    (250.0, 350.0),
                    jitter,
                    lag_spread_s,
                    0.6,
                    locked,
                    -3.0,
                )
    for blink in blinks(scene, per_min=blinks_per_min):
        planned.append(blink)
        lower = [place for place in reach if scene.channels[place].muscle not in (*_BLINK_MUSCLES, "frontalis")]
        own = scene.channels[blink.channel]
        if own.side is scene.side and own.muscle in _BLINK_MUSCLES and scene.rng.random() < blink_spread:
            late = float(blink.train.times_s[0] + scene.rng.uniform(0.002, 0.008))
            length = float(np.clip(scene.rng.lognormal(np.log(0.05), 0.4), 0.02, 0.2))
            planned += _together(
                scene,
                lower,
                late,
                length,
                conduction,
                "blink_spread",
                discharge_hz,
                jitter,
                lag_spread_s,
                0.9,
                locked,
                0.0,
                blink.group,
            )
    return planned


def bilateral_hemifacial_spasm(scene: Scene, **plan: Any) -> list[Volley]:
    """Plan spasms of both sides, each in its own time."""
    both: list[Volley] = []
    both += hemifacial_spasm(replace(scene, side=Side.LEFT), **plan)
    # The blinks are of both sides already.
    both += hemifacial_spasm(replace(scene, side=Side.RIGHT), **{**plan, "blinks_per_min": 0.0})
    return both


def hemimasticatory(
    scene: Scene, *, events_per_min: float = 15.0, blinks_per_min: float = 15.0, lag_spread_s: float = 0.001
) -> list[Volley]:
    """Plan spasms of masseter and temporalis of one side; the face stays out of it."""
    reach = scene.where(CHEWING, scene.side)
    conduction = _conduction(scene, reach)
    planned = blinks(scene, per_min=blinks_per_min)
    for at, event in _events(scene, events_per_min, (1.0, 6.0)):
        for begin, length in event:
            planned += _together(
                scene, reach, at + begin, length, conduction, "masseter", (60.0, 200.0), 0.2, lag_spread_s, 0.95, 0.3
            )
    return planned


def _events(
    scene: Scene, per_min: float, tonic_s: tuple[float, float]
) -> Iterator[tuple[float, list[tuple[float, float]]]]:
    """Draw events that do not run into each other: when each begins, and its bursts from there."""
    free = 0.0
    for at in scene.times(per_min, 0.8):
        if at >= free:
            event = _event(scene.rng, tonic_s)
            free = at + sum(event[-1]) + 0.5
            yield at, event


def _event(rng: np.random.Generator, tonic_s: tuple[float, float]) -> list[tuple[float, float]]:
    """Draw the bursts of one event: begin and length, seconds."""
    isolated, grouped, salvo = np.cumsum(_MIXTURE)
    kind = rng.random()
    if kind < isolated:
        return [(0.0, _length(rng, 0.02, 0.1))]
    if kind > salvo:
        return [(0.0, float(np.exp(rng.uniform(*np.log(tonic_s)))))]
    # Five to twenty bursts a second in a salvo (facts 6), slower in a group.
    count, pause = (
        (int(rng.integers(3, 9)), (0.08, 0.7)) if kind < grouped else (int(rng.integers(5, 21)), (0.05, 0.12))
    )
    begins: list[tuple[float, float]] = []
    at = 0.0
    for _ in range(count):
        length = _length(rng, 0.02, 0.2 if kind < grouped else 0.08)
        begins.append((at, length))
        at += length + float(rng.uniform(*pause))
    return begins


def _length(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.clip(rng.lognormal(np.log(0.06), 0.6), low, high))


def _conduction(scene: Scene, reach: list[int]) -> Mapping[int, float]:
    """Draw what each muscle's branch takes longer than the shortest: 2 to 4 ms between the eye and the mouth."""
    upper = ("orbicularis_oculi", "frontalis", "corrugator", "temporalis")
    return {
        place: float(
            scene.rng.uniform(0.0, 0.0005) if scene.channels[place].muscle in upper else scene.rng.uniform(0.002, 0.004)
        )
        for place in reach
    }


def _together(
    scene: Scene,
    reach: list[int],
    at: float,
    length: float,
    conduction: Mapping[int, float],
    kind: str,
    discharge_hz: tuple[float, float],
    jitter: float,
    lag_spread_s: float,
    taking_part: float,
    locked: float,
    extra_db: float = 0.0,
    group: int | None = None,
) -> list[Volley]:
    rng = scene.rng
    group = next(scene.groups) if group is None else group
    hertz = float(rng.uniform(*discharge_hz))
    as_one = bool(rng.random() < locked)
    planned: list[Volley] = []
    for place in reach:
        if rng.random() >= taking_part:
            continue
        begin = at + conduction[place] + float(rng.normal(0, lag_spread_s))
        own = max(length * float(rng.normal(1, 0.08)), 0.012)
        fired = volley(rng, len(scene.pools[place]), own, hertz, jitter, int(rng.integers(1, 9)), locked=as_one)
        planned += scene.volley(place, fired.moved(begin), kind, group, extra_db)
    return planned
