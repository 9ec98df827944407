"""A picture as H.264 stores it, the maps by which it is sampled, and the part of it that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.simulate.locate import Points
from facialis.face.simulate.muscles import transform

Plane = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]
AnyPlane = TypeVar("AnyPlane", Plane, Map)

LEFT, TOP, RIGHT, BOTTOM = -1.4, -1.2, 1.4, 2.0  # extent of what the tissue can move, IOD
_NODE_PX = 2  # pixels between the nodes of a picture's map


class Planes(NamedTuple):
    """A picture as H.264 stores it: luma (H, W) and both chromas (H / 2, W / 2), uint8, even H and W."""

    luma: Plane
    cb: Plane
    cr: Plane


class Place(NamedTuple):
    """Where the face-fixed frame lies in a picture: (2, 3) maps from pixels to the frame and back."""

    to_face: Points
    to_image: Points


def look(picture: AnyPlane, source: Map, interpolation: int, border: int = cv2.BORDER_REFLECT_101) -> AnyPlane:
    """Sample a picture at positions (rows, columns, 2); the result has the picture's type."""
    # The second map must be None: OpenCV 5.0 reads past an empty array, which is all that its type hints allow.
    no_second: Any = None
    return cast(AnyPlane, cv2.remap(picture, source, no_second, interpolation, borderMode=border))


class Part(NamedTuple):
    """Rows and columns of a window, even at both ends."""

    rows: slice
    columns: slice


@dataclass(frozen=True)
class Window:
    """A rectangle of a picture with even corners.

    Its maps are kept at coarse nodes, one every two pixels and one beyond each edge, and spread to pixels on demand.
    """

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def around(cls, place: Place, width: int, height: int) -> Window:
        """Return the part of a picture that the tissue can move."""
        corners = np.array([[LEFT, TOP], [RIGHT, TOP], [LEFT, BOTTOM], [RIGHT, BOTTOM]])
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


def apply(matrix: Points, points: Map) -> Map:
    """Apply a (2, 3) map to points (rows, columns, 2)."""
    return np.asarray(cv2.transform(points, matrix), dtype=np.float32)


def halve(source: Map) -> Map:
    """Turn a map between luma pixels into one between chroma pixels, each the middle of four."""
    half = cv2.resize(source, (source.shape[1] // 2, source.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return np.asarray((half - 0.5) / 2, dtype=np.float32)
