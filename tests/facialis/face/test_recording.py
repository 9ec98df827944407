"""Times, source and uprightness of recordings made here, and of real ones."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from facialis.face.clock import Clock
from facialis.face.frame import Upright
from facialis.face.recording import Frame, Recording, frames_between

LOSSLESS = {"qp": "0", "preset": "ultrafast"}
Make = Callable[..., Any]


def read(path: Path) -> tuple[list[Frame], Recording]:
    recording = Recording(path)
    return list(recording), recording


def times(path: Path) -> list[float]:
    return [frame.time_s for frame in Recording(path)]


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi"])
def test_even_rate(tmp_path: Path, suffix: str, film: Make, steps: Make) -> None:
    path = film(tmp_path / f"clip.{suffix}", steps(40), options={"bf": "2", "g": "12"})
    frames, recording = read(path)
    assert [frame.index for frame in frames] == list(range(40))
    assert np.allclose([frame.time_s for frame in frames], np.arange(40) / 30, atol=0.0007)
    # In order of presentation although the codec stores some pictures out of order.
    assert np.all(np.diff([frame.rgb()[32, 48, 0].astype(int) for frame in frames]) > 0)
    assert recording.source.fps_median == pytest.approx(30, abs=0.05)
    assert not recording.source.variable_rate
    assert recording.source.duration_s == pytest.approx(40 / 30, abs=0.002)
    assert (recording.source.width, recording.source.height, recording.source.rotation) == (96, 64, 0)


def test_webm_and_gif(tmp_path: Path, film: Make, steps: Make) -> None:
    webm = film(tmp_path / "clip.webm", steps(20), codec="libvpx")
    assert np.allclose(times(webm), np.arange(20) / 30, atol=0.0007)
    gif = film(tmp_path / "clip.gif", steps(12), codec="gif", pixels="rgb8", ticks=[48 * n for n in range(12)])
    frames, recording = read(gif)
    assert np.allclose([frame.time_s for frame in frames], 0.08 * np.arange(12))
    assert recording.source.fps_median == pytest.approx(12.5)


def test_uneven_times_are_kept(tmp_path: Path, film: Make, steps: Make) -> None:
    ticks = [60, 80, 100, 113, 140, 300, 320, 325, 345, 365]
    frames, recording = read(film(tmp_path / "clip.mp4", steps(10), ticks=ticks))
    assert np.allclose([frame.time_s for frame in frames], (np.array(ticks) - 60) / 600)
    assert recording.source.variable_rate
    assert recording.source.fps_median == pytest.approx(30)
    assert recording.source.frames == 10


def test_one_dropped_frame_in_many_is_a_gap_and_no_variable_rate(tmp_path: Path, film: Make, scene: Make) -> None:
    ticks = [20 * number for number in range(151) if number != 70]
    frames, recording = read(film(tmp_path / "clip.mp4", [scene()] * 150, ticks=ticks))
    gaps = np.diff([frame.time_s for frame in frames])
    assert np.argmax(gaps) == 69
    assert gaps.max() == pytest.approx(2 / 30)
    assert not recording.source.variable_rate


def test_missing_and_backward_stamps_are_mended(tmp_path: Path, film: Make, steps: Make) -> None:
    path = film(tmp_path / "clip.mp4", steps(3))
    with av.open(str(path)) as container:
        clock = Clock(container.streams.video[0])
        assert not clock.stamped
        unit = container.streams.video[0].time_base
        assert unit is not None
        placed = []
        for stamp in (0.5, 0.6, None, 0.8, 0.8, 0.7, None, 1.1):
            picture = av.VideoFrame(16, 16)
            picture.pts = None if stamp is None else round(stamp / float(unit))
            placed.append(clock.place(picture))
    assert clock.stamped
    assert placed == pytest.approx([0, 0.1, 0.2, 0.3, None, None, 0.4, 0.6], abs=1e-6)
    assert list(clock.times) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.6], abs=1e-6)


def test_a_time_before_the_first_stamp(tmp_path: Path, film: Make, steps: Make) -> None:
    path = film(tmp_path / "clip.mp4", steps(3))
    with av.open(str(path)) as container:
        clock = Clock(container.streams.video[0])
        first, second = av.VideoFrame(16, 16), av.VideoFrame(16, 16)
        unit = container.streams.video[0].time_base
        assert unit is not None
        second.pts = round(7 / float(unit))
        assert clock.place(first) == 0
        assert clock.place(second) == pytest.approx(1 / 30, abs=0.001)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi"])
@pytest.mark.parametrize("stretch", [(0.0, 0.4), (0.7, 1.21), (1.9, 9.0), (5.0, 6.0), (-1.0, 0.1)])
def test_frames_between(tmp_path: Path, suffix: str, stretch: tuple[float, float], film: Make, steps: Make) -> None:
    start, end = stretch
    path = film(tmp_path / f"clip.{suffix}", steps(70), options={"g": "10", "bf": "2"})
    expected = [frame for frame in Recording(path) if start <= frame.time_s <= end]
    found = list(frames_between(path, start, end))
    assert [frame.time_s for frame in found] == [frame.time_s for frame in expected]
    for one, other in zip(found, expected, strict=True):
        assert np.array_equal(one.luma, other.luma)


def test_frames_between_in_a_file_without_an_index(tmp_path: Path, film: Make, steps: Make) -> None:
    path = film(tmp_path / "clip.gif", steps(12), codec="gif", pixels="rgb8", ticks=[48 * n for n in range(12)])
    assert [frame.time_s for frame in frames_between(path, 0.3, 0.5)] == pytest.approx([0.32, 0.4, 0.48])


def test_duplicates(tmp_path: Path, film: Make, scene: Make) -> None:
    still, other = scene(), scene()
    other[40, 50] = 255 - other[40, 50]  # one pixel, off the coarse grid that is looked at first
    path = film(tmp_path / "clip.mp4", [still, still, other, other, still], options=LOSSLESS, pixels="yuv444p")
    assert [frame.duplicate for frame in Recording(path)] == [False, True, False, True, False]


def test_source_is_known_after_the_last_frame_only(tmp_path: Path, film: Make, steps: Make) -> None:
    path = film(tmp_path / "clip.mp4", steps(5))
    with Recording(path) as recording:
        frames = iter(recording)
        next(frames)
        with pytest.raises(RuntimeError, match="after all frames"):
            _ = recording.source
        assert len(list(frames)) == 4
        source = recording.source.to_json()
    assert source["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(source) == [
        *("name", "sha256", "duration_s", "frames", "fps_median", "variable_rate", "width", "height", "rotation")
    ]
    assert recording.name == "clip.mp4"
    assert recording.estimated_duration_s == pytest.approx(5 / 30, abs=0.01)


def test_a_recording_can_be_read_twice(tmp_path: Path, film: Make, steps: Make) -> None:
    recording = Recording(film(tmp_path / "clip.mp4", steps(5)), memory_frames=1)
    assert len(list(recording)) == len(list(recording)) == 5


def test_memory_does_not_grow_with_length(tmp_path: Path, film: Make, scene: Make) -> None:
    pictures = [np.roll(scene(640, 480), number, axis=1) for number in range(4)]
    peaks = []
    for count in (30, 240):
        path = film(tmp_path / f"{count}.mp4", [pictures[n % 4] for n in range(count)], options={"preset": "ultrafast"})
        tracemalloc.start()
        for _ in Recording(path):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 8 * 640 * 480  # five pictures of slack, where 210 more were read


@pytest.mark.parametrize("size", [(96, 64), (94, 62), (95, 63)])
@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_rotation(
    tmp_path: Path, size: tuple[int, int], quarter_turns: int, mirrored: bool, film: Make, scene: Make
) -> None:
    seen = scene(*size)  # what the owner saw; the sensor stores it turned back
    stored = np.rot90(seen, quarter_turns)
    stored = np.ascontiguousarray(stored[:, ::-1] if mirrored else stored)
    a, b = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarter_turns]
    first = -1 if mirrored else 1
    matrix = [first * a << 16, first * b << 16, 0, -b << 16, a << 16, 0, 0, 0, 1 << 30]
    codec = {"codec": "libx264", "pixels": "yuv444p" if size[0] % 2 else "yuv420p", "options": LOSSLESS}
    frames, recording = read(film(tmp_path / "clip.mp4", [stored] * 3, matrix=matrix, **codec))  # type: ignore[arg-type]
    found = frames[0].rgb()
    assert found.shape == seen.shape
    assert np.abs(found.astype(int) - seen)[8:-8, 30:-8].mean() < 3
    assert found[:8, :8].min() > 200
    assert (recording.source.width, recording.source.height) == size
    assert recording.source.rotation == 90 * quarter_turns
    assert frames[0].luma.flags.c_contiguous


def test_the_library_writes_rotation_as_it_is_read(tmp_path: Path, film: Make, scene: Make) -> None:
    path = film(tmp_path / "clip.mp4", [scene()] * 3, rotation=-90)  # counterclockwise degrees, so clockwise here
    frames, recording = read(path)
    assert recording.source.rotation == 90
    assert frames[0].luma[:8, -8:].min() > 180


def test_rotation_beside_side_data_that_the_library_does_not_know() -> None:
    class Picture:
        rotation = -90

        @property
        def side_data(self) -> dict[str, bytes]:
            raise ValueError("99 is not a valid Type")

    assert Upright.of(Picture()) == Upright(quarter_turns=1)  # type: ignore[arg-type]


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path, film: Make, scene: Make) -> None:
    path = film(tmp_path / "clip.mp4", [scene(60, 80)] * 3, aspect=Fraction(2))
    frames, recording = read(path)
    assert frames[0].luma.shape == (80, 120)
    assert recording.source.width == 120
    expected = cv2.resize(scene(60, 80), (120, 80), interpolation=cv2.INTER_LINEAR).astype(int)
    assert np.abs(frames[0].rgb() - expected).mean() < 4


@pytest.mark.parametrize("width", [1080, 322, 98])
def test_line_padding_is_left_out(tmp_path: Path, width: int, film: Make, scene: Make) -> None:
    path = film(tmp_path / "clip.mp4", [scene(width, 64)] * 2, options={"preset": "ultrafast", "crf": "10"})
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0))
        assert picture.planes[0].line_size != width, "this width does not show the trap"
        expected = picture.to_ndarray()[:64]
    frame = next(iter(Recording(path)))
    assert frame.luma.flags.c_contiguous
    assert np.array_equal(frame.luma, expected)


@pytest.mark.slow
def test_4k(tmp_path: Path, film: Make, scene: Make) -> None:
    path = film(tmp_path / "clip.mp4", [scene(3840, 2160)] * 2, options={"preset": "ultrafast", "crf": "20"})
    frames, recording = read(path)
    assert (recording.source.width, recording.source.height) == (3840, 2160)
    matrix = np.array([[20.0, 0, 9.5], [0, 20.0, 9.5]])
    expected = cv2.resize(frames[0].luma, (192, 108), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(frames[0].sample_luma(matrix, (192, 108)) - expected)[3:-3, 3:-3].mean() < 1.5
    assert frames[0].matrix == "bt709"  # not stated, and assumed of a picture this large


@pytest.mark.parametrize(
    ("name", "size", "count", "duration", "variable"),
    [
        ("jefapato_test_format_2sec.mp4", (1920, 1080), 30, 1.0, False),  # its sound starts a second earlier
        ("pyfeat_single_face.mp4", (640, 360), 72, 2.4, False),
        ("pyfeat_noface_face.mov", (960, 540), 169, 6.387, True),
        ("intel_asl_sorry.mkv", (640, 480), 73, 2.433, False),
        ("intel_head-pose-female_preview.gif", (480, 270), 23, 1.91, False),
        ("liveportrait_d13.mp4", (720, 1280), 352, 11.733, False),
        ("videoretalking_1.mp4", (700, 700), 135, 6.1, True),
    ],
)
def test_real_recordings(
    shared_data: Path, name: str, size: tuple[int, int], count: int, duration: float, variable: bool
) -> None:
    recording = Recording(shared_data / "video" / name)
    moments = []
    for frame in recording:
        assert frame.luma.shape == size[::-1]
        moments.append(frame.time_s)
    source = recording.source
    assert moments[0] == 0
    assert np.all(np.diff(moments) > 0.001)
    assert (source.width, source.height, source.frames, source.rotation) == (*size, count, 0)
    assert source.duration_s == pytest.approx(duration, abs=0.002)
    assert source.variable_rate is variable


def test_real_steps(shared_data: Path) -> None:
    gaps = np.diff(times(shared_data / "video" / "pyfeat_noface_face.mov"))
    assert gaps.min() == pytest.approx(0.0137, abs=0.0002)
    assert gaps.max() == pytest.approx(0.0417, abs=0.0002)
