"""Other involuntary activity: blepharospasm, myokymia of the face and of the lid, a tremor-like rhythm."""

from __future__ import annotations

import numpy as np

from facialis.emg.simulate.at_will import blinks
from facialis.emg.simulate.scene import Scene, Volley
from facialis.emg.simulate.trains import multiplet, recruited

_LIDS = ("orbicularis_oculi", "corrugator")


def blepharospasm(
    scene: Scene,
    *,
    events_per_min: float = 10.0,
    length_s: tuple[float, float] = (0.5, 5.0),
    hz: tuple[float, float] = (20.0, 60.0),
    side_lag_s: float = 0.005,
    meige: bool = False,
    blinks_per_min: float = 30.0,
) -> list[Volley]:
    """Plan squeezes of both eyes at once, an irregular interference pattern; with ``meige`` the lips join."""
    rng = scene.rng
    planned = blinks(scene, per_min=blinks_per_min)
    muscles = (*_LIDS, "orbicularis_oris", "mentalis", "platysma") if meige else _LIDS
    for at, length in scene.stretches(events_per_min, length_s):
        group = next(scene.groups)
        rise = float(rng.uniform(0.05, 0.25))
        for place in scene.where(muscles):
            of_lids = scene.channels[place].muscle in _LIDS
            if not of_lids and rng.random() > 0.85:
                continue
            size = len(scene.pools[place])
            fired = recruited(rng, size, length, hz, (0.25, 0.4), rise_s=rise, fall_s=2 * rise)
            late = float(rng.normal(0, side_lag_s)) + (0.0 if of_lids else float(rng.uniform(0.0, 0.06)))
            planned += scene.volley(place, fired.moved(at + late), "blepharospasm", group, 3.0)
    return planned


def myokymia(
    scene: Scene,
    *,
    hz: tuple[float, float] = (5.0, 60.0),
    period_s: tuple[float, float] = (0.4, 2.0),
    count: tuple[int, int] = (2, 8),
    blinks_per_min: float = 15.0,
    eyelid: bool = False,
) -> list[Volley]:
    """Plan doublets and multiplets that come back in a rhythm, each muscle in its own; or a lid's 3 to 8 Hz flicker."""
    rng = scene.rng
    planned = blinks(scene, per_min=blinks_per_min)
    for place in scene.where(_LIDS[:1] if eyelid else None, scene.side):
        if eyelid:
            planned += _flicker(scene, place)
            continue
        for unit in rng.choice(len(scene.pools[place]), int(rng.integers(1, 3)), replace=False):
            period, rate = float(rng.uniform(*period_s)), float(rng.uniform(*hz))
            most = max(2, min(count[1], int(0.7 * period * rate) + 1))
            many = int(rng.integers(count[0], most + 1))
            at = float(rng.uniform(0.2, 1.0))
            while at < scene.seconds:
                fired = multiplet(rng, int(unit), max(2, many + int(rng.integers(-1, 2))), rate, 0.05)
                planned += scene.volley(place, fired.moved(at), "myokymia", next(scene.groups))
                at += period * float(np.clip(rng.normal(1, 0.08), 0.5, 1.5))
    return planned


def _flicker(scene: Scene, place: int) -> list[Volley]:
    rng = scene.rng
    planned: list[Volley] = []
    for at in scene.times(4.0, 8.0):
        rate, unit = float(rng.uniform(3.0, 8.0)), int(rng.integers(len(scene.pools[place])))
        group, end, begin = next(scene.groups), at + float(rng.uniform(2.0, 10.0)), at
        while begin < end:
            fired = multiplet(rng, unit, int(rng.integers(1, 4)), float(rng.uniform(40.0, 80.0)), 0.1)
            planned += scene.volley(place, fired.moved(begin), "eyelid_myokymia", group)
            begin += float(rng.normal(1, 0.1)) / rate
    return planned


def regular_rhythm(
    scene: Scene,
    *,
    hz: tuple[float, float] = (4.0, 7.0),
    runs_per_min: float = 5.0,
    run_s: tuple[float, float] = (3.0, 12.0),
) -> list[Volley]:
    """Plan runs of bursts in a steady rhythm, as a tremor has it; both sides, all muscles."""
    rng = scene.rng
    planned = blinks(scene, per_min=12.0)
    rate = float(rng.uniform(*hz))
    reach = scene.where()
    phase = {place: float(rng.uniform(0, 0.03)) for place in reach}
    for at, lasts in scene.stretches(runs_per_min, run_s):
        begin, end = at, at + lasts
        while begin < end:
            group = next(scene.groups)
            length = float(rng.uniform(0.25, 0.4)) / rate
            for place in reach:
                fired = recruited(
                    rng,
                    len(scene.pools[place]),
                    length,
                    (20.0, 40.0),
                    (0.15, 0.25),
                    rise_s=0.2 * length,
                    fall_s=0.3 * length,
                )
                planned += scene.volley(place, fired.moved(begin + phase[place]), "rhythm", group, 1.0)
            begin += float(rng.normal(1, 0.04)) / rate
    return planned
