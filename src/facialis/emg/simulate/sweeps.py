"""Make sweeps: the lateral spread response and what stands beside it, the blink reflex and its spread to the lips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from facialis.emg.simulate.evoked_truth import Response, Sweeps, SweepsTruth
from facialis.emg.simulate.noise import noise
from facialis.emg.simulate.potentials import Floats, pool, summed
from facialis.emg.simulate.responses import Form, artefact, complex_form, compound, reflex
from facialis.emg.simulate.truth import Signals, SimChannel, SimulationError
from facialis.findings import Side

BRANCHES = {
    "zygomatic": ("orbicularis_oculi", "frontalis"),
    "marginal_mandibular": ("orbicularis_oris", "mentalis"),
}
"""Branches and the muscles that they move (DESIGN section 4)."""

SWEEP_KINDS = ("lateral_spread", "blink")

_WINDOW_MS = {"lateral_spread": (-20.0, 80.0), "blink": (-30.0, 120.0)}
_MUSCLES = {
    "lateral_spread": ("orbicularis_oculi", "orbicularis_oris", "mentalis"),
    "blink": ("orbicularis_oculi", "orbicularis_oris"),
}
_NORMAL_CHANGE = 0.08  # of a response's size from sweep to sweep


@dataclass(frozen=True, slots=True, eq=False)
class _Bench:
    """What a set of sweeps is drawn with."""

    rng: np.random.Generator
    channels: tuple[SimChannel, ...]
    branch: str
    side: Side
    affected: Side
    count: int
    time_ms: Floats
    noise_uv: float


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A response before it is laid into the sweeps; a latency of NaN is a sweep without it."""

    channel: int
    name: str
    forms: tuple[Form, ...]
    latency_ms: Floats
    peak_uv: Floats


def sweeps(
    kind: str,
    seed: int = 0,
    n: int = 15,
    rate_hz: float = 20_000.0,
    *,
    stimulated: str | None = None,
    affected: Side = Side.LEFT,
    muscles: Sequence[tuple[str, Side]] | None = None,
    noise_uv: float = 5.0,
    background_uv: float = 0.0,
    mains_uv: float = 0.0,
    mains_hz: float = 50.0,
    artefact_mv: tuple[float, float] = (1.0, 5.0),
    clip_uv: float | None = None,
    window_ms: tuple[float, float] | None = None,
    **plan: Any,
) -> Sweeps:
    """Make sweeps whose responses are known.

    Parameters
    ----------
    kind : {"lateral_spread", "blink"}
    seed, n : int
        n is the number of sweeps.
    rate_hz : float
    stimulated : str, optional
        ``zygomatic_left``, ``marginal_mandibular_right``, ``supraorbital_left``; by default on the affected side.
    affected : Side
        The side that has hemifacial spasm; NONE makes a healthy person.
    muscles : sequence of (str, Side), optional
    noise_uv : float
        Root mean square of the noise, white with a mild 1/f part, over the whole sweep.
    background_uv : float
        Root mean square of activity at will that goes on.
    mains_uv, mains_hz : float
        Amplitude and frequency of mains, any phase in each sweep.
    artefact_mv : (float, float)
        Between which its peak lies; (0, 0) for none.
    clip_uv : float, optional
        What the amplifier can show at most.
    window_ms : (float, float), optional
        -20 to 80 ms for the lateral spread, -30 to 120 ms for the blink reflex.
    **plan
        Of the kind: see :func:`lateral_spread` and :func:`blink`.

    Raises
    ------
    SimulationError
        If there is no such kind, branch or setting.
    """
    if kind not in SWEEP_KINDS:
        raise SimulationError(f"no sweeps {kind!r}: give one of {', '.join(SWEEP_KINDS)}")
    home = Side.LEFT if affected is Side.NONE else affected
    word = stimulated or f"{'zygomatic' if kind == 'lateral_spread' else 'supraorbital'}_{home.value}"
    branch, side = _stimulated(word, kind)
    rng = np.random.default_rng([seed, 77, SWEEP_KINDS.index(kind)])
    begin, end = window_ms or _WINDOW_MS[kind]
    first, last = round(begin * rate_hz / 1e3), round(end * rate_hz / 1e3)
    time_ms: Floats = np.arange(first, last).astype(np.float64) * (1e3 / rate_hz)
    sides = (side,) if kind == "lateral_spread" else (Side.LEFT, Side.RIGHT)
    pairs = muscles or [(muscle, one) for muscle in _MUSCLES[kind] for one in sides]
    channels = tuple(SimChannel(f"{one.value[0].upper()} {_short(muscle)}"[:16], muscle, one) for muscle, one in pairs)
    bench = _Bench(rng, channels, branch, side, affected, n, time_ms, noise_uv)
    makers: dict[str, Callable[..., list[_Drawn]]] = {"lateral_spread": lateral_spread, "blink": blink}
    try:
        drawn = makers[kind](bench, **plan)
    except TypeError as error:
        raise SimulationError(f"{kind}: {error}") from error
    evoked = np.stack([artefact(rng, time_ms, n, artefact_mv) for _ in channels]).astype(np.float32)
    responses = tuple(_lay(bench, evoked, one) for one in drawn)
    signals = evoked + _around(bench, rate_hz, background_uv, mains_uv, mains_hz)
    if clip_uv is not None:
        np.clip(signals, -clip_uv, clip_uv, out=signals)
    settings = {"n": n, "rate_hz": rate_hz, "background_uv": background_uv, "mains_uv": mains_uv, **plan}
    seen = tuple(one for one in responses if any(one.present))
    truth = SweepsTruth(kind, seed, word, affected, channels, seen, noise_uv, settings)
    return Sweeps(kind, channels, word, rate_hz, time_ms, signals, evoked, truth)


