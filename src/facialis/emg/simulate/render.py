"""From planned bursts to signals, and to the truth read off the very potentials that were added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.signal import butter, sosfiltfilt

from facialis.emg.simulate.potentials import Floats, Pool, summed
from facialis.emg.simulate.scene import Volley
from facialis.emg.simulate.trains import ONE_BURST_GAP_S, Ints
from facialis.emg.simulate.truth import Burst, Signals

TONIC_S = 2.0
"""A burst this long is tonic (notes D1.6)."""
GROUP_GAP_S = 1.0
GROUP_SIZE = 3
"""Three or more bursts less than 1 s apart are a group (notes D1.6)."""

_UNEVEN = 0.05  # no two discharges of a unit are quite as large
_SMALLEST_RMS = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A volley as it lies in the signal."""

    volley: Volley
    begins_s: Floats
    ends_s: Floats
    with_spikes: bool


def render(
    rng: np.random.Generator,
    volleys: Sequence[Volley],
    pools: Sequence[Pool],
    count: int,
    rate_hz: float,
    noise_uv: float,
    shape: str,
) -> tuple[Signals, tuple[Burst, ...]]:
    """Add every volley at its exact strength and read the truth off.

    Returns
    -------
    clean : float32, shape (n_channels, count)
        Microvolts, without noise.
    bursts : tuple of Burst
        By onset.
    """
    clean = np.zeros((len(pools), count), np.float32)
    placed: list[list[_Placed]] = [[] for _ in pools]
    for volley in volleys:
        place = _add(rng, clean[volley.channel], volley, pools[volley.channel], rate_hz, noise_uv, shape)
        if place is not None:
            placed[volley.channel].append(place)
    bursts = [burst for row, here in zip(clean, placed, strict=True) for burst in _bursts(row, here, rate_hz, noise_uv)]
    return clean, tuple(sorted(bursts, key=lambda burst: (burst.onset_s, burst.channel)))


def _add(
    rng: np.random.Generator, row: Signals, volley: Volley, pool: Pool, rate_hz: float, noise_uv: float, shape: str
) -> _Placed | None:
    train = volley.train
    ends = train.times_s + pool.length_s[train.units]
    onset, offset = float(train.times_s.min()), float(ends.max())
    if shape == "noise":
        start, samples = _modulated(rng, onset, offset, rate_hz)
    else:
        gains = train.gains * np.clip(1 + _UNEVEN * rng.standard_normal(len(train)), 0.5, 1.5)
        start, samples = summed(train.times_s, train.units, gains, pool, rate_hz)
    first, last = int(np.ceil(onset * rate_hz)) - start, int(np.ceil(offset * rate_hz)) - start
    rms = float(np.sqrt(np.mean(samples[first:last] ** 2)))
    if start < 0 or start + len(samples) > len(row) or rms < _SMALLEST_RMS:
        return None
    row[start : start + len(samples)] += samples * (noise_uv * 10 ** (volley.snr_db / 20) / rms)
    if shape == "noise":
        return _Placed(volley, np.array([onset]), np.array([offset]), with_spikes=False)
    return _Placed(volley, train.times_s, ends, with_spikes=True)


def _modulated(rng: np.random.Generator, onset: float, offset: float, rate_hz: float) -> tuple[int, Floats]:
    """Return noise of a limited band whose strength rises, wavers and falls between two times."""
    start, stop = int(np.ceil(onset * rate_hz)), int(np.ceil(offset * rate_hz))
    count, pad = stop - start, round(0.05 * rate_hz)
    band = (rng.uniform(30, 80), min(rng.uniform(250, 500), 0.4 * rate_hz))
    sections = butter(2, band, "bandpass", fs=rate_hz, output="sos")
    drawn = sosfiltfilt(sections, rng.standard_normal(count + 2 * pad))[pad : pad + count]
    at = np.arange(start, stop) / rate_hz
    rise = rng.uniform(0.001, 0.005)
    edges = np.clip((at - onset) / rise, 0, 1) * np.clip((offset - at) / rise, 0, 1)
    waver = 1 + rng.uniform(0, 0.5) * np.sin(2 * np.pi * (rng.uniform(3, 40) * at + rng.uniform()))
    return start, drawn * edges * waver


def _bursts(row: Signals, placed: Sequence[_Placed], rate_hz: float, noise_uv: float) -> list[Burst]:
    """Cut the potentials of one channel wherever nothing is for 30 ms; each piece is a burst."""
    if not placed:
        return []
    begins = np.concatenate([one.begins_s for one in placed])
    ends = np.concatenate([one.ends_s for one in placed])
    owners = np.repeat(np.arange(len(placed)), [len(one.begins_s) for one in placed])
    order = np.argsort(begins, kind="stable")
    begins, ends, owners = begins[order], ends[order], owners[order]
    reached = np.maximum.accumulate(ends)
    cuts = np.flatnonzero(begins[1:] - reached[:-1] >= ONE_BURST_GAP_S) + 1
    pieces = np.split(np.arange(len(begins)), cuts)
    bursts = [_burst(row, placed, begins[one], ends[one], owners[one], rate_hz, noise_uv) for one in pieces]
    return _with_forms(bursts)


def _burst(
    row: Signals, placed: Sequence[_Placed], begins: Floats, ends: Floats, owners: Ints, rate_hz: float, noise_uv: float
) -> Burst:
    onset, offset = float(begins[0]), float(ends.max())
    within = row[int(np.ceil(onset * rate_hz)) : int(np.ceil(offset * rate_hz))].astype(np.float64)
    rms = float(np.sqrt(np.mean(within**2)))
    # The volley that has most of it names it.
    main = placed[int(np.bincount(owners).argmax())]
    spiked = np.array([placed[owner].with_spikes for owner in owners])
    hertz = main.volley.train.discharge_hz
    return Burst(
        channel=main.volley.channel,
        onset_s=onset,
        offset_s=offset,
        rms_uv=rms,
        snr_db=20 * float(np.log10(max(rms, _SMALLEST_RMS) / noise_uv)),
        form="isolated",
        discharge_hz=hertz if main.with_spikes and np.isfinite(hertz) else None,
        spikes=tuple(begins[spiked].tolist()),
        kind=main.volley.kind,
        group=main.volley.group,
    )


def _with_forms(bursts: list[Burst]) -> list[Burst]:
    gaps = [after.onset_s - before.offset_s for before, after in pairwise(bursts)]
    runs = np.split(np.arange(len(bursts)), [place + 1 for place, gap in enumerate(gaps) if gap >= GROUP_GAP_S])
    formed = list(bursts)
    for run in runs:
        for place in run:
            one = bursts[place]
            tonic = one.offset_s - one.onset_s >= TONIC_S
            form = "tonic" if tonic else "grouped" if len(run) >= GROUP_SIZE else "isolated"
            formed[place] = replace(one, form=form)
    return formed
