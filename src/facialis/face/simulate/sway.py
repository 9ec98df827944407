"""How the head moves before the camera: slow sway, small nods and now and then a quick move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facialis.face.simulate.courses import Pulse, Times, crossings
from facialis.face.simulate.locate import Points
from facialis.face.simulate.script import Plan, place
from facialis.face.simulate.truth import Event
from facialis.findings import Side

# tx, ty in IOD; roll, yaw, pitch in radians; zoom as a logarithm.
_AXES = ("tx", "ty", "roll", "yaw", "pitch", "zoom")
_SLOW = (0.05, 0.03, 0.020, 0.035, 0.020, 0.012)
_NODS = (0.002, 0.004, 0.001, 0.002, 0.004, 0.0)
_QUICK = (0.05, 0.05, 0.02, 0.12, 0.10, 0.0)
_NECK = np.array([0.0, 1.6])  # the head rolls about the neck, IOD below the eyes


@dataclass(frozen=True)
class Sway:
    """The course of the head's pose.

    Attributes
    ----------
    waves : (6, N, 3) float64
        Amplitude, frequency in Hz and phase of the sines of each axis.
    quick : tuple of (Pulse, (6,) float64)
        Quick moves and the pose at their peak.
    """

    waves: Points
    quick: tuple[tuple[Pulse, Points], ...]

    def pose(self, time_s: Times, *, quick: bool = True) -> Points:
        """Return the pose (T, 6) at each time: tx, ty, roll, yaw, pitch, zoom."""
        amplitude, frequency, phase = np.moveaxis(self.waves, -1, 0)
        turns = 2 * np.pi * frequency * time_s[:, None, None] + phase
        pose = (amplitude * (np.sin(turns) - np.sin(phase))).sum(axis=-1)
        for pulse, peak in self.quick if quick else ():
            pose += pulse(time_s)[:, None] * peak
        return np.asarray(pose)


def draw(plan: Plan, rng: np.random.Generator) -> Sway:
    """Draw a head motion."""
    slow = _sines(_SLOW, (0.08, 0.5), 4, rng)
    nods = _sines(_NODS, (0.5, 3.0), 4, rng)
    waves = np.concatenate([slow, nods], axis=1)
    waves[..., 0] *= plan.sway
    count = int(plan.quick_moves_per_min * plan.seconds / 60 + rng.uniform())
    pulses = [
        Pulse(0.0, float(rng.uniform(0.12, 0.25)), float(rng.uniform(0, 0.1)), float(rng.uniform(0.15, 0.4)))
        for _ in range(count if plan.sway > 0 else 0)
    ]
    starts = place([pulse.end_s for pulse in pulses], plan.seconds, 1.0, rng)
    quick = []
    for pulse, start in zip(pulses, starts, strict=True):
        if start is None:
            continue
        peak = np.array(_QUICK) * rng.uniform(0.5, 1.0, 6) * rng.choice([-1.0, 1.0], 6)
        # A shake turns the head, a nod tips it: one axis leads.
        peak[[4, 1] if rng.random() < 0.5 else [3, 0]] *= 0.2
        quick.append((Pulse(start, pulse.rise_s, pulse.hold_s, pulse.fall_s), peak))
    return Sway(waves, tuple(quick))


def _sines(sizes: Sequence[float], band: tuple[float, float], count: int, rng: np.random.Generator) -> Points:
    amplitude = np.array(sizes)[:, None] * rng.uniform(0.3, 1.0, (len(sizes), count)) / np.sqrt(count)
    low, high = np.log(band)
    frequency = np.exp(rng.uniform(low, high, (len(sizes), count)))
    return np.stack([amplitude, frequency, rng.uniform(0, 2 * np.pi, (len(sizes), count))], axis=-1)


def displacement(points: Points, depth: Points, pose: Points) -> Points:
    """Return how far the head's pose carries points of the face frame.

    Parameters
    ----------
    points : (..., 2) float64
        Resting positions, IOD.
    depth : (...) float64
        Height towards the camera above the axis of turning, IOD.
    pose : (6,) float64
    """
    tx, ty, roll, yaw, pitch, zoom = pose
    scale = np.exp(zoom)
    cosine, sine = scale * np.cos(roll), scale * np.sin(roll)
    arm = points - _NECK
    x = arm[..., 0] * (cosine * np.cos(yaw) - 1) - arm[..., 1] * sine + tx + np.sin(yaw) * depth
    y = arm[..., 0] * sine + arm[..., 1] * (cosine - 1) + ty + np.sin(pitch) * depth
    return np.stack([x, y], axis=-1)


def quick_events(sway: Sway, points: Points, depth: Points) -> list[Event]:
    """Return the quick moves as events, measured at points (N, 2) of the face with their depth (N,)."""
    found = []
    for pulse, peak in sway.quick:
        time_s = np.arange(pulse.start_s - 0.002, pulse.end_s + 0.002, 0.002)
        still = sway.pose(time_s, quick=False)
        course = np.empty(len(time_s))
        for i, (pose, value) in enumerate(zip(still, pulse(time_s), strict=True)):
            moved = displacement(points, depth, pose + value * peak) - displacement(points, depth, pose)
            course[i] = np.hypot(moved[:, 0], moved[:, 1]).max()
        onset, apex, offset = crossings(time_s, course)
        found.append(Event("head_motion", Side.BOTH, onset, apex, offset, float(course.max())))
    return found
