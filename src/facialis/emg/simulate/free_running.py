"""Make one free-running recording: a kind of activity, noise, confounders, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from facialis.emg.simulate import at_will, rhythms, spasms
from facialis.emg.simulate.confounders import ADDED, Confounder, Ground, cross_talk, gaps, named, noise_level
from facialis.emg.simulate.noise import noise
from facialis.emg.simulate.potentials import SHAPES, pool
from facialis.emg.simulate.render import render
from facialis.emg.simulate.scene import CHEWING, MUSCLES, Scene, Volley
from facialis.emg.simulate.truth import (
    Burst,
    Disturbance,
    Signals,
    SimAnnotation,
    SimChannel,
    Simulated,
    SimulationError,
    Truth,
)
from facialis.findings import Side

KINDS: dict[str, Callable[..., list[Volley]]] = {
    "hemifacial_spasm": spasms.hemifacial_spasm,
    "bilateral_hemifacial_spasm": spasms.bilateral_hemifacial_spasm,
    "blepharospasm": rhythms.blepharospasm,
    "synkinesis": at_will.synkinesis,
    "myokymia": rhythms.myokymia,
    "functional": at_will.functional,
    "tic": at_will.tic,
    "blinks_only": at_will.blinks_only,
    "voluntary": at_will.voluntary,
    "healthy": at_will.healthy,
    "rest": at_will.rest,
    "hemimasticatory": spasms.hemimasticatory,
    "regular_rhythm": rhythms.regular_rhythm,
    "train": spasms.train,
}
"""What can be simulated, and what plans it; a plan's keyword arguments are those of ``simulate``."""

_FACE = ("orbicularis_oculi", "orbicularis_oris", "mentalis")
_JAW = ("orbicularis_oculi", "orbicularis_oris", *CHEWING)
_WITHOUT_SIDE = ("blinks_only", "voluntary", "healthy", "rest", "regular_rhythm")
_BOTH_SIDES = ("bilateral_hemifacial_spasm", "blepharospasm")
_IN_SLEEP = ("spasm", "afterdischarge", "masseter", "myokymia", "train")
_ADC_STEP_UV = 0.1  # 16 bit over +-3.3 mV
_LEAST_HZ = 200.0  # below it no band of muscle is left
_UNITS = (10, 40)
_SPREAD_DB = 2.0

Muscles = Sequence[str] | Sequence[tuple[str, Side]]


