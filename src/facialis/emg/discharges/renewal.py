"""What a train of discharges does to a spectrum, and how likely each rate is after a spectrum was seen.

A motor unit that fires at intervals of mean 1/f and variation c is a renewal process. The spectrum of its signal is
that of one potential times

    R(x) = (1 - |p|^2) / |1 - p|^2,   p = exp(-2 (pi c x)^2 + 2 pi i x),   x = frequency / f

(Cox and Lewis 1966): a peak at f of about 1 / (pi c)^2, smaller ones at its multiples, and nearly nothing below f. So
half of the rate and twice the rate look different, also where the potentials run into each other and no spike stands
apart.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from facialis.emg.discharges.segments import Floats, Spectra, hertz, window

STEP = 0.02
"""Rates stand this far apart on a log scale; a parabola finds the place between."""
RATES_HZ: Floats = np.exp(np.arange(np.log(90.0), np.log(480.0), STEP))
"""Wider than what is reported: a peak at the edge of what was tried is none."""
TRAINS = ((0.04, 1.0), (0.10, 1.0), (0.18, 1.0), (0.10, 0.5))
"""Variation of the intervals, and the share of the power that the train has (the rest: other units out of step)."""
_WIDTHS_S = (0.6e-3, 0.9e-3, 1.2e-3, 1.6e-3)
_ORDERS = (1, 2)
"""Potentials are taken for derivatives of a bell: order one is biphasic, two triphasic; these widths span 3 to 8 ms."""
NOISE = (0.003, 0.02, 0.1, 0.35)
"""Shares of the power that are noise, flat over the band."""
INDEPENDENT = 0.4
"""A spectrum at twice the resolution of a half-sine window holds about this many independent numbers a bin."""
_FINE_HZ: Floats = np.arange(0.0, 900.0, 2.0)

Logs = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Spectra that are expected of one length of piece.

    Attributes
    ----------
    inverse : float32, shape (k, n)
        One over each of them.
    logs : float32, shape (n,)
        Sum of the logarithms of each.
    """

    inverse: Logs
    logs: Logs

    def fit(self, spectra: Spectra) -> Logs:
        """Return how well each explains each burst: Whittle's log likelihood, the scale taken out; (n_bursts, n).

        Single precision, in place: it is the most that is computed of a burst, and errs by a thousandth.
        """
        bins = spectra.power.shape[1]
        made = (spectra.power.astype(np.float32) / bins) @ self.inverse
        np.log(made, out=made)
        made *= bins
        made += self.logs
        made *= (-INDEPENDENT * spectra.pieces)[:, None].astype(np.float32)
        return np.asarray(made, np.float32)


def peaks(hz: Floats, rate_hz: float, variation: float) -> Floats:
    """Return R at some frequencies for a rate and a variation of its intervals."""
    x = hz / rate_hz
    p = np.exp(-2 * (np.pi * variation * x) ** 2 + 2j * np.pi * x)
    return np.asarray((1 - np.abs(p) ** 2) / np.maximum(np.abs(1 - p) ** 2, 1e-6))


@lru_cache(maxsize=64)
def seen_through(length_s: float, rate_hz: float) -> Floats:
    """Return the matrix that turns a fine spectrum into what a piece of some length shows of it."""
    count = round(length_s * rate_hz)
    apart = np.arange(-_FINE_HZ[-1], _FINE_HZ[-1] + 1, 2.0)
    leak = np.abs(np.exp(-2j * np.pi * np.outer(apart, np.arange(count) / rate_hz)) @ window(count)) ** 2
    matrix = np.interp(hertz(length_s, rate_hz)[:, None] - _FINE_HZ, apart, leak, left=0.0, right=0.0)
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


@lru_cache(maxsize=64)
def trains(length_s: float, rate_hz: float) -> Floats:
    """Return R as pieces of some length show it; shape (n_rates, n_trains, k)."""
    return np.asarray(_beats() @ seen_through(length_s, rate_hz).T)


@lru_cache(maxsize=1)
def _beats() -> Floats:
    return np.array([[share * peaks(_FINE_HZ, rate, c) + 1 - share for c, share in TRAINS] for rate in RATES_HZ])


