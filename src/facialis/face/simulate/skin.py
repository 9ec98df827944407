"""Paints a head: tone, pores, mottling, freckles, lips, brows, lashes, hair and cloth, fixed to the skin."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.simulate import complexion
from facialis.face.simulate.canvas import Marks
from facialis.face.simulate.head import BACK, SKIN, Head
from facialis.face.simulate.locate import Points
from facialis.face.simulate.raster import draw

_SIZE = 1024  # texels along a side; about twice as fine as the picture at 120 px between the eyes
_UPPER_LIDS, _LOWER_LIDS = ((36, 37, 38, 39), (42, 43, 44, 45)), ((36, 41, 40, 39), (42, 47, 46, 45))
_BROWS = ((17, 18, 19, 20, 21), (22, 23, 24, 25, 26))
_FRONT_CM, _FAR = 0.5, 99.0
_LIPS = (48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59)

Texture = npt.NDArray[np.float32]


def triangles(quads: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Split quads (F, 4) into triangles (N, 3); return them with the number of the quad each comes from."""
    four = np.flatnonzero(quads[:, 3] >= 0)
    whole = np.concatenate([quads[:, :3], quads[four][:, [0, 2, 3]]])
    return whole.astype(np.int32), np.concatenate([np.arange(len(quads)), four])


@dataclass(frozen=True, slots=True)
class Looks:
    """How a head looks.

    Attributes
    ----------
    tone : float
        0 is the lightest skin, 1 the darkest.
    hair : (3,) of float
        sRGB of hair and brows.
    """

    tone: float
    hair: tuple[float, float, float]

    @property
    def base(self) -> npt.NDArray[np.float32]:
        """Colour of the skin, sRGB."""
        return complexion.base(self.tone)


def paint(head: Head, looks: Looks, rng: np.random.Generator) -> Texture:
    """Return the picture (1024, 2048, 3) float32 of the skin (left half) and of the back of the head (right half)."""
    halves = []
    for tile, material in enumerate((SKIN, BACK)):
        where, known = _positions(head, material, tile)
        colour = _skin(looks, where, rng)
        if material == SKIN:
            colour = _features(head, looks, colour, where, rng)
        colour = _hair_and_cloth(looks, colour, where, rng)
        halves.append(_bled(colour, known))
    return np.concatenate(halves, axis=1)


def in_face(head: Head) -> tuple[Texture, Marks]:
    """Return where each texel of the skin (1024, 1024, 2) lies in the average head's face frame, and its landmarks.

    What does not look forward lies far away, so that nothing painted on the face is seen there.
    """
    where, known = _positions(head, SKIN, 0)
    usual = head.mean[head.landmarks]
    eyes = [usual[list(pair)].mean(axis=0) for pair in ((36, 39), (42, 45))]
    middle, iod = (eyes[0] + eyes[1]) / 2, float(np.linalg.norm(eyes[0] - eyes[1]))
    flat = (where - middle)[..., :2] / iod * [1, -1]
    flat[~known | (where[..., 2] < _FRONT_CM)] = _FAR
    return flat.astype(np.float32), Marks.of_usual((usual - middle)[:, :2] / iod * [1, -1])


def _positions(head: Head, material: str, tile: int) -> tuple[Points, npt.NDArray[np.bool_]]:
    """Return for every texel where it lies on the average head (1024, 1024, 3) and whether it lies anywhere."""
    own = head.material == material
    corners, _ = triangles(head.quads[own])
    corners_uv, _ = triangles(head.quads_uv[own])
    flat = ((head.uv - [tile, 0]) * _SIZE - 0.5).astype(np.float32)
    drawn = draw(flat, np.zeros(len(flat), np.float32), corners_uv, (_SIZE, _SIZE), both_faces=True)
    where, known = np.zeros((_SIZE, _SIZE, 3)), np.zeros((_SIZE, _SIZE), dtype=bool)
    where[drawn.rows, drawn.columns] = (head.mean[corners[drawn.triangle]] * drawn.corners[..., None]).sum(axis=1)
    known[drawn.rows, drawn.columns] = True
    return where, known


def _noise(rng: np.random.Generator, sigma: float, sigma_y: float | None = None) -> Texture:
    grain = rng.standard_normal((_SIZE, _SIZE), dtype=np.float32)
    smooth = cv2.GaussianBlur(grain, (0, 0), sigmaX=sigma, sigmaY=sigma_y or sigma)
    return np.asarray(smooth / smooth.std(), dtype=np.float32)


