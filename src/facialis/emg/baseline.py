"""The level of rest beside which a burst is a burst: rolling, from the quiet part of what lies around.

A face in spasm rests little, so neither the mean of a recording nor any stretch of it can be taken for rest. The level
is that of the quietest fifth of frames of 50 ms, and of all frames that are no louder than chance makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import special

from facialis.emg.conditioning import LOW_HZ, high_hz

if TYPE_CHECKING:
    from facialis.emg.bursts.open import Open

FRAME_S = 0.05
"""Root mean square is taken over frames of this length: long enough to be steady, shorter than a spasm's pauses."""
BEHIND_S = 60.0
AHEAD_S = 3.0
"""A moment is compared with a minute before it, and with what of the margin is known wherever the cut lies."""
MEMORY_S = 20.0
"""A frame counts less the longer ago it was, by 1/e in this time: a level that doubles in minutes is followed."""
QUIET = 0.2
"""The share of frames that is taken for rest at first: hemifacial spasm leaves that much."""
LOUDEST = 2.5
"""Frames up to this many spreads above the level are rest too."""
NODE_S = 1.0
_ROUNDS = 4

Floats = npt.NDArray[np.float64]
Frames = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What is carried from one stretch of a channel to the next.

    Attributes
    ----------
    frames : array of float32, shape (m,)
        Logarithms of the mean square of the last minute's frames, oldest first; infinite where nothing was recorded.
    likeness : array of float32, shape (m,)
        How alike neighbouring samples of those frames are (:mod:`facialis.emg.colour`).
    whitened : array of float32, shape (rounds, m)
        The same logarithms once rest was made white, and again once its colour was read from what is quiet then.
    end_s : float
        Where the last of them ends.
    open : Open or None
        A burst that has begun and not yet ended.
    """

    frames: Frames = field(repr=False)
    likeness: Frames = field(repr=False)
    whitened: Frames = field(repr=False)
    end_s: float
    open: Open | None = None


def freedom(seconds: float, rate_hz: float) -> float:
    """Return how many independent numbers a stretch of banded noise holds: twice its band times its length."""
    return 2 * (high_hz(rate_hz) - LOW_HZ) * seconds


def levels(frames: Frames, nodes: npt.NDArray[np.intp], rate_hz: float, likeness: Frames) -> tuple[Floats, Floats]:
    """Return the logarithm of the mean square of rest at some moments, and how alike its samples are.

    Parameters
    ----------
    frames : array of float32, shape (m,)
        Logarithms of the mean square of frames of 50 ms; infinite where there is none.
    nodes : array of int, shape (k,)
        Places in ``frames`` of the moments.
    rate_hz : float
    likeness : array of float32, shape (m,)
        Of each frame.

    Returns
    -------
    level, alike : arrays of float64, shape (k,)
        NaN where there is no frame around.
    """
    level, kept = _settled(_around(frames, nodes, np.inf), rate_hz)
    total = kept.sum(axis=1)
    alike = (kept * _around(likeness, nodes, 0.0)).sum(axis=1) / np.maximum(total, 1e-9)
    return level, np.where(total > 0, alike, np.nan)


def _around(values: Frames, nodes: npt.NDArray[np.intp], blank: float) -> Frames:
    """Return what lies around each node, shape (k, behind + ahead)."""
    behind, ahead = round(BEHIND_S / FRAME_S), round(AHEAD_S / FRAME_S)
    padded = np.pad(values, (behind, ahead), constant_values=blank)
    return np.lib.stride_tricks.sliding_window_view(padded, behind + ahead)[nodes]


def _chance(rate_hz: float) -> tuple[float, float, float]:
    """Return what chance makes of white noise: spread, lift and cut of the logarithms of frames.

    The logarithm of a frame's mean square is spread like that of chi-squared; below the bound it has a lower mean than
    all of it: the truncated normal's.
    """
    half = freedom(FRAME_S, rate_hz) / 2
    spread = float(np.sqrt(special.polygamma(1, half)))
    cut = spread * np.exp(-(LOUDEST**2) / 2) / np.sqrt(2 * np.pi) / special.ndtr(LOUDEST)
    return spread, float(np.log(half) - special.digamma(half)), float(cut)


def _settled(windows: Frames, rate_hz: float) -> tuple[Floats, Frames]:
    """Return the level of the quietest and all that are no louder than chance makes them, and the weights of those."""
    spread, lift, cut = _chance(rate_hz)
    sorted_rows = np.sort(windows, axis=1)
    count = np.isfinite(sorted_rows).sum(axis=1)
    first = sorted_rows[np.arange(len(windows)), np.minimum((QUIET * count).astype(int), windows.shape[1] - 1)]
    level = first.astype(np.float64) - special.ndtri(QUIET) * spread
    level[count == 0] = np.nan
    behind = round(BEHIND_S / FRAME_S)
    age = np.abs(np.arange(windows.shape[1]) - behind) * FRAME_S
    weights = np.exp(-age / MEMORY_S).astype(np.float32)
    finite = np.where(np.isfinite(windows), windows, 0)
    for _ in range(_ROUNDS):
        kept = (windows < (level + LOUDEST * spread)[:, None]) * weights
        total = kept.sum(axis=1)
        mean = (kept * finite).sum(axis=1) / np.maximum(total, 1e-9)
        level = np.where(total > 0, mean + cut, level)
    return np.asarray(level + lift), kept
