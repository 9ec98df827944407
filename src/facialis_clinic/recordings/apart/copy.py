"""A copy for eyes: small enough for a phone, ready to play from its first byte, without sound.

Nothing is measured in it.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace

from facialis.face.recording import Recording

SHORT_SIDE = 720
FASTEST = 30
POSTER_AT_S, POSTER_SIDE = 1.0, 640
_UNIT = Fraction(1, 90_000)
_BT709, _LIMITED = 1, 1  # AVCOL_SPC_BT709 and the same number for primaries and transfer; AVCOL_RANGE_MPEG
_QUALITY = {"crf": "24", "preset": "veryfast", "profile": "high", "x264-params": "threads=2:keyint=60"}


def copy(source: Path, target: Path, poster: Path) -> dict[str, Any]:
    """Write the copy (H.264 MP4, at most 720 lines and 30 pictures a second) and a picture of its first second.

    Returns
    -------
    dict
        ``frames``, ``width`` and ``height`` of the copy.
    """
    frames, stream, due_s, pictured = 0, None, 0.0, False
    with (
        Recording(source) as film,
        av.open(
            str(target), "w", format="mp4", container_options={"movflags": "faststart", "fflags": "+bitexact"}
        ) as out,
    ):
        length_s = film.estimated_duration_s or 2 * POSTER_AT_S
        for frame in film:
            # Half a step of grace: a camera's 30 pictures a second never come quite evenly.
            if frame.time_s < due_s - 0.5 / FASTEST:
                continue
            due_s = max(due_s + 1 / FASTEST, frame.time_s + 0.5 / FASTEST)
            picture = _small(frame.rgb(), SHORT_SIDE)
            if stream is None:
                stream = _stream(out, picture)
            if not pictured and frame.time_s >= min(POSTER_AT_S, length_s / 2):
                pictured = _write_poster(picture, poster)
            shown = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            shown.pts, shown.time_base = round(frame.time_s / _UNIT), _UNIT
            out.mux(stream.encode(shown))
            frames += 1
        if stream is None:
            raise ValueError("no picture to copy")
        if not pictured:
            _write_poster(picture, poster)
        out.mux(stream.encode(None))
        return {"frames": frames, "width": stream.width, "height": stream.height}


def _stream(out: Any, picture: npt.NDArray[np.uint8]) -> Any:
    stream = out.add_stream("libx264", options=dict(_QUALITY))
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = _UNIT
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    return stream


def _small(picture: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Return a picture whose shorter side is at most ``side``, with even sides."""
    height, width = picture.shape[:2]
    scale = min(1.0, side / min(height, width))
    size = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))
    if size == (width, height):
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _write_poster(picture: npt.NDArray[np.uint8], path: Path) -> bool:
    small = _small(picture, min(POSTER_SIDE, SHORT_SIDE))
    done, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])
    if not done:
        raise ValueError("no picture could be written")
    path.write_bytes(data.tobytes())
    return True
