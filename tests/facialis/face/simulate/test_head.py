"""The head's left is left, its truth exact, its nearest triangle in front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.face import simulate
from facialis.face.simulate import Camera, Plan, Video, truth
from facialis.face.simulate.actions import JAW
from facialis.face.simulate.head import Head
from facialis.face.simulate.locate import locate
from facialis.face.simulate.muscles import FaceFrame
from facialis.face.simulate.raster import draw
from facialis.face.simulate.scene import Person
from facialis.face.simulate.script import write
from facialis.findings import Side

Picture = npt.NDArray[np.uint8]
Frames = Callable[[Path], list[tuple[float, Picture]]]
Nearest = Callable[[Path, float], Picture]
STILL = {"smiles_per_min": 0.0, "speech_per_min": 0.0, "brows_per_min": 0.0, "quick_moves_per_min": 0.0, "sway": 0.0}
CLEAN = Camera(noise=0, flicker=0, shake_px=0)


@pytest.fixture(scope="module")
def model(shared_data: Path) -> Path:
    return shared_data / "heads" / "ICT-FaceKit"


def test_the_head_s_left_is_the_subject_s_left(model: Path) -> None:
    head = Head.load(model, np.random.default_rng(0))
    for (part, side), field in head.fields.items():
        if part != JAW:
            weight = np.hypot(*field[head.skin][:, :2].T)
            mean_x = (head.rest[head.skin, 0] * weight).sum() / weight.sum()
            assert mean_x * (1 if side is Side.LEFT else -1) > 0.5, part
            assert weight.max() == pytest.approx(head.iod_cm), part


def test_the_head_moves_as_far_as_the_truth_says(model: Path) -> None:
    head = Head.load(model, np.random.default_rng(1))
    for action in write(Plan(seconds=30, amplitude=(0.05, 0.1)), np.random.default_rng(3)):
        if action.kind == "spasm":
            reached = truth.reach(action, head)
            (event,) = truth.events([reached], head)
            moved = head.moved(reached.drives, np.linspace(event.onset_s, event.offset_s, 41), head.skin)
            assert np.hypot(moved[..., 0], moved[..., 1]).max() / head.iod_cm == pytest.approx(
                event.amplitude_iod, rel=0.02
            )
            left = head.rest[head.skin, 0] > 1.5
            reach = np.hypot(moved[..., 0], moved[..., 1]).max(axis=0)
            assert reach[left].max() > 4 * reach[head.rest[head.skin, 0] < -1.5].max()


@pytest.mark.slow
def test_a_filmed_head_has_a_face_and_pulls_the_right_side(
    model: Path, nets: dict[str, Path], tmp_path: Path, nearest: Nearest
) -> None:
    out = tmp_path / "head.mp4"
    plan = replace(Plan(seconds=2, blinks_per_min=0, amplitude=(0.12, 0.12), spasms_per_min=60), **STILL)
    plan = replace(plan, side=Side.RIGHT, tonic_share=0.0)
    person, video = Person(tone=0.3), Video(size=(360, 480), crf=12)
    told = simulate.simulate_head(model, out, plan=plan, seed=3, camera=CLEAN, person=person, video=video)
    rest = nearest(out, 0.0)
    face = locate(rest)
    assert face is not None
    assert FaceFrame.of(face.mesh).iod_px == pytest.approx(told.iod_px, rel=0.1)
    event = max(told.events, key=lambda event: event.amplitude_iod)
    assert (event.kind, event.side) == ("spasm", Side.RIGHT)
    change = (np.abs(nearest(out, event.apex_s).astype(float) - rest).sum(axis=2) > 40).sum(axis=0)
    assert change[:180].sum() > 10 * change[180:].sum()


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_the_nearest_triangle_is_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-4, 24, (12, 2)).astype(np.float32)
    near = rng.uniform(0, 1, 12).astype(np.float32)
    triangles = rng.integers(0, 12, (6, 3)).astype(np.int32)
    drawn = draw(points, near, triangles, (20, 16), both_faces=True)
    seen = {(int(y), int(x)): int(t) for y, x, t in zip(drawn.rows, drawn.columns, drawn.triangle, strict=True)}
    for y in range(16):
        for x in range(20):
            depths = {}
            for number, corners in enumerate(triangles):
                system = np.vstack([points[corners].T.astype(float), np.ones(3)])
                if abs(np.linalg.det(system)) > 1e-5:
                    weights = np.linalg.solve(system, [x, y, 1])
                    if weights.min() > 1e-4:
                        depths[number] = float(weights @ near[corners])
            if depths:
                best = max(depths.values())
                assert (y, x) in seen
                assert depths.get(seen[y, x], best) == pytest.approx(best, abs=1e-3)
