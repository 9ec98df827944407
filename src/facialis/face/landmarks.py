"""Where the face is: detector, 468-point mesh and eyelid net, each frame on its own.

No causal smoothing: the filter of the usual video mode returns a three-frame twitch at 26-50 % of its amplitude.
The crop that the nets see is interpolated between key frames, so that it neither jumps nor follows the twitch.

References
----------
Bazarevsky 2019, BlazeFace (arXiv 1907.05047); Kartynnik 2019, face mesh (arXiv 1907.06724);
Ablavatski 2020, iris (arXiv 2006.11341). The decoding constants are those of the published graphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face import nets
from facialis.face.recording import Frame

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.floating[Any]]

MESH_POINTS = 468
MESH_INPUT = 192
EYE_INPUT = 64
DETECTOR_INPUT = 128
PRESENT = 0.5
"""Score from which a detection or a mesh counts as a face, as in the published graphs."""

RIGHT_EYE = (33, 133)
LEFT_EYE = (263, 362)
"""Outer and inner canthus of the patient's own right and left eye, mesh indices."""

_BOX_MARGIN = 1.5
_EYE_MARGIN = 2.3
_LOWER_LID = (3, 4, 5)
_UPPER_LID = (11, 12, 13)


class Crop(NamedTuple):
    """A square on the frame: centre and size in pixels, angle in radians (positive turns x towards y)."""

    x: float
    y: float
    size: float
    angle: float

    def matrix(self, pixels: int) -> Floats:
        """Return the (2, 3) affine that takes a pixel of the ``pixels`` x ``pixels`` crop to the frame."""
        scale = self.size / pixels
        cos, sin = np.cos(self.angle) * scale, np.sin(self.angle) * scale
        half = pixels / 2
        return np.array(
            [
                [cos, -sin, self.x - cos * half + sin * half],
                [sin, cos, self.y - sin * half - cos * half],
            ]
        )


@dataclass(frozen=True, eq=False)
class Detection:
    """A face of the detector: box centre and size in pixels, eye positions (2, 2) in pixels, right eye first."""

    centre: Floats
    size: Floats
    eyes: Floats
    score: float

    def crop(self) -> Crop:
        """Return the square that the mesh net wants to see."""
        across = self.eyes[1] - self.eyes[0]
        side = float(max(self.size)) * _BOX_MARGIN
        return Crop(float(self.centre[0]), float(self.centre[1]), side, float(np.arctan2(across[1], across[0])))


@dataclass(frozen=True, eq=False)
class Mesh:
    """The 468 points of one frame, (468, 3) in pixels of the frame (z on the scale of x), and the face score."""

    points: Points
    score: float

    @property
    def iod_px(self) -> float:
        """Distance between the two eye centres, in pixels."""
        right, left = eye_centres(self.points)
        return float(np.hypot(*(left - right)))

    def crop(self) -> Crop:
        """Return the square round these points, turned so that the eye line is level."""
        return crop_around(self.points)


def eye_centres(points: Points) -> tuple[Points, Points]:
    """Return the centres of the right and of the left eye, (..., 2) each, of points (..., 468, 3)."""
    right = points[..., list(RIGHT_EYE), :2].mean(axis=-2)
    left = points[..., list(LEFT_EYE), :2].mean(axis=-2)
    return right, left


def crop_around(points: Points) -> Crop:
    """Return the net's square round a mesh (468, 3)."""
    across = points[LEFT_EYE[0], :2] - points[RIGHT_EYE[0], :2]
    angle = float(np.arctan2(across[1], across[0]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    level = points[:, :2] @ turn.T
    low, high = level.min(axis=0), level.max(axis=0)
    centre = turn.T @ ((low + high) / 2)
    return Crop(float(centre[0]), float(centre[1]), float(max(high - low)) * _BOX_MARGIN, angle)


def between(first: Crop, second: Crop, share: float) -> Crop:
    """Return the crop ``share`` of the way from the first to the second."""
    turn = (second.angle - first.angle + np.pi) % (2 * np.pi) - np.pi
    return Crop(
        first.x + share * (second.x - first.x),
        first.y + share * (second.y - first.y),
        first.size + share * (second.size - first.size),
        first.angle + share * turn,
    )


class Detector:
    """The face detector. One instance serves one thread."""

    def __init__(self) -> None:
        self._net = nets.load("face_detection_short_range.tflite")
        self._anchors = _anchors()

    def whole(self, frame: Frame) -> list[Detection]:
        """Return the faces of the whole frame, best first; finds faces from about a fifth of the long side."""
        height, width = frame.luma.shape
        return _distinct(self._in_square(frame, Crop(width / 2, height / 2, max(width, height), 0.0)))

    def search(self, frame: Frame) -> list[Detection]:
        """Return the faces of the whole frame and of overlapping tiles: faces down to a tenth of the long side."""
        height, width = frame.luma.shape
        found = self._in_square(frame, Crop(width / 2, height / 2, max(width, height), 0.0))
        for tile in _tiles(width, height):
            found += self._in_square(frame, tile)
        return _distinct(found)

    def near(self, frame: Frame, crop: Crop) -> list[Detection]:
        """Return the faces in the surroundings (twice the size) of an earlier crop."""
        return _distinct(self._in_square(frame, Crop(crop.x, crop.y, crop.size * 2, 0.0)))

    def _in_square(self, frame: Frame, square: Crop) -> list[Detection]:
        matrix = square.matrix(DETECTOR_INPUT)
        pixels = frame.sample(matrix, (DETECTOR_INPUT, DETECTOR_INPUT))
        raw, logits = self._net.run((pixels[None] / np.float32(127.5) - 1).astype(np.float32))
        scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0], -80, 80)))
        keep = scores >= PRESENT
        if not keep.any():
            return []
        boxes = raw[0, keep].astype(np.float64) / DETECTOR_INPUT
        anchors = self._anchors[keep]
        merged = _merge(boxes[:, :2] + anchors, boxes[:, 2:4], boxes[:, 4:8] + np.tile(anchors, 2), scores[keep])
        corner = np.array([square.x, square.y]) - square.size / 2
        return [
            Detection(corner + c * square.size, s * square.size, corner + e.reshape(2, 2) * square.size, score)
            for c, s, e, score in merged
        ]


