"""Where the face is, against MediaPipe's own answer on two portraits, and where faces are hard to find."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from facialis.face.landmarks import Crop, Detector, FaceNets, between, crop_around, eye_centres
from facialis.face.recording import Frame, Recording

Picture = npt.NDArray[np.uint8]
FACES = ("grace_hopper", "astronaut")


@pytest.fixture(scope="module")
def peers(root: Path) -> dict[str, Any]:
    """Landmarks of MediaPipe 0.10.21 on the two portraits."""
    text = (root / "tests" / "facialis" / "face" / "parity_landmarks.json").read_text()
    return dict(json.loads(text)["faces"])


@pytest.fixture(scope="module")
def still(film: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[Picture], Frame]:
    """Turn a picture into a frame, colours kept as they are."""
    folder = tmp_path_factory.mktemp("stills")

    def make(picture: Picture) -> Frame:
        lossless = {"qp": "0", "preset": "ultrafast"}
        path = film(folder / "still.mp4", [picture], codec="libx264", pixels="yuv444p", options=lossless)
        with Recording(path) as recording:
            return next(iter(recording))

    return make


@pytest.fixture(scope="module")
def pictures(hopper: Picture, astronaut: Picture) -> dict[str, Picture]:
    return {"grace_hopper": hopper, "astronaut": astronaut}


@pytest.fixture(scope="module")
def face_nets(nets: dict[str, Path]) -> FaceNets:
    return FaceNets()


@pytest.fixture(scope="module")
def detector(nets: dict[str, Path]) -> Detector:
    return Detector()


@pytest.mark.parametrize("name", FACES)
def test_the_mesh_on_the_same_square_is_mediapipes(
    name: str,
    peers: dict[str, Any],
    pictures: dict[str, Picture],
    still: Callable[[Picture], Frame],
    face_nets: FaceNets,
) -> None:
    x, y, size, angle = peers[name]["roi"]
    mesh = face_nets.mesh(still(pictures[name]), Crop(x, y, size, angle))
    off = np.hypot(*(mesh.points[:, :2] - np.array(peers[name]["points"])).T)
    assert np.median(off) < 0.1
    assert off.max() < 0.4


@pytest.mark.parametrize("name", FACES)
def test_the_face_found_by_us_gives_the_same_mesh_within_a_hundredth_of_the_eyes_distance(
    name: str,
    peers: dict[str, Any],
    pictures: dict[str, Picture],
    still: Callable[[Picture], Frame],
    face_nets: FaceNets,
    detector: Detector,
) -> None:
    frame = still(pictures[name])
    (found,) = detector.whole(frame)
    mesh = face_nets.mesh(frame, found.crop())
    assert found.score > 0.8
    assert mesh.score > 0.9
    off = np.hypot(*(mesh.points[:, :2] - np.array(peers[name]["points"])).T)
    assert np.median(off) < 0.012 * mesh.iod_px
    eyes = np.array(peers[name]["detection"]["eyes"])
    assert np.hypot(*(found.eyes - eyes).T).max() < 0.07 * mesh.iod_px


def test_sides_are_the_patients(
    pictures: dict[str, Picture], still: Callable[[Picture], Frame], face_nets: FaceNets, detector: Detector
) -> None:
    frame = still(pictures["grace_hopper"])
    right, left = eye_centres(face_nets.mesh(frame, detector.whole(frame)[0].crop()).points)
    assert right[0] < left[0]


def pasted(face: Picture, width: int, height: int, face_height: int, ground: str, seed: int = 0) -> tuple[Picture, Any]:
    """Return a large picture with a small face in it, and the middle of the face."""
    rng = np.random.default_rng(seed)
    canvas = np.zeros((height, width, 3), np.uint8)
    if ground == "noise":
        coarse = rng.integers(0, 256, (height // 12, width // 12, 3), dtype=np.uint8)
        canvas = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    head = face[90:400, 140:400]
    scale = face_height / 225
    small = cv2.resize(head, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = small.shape[:2]
    left, top = int(rng.integers(0, width - wide)), int(rng.integers(0, height - high))
    canvas[top : top + high, left : left + wide] = small
    return canvas, (left + 122 * scale, top + 150 * scale)


@pytest.mark.parametrize("ground", ["black", "noise"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("share", [0.3, 0.15, 0.1])
def test_a_face_is_found_down_to_a_tenth_of_the_long_side(
    ground: str,
    size: tuple[int, int],
    share: float,
    hopper: Picture,
    still: Callable[[Picture], Frame],
    detector: Detector,
    face_nets: FaceNets,
) -> None:
    for seed in range(3):
        picture, middle = pasted(hopper, *size, round(share * max(size)), ground, seed)
        frame = still(picture)
        found = detector.whole(frame) or detector.search(frame)
        near = [f for f in found if np.hypot(*(f.centre - middle)) < 0.5 * share * max(size)]
        assert near, f"seed {seed}: not found"
        mesh = face_nets.mesh(frame, face_nets.mesh(frame, near[0].crop()).crop())
        assert mesh.score > 0.5
        assert 0.3 * share * max(size) < mesh.iod_px < 0.55 * share * max(size)


def test_an_empty_room_holds_no_face(still: Callable[[Picture], Frame], detector: Detector) -> None:
    y, x = np.mgrid[:480, :640]
    room = np.stack([100 + x / 10, 90 + y / 10, 120 + 20 * np.sin(x / 40)], axis=-1).astype(np.uint8)
    assert detector.search(still(room)) == []


def test_two_faces_are_two(
    hopper: Picture, astronaut: Picture, still: Callable[[Picture], Frame], detector: Detector
) -> None:
    both = np.zeros((600, 1030, 3), np.uint8)
    both[:, :512] = hopper
    both[:512, 518:] = astronaut
    found = detector.search(still(both))
    assert len(found) == 2
    assert sorted(bool(face.centre[0] > 515) for face in found) == [False, True]


def test_a_turned_face_is_set_upright(
    hopper: Picture, still: Callable[[Picture], Frame], detector: Detector, face_nets: FaceNets
) -> None:
    turn = cv2.getRotationMatrix2D((256, 230), 20, 1)
    turned = cv2.warpAffine(hopper, turn, (512, 600)).astype(np.uint8)
    frame = still(turned)
    (found,) = detector.whole(frame)
    crop = face_nets.mesh(frame, found.crop()).crop()
    assert np.degrees(crop.angle) == pytest.approx(-20, abs=4)
    assert face_nets.mesh(frame, crop).score > 0.9


def test_no_face_has_a_low_score(still: Callable[[Picture], Frame], face_nets: FaceNets) -> None:
    grey = np.full((400, 400, 3), 128, np.uint8)
    assert face_nets.mesh(still(grey), Crop(200, 200, 300, 0)).score < 0.5


def test_a_lid_drawn_shut_has_less_opening(
    hopper: Picture, still: Callable[[Picture], Frame], detector: Detector, face_nets: FaceNets
) -> None:
    frame = still(hopper)
    points = face_nets.mesh(frame, detector.whole(frame)[0].crop()).points
    right, left = face_nets.apertures(frame, points)
    assert 0.1 < right / left < 10
    painted = hopper.copy()
    centre = points[[263, 362], :2].mean(axis=0)
    skin = hopper[int(centre[1]) + 24, int(centre[0])].tolist()
    cv2.ellipse(painted, (int(centre[0]), int(centre[1])), (22, 9), 0, 0, 360, skin, -1)
    open_right, shut_left = face_nets.apertures(still(painted), points)
    assert shut_left < 0.8 * left
    assert open_right == pytest.approx(right, rel=0.1)


def test_a_square_round_points_is_level_with_the_eyes_and_half_again_as_large() -> None:
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.uniform(-50, 50, 468), rng.uniform(-70, 70, 468), np.zeros(468)])
    points[33], points[263] = (-40, -20, 0), (40, -20, 0)
    turn = np.radians(15)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = points.copy()
    moved[:, :2] = points[:, :2] @ rotation.T + [300, 200]
    crop = crop_around(moved.astype(np.float32))
    assert crop.angle == pytest.approx(turn, abs=1e-4)
    assert crop.size == pytest.approx(1.5 * np.ptp(points[:, 1]), rel=1e-3)
    assert (crop.x, crop.y) == pytest.approx((300, 200), abs=1.5)


def test_between_two_squares_the_shorter_way_round() -> None:
    first, second = Crop(0, 0, 100, np.radians(170)), Crop(10, 20, 200, np.radians(-170))
    half = between(first, second, 0.5)
    assert half[:3] == (5, 10, 150)
    assert np.degrees(half.angle) % 360 == pytest.approx(180)
    assert between(first, second, 0.0) == first
