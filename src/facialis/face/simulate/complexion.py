"""The skin's own looks: tone, beard and folds. All lie in the skin and move with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from facialis.face.signals import SIDES
from facialis.face.simulate import canvas
from facialis.face.simulate.actions import Drive
from facialis.face.simulate.canvas import Marks, sign
from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Points
from facialis.face.simulate.picture import Map
from facialis.face.simulate.tissue import value
from facialis.findings import Side

# From the lightest to the darkest skin, sRGB.
TONES = np.array([(238, 200, 176), (222, 176, 146), (190, 140, 108), (141, 95, 68), (84, 56, 42)], dtype=np.float32)
_BEARDS = ((44, 34, 28), (70, 50, 36), (128, 124, 120))
_DEEPEST = 0.3  # share of the light that the deepest fold takes
_LIGHTEST = 0.11  # share that the ridge beside it adds
_ALWAYS = 0.4  # of a fold's depth that is there at rest

# How far each muscle must pull, IOD, to deepen a fold by its whole depth.
_DEEPENS: Mapping[str, Mapping[str, float]] = {
    "nasolabial": {"zygomaticus": 0.08, "nasalis": 0.04},
    "crow": {"orbicularis_oculi": 0.025, "zygomaticus": 0.15},
    "forehead": {"frontalis": 0.06},
    "glabella": {"orbicularis_oculi": 0.03},
    "marionette": {"platysma": 0.07, "orbicularis_oris": 0.08},
    "bag": {"orbicularis_oculi": 0.04},
}


def base(tone: float) -> Map:
    """Return the sRGB of a skin, 0 the lightest and 1 the darkest."""
    place = tone * (len(TONES) - 1)
    return np.array([np.interp(place, np.arange(len(TONES)), channel) for channel in TONES.T], dtype=np.float32)


def toned(image: Map, at: Map, marks: Marks, tone: float) -> Map:
    """Return a picture (H, W, 3) sRGB 0 to 255 with its skin brought to a tone; ``at`` (H, W, 2) is the face frame."""
    weight, usual = _skin(image, at, marks)
    ratio = base(tone) / usual
    darker = image * np.minimum(ratio, 1)
    # Lightening by a power keeps highlights from being cut off.
    power = np.log(np.clip(usual * np.maximum(ratio, 1), 1, 250) / 255) / np.log(np.clip(usual, 1, 250) / 255)
    changed = np.where(ratio > 1, 255 * (image / 255) ** power, darker)
    return np.asarray(image + weight[..., None] * (changed - image), dtype=np.float32)


def usual_skin(image: Map, at: Map, marks: Marks) -> Map:
    """Return the usual colour (3,) of the cheeks of a picture; arguments as for :func:`toned`."""
    cheeks = canvas.blank()
    for side in SIDES:
        middle = (marks.ala[side] + marks.jaw[0 if side is Side.RIGHT else -1]) / 2
        cv2.circle(cheeks, canvas.onto(middle[None])[0], round(16 * 0.12 * canvas.PER_IOD), 1.0, -1, cv2.LINE_AA, 4)
    return np.asarray(np.median(image[canvas.seen(cheeks, at) > 0.5], axis=0), dtype=np.float32)


def _skin(image: Map, at: Map, marks: Marks) -> tuple[Map, Map]:
    """Return how much each pixel is skin (H, W), and the usual colour of the cheeks (3,)."""
    usual = usual_skin(image, at, marks)
    colour = np.log(np.maximum(image, 4)) - np.log(usual)
    # Shade changes all channels alike; another stuff changes them against each other.
    shade = colour.mean(axis=-1, keepdims=True)
    other = np.hypot(*np.moveaxis((colour - shade)[..., [0, 2]], -1, 0)) / 0.2
    alike = np.exp(-(other**2) / 2 - (np.clip(np.abs(shade[..., 0]) - 0.9, 0, None) / 0.35) ** 2 / 2)
    low, high = marks.jaw.min(axis=0), marks.jaw.max(axis=0)
    middle, half = (low + high) / 2 + [0.0, -0.2], (high - low) / 2 * [1.0, 1.55]
    away = np.hypot(*np.moveaxis((at - middle.astype(np.float32)) / half.astype(np.float32), -1, 0))
    near = np.clip((1.45 - away) / 0.3, 0, 1)
    eyes = sum(_eye(marks, side) for side in SIDES)
    inside = np.clip((0.98 - away) / 0.12, 0, 1) * 0.9
    per_iod = 1 / max(float(np.hypot(*(at[0, 1] - at[0, 0]))), 1e-6)
    smooth = cv2.GaussianBlur(np.maximum(alike, inside) * near, (0, 0), 0.03 * per_iod)
    return np.asarray(smooth * (1 - canvas.seen(np.asarray(eyes), at)), np.float32), usual


def _eye(marks: Marks, side: Side) -> Map:
    inner, outer = marks.inner[side], marks.outer[side]
    across = (outer - inner) / 2
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    down = np.array([0.0, 0.32 * np.hypot(*across)])
    ring = marks.eye(side) + np.cos(turns)[:, None] * across * 0.95 + np.sin(turns)[:, None] * down
    return canvas.filled(ring, 0.01)


def bearded(image: Map, at: Map, marks: Marks, density: float, rng: np.random.Generator) -> Map:
    """Return a picture with a beard of some density; arguments as for :func:`toned`."""
    hair = np.array(_BEARDS[rng.integers(len(_BEARDS))], np.float32)
    strands = np.clip(0.66 + 0.22 * canvas.grain(rng, 0.8, 2.2) + 0.14 * canvas.grain(rng, 6.0, 8.0), 0, 1)
    light = np.clip(1 + 0.22 * canvas.grain(rng, 0.7, 2.0), 0.4, 1.8)
    weight = canvas.seen(np.asarray(density * _beard(marks) * strands, np.float32), at)[..., None]
    return np.asarray(image + weight * (hair * canvas.seen(light, at)[..., None] - image), dtype=np.float32)


def _beard(marks: Marks) -> Map:
    """Return where a beard grows: jaw, chin and upper lip."""
    right, left = Side.RIGHT, Side.LEFT
    upper = []
    for side, ear in ((left, marks.jaw[-2]), (right, marks.jaw[1])):
        out, corner = np.array([sign(side), 0.0]), marks.corner[side]
        edge = [ear - 0.1 * out, (0.45 * ear + 0.55 * corner) + [0.0, -0.02], corner + 0.12 * out + [0.0, -0.08]]
        edge += [marks.ala[side] + [0.0, 0.1]]
        upper.append(np.array(edge))
    outline = np.concatenate(
        [np.add(marks.jaw[1:-1], (0.0, 0.03)), upper[0], np.add(marks.nose, (0.0, 0.07))[None], upper[1][::-1]]
    )
    lips = (marks.lips - marks.lips.mean(axis=0)) * [1.04, 1.12] + marks.lips.mean(axis=0)
    return np.asarray(canvas.filled(outline, 0.05) * (1 - canvas.filled(lips, 0.018)), dtype=np.float32)


class Fold(NamedTuple):
    """One fold: what deepens it, on which side, and its share of the light (canvas) at full depth."""

    kind: str
    side: Side
    relief: Map

    def depth(self, drives: Sequence[Drive], time_s: Times) -> Times:
        """Return its depth (T,), 1 where a movement has deepened it by its whole."""
        moved = np.zeros(len(time_s))
        for drive in drives:
            full = _DEEPENS[self.kind].get(drive.part)
            if full is not None and drive.side is self.side:
                moved += np.clip(drive.gain, 0, None) / full * value(drive, time_s)
        return np.asarray(_ALWAYS + (1 - _ALWAYS) * np.clip(moved, 0, 1.4))


def folds(marks: Marks, age: float, rng: np.random.Generator) -> list[Fold]:
    """Return the folds of a face; ``age`` 1 makes the deepest."""
    made = []
    for side in SIDES:
        for kind, strength, lines in _courses(marks, side, rng):
            relief = canvas.blank()
            for points in lines:
                drawn = canvas.stroke(points, 0.008)
                dark = canvas.blurred(drawn, 0.013)
                # The skin bulges below a fold: light falls on the ridge.
                ridge = np.roll(canvas.blurred(drawn, 0.022), round(0.036 * canvas.PER_IOD), axis=0)
                relief += _LIGHTEST * ridge / max(ridge.max(), 1e-6) - _DEEPEST * dark / max(dark.max(), 1e-6)
            made.append(
                Fold(kind, side, np.asarray(age * strength * np.clip(relief, -_DEEPEST, _LIGHTEST), np.float32))
            )
    return made


def _courses(marks: Marks, side: Side, rng: np.random.Generator) -> list[tuple[str, float, list[Points]]]:
    """Return the lines of each kind of fold on one side, a little uneven as skin is."""
    out = np.array([sign(side), 0.0])
    corner, ala, outer = marks.corner[side], marks.ala[side], marks.outer[side]
    chin_side = marks.chin + 0.3 * out
    crow = [
        _bent(outer + 0.05 * out + [0.0, 0.02 * k], outer + 0.28 * out + [0.0, 0.09 * k - 0.02], 0.02 * k, rng)
        for k in (-1.2, 0.0, 1.1, 2.2)
    ]
    brow = marks.brow[side]
    forehead = [
        _bent(np.array([0.04 * sign(side), brow[1] - up]), np.array([brow[0] + 0.12 * sign(side), brow[1] - up + 0.02]),
              -0.025, rng)
        for up in (0.16, 0.27, 0.38)
    ]  # fmt: skip
    frown = marks.brow_inner[side] - 0.03 * out
    lid = [_bent(marks.inner[side] + 0.02 * out + [0.0, 0.1], outer - 0.02 * out + [0.0, 0.13], 0.07, rng)]
    return [
        ("nasolabial", 1.0, [_bent(ala + 0.02 * out - [0.0, 0.04], corner + 0.14 * out + [0.0, 0.03], -0.05, rng)]),
        ("crow", 0.75, crow),
        ("forehead", 0.8, forehead),
        ("glabella", 0.8, [_bent(frown - [0.0, 0.05], np.add(frown, (0.0, 0.12)), 0.0, rng)]),
        (
            "marionette",
            0.8,
            [_bent(corner + 0.02 * out + [0.0, 0.03], (corner + chin_side) / 2 + 0.05 * out, 0.0, rng)],
        ),
        ("bag", 0.6, lid),
    ]


def _bent(start: Points, end: Points, bow: float, rng: np.random.Generator) -> Points:
    """Return a wavy line (24, 2) from start to end that bows downwards by ``bow`` IOD in its middle."""
    share = np.linspace(0, 1, 24)[:, None]
    wave = 0.006 * np.sin(2 * np.pi * (share * rng.uniform(0.8, 2.0) + rng.uniform()))
    return np.asarray(start + share * (end - start) + (np.sin(np.pi * share) * bow + wave) * np.array([0.0, 1.0]))


class Folded:
    """How much of its light each fold leaves to the picture at each time."""

    def __init__(self, some: Sequence[Fold], at: Map, drives: Sequence[Drive], time_s: Times) -> None:
        reliefs = np.stack([canvas.seen(fold.relief, at) for fold in some])
        touched = np.abs(reliefs).max(axis=0) > 1e-3
        rows, columns = np.flatnonzero(touched.any(axis=1)), np.flatnonzero(touched.any(axis=0))
        ends = [(int(axis[0]), int(axis[-1]) + 1) if len(axis) else (0, 0) for axis in (rows, columns)]
        self.box = tuple(slice(*end) for end in ends)
        self._reliefs = reliefs[:, *self.box]
        self._depths = np.stack([fold.depth(drives, time_s) for fold in some]).astype(np.float32)

    def light(self, i: int) -> Map:
        """Return the factor of the light inside ``box`` in frame ``i``."""
        return np.asarray(1 + np.tensordot(self._depths[:, i], self._reliefs, axes=1), dtype=np.float32)
