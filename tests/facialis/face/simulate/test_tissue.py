"""Skin goes where and when the truth says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.face.signals import SIDES
from facialis.face.simulate import Plan, truth
from facialis.face.simulate.actions import JAW, Action, Drive
from facialis.face.simulate.courses import Pulse, crossings
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Place, Planes, Window
from facialis.face.simulate.script import place, write
from facialis.face.simulate.slits import Slit
from facialis.face.simulate.tissue import Tissue
from facialis.face.simulate.warp import Raster, pulls, smallest_jacobian, warp
from facialis.findings import Side

Picture = npt.NDArray[np.uint8]
INVENTED = np.column_stack([np.linspace(-0.25, 0.25, 9), np.zeros(9)])


def spasm(part: str, amplitude: float, *pulses: Pulse, side: Side = Side.LEFT) -> Action:
    drives = (Drive(part, side, amplitude, pulses),)
    return Action("spasm", side, "clonic", drives, amplitude)


def test_a_raised_cosine_crosses_a_tenth_where_the_formula_says() -> None:
    time_s = np.arange(0, 1, 0.001)
    onset, apex, offset = crossings(time_s, Pulse(0.2, 0.1, 0.0, 0.3)(time_s))
    tenth = np.arccos(0.8) / np.pi  # of the rise, where (1 - cos) / 2 is 0.1
    assert [onset, apex, offset] == pytest.approx([0.2 + 0.1 * tenth, 0.3, 0.6 - 0.3 * tenth], abs=1e-5)


def test_the_apex_of_a_plateau_is_its_middle() -> None:
    time_s = np.arange(0, 3, 0.001)
    _, apex, _ = crossings(time_s, Pulse(0.5, 0.1, 1.5, 0.1)(time_s))
    assert apex == pytest.approx(1.35, abs=0.002)


def test_a_tremor_never_passes_the_peak() -> None:
    time_s = np.arange(0, 3, 0.001)
    value = Pulse(0.5, 0.1, 1.5, 0.1, peak=0.7, tremor_hz=8, tremor_depth=0.2)(time_s)
    assert value.max() == pytest.approx(0.7, abs=1e-6)
    plateau = value[(time_s > 0.6) & (time_s < 2.1)]
    assert 0.7 * 0.79 < plateau.min() < 0.7 * 0.9


@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(0.05, 4), max_size=12), st.integers(0, 99), st.floats(4, 30))
def test_what_is_placed_keeps_its_distance(lengths: list[float], seed: int, seconds: float) -> None:
    starts = place(lengths, seconds, 0.5, np.random.default_rng(seed), blocked=[(1.0, 2.0)])
    taken = sorted((start, start + length) for start, length in zip(starts, lengths, strict=True) if start is not None)
    assert all(later[0] - earlier[1] >= 0.48 for earlier, later in pairwise(taken))
    assert all(end <= 1.01 or start >= 1.99 for start, end in taken)
    assert all(start >= 0.5 and end <= seconds - 0.48 for start, end in taken)


def test_onset_and_offset_are_the_crossings_of_the_tissue_itself(tissue: Tissue) -> None:
    action = truth.reach(spasm("zygomaticus", 0.08, Pulse(1.0, 0.09, 0.0, 0.2)), tissue)
    (event,) = truth.events([action], tissue)
    anchor = tissue.fields["zygomaticus", Side.LEFT].anchor[None]
    time_s = np.arange(0.9, 1.4, 0.0005)
    moved = np.hypot(*tissue.displacement(action.drives, time_s, anchor)[:, 0].T)
    above = time_s[moved >= 0.1 * moved.max()]
    assert [event.onset_s, event.offset_s] == pytest.approx([above[0], above[-1]], abs=0.001)
    assert event.apex_s == pytest.approx(time_s[moved.argmax()], abs=0.004)
    assert event.amplitude_iod == pytest.approx(0.08, rel=0.002)


def test_twitches_less_than_a_tenth_of_a_second_apart_are_one_event(tissue: Tissue) -> None:
    def run(gap_s: float) -> list[truth.Event]:
        # Between the 10 % crossings of a twitch lie 1 - 2 arccos(0.8) / 2 pi of its length: 0.2 s gives 0.159 s.
        starts = [1.0, 1.0 + 0.2 - 0.2 * np.arccos(0.8) / np.pi + gap_s]
        twitches = [spasm("zygomaticus", 0.06, Pulse(start, 0.1, 0.0, 0.1)) for start in starts]
        return truth.events(twitches, tissue)

    (fused,) = run(0.09)
    apart = run(0.11)
    assert len(apart) == 2
    assert fused.offset_s - fused.onset_s == pytest.approx(2 * (apart[0].offset_s - apart[0].onset_s) + 0.09, abs=0.004)


def dotted(size: tuple[int, int], at: npt.NDArray[np.float64]) -> Planes:
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    dot = 200 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * 1.2**2))
    grey = np.full((size[1] // 2, size[0] // 2), 128, np.uint8)
    return Planes((dot + 16).astype(np.uint8), grey, grey)


def centre(luma: Picture) -> npt.NDArray[np.float64]:
    weight = luma.astype(np.float64) - 16
    y, x = np.mgrid[: luma.shape[0], : luma.shape[1]]
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


@pytest.mark.parametrize("region", ["frontalis", "nasalis", "zygomaticus", "mentalis", "platysma"])
@pytest.mark.parametrize("side", SIDES)
def test_a_dot_on_the_skin_goes_as_far_as_the_truth_says(
    tissue: Tissue, frame: FaceFrame, region: str, side: Side
) -> None:
    action = truth.reach(spasm(region, 0.06, Pulse(0.0, 0.1, 0.0, 0.1), side=side), tissue)
    (event,) = truth.events([action], tissue)
    field = tissue.fields[region, side]
    at = transform(frame.to_image, field.anchor)
    size = (512, 600)
    spot = Place(frame.to_face, frame.to_image)
    (apex,) = pulls(tissue, action.drives, np.array([event.apex_s]))
    picture = dotted(size, at)
    moved = warp(picture, spot, Raster(tissue), apex, Window(0, 0, *size))
    shift = (centre(moved.luma) - centre(picture.luma)) / frame.iod_px
    # The dot has a width, and the field falls off around its top.
    assert 0.94 < np.hypot(*shift) / event.amplitude_iod < 1.01
    assert shift @ field.pull / np.hypot(*shift) > 0.98


def test_the_tissue_and_the_picture_move_alike_under_a_closing_lid(tissue: Tissue) -> None:
    slit = tissue.eyes[Side.LEFT]
    middle, below = slit.edge("upper")[8:57:8], np.add(slit.edge("lower")[8:57:8], [0.0, 0.03])
    # In the strip of the lashes, on the skin that unrolls no more, and under the eye.
    points = np.concatenate([middle - [0.0, 0.01], middle - [0.0, 0.05], below])
    travel = np.array([0.0, 0.4, 0.9])
    after = slit.forward(points, travel, travel / 9)
    for i, down in enumerate(travel):
        seen = np.column_stack([points[:, 0], after[i]])
        back = slit.moved(seen, seen, float(down), float(down / 9), 0.001)
        assert back.skin == pytest.approx(points, abs=1e-4)
    # The margin goes the whole way, the skin above the fold a quarter of it at most.
    whole = 0.9 * np.interp(middle[:, 0], slit.x, slit.profile)
    assert after[2, :7] - points[:7, 1] == pytest.approx(whole)
    assert (after[2, 7:14] - points[7:14, 1] <= 0.25 * whole).all()


def test_a_shut_eye_shows_lid_and_lashes_and_nothing_of_the_inside() -> None:
    bow = 0.06 * (1 - (INVENTED[:, 0] / 0.25) ** 2)
    eye = Slit.eye(INVENTED - np.column_stack([np.zeros(9), bow]), INVENTED, 0.1)
    grid = np.stack(np.meshgrid(np.linspace(-0.3, 0.3, 61), np.linspace(-0.2, 0.2, 81)), axis=-1)
    opened, shut = (eye.moved(grid, grid, down, down / 9, 0.005) for down in (0.0, 0.9))
    assert opened.lid is not None
    assert shut.lid is not None
    assert opened.alpha.max() == 1
    assert opened.lid.weight.max() == opened.lid.lash.max() == 0
    assert shut.alpha.max() == pytest.approx(0, abs=1e-9)
    assert shut.lid.weight.max() == 1
    assert shut.lid.lash.max() > 0.8


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_skin_never_folds(tissue: Tissue, seed: int) -> None:
    raster = Raster(tissue)
    plan = Plan(seconds=30, amplitude=(0.15, 0.15), spasms_per_min=40, speech_per_min=6, smiles_per_min=6)
    actions = [truth.reach(action, tissue) for action in write(plan, np.random.default_rng(seed))]
    drives = [drive for action in actions for drive in action.drives]
    moving = [pull for pull in pulls(tissue, drives, np.arange(0, 30, 0.1)) if pull.gains.any()]
    assert len(moving) > 50
    assert min(smallest_jacobian(raster.field(pull.gains)) for pull in moving) > 0


def test_a_field_too_strong_would_fold(tissue: Tissue) -> None:
    field = Raster(tissue)
    gains = np.array([0.4 if key[0] == "orbicularis_oculi" else 0.0 for key in tissue.fields])
    assert smallest_jacobian(field.field(gains)) < 0


def test_each_region_moves_its_own_side(tissue: Tissue) -> None:
    for (part, side), field in tissue.fields.items():
        if part != JAW:
            assert field.anchor[0] * (1 if side is Side.LEFT else -1) > 0.05, part
            across = np.hypot(*field(field.anchor * [-1, 1]))
            assert across < 0.25, part


def test_a_spasm_has_the_size_asked_for(tissue: Tissue) -> None:
    for action in write(Plan(seconds=60, amplitude=(0.04, 0.08)), np.random.default_rng(1)):
        if action.kind == "spasm":
            (event,) = truth.events([truth.reach(action, tissue)], tissue)
            assert event.amplitude_iod == pytest.approx(action.amplitude_iod, rel=0.02)
            assert 0.0399 <= event.amplitude_iod <= 0.0801
