"""Pictures inside a page: small JPEGs as data addresses, so that the page is one file and asks no network."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import numpy.typing as npt

WIDEST_PX = 208
QUALITY = 76


def jpeg(picture: npt.NDArray[np.uint8], widest: int = WIDEST_PX) -> str:
    """Return a picture as a ``data:image/jpeg`` address.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        Red, green, blue.
    widest : int
        A wider picture is shrunk to this many pixels.

    Returns
    -------
    str
        ``"data:image/jpeg;base64,..."``; no camera, place or time is written into it.

    Raises
    ------
    ValueError
        If the array is not such a picture.
    """
    import cv2

    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"a picture is (H, W, 3) uint8, not {picture.shape} {picture.dtype}")
    height, width = picture.shape[:2]
    shown: npt.NDArray[Any] = picture
    if width > widest:
        size = (widest, max(1, round(height * widest / width)))
        shown = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    done, content = cv2.imencode(".jpg", cv2.cvtColor(shown, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError("the picture could not be written as JPEG")
    return "data:image/jpeg;base64," + b64encode(content.tobytes()).decode("ascii")