@lru_cache(maxsize=64)
def expected(length_s: float, rate_hz: float) -> tuple[Expected, Expected]:
    """Return what trains are expected to show, by noise, rate, kind of train and potential; and what no train does."""
    matrix = seen_through(length_s, rate_hz)
    x = 2 * np.pi * _FINE_HZ * np.array(_WIDTHS_S)[:, None]
    potentials = np.concatenate([x ** (2 * order) * np.exp(-(x**2)) for order in _ORDERS])
    every = (_beats()[:, :, None, :] * potentials).reshape(-1, len(_FINE_HZ)) @ matrix.T
    return _with_noise(every), _with_noise(potentials @ matrix.T)


def _with_noise(shown: Floats) -> Expected:
    shown = shown / shown.mean(axis=1, keepdims=True)
    noisy = np.concatenate([shown * (1 - share) + share for share in NOISE])
    return Expected((1 / noisy).T.astype(np.float32), np.log(noisy).sum(axis=1).astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What the spectra of some bursts say of their rates; arrays of shape (n,) in the order of the spectra.

    Attributes
    ----------
    hz, low_hz, high_hz : float64
        The likeliest rate and its central 95 %.
    place : intp
        Of the likeliest rate in :data:`RATES_HZ`.
    train : intp
        The likeliest kind of train, a place in :data:`TRAINS`.
    evidence : float64
        Log of how much better trains of any rate explain the spectrum than potentials without order.
    """

    hz: Floats
    low_hz: Floats
    high_hz: Floats
    place: npt.NDArray[np.intp]
    train: npt.NDArray[np.intp]
    evidence: Floats

    def of(self, rows: npt.NDArray[np.intp]) -> Rates:
        """Return some of them."""
        return Rates(*(getattr(self, field.name)[rows] for field in fields(self)))


def rates(spectra: Spectra, rate_hz: float) -> Rates:
    """Weigh every rate against every other and against none."""
    some, none = expected(spectra.length_s, rate_hz)
    logs = some.fit(spectra).reshape(len(spectra.bursts), len(NOISE), len(RATES_HZ), len(TRAINS), -1)
    top = logs.max(axis=(1, 2, 3, 4), keepdims=True)
    logs -= top
    likely = np.exp(logs, out=logs)
    # The potentials first, which lie side by side, as a product: numpy's sum over so few is twenty times as slow.
    every = likely.reshape(-1, likely.shape[4]) @ np.ones(likely.shape[4], np.float32)
    kinds = every.reshape(likely.shape[:4]).sum(axis=1, dtype=np.float64)
    whole = kinds.sum(axis=2) / (likely[0].size / len(RATES_HZ))
    without = none.fit(spectra)
    best = without.max(axis=1, keepdims=True)
    more = np.float64(top[:, 0, 0, 0, 0]) - best[:, 0]
    evidence = more + np.log(whole.mean(axis=1)) - np.log(np.exp(without - best).mean(axis=1))
    post = whole / whole.sum(axis=1, keepdims=True)
    place = np.argmax(post, axis=1)
    train = np.argmax(np.take_along_axis(kinds, place[:, None, None], axis=1)[:, 0], axis=1)
    return Rates(_between(post, place), _quantile(post, 0.025), _quantile(post, 0.975), place, train, evidence)


def _between(post: Floats, place: npt.NDArray[np.intp]) -> Floats:
    """Return the top of the parabola through the likeliest rate and its neighbours."""
    near = np.clip(place[:, None] + np.arange(-1, 2), 0, len(RATES_HZ) - 1)
    left, top, right = np.log(np.maximum(np.take_along_axis(post, near, axis=1), 1e-30)).T
    bend = left - 2 * top + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
    return np.asarray(RATES_HZ[place] * np.exp(STEP * np.clip(shift, -0.5, 0.5)))


def _quantile(post: Floats, share: float) -> Floats:
    """Return the rate below which a share of the probability lies."""
    summed = np.cumsum(post, axis=1)
    place = np.argmax(summed >= share, axis=1)[:, None]
    above = (np.take_along_axis(summed, place, axis=1) - share) / np.maximum(
        np.take_along_axis(post, place, axis=1), 1e-30
    )
    return np.asarray(RATES_HZ[place[:, 0]] * np.exp(STEP * (0.5 - above[:, 0])))
