"""Warps a picture by what the tissue does: backward maps in the face-fixed frame, sampled once per pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Points
from facialis.face.simulate.muscles import transform
from facialis.face.simulate.script import Drive
from facialis.face.simulate.slits import Opened, Slit
from facialis.face.simulate.tissue import Tissue, value

Plane = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]
AnyPlane = TypeVar("AnyPlane", Plane, Map)

_STEP = 0.025  # IOD between the nodes of the field
_LEFT, _TOP, _RIGHT, _BOTTOM = -1.4, -1.2, 1.4, 2.0  # extent of the field, IOD
_NODE_PX = 4  # pixels between the nodes of a picture's map
_MOUTH_DARK = (38, 122, 140)  # luma, Cb, Cr of the inside of a mouth in shadow


class Planes(NamedTuple):
    """A picture as H.264 stores it: luma (H, W) and both chromas (H / 2, W / 2), uint8, even H and W."""

    luma: Plane
    cb: Plane
    cr: Plane


class Place(NamedTuple):
    """Where the face-fixed frame lies in a picture: (2, 3) maps from pixels to the frame and back."""

    to_face: Points
    to_image: Points


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
        xs, ys = np.arange(_LEFT, _RIGHT + _STEP / 2, _STEP), np.arange(_TOP, _BOTTOM + _STEP / 2, _STEP)
        points = np.stack(np.meshgrid(xs, ys), axis=-1)
        # Fades to nothing at the rim, so that the warped box meets the rest of the picture without a seam.
        rim = np.minimum(np.minimum(xs - _LEFT, _RIGHT - xs)[None, :], np.minimum(ys - _TOP, _BOTTOM - ys)[:, None])
        fade = np.clip(rim / 0.2, 0, 1)[..., None]
        self.nodes = points
        self.basis: Map = np.stack([field(points) * fade for field in tissue.fields.values()]).astype(np.float32)

    def field(self, gains: Points) -> Map:
        """Return the displacement (rows, columns, 2) of the nodes, IOD."""
        return np.asarray(np.tensordot(gains.astype(np.float32), self.basis, axes=1), dtype=np.float32)

    def back(self, points: Map, field: Map) -> Map:
        """Return where points of the moved face (rows, columns, 2) come from; ``field`` must not fold."""
        origin = np.array([_LEFT, _TOP], dtype=np.float32)
        source = points
        for _ in range(6):
            nodes = (source - origin) / np.float32(_STEP)
            source = points - look(field, nodes, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
        return source


def smallest_jacobian(field: Map) -> float:
    """Return the smallest determinant of the Jacobian of ``identity + field`` on the raster; above 0 nothing folds."""
    x_down, x_across = np.gradient(field[..., 0], _STEP)
    y_down, y_across = np.gradient(field[..., 1], _STEP)
    return float(((1 + x_across) * (1 + y_down) - x_down * y_across).min())


def look(picture: AnyPlane, source: Map, interpolation: int, border: int = cv2.BORDER_REFLECT_101) -> AnyPlane:
    """Sample a picture at positions (rows, columns, 2); the result has the picture's type."""
    # The second map must be None: OpenCV 5.0 reads past an empty array, which is all that its type hints allow.
    no_second: Any = None
    return cast(AnyPlane, cv2.remap(picture, source, no_second, interpolation, borderMode=border))


