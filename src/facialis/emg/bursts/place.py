"""When exactly a burst begins and ends: how likely each moment is, given the samples around it.

Before its onset the signal is rest; from there on it is louder. How likely a moment is follows from the energies of the
samples (Staude 2001, the generalised likelihood ratio for variances). How fast a burst swells is not known: a discharge
begins so softly that its first millisecond drowns, noise-like activity may begin at once, a blink swells for tens of
milliseconds. All are weighed, by how well they explain the samples, and so is how loud it is. The median of what
remains is the onset, its middle 95 % the interval.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.emg.conditioning import band

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
LEAD_S = 0.002
"""What begins at once begins as the band lets it: half of it by its onset, from so long before to as long after."""
STEPS = 10
"""A swelling is looked at in no more steps than these."""
LOUDNESS = (0.4, 1.0, 2.5)
"""How loud the beginning is beside the burst's own mean square: its first discharge may be its smallest unit's."""
LEAK = 0.006
"""What the band makes of a burst before it begins, as a share of its mean square: a filter that shifts nothing in time
answers to both sides. Beside strong bursts rest is louder by so much, or their onset would be that of the answer."""
AT_ONCE = 256
"""More bursts are taken in parts: each holds some tens of kilobytes while it is placed."""
TAIL = 0.025
BINS = 1024
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
    if len(near) > AT_ONCE:
        half = len(near) // 2
        parts = [
            onsets(ratio, near[some], first[some], last[some], excess[some], rate_hz, dof)
            for some in (slice(half), slice(half, None))
        ]
        return Placed(*map(np.concatenate, zip(*parts, strict=True)))
    before, after = round(BEFORE_S * rate_hz), round(AFTER_S * rate_hz)
    lead = round(LEAD_S * rate_hz)
    width = before + after + lead + round(max(SWELLS_S) * rate_hz) + 1
    places = near[:, None] + np.arange(-before - lead, width - before - lead)
    inside = (places >= first[:, None]) & (places < last[:, None])
    energy = np.where(inside, ratio[np.clip(places, 0, len(ratio) - 1)], 0)
    quiet = 1 + LEAK * excess[:, None]
    louder = (1 + excess[:, None] * np.array(LOUDNESS)) / quiet - 1
    moments = before + after + 1
    likely = _likely(energy / quiet, inside, louder, moments, rate_hz, dof)
    likely[np.broadcast_to(~inside[:, None, lead : lead + moments], likely.shape)] = -np.inf
    most = likely.max(axis=(1, 2), keepdims=True)
    chance = np.exp(likely - np.where(np.isfinite(most), most, 0)).sum(axis=1, dtype=np.float64)
    chance[:, before] = np.where(np.isfinite(most[:, 0, 0]), chance[:, before], 1.0)
    summed = np.cumsum(chance, axis=1)
    summed /= summed[:, -1:]
    low, at, high = (_quantile(summed, share) for share in (TAIL, 0.5, 1 - TAIL))
    start = near - before
    soft = SOFT_S * rate_hz
    return Placed(start + at, start + low - soft, start + high + soft)


def _likely(
    energy: Floats, known: npt.NDArray[np.bool_], louder: Floats, moments: int, rate_hz: float, dof: float
) -> npt.NDArray[np.float32]:
    """Return how likely each moment is for each way to swell, to each loudness: shape (k, ways, moments).

    A way to swell is a staircase of loudness. Summed by parts, its likelihood is a sum over its edges: of the energy
    until an edge by how much the weight of energy changes there, and so of the number of samples. All ways share few
    edges, so all is one product of matrices.
    """
    ways = [_stairs(swell_s, rate_hz) for swell_s in SWELLS_S]
    edges = np.unique(np.concatenate([places for places, _ in ways]))
    changes = np.zeros((2, len(energy), len(ways), louder.shape[1], len(edges)), np.float32)
    for way, (places, shares) in enumerate(ways):
        part = louder[:, :, None] * shares
        weights = np.stack([part / (1 + part), -np.log1p(part)]) * (dof / 2)
        changes[:, :, way, :, np.searchsorted(edges, places)] = -np.moveaxis(
            np.diff(weights, axis=-1, prepend=0), -1, 0
        )
    # Counted from the middle of the moments: what is subtracted from itself there is small.
    sums = np.zeros((2, len(energy), energy.shape[1] + 1), np.float32)
    for row, values in enumerate((energy, known)):
        summed: Floats = np.cumsum(values, axis=1, dtype=np.float64)
        middle = summed[:, moments // 2 - 1, None]
        np.subtract(summed, middle, out=sums[row, :, 1:], casting="unsafe")
        sums[row, :, :1] = -middle
    windows = np.lib.stride_tricks.sliding_window_view(sums, moments, axis=2)[:, :, edges]
    k = len(energy)
    made = changes[0].reshape(k, -1, len(edges)) @ windows[0] + changes[1].reshape(k, -1, len(edges)) @ windows[1]
    # What is left from the last edge to the end.
    ends = (sums[:, :, -1, None, None] * -changes.sum(axis=-1)).sum(axis=0)
    ends += np.array(list(SWELLS_S.values()), np.float32)[:, None]
    made += ends.reshape(k, -1, 1)
    return np.asarray(made, np.float32)


@lru_cache(maxsize=64)
def _stairs(swell_s: float, rate_hz: float) -> tuple[Places, Floats]:
    """Return where the steps of a swelling begin, in samples from LEAD_S before it, and how loud each is in the end."""
    lead, swell = round(LEAD_S * rate_hz), round(swell_s * rate_hz)
    if not swell:
        answer = np.fft.fftshift(np.fft.irfft(band(np.arange(BINS // 2 + 1) * (rate_hz / BINS), rate_hz)))
        power = np.square(answer[BINS // 2 - lead : BINS // 2 + lead + 1])
        return np.arange(2 * lead + 1), np.cumsum(power) / power.sum()
    steps = min(swell, STEPS)
    edges = np.round(np.linspace(0, swell, steps + 1)).astype(np.intp) + lead
    shares = np.sin((np.arange(steps) + 0.5) / steps * np.pi / 2) ** 2
    return edges, np.append(shares, 1.0)


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
