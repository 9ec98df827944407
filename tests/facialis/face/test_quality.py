"""What a recording is good for, and what it is told to do better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from facialis.face import quality
from facialis.face.landmarks import Crop
from facialis.face.measure import THUMBNAIL, Track
from facialis.face.person import Census
from facialis.face.quality import Quality
from facialis.face.recording import Source
from facialis.face.regions import TISSUE
from facialis.face.signals import REGIONS

Make = Any
SECONDS, FPS = 30, 30
COUNT = SECONDS * FPS
RUNS = COUNT // 10


@pytest.fixture
def track() -> Track:
    """A good recording of thirty seconds."""
    rng = np.random.default_rng(0)
    picture = rng.integers(60, 200, (THUMBNAIL[1], THUMBNAIL[0]))
    pictures = np.clip(picture + rng.normal(0, 4, (RUNS, *picture.shape)), 0, 255).astype(np.uint8)
    return Track(
        time_s=np.arange(COUNT) / FPS,
        iod_px=np.full(COUNT, 120.0),
        score=np.ones(COUNT),
        yaw=np.zeros(COUNT),
        aperture=np.full((COUNT, 2), 0.14, np.float32),
        tissue=np.zeros((COUNT, len(TISSUE), 2), np.float16),
        head=np.zeros((COUNT, 6), np.float32),
        duplicate=np.zeros(COUNT, bool),
        luma=np.full(COUNT, 120, np.float32),
        sharpness=np.full(COUNT, 0.2, np.float32),
        glare=np.zeros(COUNT, np.float32),
        run_of=(np.arange(COUNT) // 10).astype(np.int32),
        rest=np.zeros((RUNS, len(TISSUE), 2), np.float32),
        thumbnail=pictures,
        crops=[Crop(100, 100, 300, 0)] * RUNS,
        census=Census(),
    )


SOURCE = Source("clip.mp4", "0" * 64, float(SECONDS), COUNT, float(FPS), False, 1280, 720, 0)


@pytest.fixture
def judged(face: Make) -> Callable[..., Quality]:
    """Judge a recording with the signals of a face at rest."""

    def judge(track: Track, source: Source = SOURCE, noise: float = 0.0004) -> Quality:
        made = face(SECONDS, FPS, noise=noise)
        made.usable = quality.usable_frames(track)
        return quality.judge(track, made.signals(), source, "unknown")

    return judge


def test_a_good_recording_is_good(track: Track, judged: Callable[..., Quality]) -> None:
    result = judged(track)
    assert (result.verdict, result.reasons) == ("good", ())
    assert result.usable_s == pytest.approx(SECONDS, abs=0.05)
    assert result.iod_px_median == 120
    assert result.mirrored == "unknown"
    assert result.detection_limit_iod.keys() == set(REGIONS)


def test_the_detection_limit_follows_the_noise_of_the_clip(track: Track, judged: Callable[..., Quality]) -> None:
    clean, noisy = judged(track, noise=0.0004), judged(track, noise=0.004)
    for region in REGIONS:
        low, high = clean.detection_limit_iod[region], noisy.detection_limit_iod[region]
        assert low is not None
        assert high is not None
        assert 0 < low < 0.07
        assert high > 1.5 * low


def test_a_clip_drowned_in_noise_is_refused(track: Track, judged: Callable[..., Quality]) -> None:
    result = judged(track, noise=0.03)
    assert result.verdict == "refused"
    assert any("drown" in reason for reason in result.reasons)


def part(name: str, value: float, share: float = 0.3) -> dict[str, Any]:
    """A measure that is off in a share of the frames."""
    usual = {"yaw": 0.0, "luma": 120.0, "glare": 0.0, "sharpness": 0.2}[name]
    values = np.full(COUNT, usual)
    values[: round(share * COUNT)] = value
    return {name: values}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (part("yaw", 0.8), "turned"),
        (part("luma", 20.0), "dark"),
        (part("luma", 240.0), "bright"),
        (part("glare", 0.2), "glare"),
        (part("sharpness", 0.01, 0.8), "focus"),
        ({"iod_px": np.full(COUNT, 45.0)}, "small"),
        ({"duplicate": np.arange(COUNT) % 4 == 0}, "repeat"),
        ({"score": np.where(np.arange(COUNT) < 200, 0.0, 1.0)}, "no face"),
    ],
)
def test_what_stands_in_the_way_is_said(
    track: Track, judged: Callable[..., Quality], change: dict[str, Any], word: str
) -> None:
    result = judged(replace(track, **change))
    assert result.verdict == "limited"
    assert any(word in reason for reason in result.reasons), result.reasons


def test_frames_that_cannot_be_measured_do_not_count(track: Track) -> None:
    bad = np.zeros(COUNT, bool)
    bad[100:150] = True
    for change in (
        {"yaw": np.where(bad, 0.7, 0.0)},
        {"yaw": np.where(bad, np.nan, 0.0)},
        {"luma": np.where(bad, 10.0, 120.0)},
        {"score": np.where(bad, 0.0, 1.0)},
    ):
        # Of the first frame nobody knows how fast the head was.
        assert (quality.usable_frames(replace(track, **change)) == ~bad)[1:].all(), list(change)


def test_quick_motion_of_the_head_does_not_count(track: Track) -> None:
    head = track.head.copy()
    head[300:310, 0] = 0.2
    usable = quality.usable_frames(replace(track, head=head))
    assert not usable[300:310].any()
    assert usable[1:300].all()
    assert usable[310:].all()


def test_a_hand_over_the_mouth_does_not_count(track: Track, judged: Callable[..., Quality]) -> None:
    thumbnail = track.thumbnail.copy()
    thumbnail[20:40, 16:27, 4:20] = np.random.default_rng(5).integers(90, 160, (11, 16))
    covered = replace(track, thumbnail=thumbnail)
    usable = quality.usable_frames(covered)
    assert not usable[200:400].any()
    assert usable[1:200].all()
    assert any("covers" in reason for reason in judged(covered).reasons)


def test_a_face_too_small_is_refused(track: Track, judged: Callable[..., Quality]) -> None:
    result = judged(replace(track, iod_px=np.full(COUNT, 20.0)))
    assert result.verdict == "refused"
    assert any("small" in reason for reason in result.reasons)


@pytest.mark.parametrize(("fps", "verdict"), [(12.5, "refused"), (20.0, "limited"), (25.0, "good")])
def test_too_few_frames_a_second(track: Track, judged: Callable[..., Quality], fps: float, verdict: str) -> None:
    result = judged(track, replace(SOURCE, fps_median=fps))
    assert result.verdict == verdict
    assert bool(result.reasons) == (verdict != "good")


@pytest.mark.parametrize(("frames", "verdict"), [(20, "refused"), (200, "limited")])
def test_too_little_to_see(track: Track, judged: Callable[..., Quality], frames: int, verdict: str) -> None:
    result = judged(replace(track, score=np.where(np.arange(COUNT) < frames, 1.0, 0.0)))
    assert result.verdict == verdict
    assert result.usable_s == pytest.approx(frames / FPS, abs=0.05)


def test_no_face_at_all_is_refused_and_nothing_is_known(track: Track, judged: Callable[..., Quality]) -> None:
    nobody = replace(track, score=np.zeros(COUNT), iod_px=np.full(COUNT, np.nan), yaw=np.full(COUNT, np.nan))
    result = judged(nobody)
    assert result.verdict == "refused"
    assert result.iod_px_median is None
    assert set(result.detection_limit_iod.values()) == {None}
    assert result.usable_s == 0


def test_company_is_told(track: Track, judged: Callable[..., Quality]) -> None:
    other = Census(looks=30, followed=[40000.0] * 30, others=[[Crop(600, 100, 150, 0)] * 25])
    result = judged(replace(track, census=other))
    assert any("other face" in reason for reason in result.reasons)


def test_a_hole_in_the_recording_is_not_usable_time(track: Track, judged: Callable[..., Quality]) -> None:
    time_s = track.time_s.copy()
    time_s[450:] += 60.0
    result = judged(replace(track, time_s=time_s))
    assert result.usable_s == pytest.approx(SECONDS, abs=0.2)


def test_unknown_numbers_are_null() -> None:
    limits: dict[str, float | None] = dict.fromkeys(REGIONS)
    written = Quality("refused", ("no face was found",), 0.0, None, "unknown", limits).to_json()
    assert written["iod_px_median"] is None
    assert written["detection_limit_iod"] == limits
