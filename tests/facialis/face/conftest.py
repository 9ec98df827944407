"""Recordings made for the tests of the face: every time and every pixel of them is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

Picture = npt.NDArray[np.uint8]
TICK = Fraction(1, 600)  # of phones; 20 ticks are a thirtieth of a second


@pytest.fixture(scope="session")
def film() -> Callable[..., Path]:
    """Write pictures as a video: see :func:`write`."""
    return write


@pytest.fixture(scope="session")
def scene() -> Callable[..., Picture]:
    """A smooth coloured picture with a white top left corner, so that no turn or flip looks like another."""

    def make(width: int = 96, height: int = 64) -> Picture:
        y, x = np.mgrid[:height, :width]
        red, green, blue = 40 + 120 * x / width, 40 + 120 * y / height, 100 + 50 * np.sin(x / 9) * np.cos(y / 7)
        picture = np.stack([red, green, blue], axis=-1)
        picture[: height // 4, : width // 4] = 230
        return picture.astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def steps() -> Callable[..., list[Picture]]:
    """Pictures whose grey level is 20 + 3 x their number."""

    def make(count: int, width: int = 96, height: int = 64) -> list[Picture]:
        return [np.full((height, width, 3), 20 + 3 * number, np.uint8) for number in range(count)]

    return make


@pytest.fixture(scope="session")
def noisy() -> Callable[..., list[Picture]]:
    """Pictures that do not compress, so that a file is mostly pictures."""

    def make(count: int) -> list[Picture]:
        rng = np.random.default_rng(0)
        return [rng.integers(0, 256, (64, 96, 3), dtype=np.uint8) for _ in range(count)]

    return make


def write(
    path: Path,
    pictures: Sequence[Picture],
    *,
    ticks: Sequence[int] | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    rotation: int = 0,
    matrix: Sequence[int] | None = None,
    aspect: Fraction | None = None,
    rate: Fraction | int = 30,
) -> Path:
    """Write pictures as a video, at ``ticks`` of 1/600 s or every 20."""
    with av.open(str(path), "w", options=container or {}) as output:
        stream = output.add_stream(codec, rate=rate, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.time_base = TICK if codec != "gif" else Fraction(1, 100)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        if matrix:
            stream.set_display_matrix(list(matrix))
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = ticks[number] if ticks else 20 * number
            frame.time_base = TICK
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path
