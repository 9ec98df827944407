"""Motor unit potentials at the skin, and signals made of them by index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

SHAPES = ("triphasic", "biphasic", "noise")
EDGE = 0.02
"""A potential begins and ends where it crosses this fraction of its peak."""

_GRID_HZ = 40_000.0
_LEAD_S = 0.0015  # kept of the potential before and after its edges
_LENGTH_S = (0.004, 0.007)  # facial units are short (notes D5)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The motor units under one pair of electrodes.

    Attributes
    ----------
    table : float64, shape (n_units, n_grid)
        Each unit's potential at 40 kHz with its own amplitude; its begin (2 % of its peak) stands at the same place.
    length_s : float64, shape (n_units,)
        From 2 % of the peak to 2 % of the peak.
    """

    table: Floats
    length_s: Floats

    def __len__(self) -> int:
        return len(self.length_s)


def pool(rng: np.random.Generator, count: int, shape: str = "triphasic") -> Pool:
    """Draw the motor units of a channel.

    Sums of a few delayed fibres of Rosenfalck's form (the second derivative of z^3 exp(-z)) or of the first derivative
    of a bell; amplitudes exponential above a floor (Fuglevand; Petersen and Rostalski 2019), smallest unit first.
    """
    width = round((max(_LENGTH_S) + 2 * _LEAD_S) * _GRID_HZ) + 2
    table = np.zeros((count, width))
    length_s = rng.uniform(*_LENGTH_S, count)
    sizes = np.sort(0.2 + rng.exponential(0.8, count))
    for unit in range(count):
        form, begin, end = _form(rng, shape)
        at = begin + (np.arange(width) / _GRID_HZ - _LEAD_S) / length_s[unit] * (end - begin)
        table[unit] = np.interp(at, np.arange(len(form)), form, left=0.0, right=0.0)
        table[unit] *= sizes[unit] * rng.choice((-1.0, 1.0))
    return Pool(table, length_s)


def _form(rng: np.random.Generator, shape: str) -> tuple[Floats, float, float]:
    """Return a potential with peak 1 on a grid of its own, and where it begins and ends on it."""
    z = np.arange(-8.0, 26.0, 0.05)
    fibres = np.zeros_like(z)
    for delay, weight in zip(rng.uniform(0, 2.5, 3), rng.uniform(0.3, 1.0, 3), strict=True):
        x = z - delay
        if shape == "biphasic":
            x = (x - 3.0) / rng.uniform(0.9, 1.4)
            fibres += weight * x * np.exp(-(x**2) / 2) * np.where(x > 0, rng.uniform(0.7, 1.0), 1.0)
        else:
            x = np.clip(x, 0, None)
            fibres += weight * (6 * x - 6 * x**2 + x**3) * np.exp(-x)
    # The tissue between fibre and skin, and the amplifier's own bandwidth, round every corner.
    form = gaussian_filter1d(fibres, rng.uniform(24, 56) if shape == "triphasic" else rng.uniform(6, 12), truncate=3)
    form /= np.abs(form).max()
    loud = np.flatnonzero(np.abs(form) >= EDGE)
    return form, float(loud[0]), float(loud[-1])


def summed(times_s: Floats, units: Ints, gains: Floats, of: Pool, rate_hz: float) -> tuple[int, Floats]:
    """Add potentials that begin at given times.

    Parameters
    ----------
    times_s : float64, shape (n,)
        When each begins; not bound to samples.
    units : intp, shape (n,)
    gains : float64, shape (n,)
    of : Pool
    rate_hz : float

    Returns
    -------
    start : int
        Place of the first sample.
    samples : float64, shape (m,)
    """
    first = np.ceil((times_s - _LEAD_S) * rate_hz).astype(np.int64)
    ticks = np.arange(int(of.table.shape[1] / _GRID_HZ * rate_hz) + 1)
    place = ((first[:, None] + ticks) / rate_hz - times_s[:, None] + _LEAD_S) * _GRID_HZ
    left = np.minimum(place.astype(np.int64), of.table.shape[1] - 2)
    share = np.clip(place - left, 0.0, 1.0)
    rows = units[:, None]
    values = (of.table[rows, left] * (1 - share) + of.table[rows, left + 1] * share) * gains[:, None]
    start = int(first.min())
    samples: Floats = np.bincount((first[:, None] - start + ticks).ravel(), weights=values.ravel()).astype(np.float64)
    return start, samples
