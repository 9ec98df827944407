"""Synchrony of electrodes: false alarms on muscles that know nothing of each other, the lag, the pattern.

Recordings are simulated and share no code with what is measured; seeds from 1000 on were never tuned on. Each is
judged twice: by its true bursts, and by the bursts that are found in its signals. NeuroKit2 and BioSPPy have nothing to
compare with: neither looks at two muscles at once. Beside it stands what a user would do today: the correlation of the
two envelopes, and the lag where it is highest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import signal, stats

from benchmarks import kept
from facialis.emg.bursts import Bursts
from facialis.emg.recording import Channel, Span
from facialis.emg.simulate import Simulated, simulate
from facialis.emg.synchrony import PATTERNS, Pair, findings, moments, pattern, synchrony
from facialis.findings import Side
from facialis.intervals import proportion

Floats = npt.NDArray[np.float64]
Figures = dict[str, Any]

FIRST_SEED = 1000
SECONDS = 60.0
RATE_HZ = 2000.0
SNRS_DB = (10.0, 6.0)
SPASMS: tuple[tuple[str, Figures], ...] = (
    ("hemifacial_spasm", {}),
    ("hemifacial_spasm", {"events_per_min": 6.0}),
    ("bilateral_hemifacial_spasm", {}),
)
CLASSES: tuple[tuple[str, str, Figures], ...] = (
    ("hemifacial_spasm", "hemifacial_spasm", {}),
    ("hemifacial_spasm", "hemifacial_spasm", {"events_per_min": 3.0}),
    ("hemifacial_spasm", "bilateral_hemifacial_spasm", {}),
    ("bilateral", "blepharospasm", {}),
    ("bilateral", "blepharospasm", {"meige": True}),
    ("bilateral", "blepharospasm", {"events_per_min": 6.0}),
    ("synkinesis", "synkinesis", {}),
    ("synkinesis", "synkinesis", {"acts_per_min": 5.0}),
    ("synkinesis", "synkinesis", {"taking_part": 0.8}),
    ("blinks", "blinks_only", {}),
    ("blinks", "blinks_only", {"per_min": 35.0}),
)
SHOWN: tuple[tuple[str, Figures], ...] = (
    *((name, {}) for name in ("hemifacial_spasm", "bilateral_hemifacial_spasm", "blepharospasm", "synkinesis")),
    *((name, {}) for name in ("blinks_only", "healthy", "voluntary", "functional", "tic")),
)
RHYTHMS = ("poisson", "rhythmic", "clustered", "bursty", "swinging")
LOCKED = ("spasm", "afterdischarge")
_TIMES = 1000


def run(*, quick: bool = False) -> Figures:
    """Measure false alarms, lags, patterns and time."""
    return {
        "independent": independent(20 if quick else 400),
        "lag": lags(1 if quick else 6),
        "crosstalk": crosstalk(1 if quick else 8),
        "pattern": patterns(1 if quick else 6),
        "signs": signs(1 if quick else 4),
        "speed": speed(),
    }


# --- muscles that know nothing of each other ---------------------------------------------------------------------


def train(kind: str, rng: np.random.Generator, seconds: float, rate: float) -> Floats:
    """Return onsets of a muscle by itself; in "swinging" the rate rises and falls as that of every other such train."""
    if kind == "rhythmic":
        found = rng.uniform(0, 1 / rate) + np.cumsum(rng.normal(1 / rate, 0.05 / rate, int(2 * rate * seconds) + 20))
    elif kind == "bursty":
        found = np.cumsum(rng.gamma(0.3, 1 / rate / 0.3, int(3 * rate * seconds) + 50))
    elif kind == "clustered":
        starts = rng.uniform(0, seconds, rng.poisson(seconds * rate / 8))
        found = np.concatenate([[], *(s + np.cumsum(rng.exponential(0.12, 1 + rng.poisson(7))) for s in starts)])
    else:
        found = rng.uniform(0, seconds, rng.poisson(seconds * rate * (2 if kind == "swinging" else 1)))
        if kind == "swinging":
            found = found[rng.random(len(found)) < 0.5 + 0.5 * np.sin(2 * np.pi * found / 120)]
    found = np.sort(found[(found >= 0) & (found < seconds)])
    return found[np.diff(found, prepend=-1.0) >= 0.045]


def independent(times: int) -> Figures:
    """Count pairs of independent muscles that are said to begin together, by how they fire."""
    result: Figures = {}
    for kind in RHYTHMS:
        hits = 0
        for trial in range(times):
            rng = np.random.default_rng([FIRST_SEED, trial])
            rate, seconds = (0.3, 600.0) if trial % 2 else (3.0, 120.0)
            table = _table([train(kind, rng, seconds, rate) for _ in range(2)])
            pair = synchrony(table, _MUSCLES[:2], (Span(0.0, seconds),), rng)[0]
            hits += bool(pair.above_chance)
        result[kind] = _share(hits, times)
    return result


_MUSCLES = tuple(Channel(f"muscle {place}", None, Side.NONE, RATE_HZ) for place in range(8))


def _table(trains: Sequence[Floats]) -> Bursts:
    onset = np.concatenate(trains)
    order = np.argsort(onset)
    channel = np.repeat(np.arange(len(trains)), [len(one) for one in trains])
    return Bursts.of_columns(len(onset), channel=channel[order], onset_s=onset[order], offset_s=onset[order] + 0.04)


# --- the lag -----------------------------------------------------------------------------------------------------


def lags(recordings: int) -> Figures:
    """Return how far lags of spasms are off, same side only; and how often the two sides are called synchronous."""
    rows: dict[str, list[Figures]] = {}
    for name, plan in SPASMS:
        for seed in range(FIRST_SEED, FIRST_SEED + recordings):
            for word, made, table in _read(name, seed, plan):
                rows.setdefault(word, []).append(_lags_of(made, table))
                if word != "true":
                    rows.setdefault(f"envelopes {word}", []).append(_envelopes(made))
        kept.say(f"lags of {name} {plan or ''}")
    return {word: _summed(each) for word, each in rows.items()}


def _read(kind: str, seed: int, plan: Figures, seconds: float = 2 * SECONDS) -> Iterator[tuple[str, Simulated, Bursts]]:
    """Yield true bursts, and those found at each ratio."""
    for snr_db in SNRS_DB:
        made = simulate(kind, seed, seconds, RATE_HZ, snr_db=snr_db, **plan)
        if snr_db == SNRS_DB[0]:
            yield "true", made, true_bursts(made)
        yield f"{snr_db:.0f} dB", made, found_bursts(made)


def channels_of(made: Simulated) -> tuple[Channel, ...]:
    """Return the channels as a recording has them."""
    return tuple(Channel(one.name, one.muscle, one.side, made.rate_hz) for one in made.channels)


def true_bursts(made: Simulated) -> Bursts:
    """Return the true bursts as a table."""
    each = made.truth.bursts
    columns = {name: [getattr(one, name) for one in each] for name in ("channel", "onset_s", "offset_s", "rms_uv")}
    return Bursts.of_columns(len(each), **columns)


def found_bursts(made: Simulated) -> Bursts:
    """Return the bursts found in the signals, each channel in one stretch."""
    from facialis.emg.bursts.chunk import examine_chunk

    core = Span(0.0, made.signals.shape[1] / made.rate_hz)
    return Bursts.joined(
        examine_chunk(made.signals[place], made.rate_hz, 0.0, core, channel, None, number=place).bursts
        for place, channel in enumerate(channels_of(made))
    )


def true_lags(made: Simulated, least: int = 5) -> dict[tuple[int, int], float]:
    """Return the median lag of each pair of one side over the spasms that both took part in, milliseconds."""
    begins: list[dict[int, float]] = [{} for _ in made.channels]
    for burst in made.truth.bursts:
        if burst.kind in LOCKED:
            begins[burst.channel].setdefault(burst.group, burst.onset_s)
    found = {}
    for first, second in _pairs(len(made.channels)):
        shared = begins[first].keys() & begins[second].keys()
        if len(shared) >= least and made.channels[first].side is made.channels[second].side:
            found[first, second] = 1000 * float(np.median([begins[second][g] - begins[first][g] for g in shared]))
    return found


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((first, second) for first in range(count) for second in range(first + 1, count))


def _lags_of(made: Simulated, table: Bursts) -> Figures:
    truth, span = true_lags(made), (Span(0.0, made.signals.shape[1] / made.rate_hz),)
    pairs = synchrony(table, channels_of(made), span, np.random.default_rng(made.truth.seed))
    by: dict[tuple[int, int], Pair] = {(one.first, one.second): one for one in pairs}
    known = {key: by[key].lag_ms for key in truth}
    across = [one for one in pairs if made.channels[one.first].side is not made.channels[one.second].side]
    tried = [one for one in across if one.chance is not None and one.chance.onsets >= 5]
    return {
        "errors": [each.value - truth[key] for key, each in known.items() if each],
        "held": [each.low <= truth[key] <= each.high for key, each in known.items() if each],
        "missed": sum(each is None for each in known.values()),
        "across": [bool(one.above_chance) for one in tried],
    }


def _envelopes(made: Simulated, reach_s: float = 0.06) -> Figures:
    """Return what the correlation of two envelopes says: rectified, 20 ms mean, over the whole recording."""
    rate = made.rate_hz
    band = signal.butter(4, (20.0, 450.0), "bandpass", fs=rate, output="sos")
    width = round(0.02 * rate)
    clean = np.abs(signal.sosfiltfilt(band, made.signals.astype(np.float64), axis=1))
    smooth = signal.fftconvolve(clean, np.full((1, width), 1 / width), mode="same", axes=1)
    smooth -= smooth.mean(axis=1, keepdims=True)
    far = round(reach_s * rate)
    errors = []
    for (first, second), truth in true_lags(made).items():
        slid = signal.correlate(smooth[second], smooth[first], mode="same", method="fft")
        middle = smooth.shape[1] // 2
        errors.append(1000 * (int(np.argmax(slid[middle - far : middle + far + 1])) - far) / rate - truth)
    return {"errors": errors, "held": [], "missed": 0, "across": []}


def _summed(each: Sequence[Figures]) -> Figures:
    """Return the figures of recordings together, their intervals by drawing recordings with replacement."""
    errors = [np.abs(one["errors"]) for one in each]
    every, signed = np.concatenate(errors), np.concatenate([one["errors"] for one in each])
    held, across = ([bit for one in each for bit in one[name]] for name in ("held", "across"))
    return {
        "recordings": len(each),
        "pairs": len(every),
        "missed": sum(one["missed"] for one in each),
        "median_ms": _drawn(errors, np.median),
        "p95_ms": _drawn(errors, lambda x: np.percentile(x, 95)),
        "bias_ms": float(np.median(signed)),
        "within_1_ms": float(np.mean(every <= 1.0)),
        "interval_holds": float(np.mean(held)) if held else None,
        "across_sides": _drawn([np.asarray(one["across"], float) for one in each if one["across"]], np.mean)
        if across
        else None,
        "across_pairs": len(across),
    }


# --- one muscle heard twice --------------------------------------------------------------------------------------


def crosstalk(recordings: int, share: tuple[float, float] = (0.1, 0.6)) -> Figures:
    """Count pairs that are called cross-talk: channels that hear their neighbour and nothing else, and muscles' own."""
    copies: list[bool] = []
    own: list[bool] = []
    for seed in range(FIRST_SEED, FIRST_SEED + recordings):
        made = simulate("hemifacial_spasm", seed, SECONDS, RATE_HZ, snr_db=20.0)
        rng = np.random.default_rng(seed)
        noise = rng.normal(0, made.truth.noise_uv, made.signals.shape[1])
        left = next(place for place, one in enumerate(made.channels) if one.side is Side.LEFT)
        heard = (rng.uniform(*share) * made.signals[left] + noise).astype(np.float32)
        made = replace(made, signals=np.vstack([made.signals, heard]), channels=(*made.channels, made.channels[left]))
        for one in _with_samples(made):
            if one.waveform is not None and made.channels[one.first].side is made.channels[one.second].side:
                is_copy = (one.first, one.second) == (left, len(made.channels) - 1)
                # The other muscles of the side hold the copy against their own too; that is no cross-talk.
                (copies if is_copy else own).append(one.waveform.crosstalk)
    return {"copies": _share(sum(copies), len(copies)), "own": _share(sum(own), len(own)), "share": list(share)}


