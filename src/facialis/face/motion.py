"""How the skin moves between two frames, and how much of it the head does.

Small motion is read from pixels: pyramidal Lucas-Kanade at points over the muscles gives back more than nine tenths of
a mouth-corner twitch, dense inverse search little more than half (`docs/decisions/`). Head motion is read from
pixels too, where skin lies on bone: a fit on the mesh leaks, since a blink drags its "rigid" points.

References
----------
Bouguet 2001, pyramidal Lucas-Kanade; Holland and Welsch 1977, iteratively reweighted least squares.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.floating[Any]]
Luma = npt.NDArray[np.uint8]

PATCH_IOD = 96
"""Inter-ocular distance of the patch in which motion is read, pixels."""

PATCH_SIZE = (264, 336)
PATCH_CENTRE = (132.0, 108.0)
"""Width and height of the patch, and where the middle between the eyes lies in it, pixels."""

_SEARCH = {"winSize": (19, 19), "maxLevel": 2, "minEigThreshold": 1e-5}
_ASTRAY = 0.4
_FITS = 6
_PRIOR = 4.0
_NOISE_FLOOR = 0.0004


def patch_matrix(right_eye: Places, left_eye: Places, iod: float) -> Floats:
    """Return the (2, 3) affine that takes a patch pixel to the frame, eyes level, ``iod`` pixels to a distance."""
    across = left_eye - right_eye
    angle = np.arctan2(across[1], across[0])
    scale = iod / PATCH_IOD
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = (right_eye + left_eye) / 2
    return np.column_stack([turn, middle - turn @ np.array(PATCH_CENTRE)])


def to_patch(matrix: Floats, points: Places) -> Floats:
    """Return frame points (..., 2) in patch pixels."""
    return np.asarray((points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T)


def shifts(before: Luma, after: Luma, points: Floats) -> Floats:
    """Return how far each point moved between two patches.

    Parameters
    ----------
    before, after : (H, W) uint8
        Two patches with the same matrix.
    points : (N, 2) float
        Patch pixels.

    Returns
    -------
    (N, 2) float64
        Patch pixels; NaN where the point was lost.
    """
    start = points.astype(np.float32).reshape(-1, 1, 2)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(before, after, start, None, **_SEARCH)  # type: ignore[call-overload]
    # A point that does not find its way back has slipped: a lash, a lip that opens, a highlight.
    back, returned, _ = cv2.calcOpticalFlowPyrLK(after, before, moved, None, **_SEARCH)  # type: ignore[call-overload]
    shift = (moved - start).reshape(-1, 2).astype(np.float64)
    miss = (back - start).reshape(-1, 2)
    astray = np.hypot(miss[:, 0], miss[:, 1]) > _ASTRAY + 0.1 * np.hypot(shift[:, 0], shift[:, 1])
    lost = (found.reshape(-1) == 0) | (returned.reshape(-1) == 0)
    shift[np.logical_or(astray, lost)] = np.nan
    return np.asarray(shift, dtype=np.float64)


def median_known(values: Floats) -> Floats:
    """Return the median over axis 1 of what is not NaN; NaN where nothing is known."""
    ranked = np.sort(values, axis=1)
    count = np.isfinite(ranked).sum(axis=1, keepdims=True)
    low, high = (np.take_along_axis(ranked, np.maximum(i, 0), axis=1)[:, 0] for i in ((count - 1) // 2, count // 2))
    return np.asarray(np.where(count[:, 0] > 0, (low + np.where(np.isfinite(high), high, low)) / 2, np.nan))


def rigid_terms(points: Floats) -> Floats:
    """Return how six small head motions shift points, (N, 2, 6).

    The six: along x, along y, towards the camera, roll, yaw and pitch; the last two shift a point by its depth.

    Parameters
    ----------
    points : (N, 3) float
        Positions on the face in inter-ocular distances, z as the mesh gives it.
    """
    x, y, z = points.T
    zero, one = np.zeros_like(x), np.ones_like(x)
    return np.stack(
        [np.stack([one, zero, x, -y, z, zero], axis=-1), np.stack([zero, one, y, x, zero, z], axis=-1)], axis=1
    )


def head_motion(shift: Floats, terms: Floats) -> Floats:
    """Fit the head's six motions to the shifts of the bony points, each frame on its own, outliers weighted down.

    Parameters
    ----------
    shift : (T, N, 2) float
        Shifts in inter-ocular distances a frame; NaN where lost.
    terms : (N, 2, 6) float
        From :func:`rigid_terms`.

    Returns
    -------
    (T, 6) float64
        NaN where fewer than six points were found.
    """
    found: npt.NDArray[np.bool_] = np.asarray(np.isfinite(shift).all(axis=-1))
    known = np.where(found[..., None], shift, 0.0)
    # Depth, scale and roll are weakly seen by few points: a weak prior keeps them at rest unless the pixels insist.
    prior = _PRIOR * np.diag([0, 0, 0.02, 0.02, 0.05, 0.05])
    weight = found.astype(np.float64)
    motion = np.zeros((len(shift), 6))
    for _ in range(_FITS):
        normal = np.einsum("tn,nci,ncj->tij", weight, terms, terms) + prior + 1e-9 * np.eye(6)
        right = np.einsum("tn,nci,tnc->ti", weight, terms, known)
        motion = np.linalg.solve(normal, right[..., None])[..., 0]
        off = np.hypot(*np.moveaxis(known - np.einsum("nci,ti->tnc", terms, motion), -1, 0))
        spread = median_known(np.where(found, off, np.nan))
        scale = 4.7 * np.maximum(np.nan_to_num(spread), _NOISE_FLOOR)[:, None]
        weight = found * np.clip(1 - (off / scale) ** 2, 0, None) ** 2 + 1e-6 * found
    enough: npt.NDArray[np.bool_] = np.greater_equal(found.sum(axis=1), 6)
    motion[~enough] = np.nan
    return motion


def without_head(shift: Floats, terms: Floats, motion: Floats) -> Floats:
    """Return shifts (T, N, 2) less what the head's motion (T, 6) does at those points."""
    return np.asarray(shift - np.einsum("nci,ti->tnc", terms, motion))
