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


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What is carried from one stretch of a channel to the next.

    Attributes
    ----------
    frames : array of float32, shape (m,)
        Logarithms of the mean square of the last minute's frames, oldest first; infinite where nothing was recorded.
    end_s : float
        Where the last of them ends.
    open : Open or None
        A burst that has begun and not yet ended.
    """

    frames: npt.NDArray[np.float32] = field(repr=False)
    end_s: float
    open: Open | None = None


def freedom(seconds: float, rate_hz: float) -> float:
    """Return how many independent numbers a stretch of banded noise holds: twice its band times its length."""
    return 2 * (high_hz(rate_hz) - LOW_HZ) * seconds


def levels(frames: npt.NDArray[np.float32], nodes: npt.NDArray[np.intp], rate_hz: float) -> Floats:
    """Return the logarithm of the mean square of rest at some moments.

    Parameters
    ----------
    frames : array of float32, shape (m,)
        Logarithms of the mean square of frames of 50 ms; infinite where there is none.
    nodes : array of int, shape (k,)
        Places in ``frames`` of the moments.
    rate_hz : float

    Returns
    -------
    array of float64, shape (k,)
        NaN where there is no frame around.
    """
    behind, ahead = round(BEHIND_S / FRAME_S), round(AHEAD_S / FRAME_S)
    blank = np.full(behind, np.inf, np.float32)
    padded = np.concatenate([blank, frames, np.full(ahead, np.inf, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, behind + ahead)[nodes]
    # Of noise alone the logarithm of a frame's mean square is spread like that of chi-squared.
    half = freedom(FRAME_S, rate_hz) / 2
    spread = float(np.sqrt(special.polygamma(1, half)))
    lift = float(np.log(half) - special.digamma(half))
    age = np.abs(np.arange(behind + ahead) - behind) * FRAME_S
    weights = np.exp(-age / MEMORY_S).astype(np.float32)
    sorted_rows = np.sort(windows, axis=1)
    count = np.isfinite(sorted_rows).sum(axis=1)
    first = sorted_rows[np.arange(len(nodes)), np.minimum((QUIET * count).astype(int), behind + ahead - 1)]
    level = first.astype(np.float64) - special.ndtri(QUIET) * spread
    level[count == 0] = np.nan
    finite = np.where(np.isfinite(windows), windows, 0)
    # What chance makes of noise below the bound has a lower mean than all of it: the truncated normal's.
    cut = spread * np.exp(-(LOUDEST**2) / 2) / np.sqrt(2 * np.pi) / special.ndtr(LOUDEST)
    for _ in range(_ROUNDS):
        kept = (windows < (level + LOUDEST * spread)[:, None]) * weights
        total = kept.sum(axis=1)
        mean = (kept * finite).sum(axis=1) / np.maximum(total, 1e-9)
        level = np.where(total > 0, mean + cut, level)
    return np.asarray(level + lift)
