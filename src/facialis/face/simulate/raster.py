"""Draws triangles into a picture with a depth buffer: small triangles, many at a time, in numpy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]

_DEPTH_STEPS = 1 << 30
_FLAT = 1e-9


class Drawn(NamedTuple):
    """What each covered pixel shows.

    Attributes
    ----------
    rows, columns : (N,) int32
        The pixel.
    triangle : (N,) int32
        The nearest triangle there.
    corners : (N, 3) float32
        The weights of its vertices; they add up to 1.
    """

    rows: Indices
    columns: Indices
    triangle: Indices
    corners: Floats


def draw(points: Floats, near: Floats, triangles: Indices, size: tuple[int, int], *, both_faces: bool = False) -> Drawn:
    """Find for every pixel the nearest triangle that covers its centre.

    Parameters
    ----------
    points : (V, 2) float32
        Vertices in pixels; a pixel's centre has whole coordinates.
    near : (V,) float32
        Larger is nearer.
    triangles : (N, 3) int32
    size : (int, int)
        Width and height.
    both_faces : bool
        Whether to draw triangles that run clockwise on the screen too.
    """
    width, height = size
    a, b, c = (points[triangles[:, i]] for i in range(3))
    ab, ac = b - a, c - a
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    ys = np.stack([a[:, 1], b[:, 1], c[:, 1]])
    low = np.maximum(np.ceil(ys.min(axis=0)), 0).astype(np.int32)
    high = np.minimum(np.floor(ys.max(axis=0)), height - 1).astype(np.int32)
    # Rows run downwards, so a triangle seen from its front has a negative area.
    which = np.flatnonzero((high >= low) & ((np.abs(area) > 1e-6) if both_faces else (area < -1e-6)))
    # The weights of the second and third corner are linear in x and y: a slope each, and an offset a row.
    slopes = np.stack([ac[which, 1], -ab[which, 1]]) / area[which]
    lifts = np.stack([-ac[which, 0], ab[which, 0]]) / area[which]
    count = (high - low + 1)[which]
    row, y = _spread(count, low[which])
    offsets = lifts[:, row] * (y - a[which, 1][row]) - slopes[:, row] * a[which, 0][row]
    left, right = _span(slopes[:, row], offsets, width)
    of_row, x = _spread(np.maximum(right - left + 1, 0), left)
    weights = slopes[:, row[of_row]] * x + offsets[:, of_row]
    triangle = which[row[of_row]].astype(np.int32)
    base = near[triangles[:, 0]]
    rises = np.stack([near[triangles[:, 1]] - base, near[triangles[:, 2]] - base])
    depth = base[triangle] + (rises[:, triangle] * weights).sum(axis=0)
    front = _nearest(y[of_row] * width + x, depth, width * height)
    second, third = weights[:, front].astype(np.float32)
    return Drawn(y[of_row[front]], x[front], triangle[front], np.stack([1 - second - third, second, third], axis=1))


def _spread(count: npt.NDArray[np.signedinteger], first: Indices) -> tuple[npt.NDArray[np.int64], Indices]:
    """Return, for runs of ``count`` whole numbers from ``first``, the run of each number and the number."""
    run = np.repeat(np.arange(len(count)), count)
    start = np.cumsum(count) - count
    return run, (np.arange(len(run)) - start[run] + first[run]).astype(np.int32)


def _span(slopes: npt.NDArray[np.floating], offsets: npt.NDArray[np.floating], width: int) -> tuple[Indices, Indices]:
    """Return the first and last column of each row in which all three weights are at least 0; last < first if none."""
    left, right = np.zeros(slopes.shape[1]), np.full(slopes.shape[1], width - 1.0)
    # The first corner's weight is what the other two leave of 1.
    every = np.vstack([slopes, -slopes.sum(axis=0)]), np.vstack([offsets, 1 - offsets.sum(axis=0)])
    for slope, offset in zip(*every, strict=True):
        flat = np.abs(slope) < _FLAT
        edge = -offset / np.where(flat, 1.0, slope)
        left = np.where(slope >= _FLAT, np.maximum(left, edge), left)
        right = np.where(slope <= -_FLAT, np.minimum(right, edge), right)
        right = np.where(flat & (offset < 0), -1.0, right)
    # Wide of the picture both ends may lie far outside: what is left of it has no columns.
    return np.ceil(left).astype(np.int32), np.floor(np.maximum(right, -1)).astype(np.int32)


def _nearest(pixel: Indices, near: npt.NDArray[np.floating], pixels: int) -> npt.NDArray[np.int64]:
    """Return the index of the nearest candidate of every pixel that has one."""
    if not len(pixel):
        return np.zeros(0, dtype=np.int64)
    low, high = float(near.min()), float(near.max())
    steps = ((near - low) / max(high - low, 1e-9) * _DEPTH_STEPS).astype(np.int64)
    best = np.full(pixels, -1, dtype=np.int64)
    # Depth in the upper bits, the candidate's number in the lower: the largest number is the nearest candidate.
    np.maximum.at(best, pixel, (steps << 32) | np.arange(len(pixel)))
    return best[best >= 0] & 0xFFFFFFFF