class FaceNets:
    """Mesh and eyelid nets. One instance serves one thread."""

    def __init__(self) -> None:
        self._mesh = nets.load("face_landmark.tflite")
        self._eye = nets.load("iris_landmark.tflite")

    def mesh(self, frame: Frame, crop: Crop) -> Mesh:
        """Return the mesh seen in a crop; its score tells whether there is a face at all."""
        matrix = crop.matrix(MESH_INPUT)
        pixels = frame.sample(matrix, (MESH_INPUT, MESH_INPUT))
        raw, logit = self._mesh.run((pixels[None] / np.float32(255)).astype(np.float32))
        points = raw.reshape(MESH_POINTS, 3)
        placed = np.empty_like(points)
        placed[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        placed[:, 2] = points[:, 2] * (crop.size / MESH_INPUT)
        return Mesh(placed, float(1 / (1 + np.exp(-np.clip(logit.reshape(-1)[0], -80, 80)))))

    def apertures(self, frame: Frame, points: Points) -> tuple[float, float]:
        """Return the opening of the right and of the left eye in pixels: lid margin to lid margin, mid pupil."""
        return self._aperture(frame, points, RIGHT_EYE, False), self._aperture(frame, points, LEFT_EYE, True)

    def _aperture(self, frame: Frame, points: Points, corners: tuple[int, int], flipped: bool) -> float:
        """Return one eye's opening; the net knows eyes whose outer corner is to the left, so the other is mirrored."""
        outer, inner = (points[index, :2].astype(np.float64) for index in corners)
        centre, across = (outer + inner) / 2, inner - outer
        if flipped:
            across = -across
        size = float(np.hypot(*across)) * _EYE_MARGIN
        crop = Crop(float(centre[0]), float(centre[1]), size, float(np.arctan2(across[1], across[0])))
        pixels = frame.sample(crop.matrix(EYE_INPUT), (EYE_INPUT, EYE_INPUT))
        if flipped:
            pixels = pixels[:, ::-1]
        contour = self._eye.run(np.ascontiguousarray(pixels[None] / np.float32(255), dtype=np.float32))[0].reshape(
            71, 3
        )
        gap = contour[list(_LOWER_LID), :2] - contour[list(_UPPER_LID), :2]
        # The distance along the eye's own vertical: a lid that has passed the other counts as closed, not as open.
        return float(max(gap[:, 1].mean(), 0.0)) * size / EYE_INPUT


def _anchors() -> Floats:
    """Return the centres (896, 2) of the detector's anchors: two a cell at stride 8, six a cell at stride 16."""
    layers = []
    for stride, per_cell in ((8, 2), (16, 6)):
        cells = DETECTOR_INPUT // stride
        y, x = np.mgrid[:cells, :cells]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / cells
        layers.append(np.repeat(centres, per_cell, axis=0))
    return np.concatenate(layers)


def _overlap(centre: Floats, size: Floats, centres: Floats, sizes: Floats) -> Floats:
    """Return intersection over union of one box with many."""
    low = np.maximum(centre - size / 2, centres - sizes / 2)
    high = np.minimum(centre + size / 2, centres + sizes / 2)
    inside = np.prod(np.clip(high - low, 0, None), axis=-1)
    return np.asarray(inside / (np.prod(size) + np.prod(sizes, axis=-1) - inside + 1e-12))


def _merge(centres: Floats, sizes: Floats, eyes: Floats, scores: Floats) -> list[tuple[Floats, Floats, Floats, float]]:
    """Weighted non-maximum suppression: overlapping boxes are averaged by their score."""
    merged = []
    left = np.argsort(-scores)
    while left.size:
        best = left[0]
        same = _overlap(centres[best], sizes[best], centres[left], sizes[left]) > 0.3
        group = left[same]
        weight = scores[group] / scores[group].sum()
        merged.append((weight @ centres[group], weight @ sizes[group], weight @ eyes[group], float(scores[best])))
        left = left[~same]
    return merged


def _distinct(found: list[Detection]) -> list[Detection]:
    """Drop faces seen twice, in the whole frame and in a tile: the larger box of a pair stays."""
    kept: list[Detection] = []
    for face in sorted(found, key=lambda f: -float(f.size.max())):
        if not any(_overlap(face.centre, face.size, k.centre[None], k.size[None])[0] > 0.3 for k in kept):
            kept.append(face)
    return sorted(kept, key=lambda f: -f.score)


def _tiles(width: int, height: int) -> list[Crop]:
    """Return squares of half the long side, overlapping by half: a face of a tenth fills a fifth of a tile."""
    side = max(width, height) / 2

    def starts(length: int) -> Floats:
        if length <= side:
            return np.array([length / 2])
        count = int(np.ceil((length - side) / (side / 2))) + 1
        return np.linspace(side / 2, length - side / 2, count)

    return [Crop(float(x), float(y), side, 0.0) for y in starts(height) for x in starts(width)]
