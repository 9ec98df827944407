"""Colour and sub-pixel sampling of a frame, against the library's own conversion and against warps of the whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from facialis.face.frame import Frame, Upright, from_picture
from facialis.face.recording import Recording

LOSSLESS = {"qp": "0", "preset": "ultrafast"}
Make = Callable[..., Any]
Picture = npt.NDArray[np.uint8]


@pytest.mark.parametrize(
    ("codec", "pixels", "tolerance"),
    [
        ("libx264", "yuv420p", 2.5),
        ("libx264", "yuvj420p", 2.5),
        ("libx264", "yuv422p", 2.5),
        ("libx264", "yuv444p", 1),
        ("libx264", "yuv420p10le", 2.5),
        ("libx264", "gray", 1),
        ("ffv1", "yuv411p", 4),
        ("ffv1", "yuv444p10le", 1.5),
        ("ffv1", "gray10le", 1),
        ("ffv1", "bgra", 1.5),
        ("qtrle", "rgb24", 1.5),
        ("rawvideo", "nv12", 2.5),
        ("rawvideo", "bgr24", 1.5),
    ],
)
@pytest.mark.parametrize("size", [(96, 64), (98, 62)])
def test_colour_agrees_with_the_library(
    tmp_path: Path, codec: str, pixels: str, tolerance: float, size: tuple[int, int], film: Make, scene: Make
) -> None:
    options = LOSSLESS if codec == "libx264" else {}
    suffix = {"rawvideo": "avi", "qtrle": "mov"}.get(codec, "mkv")
    path = film(tmp_path / f"clip.{suffix}", [scene(*size)] * 2, codec=codec, pixels=pixels, options=options)
    with av.open(str(path)) as container:
        expected = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    found = next(iter(Recording(path))).rgb().astype(int)
    difference = np.abs(found - expected)
    assert difference.mean() < tolerance
    assert np.abs((found - expected).mean(axis=(0, 1))).max() < 2  # no cast beyond what the library's fast path has


@pytest.mark.parametrize(("space", "name"), [("ITU709", "bt709"), ("ITU601", "bt601")])
@pytest.mark.parametrize("full", [False, True])
def test_stated_colour_matrix_and_range_are_honoured(space: str, name: str, full: bool, scene: Make) -> None:
    picture = av.VideoFrame.from_ndarray(scene(), format="rgb24")
    stored = picture.reformat(format="yuv444p", dst_colorspace=space, dst_color_range="JPEG" if full else "MPEG")
    stored.colorspace, stored.color_range = (1 if name == "bt709" else 6), (2 if full else 1)
    frame = from_picture(stored, Upright(), 0, 0.0)
    assert (frame.matrix, frame.full_range) == (name, full)
    assert np.abs(frame.rgb().astype(int) - scene()).max() <= 3


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory, astronaut: Picture, film: Make) -> Frame:
    path = film(tmp_path_factory.mktemp("portrait") / "clip.mp4", [astronaut] * 2, options={"crf": "16"})
    return next(iter(Recording(path)))


def test_sampling_the_whole_is_the_picture(portrait: Frame) -> None:
    whole = portrait.sample(np.eye(2, 3), (512, 512)).astype(int)
    assert np.abs(whole - portrait.rgb()).max() <= 3
    assert np.array_equal(portrait.sample_luma(np.eye(2, 3), (512, 512)), portrait.luma)


@pytest.mark.parametrize("scale", [0.4, 1.0, 1.7])
def test_sampling_agrees_with_warping_the_picture(portrait: Frame, scale: float) -> None:
    turn = np.deg2rad(17)
    matrix = np.array(
        [
            [scale * np.cos(turn), -scale * np.sin(turn), 180.3],
            [scale * np.sin(turn), scale * np.cos(turn), 60.6],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    expected = cv2.warpAffine(portrait.rgb(), matrix, (120, 100), flags=flags).astype(int)
    difference = np.abs(portrait.sample(matrix, (120, 100)).astype(int) - expected)
    assert difference.mean() < 1.0
    assert np.quantile(difference, 0.999) < 12  # red on white, where chroma is coarse


@pytest.mark.parametrize("shrink", [1.5, 2.5, 4.3, 9.0])
def test_shrinking_keeps_places_and_removes_what_is_too_fine(shrink: float) -> None:
    y, x = np.mgrid[:400, :600]
    blob = 128 + 100 * np.exp(-((x - 301.4) ** 2 + (y - 163.7) ** 2) / (2 * (3 * shrink) ** 2))
    checks = 40.0 * ((x + y) % 2 * 2 - 1)
    luma = (blob + (checks if shrink > 2 else 0)).clip(0, 255).round().astype(np.uint8)
    frame = Frame(0, 0.0, False, luma, np.full((2, 200, 300), 128, np.uint8), True, "bt601")
    matrix = np.array([[shrink, 0, 301.4 - shrink * 20], [0, shrink, 163.7 - shrink * 15]])
    found = frame.sample_luma(matrix, (41, 31)).astype(float) - 128
    weight = found * (found > 15)
    rows, columns = np.mgrid[:31, :41]
    assert (weight * columns).sum() / weight.sum() == pytest.approx(20, abs=0.08)
    assert (weight * rows).sum() / weight.sum() == pytest.approx(15, abs=0.08)
    assert np.abs(found[:3, :3]).max() < 6


def test_chroma_lies_over_its_luma() -> None:
    y, x = np.mgrid[:120, :160]
    spot = np.exp(-((x - 71.0) ** 2 + (y - 50.0) ** 2) / (2 * 8.0**2))
    cb = np.full((60, 80), 128, np.uint8)
    # A chroma sample is the mean of its four pixels.
    cr = (128 + 100 * spot.reshape(60, 2, 80, 2).mean(axis=(1, 3))).astype(np.uint8)
    frame = Frame(0, 0.0, False, np.full((120, 160), 120, np.uint8), np.stack([cb, cr]), True, "bt601")
    for scale in (0.5, 1.0, 3.0):
        size = (int(40 / scale) * 2 + 1,) * 2
        middle = size[0] // 2
        matrix = np.array([[scale, 0, 71 - scale * middle], [0, scale, 50 - scale * middle]])
        red = frame.sample(matrix, size)[..., 0].astype(float) - 120
        rows, columns = np.mgrid[: size[1], : size[0]]
        assert (red * columns).sum() / red.sum() == pytest.approx(middle, abs=0.1 / scale)
        assert (red * rows).sum() / red.sum() == pytest.approx(middle, abs=0.1 / scale)


@pytest.mark.parametrize("shrink", [1.0, 5.0])
def test_outside(portrait: Frame, shrink: float) -> None:
    matrix = np.array([[shrink, 0, -100 * shrink], [0, shrink, 0]])
    assert portrait.sample(matrix, (90, 20), outside="black").max() == 0
    edge = portrait.sample_luma(matrix, (90, 20))
    assert np.all(edge == edge[:, :1])
    far = portrait.sample(np.array([[shrink, 0, 9000.0], [0, shrink, -9000.0]]), (8, 8))
    assert far.shape == (8, 8, 3)
    assert np.all(far == far[0, 0])


def test_a_picture_smaller_than_the_shrinking() -> None:
    frame = Frame(0, 0.0, False, np.full((20, 30), 90, np.uint8), np.full((2, 10, 15), 128, np.uint8), True, "bt601")
    piece = frame.sample(np.array([[40.0, 0, 0], [0, 40.0, 0]]), (16, 16))
    assert np.all(piece == 90)