def lateral_spread(
    bench: _Bench,
    *,
    present: bool = True,
    lsr_to_noise: float | None = None,
    lsr_uv: float | None = None,
    latency_ms: float | None = None,
    jitter_ms: float | None = None,
    persistence: float = 1.0,
    polyphasic: float = 0.5,
    volume: float = 0.7,
    f_wave: float = 0.6,
    late: float = 0.25,
) -> list[_Drawn]:
    """Plan the responses to a stimulated branch.

    Parameters
    ----------
    bench : _Bench
    present : bool
        Whether the lateral spread response is there; only ever on the affected side.
    lsr_to_noise : float, optional
        Its peak (largest distance from the baseline) over the root mean square of the noise.
    lsr_uv : float, optional
        Its peak; by default log-uniform from 30 to 500 uV, a muscle each.
    latency_ms : float, optional
        Of its begin; by default 7.5 to 13 ms.
    jitter_ms : float, optional
        Standard deviation of it over the sweeps; by default 0.02 to 0.15, cut at 0.3 ms.
    persistence : float
        Share of the sweeps that have it, exact but for rounding.
    polyphasic : float
        Probability that it has many phases.
    volume, f_wave, late : float
        Probability that a muscle has the neighbour's M from afar, an F-wave (the stimulated ones) and a late reflex
        in some of the sweeps.
    """
    rng, drawn = bench.rng, []
    own = BRANCHES[bench.branch]
    spread_ms = rng.uniform(7.5, 13.0) if latency_ms is None else latency_ms
    m_ms = rng.uniform(3.0, 4.5)
    for place, channel in enumerate(bench.channels):
        if channel.side is not bench.side:
            continue
        if channel.muscle in own:
            begin = m_ms + rng.uniform(-0.15, 0.15)
            peak = float(rng.uniform(0.7, 3.0)) * 1e3
            drawn.append(_steady(bench, place, "M", compound(rng, rng.uniform(4, 7)), begin, 0.03, peak))
            if rng.random() < f_wave:
                drawn.append(_f_wave(bench, place, 0.04 * peak))
        else:
            if rng.random() < volume:
                begin = m_ms + rng.uniform(0.0, 0.4)
                form = compound(rng, rng.uniform(3, 4.5))
                drawn.append(_steady(bench, place, "volume", form, begin, 0.03, float(rng.uniform(20, 150))))
            if present and bench.affected is bench.side:
                peak = float(np.exp(rng.uniform(np.log(30), np.log(500)))) if lsr_uv is None else lsr_uv
                peak = peak if lsr_to_noise is None else lsr_to_noise * bench.noise_uv
                many = rng.random() < polyphasic
                form = complex_form(rng, rng.uniform(6, 12) if many else 4.0, int(rng.integers(3, 8)) if many else 1)
                jitter = float(rng.uniform(0.02, 0.15)) if jitter_ms is None else jitter_ms
                # The branches differ little in length; a latency that was asked for is that of every muscle.
                begin = spread_ms + (rng.uniform(0, 0.8) if latency_ms is None else 0.0)
                drawn.append(_steady(bench, place, "LSR", form, begin, jitter, peak, persistence))
        if rng.random() < late:
            drawn.append(_late(bench, place))
    return drawn


