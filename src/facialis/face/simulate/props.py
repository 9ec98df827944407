"""What comes between face and camera: glasses with reflections, a hand, the hard edge of a shadow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from facialis.face.signals import SIDES
from facialis.face.simulate import canvas
from facialis.face.simulate.canvas import Marks, sign
from facialis.face.simulate.cases import Appearance
from facialis.face.simulate.courses import Pulse, Times
from facialis.face.simulate.hand import Hand
from facialis.face.simulate.locate import Points
from facialis.face.simulate.picture import Map, Part, Planes, Window
from facialis.face.simulate.script import place
from facialis.findings import Side

_BLACK, _WHITE, _GREY = 16.0, 235.0, 128.0
_RIM_LUMA = 40.0
_LENS = (0.40, 0.29)  # half width and half height, IOD
_SLIDE = (2.6, 0.8)  # how far a reflection slides over a lens: IOD a radian of the head's turn, IOD an IOD of its shift
_EDGE_SOFT = 0.012  # IOD
_HAND_S = (1.5, 4.5)  # how long a hand stays


class Props:
    """What is drawn over the moved face, frame by frame."""

    def __init__(
        self,
        looks: Appearance,
        marks: Marks,
        skin: tuple[float, float, float],
        time_s: Times,
        poses: Points,
        rng: np.random.Generator,
    ) -> None:
        of_glasses, of_hands, of_shadow = rng.spawn(3)
        self._glasses = _Glasses(looks.glasses, marks, poses, of_glasses) if looks.glasses else None
        self._shadow = _Shadow(looks.shadow_edge, time_s, of_shadow) if looks.shadow_edge else None
        self._hands = _hands(looks.hands_per_min, marks, skin, time_s, of_hands)

    @property
    def covered(self) -> list[tuple[float, float]]:
        """When a hand is before the face, seconds."""
        return [hand.covers for hand in self._hands]

    def over(self, picture: Planes, still: Map, window: Window, i: int) -> Planes:
        """Draw everything over a picture; ``still`` (nodes of the window) is the face frame of the unmoved head."""
        out = Planes(*(plane.copy() for plane in picture))
        if self._glasses is not None:
            self._glasses.draw(out, still, window, i)
        for hand in self._hands:
            hand.draw(out, still, window, i)
        if self._shadow is not None:
            self._shadow.draw(out, still, window, i)
        return out


class _Glasses:
    """Rims and lenses fixed to the head; what the lenses mirror slides as the head turns."""

    def __init__(self, glare: float, marks: Marks, poses: Points, rng: np.random.Generator) -> None:
        self._rim, self._lens = canvas.blank(), canvas.blank()
        for side in SIDES:
            ring = _lens(np.add(marks.eye(side), (0.02 * sign(side), 0.06)))
            self._rim = np.maximum(self._rim, canvas.line(ring, 0.035, closed=True))
            self._lens = np.maximum(self._lens, canvas.filled(ring, 0.006))
            hinge = np.add(marks.eye(side), (0.42 * sign(side), 0.0))
            ear = marks.jaw[0 if side is Side.RIGHT else -1] * [0.97, 1.0] + [0.0, -0.12]
            self._rim = np.maximum(self._rim, canvas.line(np.array([hinge, ear]), 0.03))
        bridge = [np.add(marks.eye(side), ((0.03 - _LENS[0]) * sign(side), 0.0)) for side in (Side.RIGHT, Side.LEFT)]
        arch = np.array([bridge[0], (bridge[0] + bridge[1]) / 2 - [0.0, 0.05], bridge[1]])
        self._rim = canvas.blurred(np.maximum(self._rim, canvas.line(arch, 0.035)), 0.006)
        self._glare, self._strength = _mirrored(rng, marks), 0.6 * glare
        tx, ty, _, yaw, pitch, _ = poses.T
        # A mirror turned by an angle throws its picture aside by twice as much.
        self._slide = np.column_stack([_SLIDE[0] * yaw + _SLIDE[1] * tx, _SLIDE[0] * pitch + _SLIDE[1] * ty])

    def draw(self, out: Planes, still: Map, window: Window, i: int) -> None:
        seen = np.maximum(self._rim, self._lens)
        part = window.part(canvas.seen(seen, still) > 0.01)
        if part is None:
            return
        at = window.fine(still, part)
        rim, lens = canvas.seen(self._rim, at), canvas.seen(self._lens, at)
        mirrored = canvas.seen(self._glare, at - self._slide[i].astype(np.float32))
        bright = self._strength * lens * mirrored
        _mix(out, part, 0.06 * lens, (_BLACK, _GREY, _GREY))
        _mix(out, part, bright, (_WHITE, _GREY + 4, _GREY - 3))
        _mix(out, part, 0.92 * rim, (_RIM_LUMA, _GREY, _GREY))


def _lens(middle: Points) -> Points:
    """Return the rim of a lens: an ellipse on the way to a rectangle."""
    turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    across, down = (np.sign(f(turns)) * np.abs(f(turns)) ** 0.7 for f in (np.cos, np.sin))
    return np.asarray(middle + np.column_stack([across, down]) * _LENS)


def _mirrored(rng: np.random.Generator, marks: Marks) -> Map:
    """Return what the lenses mirror: a window with its bars and a paler screen, a little askew."""
    shown = canvas.blank()
    shift = rng.uniform([-0.15, -0.12], [0.15, 0.05])
    tilt = float(rng.uniform(-0.25, 0.25))
    for side in SIDES:
        middle = marks.eye(side) + shift
        for x, y, half_width, half_height, light in ((0.08, -0.02, 0.11, 0.15, 1.0), (-0.2, 0.12, 0.12, 0.05, 0.4)):
            corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * [half_width, half_height]
            corners = corners @ np.array([[1.0, tilt], [-0.3 * tilt, 1.0]]) + middle + [x, y]
            pane = canvas.filled(corners, 0.008) * light
            if light == 1.0:
                bars = [
                    (corners[0] + corners[1], corners[2] + corners[3]),
                    (corners[1] + corners[2], corners[3] + corners[0]),
                ]
                for begin, end in bars:
                    pane *= 1 - 0.8 * canvas.blurred(canvas.line(np.array([begin, end]) / 2, 0.02), 0.005)
            shown = np.maximum(shown, np.asarray(pane, np.float32))
    return shown


class _Shadow:
    """The edge of a hard shadow that stands in the room and wanders slowly, so that the head moves through it."""

    def __init__(self, depth: float, time_s: Times, rng: np.random.Generator) -> None:
        angle = float(rng.uniform(-0.6, 0.6)) + (np.pi if rng.random() < 0.5 else 0.0)
        self._normal = np.array([np.cos(angle), np.sin(angle)], np.float32)
        self._depth = 0.6 * depth
        phase = rng.uniform(0, 2 * np.pi, 3)
        waves = ((0.35, 0.05), (0.12, 0.19), (0.03, 0.7))  # IOD and Hz: a branch, a curtain, a person walking by
        moves = [size * np.sin(2 * np.pi * hz * time_s + p) for (size, hz), p in zip(waves, phase, strict=True)]
        self._place = float(rng.uniform(-0.2, 0.2)) + np.sum(moves, axis=0)
        self._middle = np.array([0.0, 0.5], np.float32)

    def draw(self, out: Planes, still: Map, window: Window, i: int) -> None:
        at = still - self._middle
        # The face bulges: the edge bends towards the lamp over the cheeks and back at the nose.
        bend = 0.12 * np.cos(3 * at[..., 0]) + 0.05 * np.cos(6 * at[..., 1])
        beyond = at @ self._normal + bend - np.float32(self._place[i])
        whole = Part(slice(0, window.height), slice(0, window.width))
        fine = window.fine(np.ascontiguousarray(np.repeat(beyond[..., None], 2, axis=-1)), whole)[..., 0]
        dark = self._depth * np.clip(fine / (2 * _EDGE_SOFT) + 0.5, 0, 1)
        canvas.shade(out, whole, dark)


def _hands(
    per_min: float, marks: Marks, skin: tuple[float, float, float], time_s: Times, rng: np.random.Generator
) -> Sequence[Hand]:
    seconds = float(time_s[-1])
    count = int(per_min * seconds / 60 + rng.uniform()) if per_min else 0
    pulses = [
        Pulse(0.0, float(rng.uniform(0.5, 0.9)), float(rng.uniform(*_HAND_S)), float(rng.uniform(0.5, 0.9)))
        for _ in range(count)
    ]
    starts = place([pulse.end_s for pulse in pulses], seconds, 1.0, rng)
    made = []
    for pulse, start in zip(pulses, starts, strict=True):
        if start is not None:
            stays = Pulse(start, pulse.rise_s, pulse.hold_s, pulse.fall_s)
            made.append(Hand(stays, marks, skin, time_s, rng))
    return made


def _mix(out: Planes, part: Part, weight: Map, colour: tuple[float, float, float]) -> None:
    canvas.paint(out, part, weight, [np.full(weight.shape, level, np.float32) for level in colour])