def simulate(
    kind: str,
    seed: int = 0,
    seconds: float = 60.0,
    rate_hz: float = 4000.0,
    side: Side = Side.LEFT,
    snr_db: float = 15.0,
    muscles: Muscles | None = None,
    noise_uv: float = 3.0,
    confounders: Sequence[str | Confounder] = (),
    *,
    shape: str = "triphasic",
    spread_db: float | None = None,
    **plan: Any,
) -> Simulated:
    """Make a recording whose truth is known.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    seed : int
        The same seed gives the same recording.
    seconds, rate_hz : float
    side : Side
        The affected one.
    snr_db : float
        10 log10 of a burst's mean square over the noise's, both as written: in ``train`` exactly that of every burst,
        elsewhere of one of middle strength.
    muscles : sequence of str, or of (str, Side), optional
        Names of muscles, each recorded on both sides (in ``train`` on the affected one), or each with its side.
    noise_uv : float
        Root mean square of the noise of each channel.
    confounders : sequence of str or Confounder
        What disturbs it, see :data:`facialis.emg.simulate.confounders.CONFOUNDERS`.
    shape : {"triphasic", "biphasic", "noise"}
        Of the potentials; "noise" makes bursts of modulated noise, which have no discharges.
    spread_db : float, optional
        Standard deviation of the strengths; 0 in ``train``, 2 elsewhere.
    **plan
        Of the kind, see its function.

    Returns
    -------
    Simulated

    Raises
    ------
    SimulationError
        If there is no such kind, shape or setting.
    """
    if kind not in KINDS:
        raise SimulationError(f"no kind {kind!r}: give one of {', '.join(KINDS)}")
    if shape not in SHAPES:
        raise SimulationError(f"no shape {shape!r}: give one of {', '.join(SHAPES)}")
    if seconds < 2 or rate_hz < _LEAST_HZ or noise_uv <= 0:
        raise SimulationError(f"a recording lasts 2 s at least, at {_LEAST_HZ:g} Hz at least, with some noise")
    asked = named(confounders)
    root = [seed, list(KINDS).index(kind)]
    rng = np.random.default_rng(root)
    channels = channels_of(kind, muscles, side)
    pools = tuple(pool(rng, int(rng.integers(*_UNITS)), shape) for _ in channels)
    spread = (0.0 if kind == "train" else _SPREAD_DB) if spread_db is None else spread_db
    scene = Scene(rng, seconds, channels, pools, side, snr_db, spread, count(), _tasks(seconds, asked.get("tasks")))
    try:
        volleys, notes = _planned(scene, kind, plan, asked.get("sleep"))
    except TypeError as error:
        raise SimulationError(f"{kind}: {error}") from error
    clean, bursts = render(rng, volleys, pools, round(seconds * rate_hz), rate_hz, noise_uv, shape)
    # What disturbs has its own randomness, so that the activity is the same with and without it.
    ground = Ground(np.random.default_rng([*root, 1]), channels, rate_hz, seconds)
    signals, disturbances = _disturbed(ground, clean, np.random.default_rng([*root, 2]), noise_uv, asked)
    kept = tuple(_as_recorded(burst, disturbances) for burst in bursts if not _lost(burst, disturbances))
    affected = Side.NONE if kind in _WITHOUT_SIDE else Side.BOTH if kind in _BOTH_SIDES else side
    settings: dict[str, Any] = {"seconds": seconds, "rate_hz": rate_hz, "snr_db": snr_db, "shape": shape, **plan}
    truth = Truth(kind, seed, affected, channels, kept, lags(kept), disturbances, noise_uv, settings)
    return Simulated(channels, rate_hz, signals, truth, notes)


def _tasks(seconds: float, settings: dict[str, Any] | None) -> tuple[tuple[float, str], ...]:
    """Return when what is asked for: every ``every_s`` seconds the next of ``acts``."""
    if settings is None:
        return ()
    every = float(settings.get("every_s", 8.0))
    acts = tuple(settings.get("acts", ("close eyes", "smile")))
    return tuple(
        (at, acts[place % len(acts)]) for place, at in enumerate(np.arange(2.0, seconds - 4.0, every).tolist())
    )


def _planned(
    scene: Scene, kind: str, plan: dict[str, Any], sleep: dict[str, Any] | None
) -> tuple[list[Volley], tuple[SimAnnotation, ...]]:
    volleys = KINDS[kind](scene, **plan)
    notes = [SimAnnotation(at, 0.0, name) for at, name in scene.tasks]
    if kind != "synkinesis":
        for at, name in scene.tasks:
            volleys += at_will.asked(scene, at, name)
    if sleep is not None:
        start, end = float(sleep.get("start_s", 0.5 * scene.seconds)), float(sleep.get("end_s", scene.seconds))
        volleys = _asleep(scene, volleys, start, end, float(sleep.get("keep", 0.2)))
        # As EDF+ has them in polysomnography, each with its length.
        stages = [(0.0, start, "Sleep stage W"), (start, end, "Sleep stage N2"), (end, scene.seconds, "Sleep stage W")]
        notes += [SimAnnotation(begin, stop - begin, name) for begin, stop, name in stages if stop > begin]
    return volleys, tuple(sorted(notes, key=lambda note: note.onset_s))


def _asleep(scene: Scene, volleys: list[Volley], start: float, end: float, keep: float) -> list[Volley]:
    """Drop what a sleeper does not do: all that is willed, all blinks, and most of the spasms."""
    kept: list[Volley] = []
    lasting: dict[int, bool] = {}
    for volley in volleys:
        if start <= volley.train.times_s[0] < end:
            stays = lasting.setdefault(volley.group, bool(scene.rng.random() < keep))
            if not stays or volley.kind not in _IN_SLEEP:
                continue
        kept.append(volley)
    return kept


