"""One picture of somebody who is about to film: decoded, looked at and forgotten."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import av
from av.error import FFmpegError
from av.packet import Packet

from facialis.face.frame import Frame, Upright, from_picture
from facialis.face.framing import framing

# A page sends 640 pixels at most.
LONGEST_SIDE = 1280
SMALLEST_SIDE = 64
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"


class NoPicture(Exception):
    """What was sent is no JPEG picture of a size that is asked for."""


def look(still: str) -> dict[str, Any]:
    """Look at a JPEG picture, in base64.

    Returns
    -------
    dict
        ``faults``: what should be better, see :meth:`facialis.face.framing.Framing.faults`.

    Raises
    ------
    NoPicture
        If it is none.
    facialis.face.nets.NetsMissing
        If the nets are not there.
    """
    return {"faults": list(framing(_decoded(still)).faults())}


def _decoded(still: str) -> Frame:
    try:
        data = base64.b64decode(still, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPicture from error
    if not data.startswith(_START) or _END not in data[-64:]:
        raise NoPicture
    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(LONGEST_SIDE**2), "err_detect": "explode"}
    try:
        pictures = [*decoder.decode(Packet(data)), *decoder.decode(None)]
    except (FFmpegError, ValueError, MemoryError) as error:
        raise NoPicture from error
    if len(pictures) != 1 or not isinstance(pictures[0], av.VideoFrame):
        raise NoPicture
    (picture,) = pictures
    if not SMALLEST_SIDE <= min(picture.width, picture.height) <= max(picture.width, picture.height) <= LONGEST_SIDE:
        raise NoPicture
    return from_picture(picture, Upright(), 0, 0.0)
