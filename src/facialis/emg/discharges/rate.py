"""The rate of discharges of every burst of a channel, or that it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.emg.discharges import line
from facialis.emg.discharges.order import gain
from facialis.emg.discharges.renewal import TRAINS, rates
from facialis.emg.discharges.segments import spectra, thinned
from facialis.emg.discharges.spikes import spikes
from facialis.emg.recording.model import FloatArray

Floats = npt.NDArray[np.float64]

LEAST_HZ = 1000.0
"""Below this rate of sampling 150 to 400 Hz cannot be told from what is folded into them (notes D1)."""
REPORTED_HZ = (100.0, 430.0)
"""Of a spectrum only a peak that has something on both of its sides is believed."""
EVIDENCE = 4.0
"""Log of how much better a train must explain a spectrum: about 1 in 500 bursts without a train reaches it."""
EVIDENCE_PER_S = 15.0
"""And for each second of a burst: a train brings some 40 at 6 dB and more above it; a shape that is slightly wrong
brings little, but brings it for as long as the burst lasts."""
LOUD_DB = 3.0
"""A burst that stands less above the noise is not asked."""
WIDEST = 1.4
"""The upper end of the interval over the lower; what is less certain is not resolved."""
WIDEST_APART = 2.0
"""The same where spikes stand apart: nobody doubts that they are there, only how far their next interval would vary."""
_OF_95 = 2.2
"""Deviations that hold 95 %: more than 1.96, since the variation itself is only known roughly."""


class RateError(ValueError):
    """The recording is sampled too slowly for rates; the text is one line."""


@dataclass(frozen=True, slots=True, eq=False)
class Discharges:
    """One row a burst; every attribute has shape (n_bursts,).

    Attributes
    ----------
    discharge_hz, discharge_low_hz, discharge_high_hz : float64
        Discharges a second with the 95 % interval; NaN where they cannot be told. Of several units out of step it is
        the rate of the one that stands out; where none does it is NaN.
    regularity : float64
        CV2 of the intervals; NaN where no discharge stands apart.
    spikes : int32
        Discharges that stand apart; 0 where they merge.
    """

    discharge_hz: Floats
    discharge_low_hz: Floats
    discharge_high_hz: Floats
    regularity: Floats
    spikes: npt.NDArray[np.int32]


def discharges(
    clean: FloatArray,
    rate_hz: float,
    start_s: float,
    onsets_s: npt.ArrayLike,
    offsets_s: npt.ArrayLike,
    noise_uv: float,
    mains: Sequence[float] = (),
) -> Discharges:
    """Measure how often motor units fire within bursts.

    Parameters
    ----------
    clean : array of float32, shape (n,)
        One channel between about 20 and 500 Hz, the mains subtracted, without NaN; microvolts.
    rate_hz : float
    start_s : float
        When its first sample was taken.
    onsets_s, offsets_s : array-like, shape (n_bursts,)
        In order of onset.
    noise_uv : float
        Robust standard deviation of ``clean`` at rest.
    mains : sequence of float
        Mains frequencies found in the recording, hertz. Empty asks the rest between the bursts itself.

    Raises
    ------
    RateError
        Below 1 kHz.
    """
    if rate_hz < LEAST_HZ:
        raise RateError(f"sampled at {rate_hz:g} Hz: discharge rates need {LEAST_HZ:g} Hz at least, record faster")
    onsets, offsets = np.asarray(onsets_s, np.float64), np.asarray(offsets_s, np.float64)
    samples, rate_hz = thinned(clean, rate_hz)
    starts, stops = (
        np.clip(np.round((at - start_s) * rate_hz), 0, len(samples)).astype(np.intp) for at in (onsets, offsets)
    )
    hz, low, high = np.full((3, len(starts)), np.nan)
    loud = np.flatnonzero(_loud(samples, starts, stops, noise_uv))
    hz[loud], low[loud], high[loud] = _of_spectra(samples, rate_hz, starts[loud], stops[loud])
    apart = spikes(samples, rate_hz, starts, stops, noise_uv)
    apart = apart.where(np.isnan(hz) & (apart.high_hz <= WIDEST_APART * apart.low_hz))
    alone = apart.count > 0
    hz[alone], low[alone], high[alone] = apart.hz[alone], apart.low_hz[alone], apart.high_hz[alone]
    near = _near_line(samples, rate_hz, starts, stops, hz, noise_uv, mains)
    hz[near] = low[near] = high[near] = np.nan
    return Discharges(hz, low, high, np.where(near, np.nan, apart.regularity), np.where(near, 0, apart.count))


def _loud(
    samples: FloatArray, starts: npt.NDArray[np.intp], stops: npt.NDArray[np.intp], noise_uv: float
) -> npt.NDArray[np.bool_]:
    """Say which bursts stand out of the noise."""
    energy = np.concatenate(([0.0], np.cumsum(samples.astype(np.float64) ** 2)))
    mean = (energy[stops] - energy[starts]) / np.maximum(stops - starts, 1)
    return np.asarray(mean >= noise_uv**2 * (1 + 10 ** (LOUD_DB / 10)))


def _of_spectra(
    samples: FloatArray, rate_hz: float, starts: npt.NDArray[np.intp], stops: npt.NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """Return rates and their ends from the spectra of bursts; NaN where no train stands out."""
    hz, low, high = np.full((3, len(starts)), np.nan)
    for part in spectra(samples, rate_hz, starts, stops):
        found = rates(part, rate_hz)
        seconds = (stops - starts)[part.bursts] / rate_hz
        least = np.maximum(EVIDENCE, EVIDENCE_PER_S * part.pieces * part.length_s)
        asked = np.flatnonzero((found.evidence >= least) & (found.hz > REPORTED_HZ[0]) & (found.hz < REPORTED_HZ[1]))
        # How often a unit fired in a short burst is not how often it fires: its intervals vary.
        drawn = _OF_95 * np.array([c for c, _ in TRAINS])[found.train] / np.sqrt(np.maximum(found.hz * seconds, 2))
        lower = found.hz * np.exp(-np.hypot(np.log(found.hz / np.minimum(found.low_hz, found.hz)), drawn))
        upper = found.hz * np.exp(np.hypot(np.log(np.maximum(found.high_hz, found.hz) / found.hz), drawn))
        sure = asked[(upper <= WIDEST * lower)[asked]]
        sure = sure[gain(part.of(sure), found.of(sure), rate_hz) >= least[sure]] if len(sure) else sure
        places = part.bursts[sure]
        hz[places], low[places], high[places] = found.hz[sure], lower[sure], upper[sure]
    return hz, low, high


def _near_line(
    samples: FloatArray,
    rate_hz: float,
    starts: npt.NDArray[np.intp],
    stops: npt.NDArray[np.intp],
    hz: Floats,
    noise_uv: float,
    mains: Sequence[float],
) -> npt.NDArray[np.bool_]:
    """Say which rates are those of the mains."""
    if not np.isfinite(hz).any():
        return np.zeros(len(hz), bool)
    lines = tuple(mains) or line.in_rest(samples, rate_hz, starts, stops)
    return line.locked(samples, rate_hz, starts, stops, hz, noise_uv, lines)
