"""Displacement of the skin by each muscle, as smooth fields in a face-fixed frame.

The frame has its origin midway between the eye centres, x towards the patient's left, y down, and the inter-ocular
distance as its unit. A field is a sum of anisotropic Gaussians drawn out along the muscle's pull, attenuated across the
midline, scaled so that its largest displacement is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.face.simulate.actions import DEPRESSOR, JAW
from facialis.face.simulate.locate import Points
from facialis.findings import Side

# Mesh indices of the places fields are tied to: (patient's right, patient's left).
_OUTER_CANTHUS, _INNER_CANTHUS = (33, 263), (133, 362)
_BROW_INNER, _BROW_OUTER, _BROW_MIDDLE = (107, 336), (70, 300), (105, 334)
_LOWER_LID, _CHEEKBONE, _CHEEK = (145, 374), (117, 346), (205, 425)
_ALA, _CORNER, _JAW_ANGLE = (129, 358), (61, 291), (172, 397)
_LIP_UPPER, _LIP_LOWER = (39, 269), (181, 405)
_CHIN_BOSS, _CHIN_TIP, _LIP_LOWER_MIDDLE = 199, 152, 17
_MIDLINE_SOFTNESS = 0.11  # IOD; skin is continuous over the lips and chin, so the other side is dragged a little


@dataclass(frozen=True, slots=True)
class FaceFrame:
    """The face-fixed frame of one picture.

    Attributes
    ----------
    origin : (2,) float64
        Midway between the eye centres, pixels.
    axis : (2,) float64
        Unit vector from the patient's right eye to the left, pixels.
    iod_px : float
        Inter-ocular distance.
    """

    origin: Points
    axis: Points
    iod_px: float

    @classmethod
    def of(cls, mesh: Points) -> FaceFrame:
        """Return the frame of a face mesh in pixels; an eye centre is midway between its canthi."""
        right, left = ((mesh[_OUTER_CANTHUS[i], :2] + mesh[_INNER_CANTHUS[i], :2]) / 2 for i in (0, 1))
        span = left - right
        iod = float(np.hypot(*span))
        return cls((left + right) / 2, span / iod, iod)

    @property
    def to_image(self) -> Points:
        """(2, 3) map from frame coordinates to pixels."""
        x, y = self.axis * self.iod_px
        return np.array([[x, -y, self.origin[0]], [y, x, self.origin[1]]])

    @property
    def to_face(self) -> Points:
        """(2, 3) map from pixels to frame coordinates."""
        x, y = self.axis / self.iod_px
        rotation = np.array([[x, y], [-y, x]])
        return np.column_stack([rotation, -rotation @ self.origin])


def transform(matrix: Points, points: Points) -> Points:
    """Apply a (2, 3) map to points of any shape (..., 2)."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


@dataclass(frozen=True, slots=True)
class Lobe:
    """One Gaussian: ``gain`` along the unit vector ``pull``, widths along and across it in IOD."""

    center: Points
    pull: Points
    along: float
    across: float
    gain: float = 1.0


@dataclass(frozen=True, slots=True)
class Field:
    """A smooth displacement field of largest length 1.

    Attributes
    ----------
    lobes : tuple of Lobe
    sign : int
        1 for the patient's left, -1 for the right, 0 for a field of both sides.
    scale : float
        Brings the largest displacement to 1.
    anchor, pull : (2,) float64
        Where the displacement is largest, and its direction there.
    """

    lobes: tuple[Lobe, ...]
    sign: int
    scale: float
    anchor: Points
    pull: Points

    def __call__(self, points: Points) -> Points:
        """Return the displacement (..., 2) at points (..., 2) of the frame."""
        return self.scale * _raw(self.lobes, self.sign, points)


def _raw(lobes: tuple[Lobe, ...], sign: int, points: Points) -> Points:
    total = np.zeros(points.shape)
    for lobe in lobes:
        offset = points - lobe.center
        along = offset @ lobe.pull / lobe.along
        across = offset @ np.array([-lobe.pull[1], lobe.pull[0]]) / lobe.across
        total += (lobe.gain * np.exp(-(along**2 + across**2) / 2))[..., None] * lobe.pull
    if sign:
        total *= ((1 + np.tanh(sign * points[..., 0] / _MIDLINE_SOFTNESS)) / 2)[..., None]
    return total