def blink(
    bench: _Bench,
    *,
    spread: bool = True,
    r1: bool = True,
    r2: bool = True,
    r1_ms: float | None = None,
    r2_ms: float | None = None,
    r1_to_noise: float | None = None,
    r2_to_noise: float | None = None,
    spread_persistence: float = 1.0,
    habituation: float | None = None,
) -> list[_Drawn]:
    """Plan the blink reflex: R1 on the stimulated side, R2 on both; in hemifacial spasm the lips take part.

    Parameters
    ----------
    bench : _Bench
    spread : bool
        Whether the affected side's lower muscles answer too: like R1 and R2 where that side is stimulated, like R2
        where the other one is.
    r1, r2 : bool
        Whether they are there at all.
    r1_ms, r2_ms : float, optional
        Latencies; by default N(10.0, 0.6) and N(29.5, 2.5) ms.
    r1_to_noise, r2_to_noise : float, optional
        Peak over the root mean square of the noise, of the spread too.
    spread_persistence : float
        Share of the sweeps in which the lips answer.
    habituation : float, optional
        By which part R2 falls from sweep to sweep; by default 0.01 to 0.08.
    """
    rng, drawn = bench.rng, []
    first = float(np.clip(rng.normal(10.0, 0.6), 8.5, 12.0)) if r1_ms is None else r1_ms
    second = float(np.clip(rng.normal(29.5, 2.5), 24.0, 36.0)) if r2_ms is None else r2_ms
    falls = float(rng.uniform(0.01, 0.08)) if habituation is None else habituation
    for place, channel in enumerate(bench.channels):
        lids = channel.muscle == "orbicularis_oculi"
        lips = spread and channel.side is bench.affected and channel.muscle in BRANCHES["marginal_mandibular"]
        if not lids and not lips:
            continue
        share, later = (1.0, 0.0) if lids else (spread_persistence, float(rng.uniform(0.3, 2.5)))
        if r1 and channel.side is bench.side:
            peak = float(rng.uniform(100, 500) if lids else rng.uniform(40, 250))
            peak = peak if r1_to_noise is None else r1_to_noise * bench.noise_uv
            form = complex_form(rng, rng.uniform(4, 7), int(rng.integers(1, 4)))
            drawn.append(_steady(bench, place, "R1", form, first + later, 0.12, peak, share))
        if r2:
            name = "R2i" if channel.side is bench.side else "R2c"
            begin = second + later + (0.0 if name == "R2i" else float(rng.normal(0.3, 0.8)))
            peak = float(rng.uniform(80, 300) if lids else rng.uniform(40, 150))
            peak = peak if r2_to_noise is None else r2_to_noise * bench.noise_uv
            forms = tuple(reflex(rng, float(rng.uniform(22, 45))) for _ in range(bench.count))
            peaks = peak * (1 - falls) ** np.arange(bench.count) * rng.uniform(0.75, 1.25, bench.count)
            latency = begin + rng.normal(0, 1.2, bench.count)
            drawn.append(_Drawn(place, name, forms, _kept(rng, latency, share), peaks))
    return drawn


def _stimulated(word: str, kind: str) -> tuple[str, Side]:
    branch, _, side = word.rpartition("_")
    known = tuple(BRANCHES) if kind == "lateral_spread" else ("supraorbital",)
    if branch not in known or side not in ("left", "right"):
        raise SimulationError(f"{kind} has no stimulus {word!r}: give {' or '.join(known)} with _left or _right")
    return branch, Side(side)


def _short(muscle: str) -> str:
    return muscle.replace("orbicularis", "orb").replace("_", " ")


def _kept(rng: np.random.Generator, latency: Floats, persistence: float) -> Floats:
    lost = rng.permutation(len(latency))[: len(latency) - round(persistence * len(latency))]
    latency[lost] = np.nan
    return latency


