"""Make one free-running recording: a kind of activity, noise, confounders, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from facialis.emg.simulate import at_will, rhythms, spasms
from facialis.emg.simulate.noise import noise
from facialis.emg.simulate.potentials import SHAPES, pool
from facialis.emg.simulate.render import render
from facialis.emg.simulate.scene import CHEWING, Scene, Volley
from facialis.emg.simulate.truth import Burst, SimChannel, Simulated, SimulationError, Truth
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
_ADC_STEP_UV = 0.1  # 16 bit over +-3.3 mV
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
    confounders: Sequence[Any] = (),
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
    if confounders:
        raise SimulationError("no confounders are made yet")
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    channels = channels_of(kind, muscles, side)
    pools = tuple(pool(rng, int(rng.integers(*_UNITS)), shape) for _ in channels)
    spread = (0.0 if kind == "train" else _SPREAD_DB) if spread_db is None else spread_db
    scene = Scene(rng, seconds, channels, pools, side, snr_db, spread, count())
    volleys = KINDS[kind](scene, **plan)
    size = round(seconds * rate_hz)
    signals, bursts = render(rng, volleys, pools, size, rate_hz, noise_uv, shape)
    for row in signals:
        row += noise(rng, size, rate_hz, noise_uv)
    np.round(signals / _ADC_STEP_UV, out=signals)
    signals *= _ADC_STEP_UV
    affected = Side.NONE if kind in _WITHOUT_SIDE else Side.BOTH if kind in _BOTH_SIDES else side
    settings: dict[str, Any] = {"seconds": seconds, "rate_hz": rate_hz, "snr_db": snr_db, "shape": shape, **plan}
    truth = Truth(kind, seed, affected, channels, bursts, lags(bursts), (), noise_uv, settings)
    return Simulated(channels, rate_hz, signals, truth)


def channels_of(kind: str, muscles: Muscles | None, side: Side) -> tuple[SimChannel, ...]:
    """Return the channels: each muscle on both sides, in ``train`` on the affected one."""
    usual = _JAW if kind == "hemimasticatory" else _FACE[:1] if kind == "train" else _FACE
    sides = (side,) if kind == "train" else (Side.LEFT, Side.RIGHT)
    made = []
    for muscle in usual if muscles is None else muscles:
        wanted = [(muscle, one) for one in sides] if isinstance(muscle, str) else [muscle]
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
        begins.setdefault(burst.channel, {}).setdefault(burst.group, burst.onset_s)
    found: dict[tuple[int, int], float] = {}
    for first in sorted(begins):
        for second in sorted(begins):
            shared = begins[first].keys() & begins[second].keys()
            if first < second and len(shared) >= least:
                found[first, second] = float(np.median([begins[second][one] - begins[first][one] for one in shared]))
    return found
