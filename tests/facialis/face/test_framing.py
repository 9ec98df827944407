"""How a face stands in a picture: what should be better is told, and a good picture is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from facialis.face.frame import Upright, from_picture
from facialis.face.framing import FAULTS, Framing, framing

Picture = npt.NDArray[np.uint8]
GOOD = Framing(1, height=0.5, inside=True, luma=130, around=120, sharpness=0.2)


def seen(picture: Any) -> Framing:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture, dtype=np.uint8), format="rgb24")
    return framing(from_picture(frame, Upright(), 0, 0.0))


@pytest.fixture
def portrait(nets: object, hopper: Picture) -> Picture:
    return hopper


def test_a_portrait_at_eye_level_has_no_fault(portrait: Picture) -> None:
    one = seen(portrait)

    assert one.faults() == ()
    assert 0.3 < one.height < 0.4
    assert abs(one.turned_deg) < 5
    assert one.inside


def smaller(picture: Picture) -> Any:
    return cv2.copyMakeBorder(picture, 300, 300, 300, 300, cv2.BORDER_CONSTANT, value=(120, 120, 120))


def turned(picture: Picture) -> Any:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25, 1)
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (smaller, "far"),
        (turned, "tilted"),
        (lambda picture: picture // 4, "dim"),
        (lambda picture: np.clip(picture.astype(int) + 150, 0, 255), "bright"),
        (lambda picture: cv2.GaussianBlur(picture, (0, 0), 6), "blurred"),
        (lambda picture: np.zeros_like(picture), "no_face"),
        (lambda picture: np.hstack([picture, picture]), "several"),
    ],
    ids=["far", "tilted", "dim", "bright", "blurred", "no face", "two"],
)
def test_what_is_wrong_with_a_picture_is_told(portrait: Picture, change: Callable[[Picture], Any], fault: str) -> None:
    assert fault in seen(change(portrait)).faults()


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"faces": 0}, "no_face"),
        ({"height": 0.2}, "far"),
        ({"height": 0.9, "inside": False}, "near"),
        ({"inside": False}, "edge"),
        ({"turned_deg": -12.0}, "turned"),
        ({"tilted_deg": 20.0}, "tilted"),
        ({"raised_deg": -40.0}, "level"),
        ({"luma": 45.0, "around": 50.0}, "dim"),
        ({"luma": 240.0}, "bright"),
        ({"luma": 50.0, "around": 200.0}, "behind"),
        ({"glare": 0.1}, "glare"),
        ({"sharpness": 0.01}, "blurred"),
        ({"faces": 2}, "several"),
    ],
)
def test_each_fault_stands_alone(changed: dict[str, Any], fault: str) -> None:
    assert replace(GOOD, **changed).faults() == (fault,)
    assert fault in FAULTS


def test_nothing_is_wrong_with_a_good_one() -> None:
    assert GOOD.faults() == ()
