"""Whether a spectrum has the peak of a train, or only the shape that potentials and filters can give it.

The shapes that :mod:`.renewal` knows are few, and a long burst tells any real spectrum from them: a wrong shape would
pass as a train. So the shape is fitted to each burst, freely but smoothly, once alone and once with the train.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from facialis.emg.discharges.renewal import INDEPENDENT, Rates, trains
from facialis.emg.discharges.segments import Floats, Spectra, hertz

_FLAT = (0.03, 0.2)
"""Shares of power out of step that a train may have."""
_STEPS = 7
_STRIDE = 1.5
_ANY = 30.0


@lru_cache(maxsize=64)
def _shapes(length_s: float, rate_hz: float) -> Floats:
    """Return an orthonormal basis of smooth log spectra: 1, log f, f, f^2; derivatives of bells are among them."""
    x = hertz(length_s, rate_hz) / 200.0
    basis: Floats = np.linalg.qr(np.stack([np.ones_like(x), np.log(x), x, x**2], axis=1))[0]
    return basis


def _misfit(power: Floats, offset: Floats, basis: Floats) -> Floats:
    """Return the least sum of (log S + P / S) over log S = offset + basis @ b, for each row, by Newton's steps."""
    squares = (basis[:, :, None] * basis[:, None, :]).reshape(len(basis), -1)
    width = basis.shape[1]
    # The logarithm of an exponential variable lies half a natural unit below that of its mean.
    b = (np.log(np.maximum(power, 1e-6)) - offset + 0.577) @ basis
    for _ in range(_STEPS):
        ratio = power * np.exp(np.clip(-(offset + b @ basis.T), -_ANY, _ANY))
        bend = (ratio @ squares).reshape(-1, width, width) + 1e-3 * np.eye(width)
        step = np.linalg.solve(bend, ((1 - ratio) @ basis)[..., None])[..., 0]
        b -= step * np.minimum(1.0, _STRIDE / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1e-9))
    level = offset + b @ basis.T
    return np.asarray((level + power * np.exp(np.clip(-level, -_ANY, _ANY))).sum(axis=1))


def gain(spectra: Spectra, found: Rates, rate_hz: float) -> Floats:
    """Return how much the train found adds to a free smooth shape, in log likelihood; shape (n_bursts,)."""
    basis = _shapes(spectra.length_s, rate_hz)
    beat = trains(spectra.length_s, rate_hz)[found.place, found.train]
    alone = _misfit(spectra.power, np.zeros_like(spectra.power), basis)
    beside = [_misfit(spectra.power, np.log((1 - flat) * beat + flat), basis) for flat in _FLAT]
    return np.asarray(INDEPENDENT * spectra.pieces * (alone - np.min(beside, axis=0)))
