"""From steps and places to signals: what is kept, what is taken out, and where a recording is cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from facialis.face import fusion
from facialis.face.landmarks import Crop
from facialis.face.measure import THUMBNAIL, Track
from facialis.face.person import Census
from facialis.face.regions import PARTS, SLOTS, TISSUE
from facialis.face.signals import REGIONS
from facialis.findings import Side

Floats = npt.NDArray[np.float64]
FPS = 30
RUN = 8


@pytest.fixture
def track() -> Track:
    """A face that keeps still for twenty seconds, with a little noise."""
    rng = np.random.default_rng(0)
    count = 20 * FPS
    runs = count // RUN
    return Track(
        time_s=np.arange(count) / FPS,
        iod_px=np.full(count, 120.0),
        score=np.ones(count),
        yaw=np.zeros(count),
        aperture=np.full((count, 2), 0.14, np.float32),
        tissue=rng.normal(0, 0.0002, (count, len(TISSUE), 2)).astype(np.float16),
        head=np.zeros((count, 6), np.float32),
        duplicate=np.zeros(count, bool),
        luma=np.full(count, 120, np.float32),
        sharpness=np.full(count, 0.2, np.float32),
        glare=np.zeros(count, np.float32),
        run_of=(np.arange(count) // RUN).astype(np.int32),
        rest=np.zeros((runs, len(TISSUE), 2), np.float32),
        thumbnail=np.zeros((runs, THUMBNAIL[1], THUMBNAIL[0]), np.uint8),
        crops=[Crop(100, 100, 200, 0)] * runs,
        census=Census(),
    )


def hump(time_s: Floats, middle: float, width: float) -> Floats:
    return np.asarray(np.exp(-(((time_s - middle) / width) ** 2)))


def moved(track: Track, region: str, side: Side, path: Floats) -> Track:
    """Add a path (T, 2), axes of the face, to the steps of a region."""
    tissue = track.tissue.astype(np.float64)
    tissue[:, SLOTS[region, side]] += np.diff(path, axis=0, prepend=path[:1])[:, None]
    return replace(track, tissue=tissue.astype(np.float16))


@pytest.mark.parametrize(("side", "outwards"), [(Side.LEFT, 1), (Side.RIGHT, -1)])
def test_a_twitch_comes_out_along_the_pull_whichever_side_it_is_on(track: Track, side: Side, outwards: int) -> None:
    path = hump(track.time_s, 10, 0.1)[:, None] * [0.05 * outwards, -0.05]
    signals = fusion.fuse(moved(track, "zygomaticus", side, path))
    pull = signals.pull["zygomaticus", side]
    assert pull.max() == pytest.approx(0.05 * np.sqrt(2), rel=0.05)
    assert track.time_s[pull.argmax()] == pytest.approx(10, abs=1 / FPS)
    assert signals.shift["zygomaticus", side][pull.argmax()] == pytest.approx([0.05, -0.05], abs=0.004)
    assert np.abs(signals.pull["zygomaticus", side.other]).max() < 0.01


def test_there_is_a_signal_for_every_region_part_and_side(track: Track) -> None:
    signals = fusion.fuse(track)
    keys = {(region, side) for region in REGIONS for side in (Side.LEFT, Side.RIGHT)}
    assert signals.pull.keys() == signals.shift.keys() == signals.steps.keys() == keys
    assert signals.parts.keys() == {(part, side) for part in PARTS for side in (Side.LEFT, Side.RIGHT)}
    assert signals.usable.all()
    assert all(np.isfinite(course).all() for course in signals.pull.values())


def test_slow_wandering_of_the_summed_steps_is_taken_out(track: Track) -> None:
    tissue = track.tissue.astype(np.float64) + np.array([0.0006, -0.0004])
    signals = fusion.fuse(replace(track, tissue=tissue.astype(np.float16)))
    shift = signals.shift["zygomaticus", Side.LEFT]
    middle = (track.time_s > 2) & (track.time_s < 18)
    assert np.abs(shift[middle]).max() < 0.03  # without it, 0.36


def test_a_place_that_the_mesh_and_the_pixels_both_move_to_is_kept(track: Track) -> None:
    hold = np.clip((track.time_s - 10) / 0.2, 0, 1) * np.clip((14 - track.time_s) / 0.2, 0, 1)
    path = hold[:, None] * [0.06, -0.06]
    rest = track.rest.copy()
    rest[:, SLOTS["zygomaticus", Side.LEFT]] += path[RUN // 2 :: RUN, None]
    signals = fusion.fuse(replace(moved(track, "zygomaticus", Side.LEFT, path), rest=rest.astype(np.float32)))
    pull = signals.pull["zygomaticus", Side.LEFT]
    held, before = ((track.time_s > a) & (track.time_s < a + 2) for a in (11, 7))
    rise = np.median(pull[held]) - np.median(pull[before])
    assert rise == pytest.approx(0.085, abs=0.02)


def test_places_that_were_not_seen_do_no_harm(track: Track) -> None:
    rest = track.rest.copy()
    rest[10:30] = np.nan
    path = hump(track.time_s, 5, 0.1)[:, None] * [0.05, -0.05]
    signals = fusion.fuse(replace(moved(track, "zygomaticus", Side.LEFT, path), rest=rest))
    assert signals.pull["zygomaticus", Side.LEFT].max() == pytest.approx(0.07, rel=0.08)


def test_a_point_that_slips_alone_is_set_right() -> None:
    rng = np.random.default_rng(0)
    steps = rng.normal(0, 0.0003, (40, 10, 2)) + np.array([0.01, 0.0])
    steps[20, 3] = [0.3, -0.2]
    steps[25, 4] = np.nan
    kept = fusion.trusted(steps.astype(np.float16))
    assert np.abs(kept - [0.01, 0.0]).max() < 0.003
    assert np.isfinite(kept).all()


def test_points_that_move_together_are_believed() -> None:
    steps = np.zeros((5, 10, 2))
    steps[2] = [0.05, -0.04]
    assert fusion.trusted(steps.astype(np.float16)) == pytest.approx(steps, abs=1e-4)


def test_a_face_that_was_lost_has_no_signal_and_starts_anew(track: Track) -> None:
    score = track.score.copy()
    score[200:260] = 0
    signals = fusion.fuse(replace(track, score=score))
    assert np.isnan(signals.shift["mentalis", Side.LEFT][200:260]).all()
    assert np.isfinite(signals.shift["mentalis", Side.LEFT][260:]).all()
    assert (signals.usable == (score > 0)).all()


def test_a_hole_in_the_recording_cuts_it() -> None:
    time_s = np.array([0.0, 0.03, 0.07, 0.5, 0.53, 0.57, 0.6])
    seen = np.array([True, True, True, True, True, False, True])
    assert fusion.stretches(seen, time_s) == [(0, 3), (3, 5), (6, 7)]


@pytest.mark.parametrize(("seen", "expected"), [([], []), ([False, False], []), ([True], [(0, 1)])])
def test_stretches_of_little(seen: list[bool], expected: list[Any]) -> None:
    assert fusion.stretches(np.array(seen, bool), np.arange(len(seen)) / 30) == expected


def test_segments() -> None:
    mask = np.array([True, False, True, True, False, True])
    assert list(fusion.segments(mask)) == [(0, 1), (2, 4), (5, 6)]
    assert list(fusion.segments(np.zeros(4, bool))) == []


def test_the_eyes_are_measured_against_their_own_open_and_closed_level(track: Track) -> None:
    aperture = track.aperture.copy()
    for at in (4, 8, 12, 16):
        shut = np.asarray(hump(track.time_s, at, 0.08), dtype=np.float32)
        aperture[:, 0] -= 0.12 * shut
        aperture[:, 1] -= 0.06 * shut
    signals = fusion.fuse(replace(track, aperture=aperture))
    open_ = (track.time_s > 5) & (track.time_s < 7)
    at = int(8 * FPS)
    assert signals.aperture[Side.RIGHT][open_] == pytest.approx(1, abs=0.05)
    assert signals.aperture[Side.RIGHT][at] < 0.1
    assert signals.closure[Side.RIGHT][at] == pytest.approx(0.12, abs=0.01)
    assert signals.closure[Side.LEFT][at] == pytest.approx(0.06, abs=0.01)
    assert signals.closure[Side.RIGHT][open_] == pytest.approx(0, abs=0.01)


def test_a_narrower_eye_is_still_open(track: Track) -> None:
    aperture = track.aperture.copy()
    aperture[:, 1] = 0.07
    signals = fusion.fuse(replace(track, aperture=aperture))
    assert np.median(signals.aperture[Side.LEFT]) == pytest.approx(1, abs=0.05)


def test_an_eye_that_was_never_seen_is_unknown(track: Track) -> None:
    aperture = track.aperture.copy()
    aperture[:, 0] = np.nan
    signals = fusion.fuse(replace(track, aperture=aperture))
    assert np.isnan(signals.aperture[Side.RIGHT]).all()
    assert np.isfinite(signals.aperture[Side.LEFT]).all()


def test_head_speed_is_a_second(track: Track) -> None:
    head = track.head.copy()
    head[100:110, 0] = 0.02
    signals = fusion.fuse(replace(track, head=head))
    assert signals.head_speed[105] == pytest.approx(0.02 * FPS, rel=1e-4)


def test_what_does_not_count_is_marked(track: Track) -> None:
    usable = np.ones(len(track.time_s), bool)
    usable[50:60] = False
    assert (fusion.fuse(track, usable).usable == usable).all()