def _skin(looks: Looks, where: Points, rng: np.random.Generator) -> Texture:
    # Pores, fine wrinkles, blotches and large shades; each a few per cent, as on real skin.
    relief = sum(
        weight * _noise(rng, sigma) for sigma, weight in ((1.0, 0.045), (2.5, 0.035), (7.0, 0.022), (25.0, 0.022))
    )
    colour = looks.base * (1 + np.asarray(relief)[..., None])
    blood = _noise(rng, 12.0) * 0.02
    for x, y in ((-4.5, -0.5), (4.5, -0.5), (0.0, 0.3)):
        blood = blood + 0.07 * np.exp(-((where[..., 0] - x) ** 2 + (where[..., 1] - y) ** 2) / 3.0)
    colour *= 1 + blood[..., None] * np.array([0.3, -1.0, -0.9], dtype=np.float32)
    spots = np.zeros((_SIZE, _SIZE), np.float32)
    for radius, number, depth in ((1, 900, 0.18), (2, 220, 0.25), (4, 12, 0.45)):
        for column, row in rng.integers(0, _SIZE, (number, 2)):
            cv2.circle(spots, (int(column), int(row)), radius, depth * float(rng.uniform(0.4, 1)), -1, cv2.LINE_AA)
    return np.asarray(colour * (1 - cv2.GaussianBlur(spots, (0, 0), 0.8))[..., None], dtype=np.float32)


def _features(head: Head, looks: Looks, colour: Texture, where: Points, rng: np.random.Generator) -> Texture:
    marks = head.mean[head.landmarks]
    flat, front = where[..., :2].astype(np.float32), where[..., 2] > 6
    lips = _inside(flat, marks[list(_LIPS), :2], 0.12) * front
    lip_colour = looks.base * np.array([0.86, 0.62, 0.62], dtype=np.float32)
    lined = lip_colour * (1 + 0.05 * _noise(rng, 0.8, 5.0))[..., None]
    colour = _blend(colour, lined, 0.75 * lips)
    for line in _BROWS:
        brow = np.exp(-((_distance(flat, marks[list(line), :2]) / 0.33) ** 2)) * front
        strands = np.clip(0.75 + 0.35 * _noise(rng, 0.8, 2.5), 0, 1)
        colour = _blend(colour, np.array(looks.hair, np.float32), 0.85 * brow * strands)
    for lids, strength, width in ((_UPPER_LIDS, 0.85, 0.09), (_LOWER_LIDS, 0.4, 0.06)):
        for lid in lids:
            edge = np.exp(-((_distance(flat, marks[list(lid), :2]) / width) ** 2)) * front
            colour = _blend(colour, np.array((30, 20, 18), np.float32), strength * edge)
    return colour


def _hair_and_cloth(looks: Looks, colour: Texture, where: Points, rng: np.random.Generator) -> Texture:
    x, y, z = np.moveaxis(where, -1, 0)
    wave = 0.3 * _noise(rng, 9.0)
    over = np.clip((y - 9.6 + 0.05 * x**2 + wave) / 0.5, 0, 1)
    ear = (np.abs(x) > 7.2) & (y < 5.2) & (z > -2.2)
    beside = np.clip((2.2 - z + wave) / 0.6, 0, 1) * np.clip((y - 1.0 + wave) / 0.6, 0, 1) * ~ear
    strands = 1 + 0.25 * _noise(rng, 0.7, 6.0)
    colour = _blend(colour, np.array(looks.hair, np.float32) * strands[..., None], np.maximum(over, beside))
    weave = (1 + 0.12 * _noise(rng, 0.8) + 0.1 * _noise(rng, 6.0))[..., None]
    cloth = np.array((70, 84, 104), np.float32) * weave
    return _blend(colour, cloth, np.clip((-12.6 - y + 0.04 * x**2) / 0.1, 0, 1) * (y < -9))


def _blend(under: Texture, over: Texture, weight: npt.NDArray[np.floating]) -> Texture:
    return np.asarray(under + weight[..., None].astype(np.float32) * (over - under), dtype=np.float32)


def _distance(flat: Texture, line: Points) -> Texture:
    """Return the distance of every texel (1024, 1024) to a polyline, centimetres, seen from the front."""
    best = np.full(flat.shape[:2], np.inf, dtype=np.float32)
    for a, b in zip(line[:-1].astype(np.float32), line[1:].astype(np.float32), strict=True):
        along = np.clip(((flat - a) @ (b - a)) / ((b - a) ** 2).sum(), 0, 1)
        best = np.minimum(best, np.hypot(*np.moveaxis(flat - a - along[..., None] * (b - a), -1, 0)))
    return best


def _inside(flat: Texture, polygon: Points, soft: float) -> Texture:
    """Return 1 inside a polygon, 0 outside, softened over ``soft`` centimetres."""
    x, y = flat[..., 0], flat[..., 1]
    crossings = np.zeros(x.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if ay != by:
            crossings ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    closed = np.vstack([polygon, polygon[:1]])
    signed = np.where(crossings, 1, -1) * _distance(flat, closed)
    return np.asarray(np.clip(signed / soft + 0.5, 0, 1), dtype=np.float32)


def _bled(colour: Texture, known: npt.NDArray[np.bool_]) -> Texture:
    """Spread the colour a little over the rim of the painted parts, so that no seam shows the void."""
    weight = known.astype(np.float32)
    spread = cv2.GaussianBlur(colour * weight[..., None], (0, 0), 3)
    total = cv2.GaussianBlur(weight, (0, 0), 3)[..., None]
    return np.where(known[..., None], colour, spread / np.maximum(total, 1e-3)).astype(np.float32)