def _with_samples(made: Simulated) -> tuple[Pair, ...]:
    band = signal.butter(2, (20.0, 450.0), "bandpass", fs=made.rate_hz, output="sos")
    clean = signal.sosfiltfilt(band, made.signals.astype(np.float64), axis=1).astype(np.float32)

    def samples(channel: int, start_s: float, stop_s: float) -> tuple[npt.NDArray[np.float32], float]:
        return clean[channel, round(start_s * made.rate_hz) : round(stop_s * made.rate_hz)], made.rate_hz

    span, rng = (Span(0.0, made.signals.shape[1] / made.rate_hz),), np.random.default_rng(made.truth.seed)
    return synchrony(found_bursts(made), channels_of(made), span, rng, samples)


# --- the pattern and the signs -----------------------------------------------------------------------------------


def patterns(recordings: int) -> Figures:
    """Return how well the patterns are told apart, each against the other three, in one minute."""
    scores: dict[str, list[tuple[str, dict[str, float]]]] = {}
    for want, kind, plan in CLASSES:
        for seed in range(FIRST_SEED, FIRST_SEED + recordings):
            for word, made, table in _read(kind, seed, plan, SECONDS):
                like = pattern(moments(table, channels_of(made))).probability
                scores.setdefault(word, []).append((want, dict(like or dict.fromkeys(PATTERNS, 0.25))))
        kept.say(f"pattern of {kind} {plan or ''}")
    return {word: {one: _auc(rows, one) for one in PATTERNS} for word, rows in scores.items()}


