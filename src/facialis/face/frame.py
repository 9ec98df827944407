"""One picture of a recording: luma and chroma as the camera stored them, upright, with fast sub-pixel sampling.

Colour is converted only for the pixels that are asked for; a whole RGB picture of every frame would cost more than
the nets that look at it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Matrix = Literal["bt601", "bt709"]
Outside = Literal["replicate", "black"]

# Weights of red and blue in luma: ITU-R BT.601-7 and BT.709-6.
_WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}
_BORDER = {"replicate": cv2.BORDER_REPLICATE, "black": cv2.BORDER_CONSTANT}
_TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
# 8-bit planar layouts that are taken as they are.
_PLANAR = frozenset(
    [f"yuv{full}{layout}p" for full in ("", "j") for layout in ("420", "422", "444", "440", "411")]
    + ["yuva420p", "yuva422p", "yuva444p"]
)
# AVColorSpace: 1 is BT.709, 9 and 10 are BT.2020, whose weights are nearer to 709 than to 601; 2 is not said.
_BT709_LIKE = (1, 9, 10)
_SPACE_NOT_SAID = 2
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_GREY = 128


@dataclass(frozen=True)
class Upright:
    """What turns the stored picture into the one the camera's owner saw.

    Attributes
    ----------
    mirrored : bool
        Whether the stored picture is flipped left to right first.
    quarter_turns : int
        Clockwise quarter turns after that, 0 to 3.
    stretch : float
        Width of a pixel over its height, applied to the stored picture; 1 for nearly every camera.
    """

    mirrored: bool = False
    quarter_turns: int = 0
    stretch: float = 1.0

    @classmethod
    def of(cls, picture: VideoFrame, stretch: float = 1.0) -> Upright:
        """Read the display matrix of a decoded picture (ISO/IEC 14496-12, 8.3.2), to the nearest quarter turn."""
        try:
            data: Any = picture.side_data.get("DISPLAYMATRIX")
        except (ValueError, IndexError):
            # PyAV 18 gives up on side data that is newer than itself; the angle can still be had, a mirroring not.
            return cls(quarter_turns=round(-picture.rotation / 90) % 4, stretch=stretch)
        if data is None:
            return cls(stretch=stretch)
        a, b, _, c, d, *_ = np.frombuffer(bytes(data), np.int32).tolist()
        mirrored = a * d - b * c < 0
        if mirrored:
            a, b = -a, -b
        return cls(mirrored, round(math.degrees(math.atan2(b, a)) / 90) % 4, stretch)

    def apply(self, plane: Bytes, width: int) -> Bytes:
        """Return a copy of a plane, upright and C-contiguous; ``width`` is its width once pixels are square."""
        if width != plane.shape[1]:
            plane = _as_bytes(cv2.resize(plane, (width, plane.shape[0]), interpolation=cv2.INTER_AREA))
        if self.mirrored:
            plane = _as_bytes(cv2.flip(plane, 1))
        turn = _TURNS[self.quarter_turns]
        return np.array(plane if turn is None else cv2.rotate(plane, turn), dtype=np.uint8, order="C")


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a recording.

    Attributes
    ----------
    index : int
        Number of the frame, from 0. Never a time: phones vary their rate.
    time_s : float
        Presentation time, seconds from the first frame.
    duplicate : bool
        Whether its luma equals the previous frame's in every pixel.
    luma : (H, W) uint8
        Upright, C-contiguous.
    chroma : (2, h, w) uint8
        Blue and red difference, upright; subsampled by any whole number per axis.
    full_range : bool
        Whether 0 to 255 is used (JPEG) and not 16 to 235 (MPEG).
    matrix : {"bt601", "bt709"}
        Colour matrix.
    """

    index: int
    time_s: float
    duplicate: bool
    luma: Bytes
    chroma: Bytes
    full_range: bool
    matrix: Matrix

    def rgb(self) -> Bytes:
        """Return the whole picture, (H, W, 3) uint8 RGB."""
        height, width = self.luma.shape
        across, down = self._steps()
        planes = [self.luma]
        for plane in self.chroma:
            full = (plane.shape[1] * across, plane.shape[0] * down)
            planes.append(_as_bytes(cv2.resize(plane, full, interpolation=cv2.INTER_LINEAR)[:height, :width]))
        return self._coloured(planes)

    def sample(self, matrix: Floats, size: tuple[int, int], outside: Outside = "replicate") -> Bytes:
        """Return a warped piece of the picture in colour.

        Parameters
        ----------
        matrix : (2, 3) float64
            Maps output pixels to frame pixels (x, y); whole numbers are pixel centres in both.
        size : (int, int)
            Width and height of the piece.
        outside : {"replicate", "black"}
            What stands beyond the frame's edge.

        Returns
        -------
        (height, width, 3) uint8
            RGB, linearly interpolated, averaged first where it shrinks more than twice.
        """
        steps = np.array(self._steps(), dtype=np.float64)[:, None]
        on_chroma = np.asarray(matrix, dtype=np.float64) / steps
        on_chroma[:, 2:] += 0.5 / steps - 0.5  # a chroma sample lies at the centre of the pixels that share it
        planes = [_warp(self.luma, matrix, size, outside, 0)]
        planes += [_warp(plane, on_chroma, size, outside, _GREY) for plane in self.chroma]
        return self._coloured(planes)

    def sample_luma(self, matrix: Floats, size: tuple[int, int], outside: Outside = "replicate") -> Bytes:
        """Return a warped piece of the luma, (height, width) uint8; parameters as in :meth:`sample`."""
        return _warp(self.luma, matrix, size, outside, 0)

    def _steps(self) -> tuple[int, int]:
        """Return how many pixels share a chroma sample, across and down."""
        (height, width), (_, rows, columns) = self.luma.shape, self.chroma.shape
        return round(width / columns), round(height / rows)

    def _coloured(self, planes: list[Bytes]) -> Bytes:
        """Return luma, blue and red difference of one size as RGB."""
        return _as_bytes(cv2.transform(cv2.merge(planes), _to_rgb(self.matrix, self.full_range)))


