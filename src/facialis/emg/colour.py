"""The colour of rest: noise of electrodes is louder at low frequencies, and is made white before bursts are sought.

Skin and electrode add noise whose power falls with frequency, amplifiers noise that is white (Huigen 2002). Beside
rest taken for white, the slow swings of such noise are bursts. Its colour is read from how alike neighbouring samples
of quiet frames are; one filter for each colour, short and causal, makes it white: nothing is moved before its onset.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from facialis.emg.conditioning import band
from facialis.emg.recording.model import FloatArray

Floats = npt.NDArray[np.float64]

COLOURS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 250.0, 1000.0)
"""Power at 100 Hz of what falls with frequency, as a multiple of what is white; between them filters are mixed."""
AT_HZ = 100.0
FLOOR_HZ = 15.0
"""Below the band nothing is told: the noise is taken for level there."""
FAINT = 0.25
"""So little colour makes no bursts, and is what chance makes of white noise: it is left alone."""
TAPS_S = 0.032
"""How long a filter is; what it leaves out is a hundredth of a thousandth of the power."""
BINS = 1024


def alike(frames: FloatArray) -> FloatArray:
    """Return how alike neighbouring samples of each frame are, shape (m,); 0 where nothing is.

    Parameters
    ----------
    frames : array of float32, shape (m, n)
    """
    squares = np.einsum("ij,ij->i", frames, frames)
    products = np.einsum("ij,ij->i", frames[:, 1:], frames[:, :-1]) * (frames.shape[1] / (frames.shape[1] - 1))
    made: FloatArray = (products / np.maximum(squares, 1e-12)).astype(np.float32)
    return made


def colours(likeness: Floats, rate_hz: float) -> Floats:
    """Return the colour of noise whose neighbouring samples are this much alike; NaN counts as white."""
    known = np.where(np.isfinite(likeness), likeness, -1.0)
    found = np.interp(known, *_scale(rate_hz))
    return np.asarray(np.where(found > FAINT, found, 0.0))


def whitened(work: FloatArray, rate_hz: float, nodes: Floats, found: Floats) -> FloatArray:
    """Return samples in which rest is white.

    Parameters
    ----------
    work : array of float32, shape (n,)
        Banded samples at the rate of work.
    rate_hz : float
    nodes : array, shape (k,)
        Samples at which the colour is known, in order.
    found : array, shape (k,)
        The colour there.

    Returns
    -------
    array of float32, shape (n,)
        The same array where all is white.
    """
    if not found.any() or not len(work):
        return work
    steps = np.interp(np.arange(0, len(work) + 64, 64), nodes, np.interp(found, COLOURS, np.arange(len(COLOURS))))
    place = np.repeat(steps.astype(np.float32), 64)[: len(work)]
    made = np.zeros_like(work)
    for number in range(int(place.min()), int(np.ceil(place.max())) + 1):
        weight = np.maximum(1 - np.abs(place - number), 0)
        part = work if number == 0 else _filtered(work, _filter(rate_hz, number))
        made += weight * part
    return made


def _filtered(work: FloatArray, taps: FloatArray) -> FloatArray:
    """Return filtered samples; before the first the signal is turned about it, so that nothing begins there."""
    lead = min(len(taps) - 1, len(work) - 1)
    long = np.concatenate([2 * work[0] - work[lead:0:-1], work])
    made: FloatArray = signal.oaconvolve(long, taps)[lead : lead + len(work)]
    return made


def _power(hertz: npt.NDArray[np.floating[Any]], colour: float) -> Floats:
    return np.asarray(1 + colour * AT_HZ / np.maximum(hertz, FLOOR_HZ))


@lru_cache(maxsize=16)
def _scale(rate_hz: float) -> tuple[Floats, Floats]:
    """Return how alike neighbours are for some colours, and those colours."""
    hertz = np.arange(BINS // 2 + 1) * (rate_hz / BINS)
    turn, gain = np.cos(2 * np.pi * hertz / rate_hz), np.square(band(hertz, rate_hz))
    some = np.concatenate([[0.0], np.geomspace(0.02, COLOURS[-1], 60)])
    powers = [gain * _power(hertz, colour) for colour in some]
    return np.array([(power @ turn) / power.sum() for power in powers]), some


@lru_cache(maxsize=64)
def _filter(rate_hz: float, number: int) -> FloatArray:
    """Return the shortest-lived filter that makes noise of a colour white (its cepstrum folded to one side)."""
    hertz = np.arange(BINS // 2 + 1) * (rate_hz / BINS)
    cepstrum = fft.irfft(-0.5 * np.log(_power(hertz, COLOURS[number])))
    cepstrum[1 : BINS // 2] *= 2
    cepstrum[BINS // 2 + 1 :] = 0
    taps = fft.irfft(np.exp(fft.rfft(cepstrum)))
    # Noise of this colour is as loud after as before: a colour that wanders moves no level.
    gain = np.square(band(hertz, rate_hz))
    loud = np.sqrt((gain @ _power(hertz, COLOURS[number])) / gain.sum())
    return np.asarray(loud * taps[: round(TAPS_S * rate_hz)], np.float32)
