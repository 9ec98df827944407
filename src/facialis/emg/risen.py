"""What rose in a burst: each band of the spectrum within it beside the same band around it.

Muscle at the skin is louder between 60 and 400 Hz and hardly above 550. Movement is louder only below. Where all that
is recorded is louder alike, for seconds, the noise itself has risen: an electrode dries, or a plug is touched.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import FloatArray

Floats = npt.NDArray[np.float64]
Place = int | np.intp

FRAME_S = 0.1
BANDS_HZ = ((10.0, 40.0), (60.0, 400.0), (550.0, 1000.0))
HIGHEST_OF_RATE = 0.45
ROOM_HZ = 100.0
"""The upper band must have so much room below what the rate can show."""
AWAY_S, AROUND_S = 1.0, 3.0
"""Beside a burst it is looked at from this far away, for so long: noise that rises may take a second."""
LONG_S = 4.0
WEAK_DB = 8.0
ALIKE = 0.6
"""Noise has risen where a burst is long and weak, and its highest band rose by most of what muscle's band did (in
decibels): muscle at the skin leaves it as it is. What is short or loud is not judged so: needles see higher."""
SLOW = 3.0
"""Movement adds so many times as much below muscle's band as in it."""
LEAST = 0.5
MOST = 1.5
"""And at least so much of what is there at rest, while muscle's band has risen to no more than so many times."""


class Risen(NamedTuple):
    """Power of each of BANDS_HZ, shape (3,), squared microvolts; NaN where the rate does not show it."""

    within: Floats
    beside: Floats


def noise_rose(seen: Risen) -> bool:
    """Return whether the noise itself has risen."""
    with np.errstate(invalid="ignore", divide="ignore"):
        decibels = np.log(seen.within / seen.beside)
    return bool(decibels[1] > 0 and decibels[2] > ALIKE * decibels[1])


def moved(seen: Risen) -> bool:
    """Return whether only what is slower than muscle has risen."""
    more = seen.within - seen.beside
    slow = more[0] > max(LEAST * seen.beside.sum(where=np.isfinite(seen.beside)), SLOW * more[1])
    return bool(slow and seen.within[1] < MOST * seen.beside[1])


def risen(samples: FloatArray, rate_hz: float, low: Place, high: Place) -> Risen | None:
    """Look at a burst and at what lies around it.

    Parameters
    ----------
    samples : array of float32, shape (n,)
    rate_hz : float
    low, high : int
        The burst, half-open.

    Returns
    -------
    Risen or None
        None where nothing lies around it.
    """
    away, around = round(AWAY_S * rate_hz), round(AROUND_S * rate_hz)
    sides = (max(low - away - around, 0), max(low - away, 0)), (high + away, high + away + around)
    beside = [_powers(samples[slice(*side)], rate_hz) for side in sides]
    known = [powers for powers in beside if len(powers) >= round(1 / FRAME_S)]
    if not known:
        return None
    # Bursts around it are louder than rest: the quieter side is what it is held against.
    quiet = min((np.median(powers, axis=0) for powers in known), key=lambda powers: float(powers[1]))
    spare = max(high - low - 2 * around, 0) // 2
    within = _powers(samples[low + spare : high - spare], rate_hz)
    return Risen(within.mean(axis=0), quiet) if len(within) else None


def _powers(samples: FloatArray, rate_hz: float) -> Floats:
    """Return the power of each band in frames that overlap by half, shape (frames, 3)."""
    long = round(FRAME_S * rate_hz)
    if len(samples) < long:
        return np.zeros((0, len(BANDS_HZ)))
    frames = np.lib.stride_tricks.sliding_window_view(samples, long)[:: long // 2].astype(np.float64)
    window = np.hanning(long + 2)[1:-1]
    spectra = np.abs(np.fft.rfft((frames - frames.mean(axis=1, keepdims=True)) * window, axis=1)) ** 2
    hertz = np.fft.rfftfreq(long, 1 / rate_hz)
    top = HIGHEST_OF_RATE * rate_hz
    made = np.full((len(frames), len(BANDS_HZ)), np.nan)
    for place, (first, last) in enumerate(BANDS_HZ):
        if first + ROOM_HZ <= top or place == 0:
            made[:, place] = spectra[:, (hertz >= first) & (hertz <= min(last, top))].sum(axis=1)
    return made / (window @ window * long / 2)
