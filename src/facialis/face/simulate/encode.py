"""Writes a clip as a phone does: H.264, 4:2:0, BT.709, a key frame about every second; whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np

from facialis.face.simulate.courses import Times
from facialis.face.simulate.picture import Planes

_TIME_BASE = Fraction(1, 90_000)
_SPACES = {"bt709": 1, "bt601": 6}  # the numbers of ITU-T H.273, SMPTE 170M for BT.601
_LIMITED = 1


def write(
    path: Path,
    pictures: Iterable[Planes],
    time_s: Times,
    size: tuple[int, int],
    crf: int,
    truth: Mapping[str, Any],
    matrix: Literal["bt601", "bt709"] = "bt709",
) -> Path:
    """Write the clip and its truth beside it.

    Both are written under another name first and renamed when complete.

    Parameters
    ----------
    path : Path
        Of the clip; the truth goes to the same name ending in ``.truth.json``.
    pictures : iterable of Planes
        One a frame.
    time_s : (T,) float64
        Presentation times.
    size : (int, int)
        Width and height, even.
    crf : int
        Quality of x264; 20 is good, 30 poor.
    truth : dict
    matrix : {"bt601", "bt709"}
        Colour matrix of the pictures.

    Returns
    -------
    Path
        Of the truth.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    beside = path.with_name(path.stem + ".truth.json")
    handle, name = tempfile.mkstemp(suffix=".mp4", prefix=f".{path.stem}-", dir=path.parent)
    os.close(handle)
    scratch = Path(name)
    notes = scratch.with_suffix(".json")
    try:
        _encode(scratch, pictures, time_s, size, crf, _SPACES[matrix])
        notes.write_text(json.dumps(truth, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        for made, final in ((scratch, path), (notes, beside)):
            made.chmod(0o644)
            made.replace(final)
    finally:
        scratch.unlink(missing_ok=True)
        notes.unlink(missing_ok=True)
    return beside


def _encode(path: Path, pictures: Iterable[Planes], time_s: Times, size: tuple[int, int], crf: int, space: int) -> None:
    rate = Fraction(1 / float(np.median(np.diff(time_s)))).limit_denominator(1001) if len(time_s) > 1 else Fraction(30)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = _TIME_BASE
        context.color_range, context.colorspace = _LIMITED, space
        context.color_primaries = context.color_trc = space
        # A fixed number of threads: the bytes must depend on the seed alone.
        context.thread_count = 2
        stream.options = {"crf": str(crf), "preset": "veryfast", "g": str(max(1, round(rate))), "bf": "0"}
        for picture, seconds in zip(pictures, time_s, strict=True):
            frame = _frame(picture, space)
            frame.pts, frame.time_base = round(float(seconds) / float(_TIME_BASE)), _TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frame(picture: Planes, space: int) -> av.VideoFrame:
    height, width = picture.luma.shape
    stacked = np.concatenate([picture.luma.reshape(-1), picture.cb.reshape(-1), picture.cr.reshape(-1)])
    frame = av.VideoFrame.from_ndarray(stacked.reshape(height * 3 // 2, width), format="yuv420p")
    frame.color_range, frame.colorspace = _LIMITED, space
    return frame
