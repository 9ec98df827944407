"""Where the face is: a detector and mesh call of the simulator's own, so that it shares nothing with detection."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face import nets

Points = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]


_MESH_SIZE = 192
_EYE_SIZE = 64
_DETECTOR_SIZE = 128
_DETECTOR_THRESHOLD = 0.5
_MESH_THRESHOLD = 0.5
_MESH_MARGIN = 1.5  # the mesh net expects the face box widened by half, as published with it
_EYE_MARGIN = 2.3  # the iris net expects the canthal distance times this


class Face(NamedTuple):
    """One located face, in pixels of the image.

    Attributes
    ----------
    mesh : (468, 3) float64
        Points of the face mesh; z grows away from the camera.
    upper, lower : dict of "left" or "right" to (9, 2) float64
        Lid margins from the outer to the inner canthus.
    """

    mesh: Points
    upper: dict[str, Points]
    lower: dict[str, Points]


def locate(image: Image, previous: Points | None = None) -> Face | None:
    """Find the largest face of an image.

    Parameters
    ----------
    image : (H, W, 3) uint8
        Upright RGB.
    previous : (468, 3) float64, optional
        The mesh of the frame before; the search starts there.

    Returns
    -------
    Face or None
        None where no face is found.
    """
    mesh = None if previous is None else _mesh(image, _box_of_mesh(previous))
    if mesh is None:
        box = _detect(image)
        mesh = None if box is None else _mesh(image, box)
        if mesh is not None:
            # The detector's box is rough; a second pass from the mesh itself settles it.
            mesh = _mesh(image, _box_of_mesh(mesh))
    if mesh is None:
        return None
    upper, lower = {}, {}
    for side, outer, inner, mirrored in (("right", 33, 133, False), ("left", 263, 362, True)):
        lower[side], upper[side] = _lids(image, mesh[outer, :2], mesh[inner, :2], mirrored)
    return Face(mesh, upper, lower)


class _Box(NamedTuple):
    center: Points
    size: float
    angle: float


@lru_cache(maxsize=1)
def _anchors() -> Points:
    grids = []
    for cells, each in ((16, 2), (8, 6)):
        rows, columns = np.mgrid[0:cells, 0:cells]
        centers = np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5
        grids.append(np.repeat(centers / cells, each, axis=0))
    return np.concatenate(grids)


@lru_cache(maxsize=3)
def _net(name: str) -> nets.Net:
    return nets.load(name)


def _detect(image: Image) -> _Box | None:
    """Return the box of the best face in the whole image, else in five overlapping quarters (small faces)."""
    height, width = image.shape[:2]
    long = max(height, width)
    whole = (width / 2, height / 2, float(long))
    quarters = [
        (width * x, height * y, long / 2) for x, y in ((0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7))
    ]
    box = _detect_in(image, whole)
    if box is None:
        found = [candidate for candidate in (_detect_in(image, quarter) for quarter in quarters) if candidate]
        box = max(found, key=lambda candidate: candidate.size, default=None)
    return box


def _detect_in(image: Image, window: tuple[float, float, float]) -> _Box | None:
    x, y, size = window
    crop, back = _crop(image, _Box(np.array([x, y]), size, 0.0), _DETECTOR_SIZE)
    out = _net("face_detection_short_range.tflite").run(crop[None] * np.float32(2) - np.float32(1))
    boxes = next(array for array in out if array.shape[-1] == 16)[0]
    scores = next(array for array in out if array.shape[-1] == 1)[0, :, 0]
    best = int(np.argmax(scores))
    if 1 / (1 + np.exp(-np.clip(scores[best], -50, 50))) < _DETECTOR_THRESHOLD:
        return None
    anchor = _anchors()[best]
    points = (boxes[best].reshape(8, 2) / _DETECTOR_SIZE + anchor) * _DETECTOR_SIZE
    extent = boxes[best, 2:4].max()
    center, right_eye, left_eye = (back[:, :2] @ point + back[:, 2] for point in (points[0], points[2], points[3]))
    direction = left_eye - right_eye
    scale = float(np.hypot(back[0, 0], back[1, 0]))
    return _Box(center, float(extent) * scale * _MESH_MARGIN, float(np.arctan2(direction[1], direction[0])))


def _box_of_mesh(mesh: Points) -> _Box:
    direction = mesh[263, :2] - mesh[33, :2]
    angle = float(np.arctan2(direction[1], direction[0]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = mesh[:, :2] @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return _Box(turn.T @ ((low + high) / 2), float((high - low).max()) * _MESH_MARGIN, angle)


def _crop(image: Image, box: _Box, size: int) -> tuple[npt.NDArray[np.float32], Points]:
    """Cut a turned square out of an image; return it, values 0 to 1, and the map from its pixels to the image's."""
    scale = box.size / size
    cosine, sine = scale * np.cos(box.angle), scale * np.sin(box.angle)
    rotation = np.array([[cosine, -sine], [sine, cosine]])
    back = np.column_stack([rotation, box.center - rotation @ np.full(2, (size - 1) / 2)])
    if scale > 2:
        # Smooth before shrinking: the nets were not trained on aliased crops.
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 * scale), dtype=np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, back, (size, size), flags=flags).astype(np.float32) / np.float32(255), back


def _mesh(image: Image, box: _Box) -> Points | None:
    crop, back = _crop(image, box, _MESH_SIZE)
    out = _net("face_landmark.tflite").run(crop[None])
    score = float(next(array for array in out if array.size == 1).ravel()[0])
    if 1 / (1 + np.exp(-np.clip(score, -50, 50))) < _MESH_THRESHOLD:
        return None
    points = next(array for array in out if array.size == 1404).reshape(468, 3).astype(np.float64)
    scale = np.hypot(back[0, 0], back[1, 0])
    return np.column_stack([points[:, :2] @ back[:, :2].T + back[:, 2], points[:, 2] * scale])


def _lids(image: Image, outer: Points, inner: Points, mirrored: bool) -> tuple[Points, Points]:
    """Return the lower and upper lid margin, outer to inner canthus, from the eyelid net (it knows one side)."""
    direction = outer - inner if mirrored else inner - outer
    angle = float(np.arctan2(direction[1], direction[0]))
    box = _Box((outer + inner) / 2, float(np.hypot(*direction)) * _EYE_MARGIN, angle)
    crop, back = _crop(image, box, _EYE_SIZE)
    crop = np.ascontiguousarray(crop[:, ::-1]) if mirrored else crop
    out = _net("iris_landmark.tflite").run(crop[None])
    contour = next(array for array in out if array.size == 213).reshape(71, 3)[:16, :2].astype(np.float64)
    if mirrored:
        contour[:, 0] = _EYE_SIZE - 1 - contour[:, 0]
    contour = contour @ back[:, :2].T + back[:, 2]
    return contour[:9], np.vstack([contour[0], contour[9:16], contour[8]])
