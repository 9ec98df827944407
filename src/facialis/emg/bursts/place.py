"""When exactly a burst begins and ends: how likely each moment is, given the samples around it.

Before its onset the signal is rest; from there on it is louder. How likely a moment is follows from the energies of the
samples (Staude 2001, the generalised likelihood ratio for variances). How fast a burst swells is not known: a discharge
begins so softly that its first millisecond drowns, noise-like activity may begin at once, a blink swells for tens of
milliseconds. All are weighed, by how well they explain the samples, and so is how loud it is. The median of what
remains is the onset, its middle 95 % the interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BEFORE_S = 0.050
AFTER_S = 0.030
"""The moments that are weighed, about the one where the evidence begins to climb."""
SWELLS_S = {0.0: 0.0, 0.0015: 0.0, 0.003: 0.0, 0.005: 0.0, 0.012: -2.0, 0.030: -2.0, 0.075: -2.0}
"""How long a burst swells: at once, as long as the first phase of a motor unit's potential at the skin of the face,
whose length is 4-7 ms in all, or, as blinks and wilful movements do, while smaller units come first; and how much is
set against that, in nats. Without the last, what swells is placed 10 ms late; held as likely, all else a little early.
"""
STEPS = 10
"""A swelling is looked at in no more steps than these."""
LOUDNESS = (0.4, 1.0, 2.5)
"""How loud the beginning is beside the burst's own mean square: its first discharge may be its smallest unit's."""
LEAK = 0.003
"""What the band makes of a burst before it begins, as a share of its mean square: a filter that shifts nothing in time
answers to both sides. Beside strong bursts rest is louder by so much, or their onset would be that of the answer."""
TAIL = 0.025
SOFT_S = 0.0005
"""No discharge has a sharp edge: what an edge is, is defined no better than this, which widens every interval."""


class Placed(NamedTuple):
    """Moments in samples, each array of shape (k,)."""

    at: Floats
    low: Floats
    high: Floats


def onsets(
    ratio: npt.NDArray[np.float32],
    near: Places,
    first: Places,
    last: Places,
    excess: Floats,
    rate_hz: float,
    dof: float,
) -> Placed:
    """Place the onsets of bursts.

    Parameters
    ----------
    ratio : array of float32, shape (n,)
        Square of each sample over the mean square of rest.
    near : array of int, shape (k,)
        Where the evidence begins to climb.
    first, last : arrays of int, shape (k,)
        The samples that may be looked at: from the end of the burst before to the end of this one, half-open.
    excess : array, shape (k,)
        How much louder than rest the burst is, as a ratio of mean squares.
    rate_hz : float
    dof : float
        Independent numbers in a sample.
    """
    before, after = round(BEFORE_S * rate_hz), round(AFTER_S * rate_hz)
    width = before + after + round(max(SWELLS_S) * rate_hz) + 1
    places = near[:, None] + np.arange(-before, width - before)
    inside = (places >= first[:, None]) & (places < last[:, None])
    energy = np.where(inside, ratio[np.clip(places, 0, len(ratio) - 1)], 0).astype(np.float64)
    known = inside.astype(np.float64)
    quiet = 1 + LEAK * excess[:, None]
    energy /= quiet
    moments = before + after + 1
    total = np.full((len(near), moments), -np.inf)
    for share in LOUDNESS:
        for likely in _likely(energy, known, (1 + excess[:, None] * share) / quiet - 1, moments, rate_hz, dof):
            np.logaddexp(total, likely, out=total)
    total[~inside[:, :moments]] = -np.inf
    total[:, before] = np.where(np.isfinite(total).any(axis=1), total[:, before], 0.0)
    chance = np.exp(total - total.max(axis=1, keepdims=True))
    summed = np.cumsum(chance, axis=1)
    summed /= summed[:, -1:]
    low, at, high = (_quantile(summed, share) for share in (TAIL, 0.5, 1 - TAIL))
    start = near - before
    soft = SOFT_S * rate_hz
    return Placed(start + at, start + low - soft, start + high + soft)


def _likely(
    energy: Floats, known: Floats, louder: Floats, moments: int, rate_hz: float, dof: float
) -> Iterator[Floats]:
    """Yield how likely each moment is, shape (k, moments), for each way to swell."""
    sums, counts = (np.pad(np.cumsum(one, axis=1), ((0, 0), (1, 0))) for one in (energy, known))
    # Once it has swelled, every sample further speaks alike: summed from the end.
    full = (energy * (louder / (1 + louder)) - known * np.log1p(louder)) * (dof / 2)
    later = np.cumsum(full[:, ::-1], axis=1)[:, ::-1]
    for swell_s, prior in SWELLS_S.items():
        swell = round(swell_s * rate_hz)
        steps = min(swell, STEPS)
        likely = later[:, swell : swell + moments] + prior
        edges = np.round(np.linspace(0, swell, steps + 1)).astype(int)
        for step, (one, two) in enumerate(pairwise(edges)):
            part = louder * np.sin((step + 0.5) / steps * np.pi / 2) ** 2
            loud = sums[:, two : two + moments] - sums[:, one : one + moments]
            many = counts[:, two : two + moments] - counts[:, one : one + moments]
            likely += (loud * (part / (1 + part)) - many * np.log1p(part)) * (dof / 2)
        yield likely


def _quantile(summed: Floats, share: float) -> Floats:
    """Return where each row reaches a share, between the samples."""
    after = np.argmax(summed >= share, axis=1)
    rows = np.arange(len(summed))
    below = np.where(after > 0, summed[rows, np.maximum(after - 1, 0)], 0.0)
    step = np.maximum(summed[rows, after] - below, 1e-300)
    return np.asarray(after - 0.5 + (share - below) / step)


def offsets(
    ratio: npt.NDArray[np.float32],
    near: Places,
    first: Places,
    last: Places,
    excess: Floats,
    rate_hz: float,
    dof: float,
) -> Placed:
    """Place the offsets of bursts: the same, seen from behind; ``near`` is the last sample of the climb.

    ``first`` and ``last`` bound what may be looked at, half-open: from the onset of this burst to that of the next one.
    """
    end = len(ratio) - 1
    back = onsets(ratio[::-1], end - near, end + 1 - last, end + 1 - first, excess, rate_hz, dof)
    return Placed(end - back.at, end - back.high, end - back.low)
