"""How a face stands in one picture, before a film is made: near enough, straight, lit, and alone.

What is asked for here is a little more than what a measurement can do with (:mod:`facialis.face.quality`): who is
about to film can still come closer. Movement is not seen in one picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face import motion
from facialis.face.frame import Frame
from facialis.face.landmarks import PRESENT, Detector, FaceNets, Mesh, eye_centres
from facialis.face.measure import look_of
from facialis.face.quality import BLURRED, BRIGHT, GLARE

# Share of the picture's height from the top of the forehead to the chin; hair and neck come on top of it.
_FAR, _NEAR = 0.30, 0.80
# The face may come so near to the edge of the picture, as a share of its side.
_EDGE = 0.02
# Above this turn the sides of a movement are not compared (docs/protocol.md).
_TURNED_DEG = 10.0
_TILTED_DEG = 15.0
# Forehead to chin, as the mesh sees it: 15 degrees either way in portraits taken at eye level.
_LOW_DEG = 25.0
# Mean grey of the face in a picture in which pores are seen; a measurement does with less.
_DIM = 60.0
# The picture round the face is so much brighter that the camera darkens the face.
_BEHIND = 60.0
_FOREHEAD, _CHIN = 10, 152
FAULTS = (
    "no_face", "far", "near", "edge", "turned", "tilted", "level", "dim", "bright", "behind", "glare", "blurred",
    "several",
)  # fmt: skip
"""What may be wrong, in the order in which it matters."""


@dataclass(frozen=True)
class Framing:
    """How the largest face stands in a picture.

    Attributes
    ----------
    faces : int
        How many there are; with none the rest is nought.
    height : float
        From the top of the forehead to the chin, share of the picture's height.
    inside : bool
        Whether the whole of it lies within the picture.
    turned_deg, tilted_deg, raised_deg : float
        Turn to a side, tilt in the picture, and chin towards the camera (negative: the camera looks up at it).
    luma, around : float
        Mean grey of the face, and of the picture beside it.
    sharpness, glare : float
        As :class:`facialis.face.measure.Track` has them.
    """

    faces: int
    height: float = 0.0
    inside: bool = False
    turned_deg: float = 0.0
    tilted_deg: float = 0.0
    raised_deg: float = 0.0
    luma: float = 0.0
    around: float = 0.0
    sharpness: float = 0.0
    glare: float = 0.0

    def faults(self) -> tuple[str, ...]:
        """Return what should be better, words of :data:`FAULTS`; empty where nothing should."""
        wrong = {"no_face": True} if not self.faces else self._wrong()
        return tuple(name for name in FAULTS if wrong.get(name))

    def _wrong(self) -> dict[str, bool]:
        return {
            "far": self.height < _FAR,
            "near": self.height > _NEAR,
            "edge": not self.inside and self.height <= _NEAR,
            "turned": abs(self.turned_deg) > _TURNED_DEG,
            "tilted": abs(self.tilted_deg) > _TILTED_DEG,
            "level": abs(self.raised_deg) > _LOW_DEG,
            "dim": self.luma < _DIM and self.around - self.luma <= _BEHIND,
            "bright": self.luma > BRIGHT,
            "behind": self.around - self.luma > _BEHIND,
            "glare": self.glare > GLARE,
            "blurred": self.sharpness < BLURRED,
            "several": self.faces > 1,
        }


def framing(frame: Frame) -> Framing:
    """Return how the largest face stands in a picture.

    Raises
    ------
    facialis.face.nets.NetsMissing
        If the nets are not there.
    """
    detector, nets = Detector(), FaceNets()
    found = detector.whole(frame) or detector.search(frame)
    for face in sorted(found, key=lambda one: -float(one.size.max())):
        first = nets.mesh(frame, face.crop())
        mesh = nets.mesh(frame, first.crop()) if first.score >= PRESENT else first
        if mesh.score >= PRESENT:
            # A small face in the background, as in a picture on the wall, is no company.
            company = sum(float(one.size.max()) > float(face.size.max()) / 2 for one in found)
            return _of(frame, mesh, company)
    return Framing(0)


def _of(frame: Frame, mesh: Mesh, faces: int) -> Framing:
    points = mesh.points.astype(np.float64)
    (rows, columns), right_left = frame.luma.shape, eye_centres(points)
    right, left = right_left
    across = left - right
    depth = points[263, 2] + points[362, 2] - points[33, 2] - points[133, 2]
    down = points[_CHIN] - points[_FOREHEAD]
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    edge = _EDGE * np.array([columns, rows])
    patch = frame.sample_luma(motion.patch_matrix(right, left, float(np.hypot(*across))), motion.PATCH_SIZE)
    luma, sharpness, glare = look_of(patch)
    return Framing(
        faces=faces,
        height=float((high - low)[1] / rows),
        inside=bool((low >= edge).all() and (high <= np.array([columns, rows]) - edge).all()),
        turned_deg=float(np.degrees(np.arctan2(depth / 2, np.hypot(*across)))),
        tilted_deg=float(np.degrees(np.arctan2(across[1], across[0]))),
        raised_deg=float(np.degrees(np.arctan2(down[2], np.hypot(*down[:2])))),
        luma=luma,
        around=_around(frame.luma, low, high, luma),
        sharpness=sharpness,
        glare=glare,
    )


def _around(luma: npt.NDArray[np.uint8], low: Any, high: Any, otherwise: float) -> float:
    """Return the mean grey of the upper two thirds of the picture beside the face; clothes are no light."""
    rows, columns = luma.shape
    beside = np.ones((rows, columns), bool)
    left, right = int(max(low[0], 0)), int(max(high[0], 0))
    beside[:, left:right] = False
    beside[2 * rows // 3 :] = False
    return float(luma[beside].mean()) if beside.any() else otherwise