def _field(lobes: list[Lobe], sign: int) -> Field:
    axis = np.arange(-1.2, 1.21, 0.02)
    grid = np.stack(np.meshgrid(axis, axis + 0.7), axis=-1)
    raw = _raw(tuple(lobes), sign, grid)
    length = np.hypot(raw[..., 0], raw[..., 1])
    row, column = np.unravel_index(int(length.argmax()), length.shape)
    top = float(length[row, column])
    return Field(tuple(lobes), sign, 1 / top, grid[row, column], raw[row, column] / top)


def _unit(vector: Points) -> Points:
    return np.asarray(vector / np.hypot(*vector))


def fields(mesh: Points) -> Mapping[tuple[str, Side], Field]:
    """Return the field of every muscle region and side, and of the jaw.

    Parameters
    ----------
    mesh : (468, 2) float64
        The face mesh in frame coordinates, at rest.
    """
    every: dict[tuple[str, Side], Field] = {}
    for i, side, sign in ((0, Side.RIGHT, -1), (1, Side.LEFT, 1)):
        for region, lobes in _muscles(mesh, i, float(sign)).items():
            every[region, side] = _field(lobes, sign)
    chin, lip = mesh[_CHIN_TIP], mesh[_LIP_LOWER_MIDDLE]
    down = _unit(chin - lip)
    every[JAW, Side.BOTH] = _field([Lobe(chin - 0.1 * down, down, 0.26, 0.42)], 0)
    return every


def _muscles(mesh: Points, i: int, sign: float) -> dict[str, list[Lobe]]:
    up, out = np.array([0.0, -1.0]), np.array([sign, 0.0])
    brow, corner, ala = mesh[_BROW_MIDDLE[i]], mesh[_CORNER[i]], mesh[_ALA[i]]
    outer, lower = mesh[_OUTER_CANTHUS[i]], mesh[_LOWER_LID[i]]
    bone, jaw = mesh[_CHEEKBONE[i]], mesh[_JAW_ANGLE[i]]
    boss = mesh[_CHIN_BOSS] + 0.11 * out
    zygomatic = _unit(bone + 0.12 * out - corner)
    return {
        "frontalis": [Lobe(brow - np.array([0.0, 0.06]), up, 0.17, 0.28)],
        "orbicularis_oculi": [
            Lobe(lower + np.array([0.0, 0.13]), _unit(up - 0.25 * out), 0.13, 0.22),
            Lobe(outer + 0.16 * out, -out, 0.15, 0.15, 0.6),
            Lobe((brow + mesh[_BROW_OUTER[i]]) / 2, _unit(-up - 0.35 * out), 0.13, 0.22, 0.5),
            Lobe(mesh[_BROW_INNER[i]], _unit(-out - 0.4 * up), 0.12, 0.10, 0.25),
        ],
        "nasalis": [Lobe(ala + np.array([0.0, -0.02]), _unit(up + 0.15 * out), 0.15, 0.11)],
        "zygomaticus": [
            Lobe(corner, zygomatic, 0.19, 0.15),
            Lobe((corner + mesh[_CHEEK[i]]) / 2 + 0.05 * zygomatic, zygomatic, 0.24, 0.19, 0.5),
            Lobe(bone, _unit(bone - corner), 0.18, 0.20, 0.2),
        ],
        "orbicularis_oris": [
            Lobe(corner, _unit(-out - 0.1 * up), 0.14, 0.12),
            Lobe(mesh[_LIP_UPPER[i]], _unit(-up - 0.3 * out), 0.10, 0.12, 0.4),
            Lobe(mesh[_LIP_LOWER[i]], _unit(up - 0.3 * out), 0.10, 0.12, 0.4),
        ],
        "mentalis": [Lobe(boss, up, 0.14, 0.14)],
        "platysma": [
            Lobe((2 * corner + jaw) / 3, _unit(0.55 * out - up), 0.22, 0.16),
            Lobe(jaw + np.array([0.0, 0.15]), _unit(0.35 * out - up), 0.22, 0.22, 0.5),
        ],
        DEPRESSOR: [
            Lobe(corner, _unit(0.7 * out - up), 0.16, 0.14),
            Lobe(mesh[_LIP_LOWER[i]], _unit(0.5 * out - up), 0.13, 0.12, 0.5),
        ],
    }
