"""What events are looked for in: both sides on one time axis, and the edge that counts at each moment.

An edge is how far a channel goes within a fifth of a second. It is held against the noise of the clip, plus a share of
what both sides and the head do at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from facialis.face.regions import PARTS
from facialis.face.signals import Signals
from facialis.findings import Side

Floats = npt.NDArray[np.floating[Any]]

CHANNELS = (*PARTS, "lid")
"""What an event is looked for in: the parts of the skin over the muscles, and the eyelids."""

REGION_OF = {**{part: region for part, (region, _) in PARTS.items()}, "lid": "orbicularis_oculi"}

LOWER = frozenset({"nasalis", "zygomaticus", "orbicularis_oris", "mentalis", "platysma"})
UPPER = frozenset({"frontalis", "orbicularis_oculi"})

EDGE_SECONDS = 0.1
_NOISE_FACTOR = 3.5
_FLOOR = {
    "lid": 0.02,
    "mentalis": 0.012,
    "platysma": 0.02,
    "orbicularis_oris upper": 0.01,
    "orbicularis_oris lower": 0.012,
}
_SMALLEST = 0.008
_COMMON_SHARE = 0.15
_HEAD_SHARE = 0.04


@dataclass(eq=False)
class Channels:
    """Both sides on one time axis: ``moved[side]`` (T, C, 2), light smoothing above 60 frames a second, gaps filled."""

    time_s: Floats
    moved: dict[Side, Floats]
    head: Floats
    usable: npt.NDArray[np.bool_]

    @cached_property
    def difference(self) -> Floats:
        """Left less right, (T, C, 2)."""
        return self.moved[Side.LEFT] - self.moved[Side.RIGHT]

    @cached_property
    def smallest(self) -> Floats:
        """Smallest edge of the difference that counts in a quiet moment, (C,), inter-ocular distances."""
        floor = np.array([_FLOOR.get(name, _SMALLEST) for name in CHANNELS])
        return np.asarray(np.fmax(_NOISE_FACTOR * noise(self), floor), dtype=np.float64)


def channels(signals: Signals) -> Channels:
    """Collect the signals that events are looked for in."""
    time_s = np.asarray(signals.time_s)
    rate = frame_rate(time_s)
    width = rate / 120.0 if rate > 60 else 0.0
    moved = {}
    for side in (Side.LEFT, Side.RIGHT):
        stack = np.zeros((len(time_s), len(CHANNELS), 2), np.float32)
        for place, part in enumerate(PARTS):
            stack[:, place] = _filled(signals.parts[part, side], signals.usable)
        stack[:, -1, 1:] = _filled(signals.closure[side][:, None], signals.usable)
        moved[side] = ndimage.gaussian_filter1d(stack, width, axis=0) if width else stack
    head = np.nan_to_num(signals.head_speed.astype(np.float64))
    return Channels(time_s, moved, head, signals.usable)


def frame_rate(time_s: Floats) -> float:
    """Return the usual number of frames a second; 30 where there are too few frames to tell."""
    return 1 / max(float(np.median(np.diff(time_s))), 1e-3) if len(time_s) > 2 else 30.0


def _filled(values: Floats, usable: npt.NDArray[np.bool_]) -> Floats:
    """Hold the last seen value (T, K) over gaps, where no event is looked for; zero if it was never seen."""
    known = usable & np.isfinite(values).all(axis=1)
    if not known.any():
        return np.zeros_like(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), 0))
    last[: np.argmax(known)] = np.argmax(known)
    return np.asarray(values[last])


def edges(path: Floats, time_s: Floats) -> Floats:
    """Return how far a path (T, ...) goes from 0.1 s before each frame to 0.1 s after."""
    later = np.clip(np.searchsorted(time_s, time_s + EDGE_SECONDS - 1e-6), 0, len(time_s) - 1)
    earlier = np.clip(np.searchsorted(time_s, time_s - EDGE_SECONDS + 1e-6, side="right") - 1, 0, len(time_s) - 1)
    return np.asarray(path[later] - path[earlier])


def noise(ch: Channels) -> Floats:
    """Return the edge that noise alone makes in each channel, (C,).

    Read from how much two neighbouring steps differ, over the quieter quarter of the frames: motion of the face is
    smooth over three frames where noise is not. Steps add up over an edge as in a random walk.
    """
    if ch.usable.sum() < 10:
        return np.full(len(CHANNELS), np.nan)
    jerk = np.hypot(*np.moveaxis(np.diff(ch.difference, n=2, axis=0), -1, 0))[ch.usable[1:-1]]
    # The lower quartile of a Rayleigh variable is 0.76 of its deviation; two steps have twice the variance of one.
    step: Floats = np.percentile(jerk, 25, axis=0) / 0.76 / np.sqrt(2)
    return np.asarray(step * np.sqrt(2 * EDGE_SECONDS * frame_rate(ch.time_s)))


def thresholds(ch: Channels) -> Floats:
    """Return the edge that counts at each moment, (T, C): noise, plus a share of what both sides and the head do."""
    window = max(1, round(0.3 * frame_rate(ch.time_s))) | 1
    left, right = (np.hypot(*np.moveaxis(edges(ch.moved[s], ch.time_s), -1, 0)) for s in (Side.LEFT, Side.RIGHT))
    common = ndimage.maximum_filter1d(np.minimum(left, right), window, axis=0)
    head = ndimage.maximum_filter1d(ch.head, window) * 2 * EDGE_SECONDS
    return np.asarray(ch.smallest + _COMMON_SHARE * common + _HEAD_SHARE * head[:, None])