def _steady(
    bench: _Bench, place: int, name: str, form: Form, begin: float, jitter: float, peak: float, persistence: float = 1.0
) -> _Drawn:
    """Draw a response of one form and nearly one latency."""
    rng = bench.rng
    latency = begin + np.clip(rng.normal(0, jitter, bench.count), -0.3, 0.3)
    peaks = peak * np.clip(1 + _NORMAL_CHANGE * rng.standard_normal(bench.count), 0.5, 1.5)
    return _Drawn(place, name, (form,) * bench.count, _kept(rng, latency, persistence), peaks)


def _f_wave(bench: _Bench, place: int, middle_uv: float) -> _Drawn:
    """Draw F-waves: 7.8 to 10.2 ms, of another form each time, in a part of the sweeps."""
    rng = bench.rng
    begin = rng.uniform(8.4, 9.6)
    latency = np.clip(begin + rng.normal(0, 0.35, bench.count), 7.8, 10.2)
    peaks = np.clip(middle_uv * rng.lognormal(0, 0.5, bench.count), 20, 250)
    forms = tuple(complex_form(rng, rng.uniform(3.5, 7), int(rng.integers(1, 4))) for _ in range(bench.count))
    return _Drawn(place, "F", forms, _kept(rng, latency, float(rng.uniform(0.2, 0.9))), peaks)


def _late(bench: _Bench, place: int) -> _Drawn:
    """Draw a reflex later than 25 ms, never twice the same."""
    rng = bench.rng
    latency = rng.uniform(28, 38) + rng.normal(0, 2.0, bench.count)
    forms = tuple(reflex(rng, float(rng.uniform(15, 30))) for _ in range(bench.count))
    peaks = rng.uniform(30, 150) * rng.uniform(0.6, 1.4, bench.count)
    return _Drawn(place, "late", forms, _kept(rng, np.maximum(latency, 25.5), float(rng.uniform(0.3, 1.0))), peaks)


def _lay(bench: _Bench, evoked: Signals, drawn: _Drawn) -> Response:
    latencies: list[float | None] = []
    swings: list[float | None] = []
    peaks: list[float | None] = []
    for sweep, (form, latency, peak) in enumerate(zip(drawn.forms, drawn.latency_ms, drawn.peak_uv, strict=True)):
        if np.isnan(latency):
            latencies.append(None)
            swings.append(None)
            peaks.append(None)
            continue
        evoked[drawn.channel, sweep] += form.at(bench.time_ms, float(latency), float(peak))
        latencies.append(float(latency))
        swings.append(float(peak) * form.swing)
        peaks.append(float(peak))
    return Response(drawn.channel, drawn.name, tuple(latencies), tuple(swings), tuple(peaks))


def _around(bench: _Bench, rate_hz: float, background_uv: float, mains_uv: float, mains_hz: float) -> Signals:
    """Return what goes on whether or not there is a stimulus, in the shape of the sweeps."""
    rng, width = bench.rng, len(bench.time_ms)
    rows = []
    for _ in bench.channels:
        row = noise(rng, bench.count * width, rate_hz, bench.noise_uv)
        if background_uv:
            row += background(rng, len(row), rate_hz, background_uv)
        rows.append(row.reshape(bench.count, width))
    around = np.stack(rows)
    if mains_uv:
        phase = rng.uniform(0, 2 * np.pi, (1, bench.count, 1))
        gains = rng.uniform(0.5, 1.5, (len(bench.channels), 1, 1))
        wave = np.sin(2 * np.pi * mains_hz * bench.time_ms / 1e3 + phase)
        around += (mains_uv * gains * wave).astype(np.float32)
    return around


def background(rng: np.random.Generator, count: int, rate_hz: float, rms_uv: float) -> Signals:
    """Draw activity at will that goes on: a dozen units at 8 to 20 Hz."""
    units = pool(rng, 12)
    seconds = count / rate_hz
    fired = [np.sort(rng.uniform(0, seconds, max(int(seconds * rng.uniform(8, 20)), 1))) for _ in range(len(units))]
    owners = np.repeat(np.arange(len(units)), [len(one) for one in fired])
    start, samples = summed(np.concatenate(fired), owners, np.ones(len(owners)), units, rate_hz)
    row = np.zeros(count, np.float32)
    begin, stop = max(start, 0), min(start + len(samples), count)
    row[begin:stop] = samples[begin - start : stop - start]
    return np.asarray(row * (rms_uv / max(float(np.sqrt(np.mean(row**2))), 1e-9)), np.float32)
