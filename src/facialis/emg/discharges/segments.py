"""Power spectra of bursts: short ones whole, long ones in pieces that overlap by half."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from facialis.emg.recording.model import FloatArray

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

LENGTHS_S = (0.020, 0.028, 0.040, 0.056, 0.080, 0.112, 0.160)
"""A burst is cut into pieces of the longest of these that it holds. The shortest has three discharges at 150 Hz; beyond
the longest a train with the usual variation has lost its own beat and a longer piece shows nothing sharper."""
LOW_HZ, HIGH_HZ = 60.0, 420.0
"""What is looked at: above the movement of electrodes and below the edge of the conditioned band."""
WORK_HZ = 2000.0
"""Samples are thinned to no less than this rate: the conditioned band ends far below half of it."""
PIECES_MAX = 64
"""Of a long hold so many pieces, spread evenly over it, are enough."""
_OWN = 1.5
"""Pieces that overlap by half tell about three quarters of what separate ones would: 1.5 a length."""
_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Mean spectra of bursts that are cut into pieces of one length.

    Attributes
    ----------
    bursts : intp, shape (n,)
        Places of the bursts.
    length_s : float
        Of a piece.
    power : float64, shape (n, k)
        At :func:`hertz`; the mean of each burst is 1.
    pieces : float64, shape (n,)
        How many pieces' worth each spectrum holds.
    """

    bursts: Places
    length_s: float
    power: Floats
    pieces: Floats

    def of(self, rows: Places) -> Spectra:
        """Return some of them."""
        return Spectra(self.bursts[rows], self.length_s, self.power[rows], self.pieces[rows])


def thinned(clean: FloatArray, rate_hz: float) -> tuple[FloatArray, float]:
    """Return conditioned samples at the rate of work, and that rate."""
    step = max(1, int(rate_hz / WORK_HZ))
    return clean[::step], rate_hz / step


def window(count: int) -> Floats:
    """Return half a sine: it keeps most of a short burst and lets little leak."""
    return np.asarray(np.sin(np.pi * (np.arange(count) + 0.5) / count))


@lru_cache(maxsize=64)
def hertz(length_s: float, rate_hz: float) -> Floats:
    """Return the frequencies of a spectrum: two to what the length can tell apart."""
    count = round(length_s * rate_hz)
    return _whole(count, rate_hz)[_kept(count, rate_hz)]


def _whole(count: int, rate_hz: float) -> Floats:
    return np.asarray(np.arange(count + 1) * (rate_hz / (2 * count)), np.float64)


def _kept(count: int, rate_hz: float) -> slice:
    whole = _whole(count, rate_hz)
    return slice(int(np.searchsorted(whole, LOW_HZ)), int(np.searchsorted(whole, HIGH_HZ, side="right")))


def spectra(clean: FloatArray, rate_hz: float, starts: Places, stops: Places) -> Iterator[Spectra]:
    """Yield the spectra of bursts, those of one length together; a burst that is too short is in none.

    Parameters
    ----------
    clean : array of float32, shape (n,)
        Conditioned, at the rate of work.
    rate_hz : float
    starts, stops : intp, shape (n_bursts,)
        First sample and the one after the last; within the samples.
    """
    counts = np.array([round(length * rate_hz) for length in LENGTHS_S])
    kinds = np.searchsorted(counts, stops - starts, side="right") - 1
    for kind in np.unique(kinds[kinds >= 0]):
        of_kind = np.flatnonzero(kinds == kind)
        count = int(counts[kind])
        many = np.clip(np.ceil(2 * (stops - starts)[of_kind] / count - 1), 1, PIECES_MAX).astype(np.intp)
        # In blocks of pieces: long holds by the hundred would take memory by the hundredfold.
        for some in np.split(np.arange(len(of_kind)), np.flatnonzero(np.diff(np.cumsum(many) // _BLOCK)) + 1):
            bursts = of_kind[some]
            yield _spectra(clean, rate_hz, bursts, starts[bursts], stops[bursts], many[some], LENGTHS_S[kind])


def _spectra(
    clean: FloatArray, rate_hz: float, bursts: Places, starts: Places, stops: Places, many: Places, length_s: float
) -> Spectra:
    count = round(length_s * rate_hz)
    own = np.repeat(np.arange(len(bursts)), many)
    heads = np.cumsum(many) - many
    nth = np.arange(len(own)) - heads[own]
    share = np.where(many[own] > 1, nth / np.maximum(many[own] - 1, 1), 0.5)
    first = starts[own] + np.round(share * (stops - starts - count)[own]).astype(np.intp)
    pieces = clean[first[:, None] + np.arange(count)] * window(count).astype(np.float32)
    power = np.abs(fft.rfft(pieces, 2 * count, axis=1)[:, _kept(count, rate_hz)]).astype(np.float64) ** 2
    mean = np.add.reduceat(power, heads, axis=0)
    mean /= np.maximum(mean.mean(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    worth = np.minimum(1 + _OWN * ((stops - starts) / count - 1), many)
    return Spectra(bursts, length_s, mean, worth)