def from_picture(
    picture: VideoFrame, upright: Upright, index: int, time_s: float, previous: Frame | None = None
) -> Frame:
    """Make a frame of a decoded picture.

    Parameters
    ----------
    picture : VideoFrame
        In any pixel format.
    upright : Upright
        How it is turned.
    index : int
        Number of the frame.
    time_s : float
        Presentation time, seconds from the first frame.
    previous : Frame or None
        The frame before it, to tell a duplicate.

    Returns
    -------
    Frame
        Holding its own copy of the pixels.
    """
    matrix = _matrix(picture)
    picture, full_range = _eight_bit_planar(picture, upright)
    planes = [_pixels(plane) for plane in picture.planes[:3]]
    width = round(planes[0].shape[1] * upright.stretch)
    luma = upright.apply(planes[0], width)
    if len(planes) == 3:
        step = round(planes[0].shape[1] / planes[1].shape[1])
        chroma = np.stack([upright.apply(plane, -(-width // step)) for plane in planes[1:]])
    else:
        chroma = np.full((2, -(-luma.shape[0] // 2), -(-luma.shape[1] // 2)), _GREY, np.uint8)
    duplicate = previous is not None and _same(luma, previous.luma)
    return Frame(index, time_s, duplicate, luma, chroma, full_range, matrix)


def _eight_bit_planar(picture: VideoFrame, upright: Upright) -> tuple[VideoFrame, bool]:
    """Return the picture in an 8-bit planar format that keeps its detail, and whether it uses the full range."""
    name, form = picture.format.name, picture.format
    full = picture.color_range == _FULL_RANGE or name.startswith("yuvj")
    # A picture of odd size, turned, would shift its chroma against its luma; without subsampling it cannot.
    odd = bool(picture.width % 2 or picture.height % 2) and upright != Upright()
    if form.is_rgb or form.has_palette:
        return picture.reformat(format="yuv444p", dst_colorspace="ITU601", dst_color_range="JPEG"), True
    if name.startswith("gray"):
        return picture if name == "gray" else picture.reformat(format="gray"), full or picture.color_range == 0
    if name in _PLANAR and not odd and all(plane.line_size > 0 for plane in picture.planes):
        return picture, full
    half_width, half_height = form.chroma_width(16) < 16, form.chroma_height(16) < 16
    target = "yuv444p" if odd or not half_width else "yuv420p" if half_height else "yuv422p"
    return picture.reformat(format=target), full


def _pixels(plane: VideoPlane) -> Bytes:
    """Return a view of a plane without the padding at the end of its lines.

    Decoders pad: a picture 1080 wide comes in lines of 1088 or more bytes, and code that takes them for 1080 shears it.
    """
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return _as_bytes(lines[: plane.height, : plane.width])


def _matrix(picture: VideoFrame) -> Matrix:
    """Return the colour matrix; where the file does not say, what players assume by the size of the picture."""
    if picture.format.is_rgb or picture.format.has_palette:
        return "bt601"
    if picture.colorspace == _SPACE_NOT_SAID:
        long, short = max(picture.width, picture.height), min(picture.width, picture.height)
        return "bt709" if long >= 1280 or short > 576 else "bt601"
    return "bt709" if picture.colorspace in _BT709_LIKE else "bt601"


def _same(luma: Bytes, previous: Bytes) -> bool:
    """Return whether two pictures are equal, looking at every pixel only where a coarse grid is equal already."""
    return np.array_equal(luma[::16, ::16], previous[::16, ::16]) and np.array_equal(luma, previous)


def _warp(plane: Bytes, matrix: Floats, size: tuple[int, int], outside: Outside, fill: int) -> Bytes:
    """Warp one plane by output-to-plane ``matrix``; average first where it shrinks."""
    matrix = np.asarray(matrix, dtype=np.float64)
    shrink = math.sqrt(abs(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]))
    if shrink > 2:
        plane, matrix = _shrunk(plane, matrix, size, int(math.log2(shrink)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(plane, matrix, size, flags=flags, borderMode=_BORDER[outside], borderValue=fill)
    return _as_bytes(warped)


def _shrunk(plane: Bytes, matrix: Floats, size: tuple[int, int], halvings: int) -> tuple[Bytes, Floats]:
    """Return the part of the plane that is looked at, halved by averaging, and the matrix onto it."""
    halvings = min(halvings, int(math.log2(min(plane.shape))))
    times = 1 << halvings
    corners = matrix @ np.array([[0, size[0], 0, size[0]], [0, 0, size[1], size[1]], [1, 1, 1, 1]], dtype=np.float64)
    shape = np.array(plane.shape[::-1])
    low = np.clip(np.floor(corners.min(axis=1)).astype(int) - 2 * times, 0, shape - times)
    high = np.clip(np.ceil(corners.max(axis=1)).astype(int) + 2 * times, low + times, shape)
    high = low + (high - low) // times * times
    plane = plane[low[1] : high[1], low[0] : high[0]]
    for _ in range(halvings):  # one step by four is ten times slower than two by two
        half = (plane.shape[1] // 2, plane.shape[0] // 2)
        plane = _as_bytes(cv2.resize(plane, half, interpolation=cv2.INTER_AREA))
    moved = matrix / times
    moved[:, 2] += (0.5 - low) / times - 0.5  # an averaged pixel lies in the middle of those it is made of
    return plane, moved


def _to_rgb(matrix: Matrix, full_range: bool) -> Floats:
    """Return the (3, 4) matrix from luma, blue and red difference to RGB, all 0 to 255."""
    red, blue = _WEIGHTS[matrix]
    green = 1 - red - blue
    luma, chroma, black = (1.0, 1.0, 0.0) if full_range else (255 / 219, 255 / 224, 16.0)
    from_blue, from_red = 2 * (1 - blue) * chroma, 2 * (1 - red) * chroma
    rows = np.array(
        [
            [luma, 0, from_red],
            [luma, -from_blue * blue / green, -from_red * red / green],
            [luma, from_blue, 0],
        ]
    )
    return np.column_stack([rows, -rows @ [black, _GREY, _GREY]])


def _as_bytes(image: Any) -> Bytes:
    """Narrow the type of an image that is known to be of bytes."""
    result: Bytes = image
    return result