def signs(recordings: int, seconds: float = 4 * SECONDS) -> Figures:
    """Count what is said of the signs in four minutes of each kind, by the bursts found at the better ratio."""
    result: dict[str, dict[str, dict[str, int]]] = {}
    for kind, plan in SHOWN:
        for seed in range(FIRST_SEED, FIRST_SEED + recordings):
            made = simulate(kind, seed, seconds, RATE_HZ, snr_db=SNRS_DB[0], **plan)
            seen = moments(found_bursts(made), channels_of(made))
            for one in findings(seen, (Span(0.0, seconds),), np.random.default_rng(seed)):
                counts = result.setdefault(kind, {}).setdefault(one.code, {})
                counts[one.state.value] = counts.get(one.state.value, 0) + 1
        kept.say(f"signs of {kind}")
    return {"minutes": seconds / 60, "recordings": recordings, "counts": result}


def _auc(rows: Sequence[tuple[str, dict[str, float]]], name: str) -> Figures:
    of, rest = ([score[name] for want, score in rows if (want == name) is own] for own in (True, False))
    rng = np.random.default_rng(0)
    drawn = [_area(rng.choice(of, len(of)), rng.choice(rest, len(rest))) for _ in range(_TIMES)]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return {"value": _area(of, rest), "low": float(low), "high": float(high), "of": len(of), "rest": len(rest)}


