"""Motion of the skin between two patches, and the head's part in it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from facialis.face import motion

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def texture() -> npt.NDArray[np.uint8]:
    """Structure at the scale of skin and brows, larger than the patch by a margin."""
    rng = np.random.default_rng(0)
    width, height = motion.PATCH_SIZE
    fine = cv2.GaussianBlur(rng.normal(0, 1, (height + 40, width + 40)), (0, 0), 2.5)
    coarse = cv2.GaussianBlur(rng.normal(0, 1, (height + 40, width + 40)), (0, 0), 8)
    mixed = fine / fine.std() + coarse / coarse.std()
    return np.clip(128 + 25 * mixed, 0, 255).astype(np.uint8)


def looked_at(texture: npt.NDArray[np.uint8], dx: float, dy: float) -> npt.NDArray[np.uint8]:
    """Return the patch after all of the scene has moved by (dx, dy)."""
    matrix = np.array([[1, 0, 20 - dx], [0, 1, 20 - dy]], dtype=np.float64)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(texture, matrix, motion.PATCH_SIZE, flags=flags), dtype=np.uint8)


POINTS = np.array([[x, y] for x in range(40, 230, 30) for y in range(40, 300, 30)], dtype=np.float64)


@pytest.mark.parametrize("moved", [(0.0, 0.0), (0.3, -0.2), (1.7, 2.4), (-5.0, 4.0), (9.0, -7.0)])
def test_a_known_shift_is_found_to_a_tenth_of_a_pixel(
    texture: npt.NDArray[np.uint8], moved: tuple[float, float]
) -> None:
    found = motion.shifts(looked_at(texture, 0, 0), looked_at(texture, *moved), POINTS)
    assert found.shape == POINTS.shape
    assert np.median(np.hypot(*(found - moved).T)) < 0.1
    assert np.percentile(np.hypot(*(found - moved).T), 95) < 0.15


def test_a_point_outside_the_patch_is_lost(texture: npt.NDArray[np.uint8]) -> None:
    patch = looked_at(texture, 0, 0)
    found = motion.shifts(patch, patch, np.array([[-60.0, 40.0], [100.0, 100.0]]))
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx([0, 0], abs=0.01)


def test_a_twitch_moves_only_the_points_in_it(texture: npt.NDArray[np.uint8]) -> None:
    width, height = motion.PATCH_SIZE
    y, x = np.mgrid[:height, :width].astype(np.float32)
    weight = np.exp(-((x - 130) ** 2 + (y - 220) ** 2) / (2 * 24.0**2))
    before = looked_at(texture, 0, 0)
    sources = ((x - 3 * weight).astype(np.float32), (y + 2 * weight).astype(np.float32))
    after = cv2.remap(before, *sources, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    found = motion.shifts(before, after, np.array([[130.0, 220.0], [130.0, 80.0], [40.0, 60.0]]))
    assert found[0] == pytest.approx([3, -2], abs=0.35)
    assert np.abs(found[1:]).max() < 0.1


@pytest.mark.parametrize(("right", "left"), [((100.0, 200.0), (220.0, 200.0)), ((150.0, 240.0), (90.0, 330.0))])
def test_the_patch_shows_the_eyes_level_and_ninety_six_pixels_apart(
    right: tuple[float, float], left: tuple[float, float]
) -> None:
    a, b = np.array(right), np.array(left)
    matrix = motion.patch_matrix(a, b, float(np.hypot(*(b - a))))
    eyes = motion.to_patch(matrix, np.stack([a, b]))
    assert eyes[1] - eyes[0] == pytest.approx([motion.PATCH_IOD, 0])
    assert eyes.mean(axis=0) == pytest.approx(motion.PATCH_CENTRE)
    assert motion.to_patch(matrix, (matrix[:, :2] @ [10, 20] + matrix[:, 2])[None])[0] == pytest.approx([10, 20])


def bones(count: int = 29) -> Floats:
    rng = np.random.default_rng(1)
    return np.column_stack([rng.uniform(-1, 1, count), rng.uniform(-0.5, 1, count), rng.uniform(-0.3, 0.6, count)])


SIX = np.array([0.02, -0.01, 0.015, 0.02, -0.018, 0.012])


def test_the_six_motions_move_points_as_a_rigid_head_does() -> None:
    points = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    terms = motion.rigid_terms(points)
    assert terms.shape == (4, 2, 6)
    across, down, nearer, roll, yaw, pitch = (terms[:, :, i] for i in range(6))
    assert (across == [1, 0]).all()
    assert (down == [0, 1]).all()
    assert (nearer == points[:, :2]).all()
    assert (roll == np.column_stack([-points[:, 1], points[:, 0]])).all()
    assert (yaw == np.column_stack([points[:, 2], np.zeros(4)])).all()
    assert (pitch == np.column_stack([np.zeros(4), points[:, 2]])).all()


@pytest.mark.parametrize("which", range(6))
def test_each_motion_of_the_head_is_found(which: int) -> None:
    terms = motion.rigid_terms(bones())
    six = np.zeros(6)
    six[which] = 0.02
    moved = np.einsum("nci,i->nc", terms, six)[None]
    found = motion.head_motion(moved, terms)
    assert found[0] == pytest.approx(six, abs=0.003)


def test_points_that_slip_do_not_carry_the_head_along() -> None:
    rng = np.random.default_rng(2)
    terms = motion.rigid_terms(bones())
    moved = np.einsum("nci,i->nc", terms, SIX) + rng.normal(0, 0.0005, (29, 2))
    clean = motion.head_motion(moved[None], terms)
    slipped = moved.copy()
    slipped[:6] += [0.15, -0.1]
    found = motion.head_motion(slipped[None], terms)
    assert found[0, :2] == pytest.approx(clean[0, :2], abs=0.002)
    left = motion.without_head(moved[None], terms, found)
    assert np.hypot(*left[0].T).max() < 0.004


def test_lost_points_are_left_out_and_too_few_are_no_answer() -> None:
    terms = motion.rigid_terms(bones())
    moved = np.repeat(np.einsum("nci,i->nc", terms, SIX)[None], 3, axis=0)
    moved[1, :20] = np.nan
    moved[2, :24] = np.nan
    found = motion.head_motion(moved, terms)
    assert found[1, :2] == pytest.approx(found[0, :2], abs=0.004)
    assert np.isnan(found[2]).all()


def test_no_point_at_all_is_no_answer() -> None:
    found = motion.head_motion(np.full((2, 29, 2), np.nan), motion.rigid_terms(bones()))
    assert np.isnan(found).all()


def test_frames_do_not_know_of_each_other() -> None:
    terms = motion.rigid_terms(bones())
    still, moved = np.zeros((29, 2)), np.einsum("nci,i->nc", terms, SIX)
    together = motion.head_motion(np.stack([still, moved, still]), terms)
    alone = motion.head_motion(moved[None], terms)
    assert together[1] == pytest.approx(alone[0])
    assert np.abs(together[[0, 2]]).max() < 1e-9


def test_what_the_head_does_is_taken_off() -> None:
    terms = motion.rigid_terms(bones())
    twitch = np.zeros((1, 29, 2))
    twitch[0, 3] = [0.03, -0.02]
    moved = np.einsum("nci,i->nc", terms, SIX)[None] + twitch
    assert motion.without_head(moved, terms, SIX[None]) == pytest.approx(twitch)
