"""Short films inside a page: H.264 as a data address, so that the page is one file and plays without JavaScript."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_PER_SECOND = 15
_TICKS = 600
# Larger is coarser; at this one skin keeps its folds and a second of a small face takes about 10 kB.
_COARSENESS = 27


def few(times: npt.NDArray[np.float64], most_per_second: float = MOST_PER_SECOND) -> list[int]:
    """Return which of the pictures shown at these times (K,) to keep, so that no more than so many come a second."""
    kept: list[int] = []
    for place, at in enumerate(times):
        if not kept or at - times[kept[-1]] > 0.95 / most_per_second:
            kept.append(place)
    return kept


def mp4(pictures: Sequence[npt.NDArray[np.uint8]], times: npt.NDArray[np.float64]) -> bytes:
    """Return pictures as an MP4 that every browser plays.

    Parameters
    ----------
    pictures : sequence of (H, W, 3) uint8
        Red, green, blue; all of one even width and height.
    times : (K,) float64
        When each is shown, seconds from the first, ascending.

    Returns
    -------
    bytes
        H.264 in MP4 without sound. Two films of the same pictures may differ in a few bytes: the encoder does so.

    Raises
    ------
    ValueError
        If there is no picture, or one of odd size.
    """
    import av

    if not len(pictures) or any(side % 2 for side in pictures[0].shape[:2]):
        raise ValueError("a film needs pictures of even width and height")
    content = BytesIO()
    height, width = pictures[0].shape[:2]
    with av.open(content, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=MOST_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        stream.codec_context.options = {"crf": str(_COARSENESS), "preset": "slow", "profile": "high", "threads": "1"}
        for picture, at in zip(pictures, times, strict=True):
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            shown.pts, shown.time_base = round(at * _TICKS), Fraction(1, _TICKS)
            container.mux(stream.encode(shown))
        container.mux(stream.encode())
    return content.getvalue()


def address(film: bytes) -> str:
    """Return an MP4 as ``"data:video/mp4;base64,..."``."""
    return "data:video/mp4;base64," + b64encode(film).decode("ascii")