def _area(of: Sequence[float] | Floats, rest: Sequence[float] | Floats) -> float:
    ranks = stats.rankdata(np.concatenate([of, rest]))[: len(of)]
    return float((ranks.sum() - len(of) * (len(of) + 1) / 2) / (len(of) * len(rest)))


# --- time --------------------------------------------------------------------------------------------------------


def speed() -> Figures:
    """Return how long 28 pairs of eight muscles over 72 hours take, some 43,000 bursts each in groups of ten."""
    rng, seconds = np.random.default_rng(FIRST_SEED), 72 * 3600.0
    trains = []
    for _ in _MUSCLES:
        starts = rng.uniform(0, seconds - 10, 4300)
        onset = np.sort((starts[:, None] + np.cumsum(rng.uniform(0.08, 0.2, (4300, 10)), axis=1)).ravel())
        trains.append(onset[np.diff(onset, prepend=-1.0) >= 0.045])
    table = _table(trains)
    begun = perf_counter()
    pairs = synchrony(table, _MUSCLES, (Span(0.0, seconds),), rng)
    return {"bursts": len(table), "pairs": len(pairs), "seconds": perf_counter() - begun}


def _share(hits: int, count: int) -> Figures:
    found = proportion(hits, count)
    return {"value": None, "count": 0} if found is None else {**found.to_json(), "count": count}


def _drawn(each: Sequence[Floats], of: Any) -> Figures:
    """Return a figure over recordings with its interval, recordings drawn with replacement."""
    parts = [np.asarray(one) for one in each if len(one)]
    rng = np.random.default_rng(0)
    drawn = [
        float(of(np.concatenate([parts[k] for k in rng.integers(0, len(parts), len(parts))]))) for _ in range(_TIMES)
    ]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return {"value": float(of(np.concatenate(parts))), "low": float(low), "high": float(high)}
