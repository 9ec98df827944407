"""Looks: skin, beard and folds move with the skin, glasses with the head, hands and shadows by themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from facialis.face.simulate import Appearance, canvas, complexion
from facialis.face.simulate.actions import Drive
from facialis.face.simulate.canvas import Marks
from facialis.face.simulate.courses import Pulse
from facialis.face.simulate.head import Head
from facialis.face.simulate.locate import Face
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Planes, Window, apply
from facialis.face.simulate.portrait import Portrait
from facialis.face.simulate.props import Props
from facialis.face.simulate.skin import in_face
from facialis.findings import Side

Picture = npt.NDArray[np.uint8]
TIMES = np.arange(0, 8, 0.1)


@pytest.fixture(scope="module")
def marks(face: Face, frame: FaceFrame) -> Marks:
    return Marks.of_mesh(transform(frame.to_face, face.mesh[:, :2]))


def still(image: Picture, frame: FaceFrame) -> tuple[Window, npt.NDArray[np.float32]]:
    window = Window(0, 0, image.shape[1] // 2 * 2, image.shape[0] // 2 * 2)
    return window, apply(frame.to_face, window.nodes())


def grey(window: Window) -> Planes:
    shape = (window.height, window.width)
    half = (window.height // 2, window.width // 2)
    return Planes(np.full(shape, 128, np.uint8), np.full(half, 128, np.uint8), np.full(half, 128, np.uint8))


def changed(before: Planes, after: Planes, frame: FaceFrame) -> npt.NDArray[np.float64]:
    rows, columns = np.nonzero(np.abs(after.luma.astype(int) - before.luma) > 20)
    return transform(frame.to_face, np.column_stack([columns, rows]).astype(float))


def props(looks: Appearance, marks: Marks, poses: npt.NDArray[np.float64] | None = None) -> Props:
    poses = np.zeros((len(TIMES), 6)) if poses is None else poses
    return Props(looks, marks, (150.0, 110.0, 150.0), TIMES, poses, np.random.default_rng(3))


@pytest.mark.parametrize(("tone", "darker"), [(0.85, True), (0.0, False)])
def test_a_tone_changes_the_skin_and_little_else(
    hopper: Picture, face: Face, frame: FaceFrame, tone: float, darker: bool
) -> None:
    plain, toned = (
        Portrait(hopper, face, frame, Appearance(tone=each), np.random.default_rng(0)).rest.luma.astype(float)
        for each in (None, tone)
    )
    nose, corner = (np.rint(transform(frame.to_image, np.array(at))).astype(int) for at in ((0.0, 0.3), (-2.0, -2.0)))
    near = (slice(nose[1] - 4, nose[1] + 5), slice(nose[0] - 4, nose[0] + 5))
    ratio = toned[near].mean() / plain[near].mean()
    assert ratio < 0.75 if darker else ratio > 1.02
    assert np.abs(toned - plain)[:20, :20].max() <= 1
    assert corner.shape == (2,)


def test_a_beard_grows_on_the_jaw_and_not_on_the_brow(hopper: Picture, face: Face, frame: FaceFrame) -> None:
    plain, grown = (
        Portrait(hopper, face, frame, Appearance(beard=each), np.random.default_rng(0)).rest for each in (0.0, 1.0)
    )
    where = changed(plain, grown, frame)
    assert len(where) > 500
    assert where[:, 1].min() > 0.1
    assert np.abs(where[:, 0]).max() < 1.2


def test_a_fold_deepens_as_its_muscle_pulls(hopper: Picture, face: Face, frame: FaceFrame) -> None:
    person = Portrait(hopper, face, frame, Appearance(wrinkles=1.0), np.random.default_rng(0))
    smile = Drive("zygomaticus", Side.LEFT, 0.08, (Pulse(2.0, 0.5, 1.0, 0.5),))
    person.wrinkle([smile], TIMES)
    rest, smiling = (person.at_rest(int(np.abs(TIMES - t).argmin())).luma.astype(int) for t in (0.5, 3.0))
    assert (person.rest.luma.astype(int) - rest).max() > 8
    darker = rest - smiling
    _, columns = np.nonzero(darker > 8)
    assert len(columns) > 10
    assert (columns > frame.origin[0]).mean() > 0.95


def test_reflections_slide_as_the_head_turns_and_rims_do_not(hopper: Picture, frame: FaceFrame, marks: Marks) -> None:
    window, at = still(hopper, frame)
    poses = np.zeros((len(TIMES), 6))
    poses[1, 3] = 0.1  # yaw
    worn = props(Appearance(glasses=1.0), marks, poses)
    before = grey(window)
    ahead, turned = worn.over(before, at, window, 0).luma.astype(int), worn.over(before, at, window, 1).luma.astype(int)
    rims = (ahead < 60) & (turned < 60)
    assert rims.sum() > 0.97 * (ahead < 60).sum()
    bright = [np.nonzero(picture > 170)[1].mean() for picture in (ahead, turned)]
    assert bright[1] - bright[0] > 0.1 * frame.iod_px
    where = changed(before, Planes(ahead.astype(np.uint8), before.cb, before.cr), frame)
    assert np.abs(where[:, 1] - 0.06).max() < 0.75


def test_a_hand_comes_stays_and_goes(hopper: Picture, frame: FaceFrame, marks: Marks) -> None:
    window, at = still(hopper, frame)
    visits = props(Appearance(hands_per_min=8.0), marks)
    ((start, end),) = visits.covered
    before = grey(window)
    covers = []
    for t in (start - 0.3, (start + end) / 2, end + 0.3):
        i = int(np.clip(np.abs(TIMES - t).argmin(), 0, len(TIMES) - 1))
        where = changed(before, visits.over(before, at, window, i), frame)
        covers.append(((np.abs(where[:, 0]) < 1.0) & (where[:, 1] < 1.4)).sum())
    assert covers[0] == covers[2] == 0
    assert covers[1] > 0.1 * frame.iod_px**2


def test_a_shadow_s_edge_is_hard_and_wanders(hopper: Picture, frame: FaceFrame, marks: Marks) -> None:
    window, at = still(hopper, frame)
    cast = props(Appearance(shadow_edge=1.0), marks)
    lit, later = (cast.over(grey(window), at, window, i).luma.astype(float) for i in (0, 30))
    row = round(frame.origin[1])
    levels = np.unique(np.rint(lit[row]))
    between = ((lit[row] > levels.min() + 3) & (lit[row] < levels.max() - 3)).sum()
    assert levels.max() - levels.min() > 40
    assert 0 < between < 0.12 * frame.iod_px
    assert np.abs(later - lit).max() > 40


def test_the_head_wears_the_same_looks_at_the_same_places(shared_data: object, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue("shared_data") / "heads" / "ICT-FaceKit"
    at, marks = in_face(Head.load(folder, np.random.default_rng(0)))
    assert marks.outer[Side.LEFT][0] > 0.3 > -0.3 > marks.outer[Side.RIGHT][0]
    assert marks.chin[1] > marks.corner[Side.LEFT][1] > marks.ala[Side.LEFT][1] > 0
    skin = np.full((*at.shape[:2], 3), 150.0, np.float32)
    grown = complexion.bearded(skin, at, marks, 1.0, np.random.default_rng(0))
    where = at[np.abs(grown - skin).max(axis=2) > 20]
    assert len(where) > 1000
    assert where[:, 1].min() > 0.1


def test_a_canvas_shows_what_was_painted_where_it_was_painted() -> None:
    square = canvas.filled(np.array([(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)]), 0.002)
    points = np.array([[(0.3, 0.3), (0.1, 0.3), (0.3, 0.5), (9.0, 9.0)]], np.float32)
    assert canvas.seen(square, points)[0] == pytest.approx([1, 0, 0, 0], abs=0.01)
