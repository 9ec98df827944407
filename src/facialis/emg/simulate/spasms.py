"""Ectopic volleys: hemifacial spasm of one side or both, spasm of the jaw's muscles, and plain trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from facialis.emg.simulate.at_will import blinks
from facialis.emg.simulate.scene import CHEWING, EDGE_S, Scene, Volley
from facialis.emg.simulate.trains import volley
from facialis.findings import Side

_UPPER = ("orbicularis_oculi", "frontalis", "corrugator", "temporalis")
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


@dataclass(frozen=True, slots=True)
class _Nerve:
    """How a volley reaches the muscles: over which, how much later, how regular, how closely together."""

    reach: tuple[int, ...]
    conduction: Mapping[int, float]
    discharge_hz: tuple[float, float]
    jitter: float
    lag_spread_s: float
    locked: float


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
    """Plan spasms of the affected side: all its muscles within milliseconds, and lips that twitch with each blink.

    Parameters
    ----------
    scene : Scene
    events_per_min : float
        Of spasms: a twitch, a group, a salvo or a held one.
    discharge_hz, jitter : (float, float), float
        Between which each burst's rate lies, and the variation of its intervals.
    lag_spread_s : float
        Standard deviation of a muscle's own begin around its branch's conduction.
    taking_part : float
        With which probability a muscle joins.
    after_share : float
        Share of the events that an after-discharge of 250 to 350 Hz follows.
    blinks_per_min : float
        Of both eyes.
    blink_spread : float
        Share of the blinks with which the lower face twitches.
    locked : float
        Share of the bursts whose units all fire at one impulse.
    tonic_s : (float, float)
        Between which a held spasm's length lies.
    """
    both = blinks(scene, per_min=blinks_per_min)
    nerve = _nerve(scene, scene.where(side=scene.side), discharge_hz, jitter, lag_spread_s, locked)
    planned = _spasms(scene, nerve, events_per_min, tonic_s, taking_part, after_share)
    return planned + both + _with_blinks(scene, nerve, both, blink_spread)


def bilateral_hemifacial_spasm(scene: Scene, **plan: Any) -> list[Volley]:
    """Plan spasms of both sides, each in its own time; the blinks are of both."""
    left, right = replace(scene, side=Side.LEFT), replace(scene, side=Side.RIGHT)
    planned = hemifacial_spasm(left, **plan)
    shared = [one for one in planned if one.kind == "blink"]
    planned += hemifacial_spasm(right, **{**plan, "blinks_per_min": 0.0})
    told = {name: plan[name] for name in ("discharge_hz", "jitter", "lag_spread_s", "locked") if name in plan}
    nerve = _nerve(right, right.where(side=Side.RIGHT), **told)
    return planned + _with_blinks(right, nerve, shared, float(plan.get("blink_spread", 0.7)))


def hemimasticatory(
    scene: Scene, *, events_per_min: float = 15.0, blinks_per_min: float = 15.0, lag_spread_s: float = 0.001
) -> list[Volley]:
    """Plan spasms of masseter and temporalis of one side; the face stays out of it."""
    nerve = _nerve(scene, scene.where(CHEWING, scene.side), (60.0, 200.0), 0.2, lag_spread_s, 0.3)
    planned = blinks(scene, per_min=blinks_per_min)
    for at, event in _events(scene, events_per_min, (1.0, 6.0)):
        for begin, length in event:
            planned += _together(scene, nerve, at + begin, length, "masseter", 0.95)
    return planned


def _spasms(
    scene: Scene, nerve: _Nerve, per_min: float, tonic_s: tuple[float, float], taking_part: float, after_share: float
) -> list[Volley]:
    rng = scene.rng
    planned: list[Volley] = []
    for at, event in _events(scene, per_min, tonic_s):
        for begin, length in event:
            planned += _together(scene, nerve, at + begin, length, "spasm", taking_part)
        # An after-discharge follows the last burst; between two it would make them one.
        if rng.random() < after_share:
            after = at + sum(event[-1]) + float(rng.uniform(0.05, 0.09))
            quick = replace(nerve, discharge_hz=(250.0, 350.0))
            planned += _together(scene, quick, after, float(rng.uniform(0.01, 0.04)), "afterdischarge", 0.6, -3.0)
    return planned


def _with_blinks(scene: Scene, nerve: _Nerve, both: Sequence[Volley], share: float) -> list[Volley]:
    """Plan the twitch of the lower face with the affected side's blinks."""
    rng = scene.rng
    lower = tuple(place for place in nerve.reach if scene.channels[place].muscle not in _UPPER)
    planned: list[Volley] = []
    for blink in both:
        if scene.channels[blink.channel].side is scene.side and rng.random() < share:
            late = float(blink.train.times_s[0] + rng.uniform(0.002, 0.008))
            length = float(np.clip(rng.lognormal(np.log(0.05), 0.4), 0.02, 0.2))
            spread = replace(nerve, reach=lower)
            planned += _together(scene, spread, late, length, "blink_spread", 0.9, group=blink.group)
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


def _nerve(
    scene: Scene,
    reach: Sequence[int],
    discharge_hz: tuple[float, float] = (150.0, 400.0),
    jitter: float = 0.1,
    lag_spread_s: float = 0.0015,
    locked: float = 0.5,
) -> _Nerve:
    """Draw what each muscle's branch takes longer than the shortest: 2 to 4 ms between the eye and the mouth."""
    rng = scene.rng
    conduction = {
        place: float(rng.uniform(0.0, 0.0005) if scene.channels[place].muscle in _UPPER else rng.uniform(0.002, 0.004))
        for place in reach
    }
    return _Nerve(tuple(reach), conduction, discharge_hz, jitter, lag_spread_s, locked)


def _together(
    scene: Scene,
    nerve: _Nerve,
    at: float,
    length: float,
    kind: str,
    taking_part: float,
    extra_db: float = 0.0,
    group: int | None = None,
) -> list[Volley]:
    """Plan one volley in all the muscles that join."""
    rng = scene.rng
    group = next(scene.groups) if group is None else group
    hertz = float(rng.uniform(*nerve.discharge_hz))
    as_one = bool(rng.random() < nerve.locked)
    planned: list[Volley] = []
    for place in nerve.reach:
        if rng.random() >= taking_part:
            continue
        begin = at + nerve.conduction[place] + float(rng.normal(0, nerve.lag_spread_s))
        own = max(length * float(rng.normal(1, 0.08)), 0.012)
        fired = volley(rng, len(scene.pools[place]), own, hertz, nerve.jitter, int(rng.integers(1, 9)), locked=as_one)
        planned += scene.volley(place, fired.moved(begin), kind, group, extra_db)
    return planned
