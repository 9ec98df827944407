"""Warps a picture by what the tissue does: backward maps in the face-fixed frame, sampled once per pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from facialis.face.simulate import inlay
from facialis.face.simulate.actions import Drive
from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Points
from facialis.face.simulate.picture import BOTTOM, LEFT, RIGHT, TOP, Map, Place, Planes, Window, apply, halve, look
from facialis.face.simulate.slits import Slit
from facialis.face.simulate.tissue import Tissue, value

_STEP = 0.0125  # IOD between the nodes of the field
_EXACT = 2e-4  # IOD to which positions are taken back
_ROUNDS = 40


class Pull(NamedTuple):
    """What the tissue does at one moment.

    Attributes
    ----------
    gains : (K,) float64
        Of each field, in the order of ``Tissue.fields``.
    slits : sequence of (Slit, float, float)
        Each slit with the travel of its upper edge down and its lower edge up, in profiles.
    """

    gains: Points
    slits: Sequence[tuple[Slit, float, float]]

    @property
    def moves(self) -> bool:
        """Whether anything is moved at all."""
        return bool(self.gains.any()) or any(down != 0 or up != 0 for _, down, up in self.slits)


def pulls(tissue: Tissue, drives: Sequence[Drive], time_s: Times) -> list[Pull]:
    """Return what the tissue does at each time when driven."""
    keys = {key: k for k, key in enumerate(tissue.fields)}
    gains = np.zeros((len(time_s), len(keys)))
    for drive in drives:
        k = keys.get((drive.part, drive.side))
        if k is not None:
            gains[:, k] += drive.gain * value(drive, time_s)
    travels = tissue.travels(tissue.openings(drives, time_s))
    return [
        Pull(gains[i], [(slit, float(down[i]), float(up[i])) for slit, down, up in travels]) for i in range(len(time_s))
    ]


class Raster:
    """The fields of a tissue on a grid of the face-fixed frame."""

    def __init__(self, tissue: Tissue) -> None:
        xs, ys = np.arange(LEFT, RIGHT + _STEP / 2, _STEP), np.arange(TOP, BOTTOM + _STEP / 2, _STEP)
        points = np.stack(np.meshgrid(xs, ys), axis=-1)
        # Fades to nothing at the rim, so that the warped box meets the rest of the picture without a seam.
        rim = np.minimum(np.minimum(xs - LEFT, RIGHT - xs)[None, :], np.minimum(ys - TOP, BOTTOM - ys)[:, None])
        fade = np.clip(rim / 0.2, 0, 1)[..., None]
        self.basis: Map = np.stack([field(points) * fade for field in tissue.fields.values()]).astype(np.float32)

    def field(self, gains: Points) -> Map:
        """Return the displacement (rows, columns, 2) of the nodes, IOD."""
        used = np.flatnonzero(gains)
        return np.asarray(np.tensordot(gains[used].astype(np.float32), self.basis[used], axes=1), dtype=np.float32)

    def back(self, points: Map, field: Map) -> Map:
        """Return where points of the moved face (rows, columns, 2) come from; ``field`` must not fold."""
        origin = np.array([LEFT, TOP], dtype=np.float32)
        source = points
        for _ in range(_ROUNDS):
            nodes = (source - origin) / np.float32(_STEP)
            nearer = points - look(field, nodes, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
            settled = cv2.norm(nearer, source, cv2.NORM_INF) < _EXACT
            source = nearer
            if settled:
                break
        return source


def smallest_jacobian(field: Map) -> float:
    """Return the smallest determinant of the Jacobian of ``identity + field`` on the raster; above 0 nothing folds."""
    x_down, x_across = np.gradient(field[..., 0], _STEP)
    y_down, y_across = np.gradient(field[..., 1], _STEP)
    return float(((1 + x_across) * (1 + y_down) - x_down * y_across).min())


def warp(
    picture: Planes,
    place: Place,
    raster: Raster,
    pull: Pull,
    window: Window,
    head: Callable[[Map], Map] | None = None,
) -> Planes:
    """Return the picture with its face moved.

    Parameters
    ----------
    picture : Planes
        Face at rest (or as the clip shows it).
    place : Place
        Of the face in ``picture``.
    raster, pull : Raster, Pull
    window : Window
        The part that changes.
    head : callable, optional
        Takes pixels of the new picture (rows, columns, 2) back over the head's and the camera's motion.
    """
    nodes = window.nodes()
    still = apply(place.to_face, head(nodes) if head is not None else nodes)
    rest = raster.back(still, raster.field(pull.gains)) if pull.gains.any() else still
    source = window.fine(apply(place.to_image, rest))
    half = halve(source)
    changed = Planes(
        look(picture.luma, source, cv2.INTER_CUBIC),
        look(picture.cb, half, cv2.INTER_LINEAR),
        look(picture.cr, half, cv2.INTER_LINEAR),
    )
    soft = 1.5 * float(np.hypot(*place.to_face[:, 0]))
    for slit, down, up in pull.slits if pull.moves else ():
        left, top, right, bottom = slit.box
        x, y = rest[..., 0], rest[..., 1]
        part = window.part((x > left) & (x < right) & (y > top) & (y < bottom))
        if part is not None:
            skin, inner = (window.fine(points, part).astype(np.float64) for points in (rest, still))
            inlay.draw(changed, picture, place, part, slit, slit.moved(skin, inner, down, up, soft))
    return _inserted(picture, changed, window)


def _inserted(picture: Planes, changed: Planes, window: Window) -> Planes:
    if changed.luma.shape == picture.luma.shape:
        return changed
    out = Planes(*(plane.copy() for plane in picture))
    for plane, part, share in zip(out, changed, (1, 2, 2), strict=True):
        top, left = window.top // share, window.left // share
        plane[top : top + part.shape[0], left : left + part.shape[1]] = part
    return out
