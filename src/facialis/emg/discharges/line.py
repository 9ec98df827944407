"""Bursts whose discharges are the mains: as regular as it, on its harmonics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import FloatArray

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

LINES_HZ = (50.0, 60.0)
HARMONICS = 9
NEAR = 0.02
"""A rate this close to a harmonic is looked at."""
DRIFT = 0.003
"""The mains wanders by less than this share; in bad networks too."""
_PULLS = 13
EXPLAINED = 0.85
"""A burst is the mains where so much of its power above the noise repeats with it. A train of 10 % variation keeps less
than 60 % of its power in step over a tenth of a second."""
LEAST_PERIODS = 3.0
"""A burst shorter than this many periods repeats with anything."""
STANDS_OUT = 8.0
"""The mains is in the rest where a harmonic has so many times the power of what lies beside it."""
_REST_S = 1.0


def in_rest(clean: FloatArray, rate_hz: float, starts: Places, stops: Places) -> tuple[float, ...]:
    """Return which mains frequencies are left in what lies between bursts: some of 50 and 60 Hz, or none.

    Parameters
    ----------
    clean : array of float32, shape (n,)
        Conditioned.
    rate_hz : float
    starts, stops : intp, shape (n_bursts,)
    """
    count = round(_REST_S * rate_hz)
    if len(clean) < count:
        return ()
    held = np.zeros(len(clean) + 1, np.int32)
    np.add.at(held, starts, 1)
    np.add.at(held, stops, -1)
    quiet = np.where(np.cumsum(held[:-1]) > 0, 0, clean)[: len(clean) // count * count].reshape(-1, count)
    power = np.mean(np.abs(np.fft.rfft(quiet * np.hanning(count), axis=1)) ** 2, axis=0)
    found = []
    for line in LINES_HZ:
        places = np.round(line * _REST_S * np.arange(2, HARMONICS + 1)).astype(np.intp)
        places = places[places < min(len(power) - 12, round(400 * _REST_S))]
        beside = np.median(power[places[:, None] + np.r_[-10:-4, 5:11]], axis=1)
        peak = power[places[:, None] + np.arange(-2, 3)].max(axis=1)
        if np.any(peak > STANDS_OUT * np.maximum(beside, np.finfo(np.float64).tiny)):
            found.append(line)
    return tuple(found)


def locked(
    clean: FloatArray,
    rate_hz: float,
    starts: Places,
    stops: Places,
    hz: Floats,
    noise_uv: float,
    lines: Sequence[float],
) -> npt.NDArray[np.bool_]:
    """Say which bursts are the mains; shape (n_bursts,).

    Parameters
    ----------
    clean : array of float32, shape (n,)
        Conditioned.
    rate_hz : float
    starts, stops : intp, shape (n_bursts,)
    hz : float64, shape (n_bursts,)
        Their rates; NaN is not looked at.
    noise_uv : float
    lines : sequence of float
        Mains frequencies that the recording has, hertz.
    """
    found = np.zeros(len(starts), bool)
    for line in lines:
        nth = np.round(hz / line)
        with np.errstate(invalid="ignore", divide="ignore"):
            near = (np.abs(hz / (nth * line) - 1) < NEAR) & (nth >= 1) & ~found
        for burst in np.flatnonzero(near & (stops - starts >= LEAST_PERIODS * rate_hz / line)):
            samples = clean[starts[burst] : stops[burst]].astype(np.float64)
            pulls = (_explained(samples, rate_hz, line * (1 + pull), noise_uv) for pull in _drifts())
            found[burst] = max(pulls) >= EXPLAINED
    return found


def _drifts() -> Floats:
    return np.linspace(-DRIFT, DRIFT, _PULLS)


def _explained(samples: Floats, rate_hz: float, line: float, noise_uv: float) -> float:
    """Return the share of the power above the noise that repeats with the line.

    What any samples give by chance, one part in so many for each number fitted, is taken off.
    """
    orders = np.arange(1, min(HARMONICS, int(0.45 * rate_hz / line)) + 1)
    angle = 2 * np.pi * line / rate_hz * np.arange(len(samples))[:, None] * orders
    waves = np.linalg.qr(np.concatenate([np.cos(angle), np.sin(angle)], axis=1))[0]
    whole, kept = float(np.sum(samples**2)), float(np.sum((waves.T @ samples) ** 2))
    noise, chance = len(samples) * noise_uv**2, waves.shape[1] * noise_uv**2
    return float((kept - chance) / max(whole - noise, 1e-9))