@dataclass(frozen=True)
class Window:
    """A rectangle of a picture with even corners.

    Its maps are kept at coarse nodes, one every four pixels and one beyond each edge, and spread to pixels on demand.
    """

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def around(cls, place: Place, width: int, height: int) -> Window:
        """Return the part of a picture that the tissue can move."""
        corners = np.array([[_LEFT, _TOP], [_RIGHT, _TOP], [_LEFT, _BOTTOM], [_RIGHT, _BOTTOM]])
        pixels = transform(place.to_image, corners)
        left, top = (max(0, int(low) // 2 * 2) for low in pixels.min(axis=0))
        ends = zip(pixels.max(axis=0), (width, height), strict=True)
        right, bottom = (min(size, int(high) // 2 * 2 + 2) for high, size in ends)
        return cls(left, top, right - left, bottom - top)

    def nodes(self) -> Map:
        """Return the pixel positions (rows, columns, 2) of the coarse nodes."""
        middle = (_NODE_PX - 1) / 2
        columns = np.arange(-1, -(-self.width // _NODE_PX) + 1) * _NODE_PX + middle + self.left
        rows = np.arange(-1, -(-self.height // _NODE_PX) + 1) * _NODE_PX + middle + self.top
        return np.stack(np.meshgrid(columns, rows), axis=-1).astype(np.float32)

    def fine(self, coarse: Map, part: Part | None = None) -> Map:
        """Return values (height, width, 2) for every pixel of a part from values at the nodes."""
        rows, columns = part or Part(slice(0, self.height), slice(0, self.width))
        first = rows.start // _NODE_PX, columns.start // _NODE_PX
        last = -(-rows.stop // _NODE_PX) + 2, -(-columns.stop // _NODE_PX) + 2
        cut = coarse[first[0] : last[0], first[1] : last[1]]
        full = cv2.resize(cut, (cut.shape[1] * _NODE_PX, cut.shape[0] * _NODE_PX), interpolation=cv2.INTER_LINEAR)
        down, right = rows.start - (first[0] - 1) * _NODE_PX, columns.start - (first[1] - 1) * _NODE_PX
        return full[down : down + rows.stop - rows.start, right : right + columns.stop - columns.start].astype(
            np.float32
        )

    def part(self, inside: npt.NDArray[np.bool_]) -> Part | None:
        """Return the smallest even part that holds all nodes marked ``inside``, with one node to spare."""
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        if not len(rows):
            return None
        ends = []
        for nodes, size in ((rows, self.height), (columns, self.width)):
            first, last = (int(node) * _NODE_PX for node in (nodes[0] - 2, nodes[-1] + 1))
            ends.append(slice(min(max(first, 0), size), min(max(last, 0), size)))
        return Part(*ends) if all(end.stop > end.start for end in ends) else None


class Part(NamedTuple):
    """Rows and columns of a window, even at both ends."""

    rows: slice
    columns: slice


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
    still = _apply(place.to_face, head(nodes) if head is not None else nodes)
    rest = raster.back(still, raster.field(pull.gains))
    source = window.fine(_apply(place.to_image, rest))
    half = _halve(source)
    changed = Planes(
        look(picture.luma, source, cv2.INTER_CUBIC),
        look(picture.cb, half, cv2.INTER_LINEAR),
        look(picture.cr, half, cv2.INTER_LINEAR),
    )
    for slit, down, up in pull.slits:
        left, top, right, bottom = slit.box
        x, y = rest[..., 0], rest[..., 1]
        part = window.part((x > left) & (x < right) & (y > top) & (y < bottom))
        if part is not None:
            soft = 1.5 * float(np.hypot(*place.to_face[:, 0]))
            skin, inner = (window.fine(points, part).astype(np.float64) for points in (rest, still))
            _draw(changed, picture, place, part, slit.moved(skin, inner, down, up, soft), slit.height == 0)
    return _inserted(picture, changed, window)


def _inserted(picture: Planes, changed: Planes, window: Window) -> Planes:
    if changed.luma.shape == picture.luma.shape:
        return changed
    out = Planes(*(plane.copy() for plane in picture))
    for plane, part, share in zip(out, changed, (1, 2, 2), strict=True):
        top, left = window.top // share, window.left // share
        plane[top : top + part.shape[0], left : left + part.shape[1]] = part
    return out


def _apply(matrix: Points, points: Map) -> Map:
    return np.asarray(cv2.transform(points, matrix), dtype=np.float32)


def _halve(source: Map) -> Map:
    """Turn a map between luma pixels into one between chroma pixels, each the middle of four."""
    half = cv2.resize(source, (source.shape[1] // 2, source.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return np.asarray((half - 0.5) / 2, dtype=np.float32)


def _draw(changed: Planes, picture: Planes, place: Place, part: Part, opened: Opened, dark: bool) -> None:
    """Draw one slit into its part of the changed picture."""
    weight = opened.alpha.astype(np.float32)
    skin, inside = (_apply(place.to_image, points.astype(np.float32)) for points in (opened.skin, opened.inside))
    shade = _MOUTH_DARK if dark else (None, None, None)
    changed.luma[part] = _mix(picture.luma, skin, inside, weight, shade[0], cv2.INTER_CUBIC)
    half = tuple(slice(each.start // 2, each.stop // 2) for each in part)
    small = cv2.resize(weight, (weight.shape[1] // 2, weight.shape[0] // 2), interpolation=cv2.INTER_AREA)
    skin, inside = _halve(skin), _halve(inside)
    for i in (1, 2):
        changed[i][half] = _mix(picture[i], skin, inside, small.astype(np.float32), shade[i], cv2.INTER_LINEAR)


def _mix(plane: Plane, skin: Map, inside: Map, weight: Map, dark: int | None, interpolation: int) -> Plane:
    over = look(plane, skin, interpolation).astype(np.float32)
    under = look(plane, inside, interpolation).astype(np.float32) if dark is None else np.float32(dark)
    return np.asarray(over + weight * (under - over) + np.float32(0.5), dtype=np.uint8)
