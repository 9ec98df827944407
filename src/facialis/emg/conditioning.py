"""Samples made fit to be measured: holes filled, one band kept, without moving anything in time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft, special

from facialis.emg.recording.model import FloatArray

LOW_HZ = 20.0
HIGH_HZ = 500.0
"""Band of facial surface electrodes: high-pass 15-25 Hz, low-pass 400-500 Hz (van Boxtel 2001)."""
HIGHEST_OF_RATE = 0.45
"""Where a recording is slower than 1 kHz the band ends at this share of its rate, below half of it."""
LOW_SLOPE_HZ = 8.0
HIGH_SLOPE_HZ = 150.0
"""Widths of the edges of the band. Both are Gaussian, so the filter does not ring: its response has died away 60 ms
from a pulse, and at its upper edge within 3 ms: an onset is not smeared."""
WORK_HZ = 2000.0
"""Bursts are sought at about this rate: the band ends far below half of it."""
EDGE_S = 0.3
"""The signal is carried on this far beyond its ends, at its level there, for the filter to settle."""

Spectrum = npt.NDArray[np.float32]


def high_hz(rate_hz: float) -> float:
    """Return where the band ends for a rate."""
    return min(HIGH_HZ, HIGHEST_OF_RATE * rate_hz)


def stride(rate_hz: float) -> int:
    """Return how many samples make one at the rate of work."""
    return max(1, round(rate_hz / WORK_HZ))


def filled(samples: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_] | None]:
    """Return samples without NaN, and where they were missing.

    Parameters
    ----------
    samples : array of float32, shape (n,)

    Returns
    -------
    samples : array of float32, shape (n,)
        A line joins the two sides of a hole; a signal without any number is zero.
    missing : array of bool, shape (n,), or None
        None where nothing is missing.
    """
    # One pass: a sum is finite only if every sample is.
    if np.isfinite(np.sum(samples, dtype=np.float64)):
        return samples, None
    missing = ~np.isfinite(samples)
    known = np.flatnonzero(~missing)
    made = samples.copy()
    made[missing] = np.interp(np.flatnonzero(missing), known, samples[known]) if len(known) else 0.0
    return made, missing


def band(hertz: npt.NDArray[np.floating[Any]], rate_hz: float) -> npt.NDArray[np.float64]:
    """Return the gain of the band at some frequencies."""
    # What lies below is a level's own share: none of it is left, or a stretch would keep some of the mean of its cut.
    below = special.ndtr((hertz + LOW_HZ) / LOW_SLOPE_HZ) - special.ndtr((hertz - LOW_HZ) / LOW_SLOPE_HZ)
    below /= special.ndtr(LOW_HZ / LOW_SLOPE_HZ) - special.ndtr(-LOW_HZ / LOW_SLOPE_HZ)
    return np.asarray((1 - below) * special.ndtr((high_hz(rate_hz) - hertz) / HIGH_SLOPE_HZ))


@lru_cache(maxsize=16)
def _response(length: int, rate_hz: float) -> Spectrum:
    """Return the gain of the band for the bins of a real transform of some length."""
    gain = band(np.arange(length // 2 + 1) * (rate_hz / length), rate_hz)
    gain[0] = 0.0
    return np.asarray(gain, np.float32)


def banded(samples: FloatArray, rate_hz: float) -> FloatArray:
    """Return the samples between 20 and 500 Hz, with no shift in time.

    Parameters
    ----------
    samples : array of float32, shape (n,)
        Without NaN.
    rate_hz : float

    Returns
    -------
    array of float32, shape (n,)
    """
    n = len(samples)
    if n < 2:
        return np.zeros(n, np.float32)
    edge = min(round(EDGE_S * rate_hz), n - 1)
    length = fft.next_fast_len(n + 2 * edge, real=True)
    long = np.zeros(length, np.float32)
    long[edge : edge + n] = samples - np.mean(samples, dtype=np.float64).astype(np.float32)
    # Turned about its end the noise there would count twice; carried on by its level it counts once.
    near = slice(edge, edge + max(edge // 3, 1)), slice(edge + n - max(edge // 3, 1), edge + n)
    begin, end = (float(np.median(long[part])) for part in near)
    fade = np.sin(np.linspace(0, np.pi / 2, edge, dtype=np.float32)) ** 2
    long[:edge] = begin * fade
    long[edge + n : edge + n + edge] = end * fade[::-1]
    spectrum = fft.rfft(long, overwrite_x=True)
    spectrum *= _response(length, rate_hz)
    made: FloatArray = fft.irfft(spectrum, length, overwrite_x=True)[edge : edge + n]
    return made
