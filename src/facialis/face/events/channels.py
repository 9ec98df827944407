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
_APART = 3.0
_ALIKE = 0.7
_RIDGE = 40.0
_UPPER_CHANNELS = [i for i, name in enumerate(CHANNELS) if REGION_OF[name] in UPPER]
_LOWER_CHANNELS = [i for i, name in enumerate(CHANNELS) if REGION_OF[name] in LOWER]
_COMMON_SHARE = 0.15
_HEAD_SHARE = 0.04


MOST_FRAMES = 80.0
"""Frames a second above which signals are averaged before events are looked for."""


@dataclass(eq=False)
class Channels:
    """Both sides on one time axis: ``moved[side]`` (T, C, 2), light smoothing above 60 frames a second, gaps filled.

    ``head`` (T,) is the head's speed, ``pose`` (T, 6) its six motions summed up.
    """

    time_s: Floats
    moved: dict[Side, Floats]
    head: Floats
    pose: Floats
    usable: npt.NDArray[np.bool_]

    @cached_property
    def rate(self) -> float:
        """The usual number of frames a second."""
        return frame_rate(self.time_s)

    @cached_property
    def own(self) -> dict[Side, Floats]:
        """What each side did beyond what the other side and the head explain in this recording, (T, C, 2)."""
        return {side: self.moved[side] - explained(self, side) for side in self.moved}

    @cached_property
    def common(self) -> Floats:
        """What both sides do within a fifth of a second, the largest of the muscles, (T,), inter-ocular distances."""
        left, right = (np.hypot(*np.moveaxis(edges(self.moved[s], self.time_s), -1, 0)) for s in self.moved)
        return np.asarray(np.minimum(left, right)[:, :-1].max(axis=1))

    @cached_property
    def smallest(self) -> dict[Side, Floats]:
        """Smallest edge of a side's own motion that counts in a quiet moment, (C,), inter-ocular distances."""
        floor = np.array([_FLOOR.get(name, _SMALLEST) for name in CHANNELS])
        return {side: np.asarray(np.fmax(_NOISE_FACTOR * noise(self, side), floor)) for side in self.moved}


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
    return Channels(time_s, moved, head, np.asarray(signals.pose, dtype=np.float64), signals.usable)


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


def explained(ch: Channels, side: Side) -> Floats:
    """Return what of a side's motion (T, C, 2) follows from the other side's and from the head's.

    A linear model of this recording: the upper face from the upper face, the lower from the lower, both from the head's
    pose, fitted to edges. Without evidence the sides are alike to the share that they usually are; edges that one side
    makes alone are weighted down, so that spasms do not teach it.
    """
    mine, other = (edges(ch.moved[s], ch.time_s)[ch.usable] for s in (side, side.other))
    head = edges(ch.pose, ch.time_s)[ch.usable]
    result = np.zeros_like(ch.moved[side])
    if len(mine) < 10:
        return result
    scale = np.array([_FLOOR.get(name, _SMALLEST) for name in CHANNELS])[:, None]
    apart = np.hypot(*np.moveaxis((mine - other) / scale, -1, 0)).max(axis=1)
    weight = 1 / (1 + (apart / _APART) ** 2)
    spread = np.percentile(np.abs(head), 75, axis=0) + 1e-4
    for members in (_UPPER_CHANNELS, _LOWER_CHANNELS):
        size = np.tile(scale[members], (1, 2)).ravel()
        x = np.hstack([other[:, members].reshape(len(mine), -1) / size, head / spread])
        y = mine[:, members].reshape(len(mine), -1) / size
        plain = _ALIKE * np.eye(x.shape[1], y.shape[1])
        ridge = _RIDGE * np.eye(x.shape[1])
        heavy = (x * weight[:, None]).T
        model = np.linalg.solve(heavy @ x + ridge, heavy @ y + ridge @ plain)
        every = np.hstack([ch.moved[side.other][:, members].reshape(len(ch.time_s), -1) / size, ch.pose / spread])
        result[:, members] = (every @ model * size).reshape(len(ch.time_s), -1, 2)
    return result


def noise(ch: Channels, side: Side) -> Floats:
    """Return the edge that noise alone makes in each channel of a side, (C,).

    Read from how much two neighbouring steps differ, over the quieter quarter of the frames: motion of the face is
    smooth over three frames where noise is not. Steps add up over an edge as in a random walk.
    """
    if ch.usable.sum() < 10:
        return np.full(len(CHANNELS), np.nan)
    jerk = np.hypot(*np.moveaxis(np.diff(ch.own[side], n=2, axis=0), -1, 0))[ch.usable[1:-1]]
    # The lower quartile of a Rayleigh variable is 0.76 of its deviation; two steps have twice the variance of one.
    step: Floats = np.percentile(jerk, 25, axis=0) / 0.76 / np.sqrt(2)
    return np.asarray(step * np.sqrt(2 * EDGE_SECONDS * ch.rate))


def thresholds(ch: Channels, side: Side) -> Floats:
    """Return a side's edge that counts, (T, C): noise, plus a share of what both sides and the head do then."""
    window = max(1, round(0.3 * ch.rate)) | 1
    left, right = (np.hypot(*np.moveaxis(edges(ch.moved[s], ch.time_s), -1, 0)) for s in (Side.LEFT, Side.RIGHT))
    common = ndimage.maximum_filter1d(np.minimum(left, right), window, axis=0)
    head = ndimage.maximum_filter1d(ch.head, window) * 2 * EDGE_SECONDS
    return np.asarray(ch.smallest[side] + _COMMON_SHARE * common + _HEAD_SHARE * head[:, None])