def _disturbed(
    ground: Ground, clean: Signals, rng: np.random.Generator, noise_uv: float, asked: dict[str, dict[str, Any]]
) -> tuple[Signals, tuple[Disturbance, ...]]:
    """Return what an amplifier writes down, 16 bit, and what disturbed it."""
    done: list[Disturbance] = []
    rows = np.stack([noise(rng, clean.shape[1], ground.rate_hz, noise_uv) for _ in clean])
    if "cross_talk" in asked:
        done += cross_talk(ground, clean, **asked["cross_talk"])
    if "noise_level" in asked:
        done += noise_level(ground, rows, **asked["noise_level"])
    signals = clean
    signals += rows
    for name, add in ADDED.items():
        if name in asked:
            done += add(ground, signals, **asked[name])
    np.rint(signals / _ADC_STEP_UV, out=signals)
    np.clip(signals, -32768, 32767, out=signals)
    signals *= _ADC_STEP_UV
    if "gaps" in asked:
        done += gaps(ground, signals, **asked["gaps"])
    return signals, tuple(sorted(done, key=lambda one: one.start_s))


def _lost(burst: Burst, disturbances: Sequence[Disturbance]) -> bool:
    """Whether any of a burst lies in a gap or under a missing electrode: then nobody can find it as it was."""
    return any(
        one.name in ("gaps", "electrode_off")
        and burst.onset_s < one.end_s
        and burst.offset_s > one.start_s
        and (not one.channels or burst.channel in one.channels)
        for one in disturbances
    )


def _as_recorded(burst: Burst, disturbances: Sequence[Disturbance]) -> Burst:
    """Return a burst with the signal-to-noise ratio that it had where the noise was louder."""
    for one in disturbances:
        if one.name == "noise_level" and one.size and one.start_s <= burst.onset_s < one.end_s:
            return replace(burst, snr_db=burst.snr_db - 20 * float(np.log10(one.size)))
    return burst


def channels_of(kind: str, muscles: Muscles | None, side: Side) -> tuple[SimChannel, ...]:
    """Return the channels: each muscle on both sides, in ``train`` on the affected one."""
    usual = _JAW if kind == "hemimasticatory" else _FACE[:1] if kind == "train" else _FACE
    sides = (side,) if kind == "train" else (Side.LEFT, Side.RIGHT)
    made = []
    for muscle in usual if muscles is None else muscles:
        wanted = [(muscle, one) for one in sides] if isinstance(muscle, str) else [muscle]
        for name, _ in wanted:
            if name not in MUSCLES:
                raise SimulationError(f"no muscle {name!r}: give one of {', '.join(MUSCLES)}")
        made += [SimChannel(_label(name, one), name, one) for name, one in wanted]
    return tuple(made)


def _label(muscle: str, side: Side) -> str:
    # An EDF label holds 16 characters.
    words = muscle.replace("orbicularis", "orb").replace("_", " ")
    return f"{side.value[0].upper()} {words}"[:16]


def lags(bursts: Sequence[Burst], least: int = 5) -> dict[tuple[int, int], float]:
    """Return the median lag of each pair of channels that shared at least five events."""
    begins: dict[int, dict[int, float]] = {}
    for burst in bursts:
        # The lips follow a blink by another way than they follow a spasm; one median of both would be neither.
        if burst.kind != "blink_spread":
            begins.setdefault(burst.channel, {}).setdefault(burst.group, burst.onset_s)
    found: dict[tuple[int, int], float] = {}
    for first in sorted(begins):
        for second in sorted(begins):
            shared = begins[first].keys() & begins[second].keys()
            if first < second and len(shared) >= least:
                found[first, second] = float(np.median([begins[second][one] - begins[first][one] for one in shared]))
    return found
