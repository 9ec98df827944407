"""A sheet in the face-fixed frame to paint on, and the landmarks that say where; the same for photo and head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.simulate.locate import Points
from facialis.face.simulate.picture import BOTTOM, LEFT, RIGHT, TOP, Map, Part, Planes, look
from facialis.findings import Side

_BLACK = 16.0
PER_IOD = 180  # canvas pixels in an inter-ocular distance
_SHAPE = (round((BOTTOM - TOP) * PER_IOD), round((RIGHT - LEFT) * PER_IOD))

# The same landmarks by mesh index and by number of the usual 68, (right, left) or from the patient's right to the left.
_MESH: Mapping[str, Sequence[int]] = {
    "outer": (33, 263),
    "inner": (133, 362),
    "brow": (105, 334),
    "brow_inner": (107, 336),
    "ala": (129, 358),
    "corner": (61, 291),
    "nose": (2,),
    "jaw": (234, 93, 132, 58, 172, 136, 150, 176, 152, 400, 379, 365, 397, 288, 361, 323, 454),
    "lips": (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91),
}
_USUAL: Mapping[str, Sequence[int]] = {
    "outer": (36, 45),
    "inner": (39, 42),
    "brow": (19, 24),
    "brow_inner": (21, 22),
    "ala": (31, 35),
    "corner": (48, 54),
    "nose": (33,),
    "jaw": range(17),
    "lips": range(48, 60),
}


class Marks(NamedTuple):
    """Landmarks in the face frame: by side (2,), the rest from the patient's right to the left (N, 2)."""

    outer: Mapping[Side, Points]
    inner: Mapping[Side, Points]
    brow: Mapping[Side, Points]
    brow_inner: Mapping[Side, Points]
    ala: Mapping[Side, Points]
    corner: Mapping[Side, Points]
    nose: Points
    jaw: Points
    lips: Points

    @classmethod
    def of_mesh(cls, mesh: Points) -> Marks:
        """Take them from a face mesh (468, 2) in the face frame."""
        return cls._of(mesh, _MESH)

    @classmethod
    def of_usual(cls, points: Points) -> Marks:
        """Take them from the usual 68 points (68, 2) in the face frame."""
        return cls._of(points, _USUAL)

    @classmethod
    def _of(cls, points: Points, numbers: Mapping[str, Sequence[int]]) -> Marks:
        sided = {
            name: {Side.RIGHT: points[numbers[name][0]], Side.LEFT: points[numbers[name][1]]}
            for name in ("outer", "inner", "brow", "brow_inner", "ala", "corner")
        }
        nose, jaw, lips = (points[list(numbers[name])] for name in ("nose", "jaw", "lips"))
        return cls(**sided, nose=nose[0], jaw=jaw, lips=lips)

    @property
    def chin(self) -> Points:
        """The lowest point of the jaw."""
        return np.asarray(self.jaw[self.jaw[:, 1].argmax()])

    def eye(self, side: Side) -> Points:
        """Return the middle of an eye."""
        return np.asarray((self.outer[side] + self.inner[side]) / 2)


def sign(side: Side) -> float:
    """Return 1 for the patient's left, where x grows, and -1 for the right."""
    return 1.0 if side is Side.LEFT else -1.0


def blank() -> Map:
    """Return an empty canvas."""
    return np.zeros(_SHAPE, np.float32)


def onto(points: Points) -> npt.NDArray[np.int32]:
    """Return where points (N, 2) of the face frame lie on the canvas, in sixteenths of a pixel for OpenCV's lines."""
    return np.rint(16 * ((np.asarray(points) - [LEFT, TOP]) * PER_IOD - 0.5)).astype(np.int32)


def filled(polygon: Points, soft: float) -> Map:
    """Return 1 in a polygon (N, 2), 0 outside, over ``soft`` IOD."""
    canvas = blank()
    cv2.fillPoly(canvas, [onto(polygon)], 1.0, cv2.LINE_AA, 4)
    return blurred(canvas, soft)


def line(points: Points, width: float, *, closed: bool = False) -> Map:
    """Return a line of a width, IOD, along points (N, 2)."""
    canvas = blank()
    thick = max(1, round(width * PER_IOD))
    cv2.polylines(canvas, [onto(points)], closed, 1.0, thick, cv2.LINE_AA, 4)
    return canvas


def stroke(points: Points, width: float) -> Map:
    """Return a line of a width, IOD, that grows from nothing at its ends to 1 in its middle."""
    canvas = blank()
    at, thick = onto(points), max(1, round(width * PER_IOD))
    for k in range(len(at) - 1):
        strength = float(np.sin(np.pi * (k + 0.5) / (len(at) - 1)) ** 0.7)
        cv2.line(canvas, at[k].tolist(), at[k + 1].tolist(), strength, thick, cv2.LINE_8, 4)
    return canvas


def blurred(canvas: Map, soft: float) -> Map:
    """Return a canvas blurred by a Gaussian of ``soft`` IOD."""
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), soft * PER_IOD), dtype=np.float32)


def seen(canvas: Map, points: Map, *, border: int = cv2.BORDER_CONSTANT) -> Map:
    """Return what a canvas shows at points (rows, columns, 2) of the face frame."""
    at = (points - np.array([LEFT, TOP], np.float32)) * np.float32(PER_IOD) - np.float32(0.5)
    return look(canvas, at.astype(np.float32), cv2.INTER_LINEAR, border)


def grain(rng: np.random.Generator, across: float, along: float) -> Map:
    """Return noise of deviation 1 on the canvas, its grains so wide and so high in canvas pixels."""
    noise = rng.standard_normal(_SHAPE, dtype=np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), sigmaX=across, sigmaY=along)
    return np.asarray(smooth / smooth.std(), dtype=np.float32)


def paint(out: Planes, part: Part, weight: Map, colours: Sequence[Map]) -> None:
    """Lay luma and chroma (each of the luma's size) over a part of a picture."""
    half = Part(*(slice(each.start // 2, each.stop // 2) for each in part))
    for i, (plane, colour) in enumerate(zip(out, colours, strict=True)):
        where, share, tint = (part, weight, colour) if i == 0 else (half, _small(weight), _small(colour))
        under = plane[where].astype(np.float32)
        plane[where] = np.clip(under + share * (tint - under) + np.float32(0.5), 0, 255).astype(np.uint8)


def shade(out: Planes, part: Part, dark: Map) -> None:
    """Take a share of its light from a part of a picture."""
    under = out.luma[part].astype(np.float32)
    lit = _BLACK + (under - _BLACK) * (1 - dark)
    out.luma[part] = np.clip(lit + np.float32(0.5), 0, 255).astype(np.uint8)


def _small(values: Map) -> Map:
    size = (values.shape[1] // 2, values.shape[0] // 2)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
