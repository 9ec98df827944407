"""A photo brought to life does what its truth says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import numpy.typing as npt
import pytest

from facialis import schemas
from facialis.face import simulate
from facialis.face.signals import REGIONS, SIDES
from facialis.face.simulate import Camera, Plan, SimulationError, Truth, Video, encode
from facialis.face.simulate.camera import planes
from facialis.face.simulate.locate import locate
from facialis.face.simulate.picture import Planes

Picture = npt.NDArray[np.uint8]
Frames = Callable[[Path], list[tuple[float, Picture]]]
Nearest = Callable[[Path, float], Picture]
STILL = {"smiles_per_min": 0.0, "speech_per_min": 0.0, "brows_per_min": 0.0, "quick_moves_per_min": 0.0, "sway": 0.0}
CLEAN = Camera(noise=0, flicker=0, shake_px=0)


@pytest.fixture(scope="module")
def made(portrait: Path, nets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """A still head with left spasms and blinks, filmed by a perfect camera."""
    out = tmp_path_factory.mktemp("clip") / "made.mp4"
    plan = Plan(seconds=6, amplitude=(0.08, 0.1), spasms_per_min=30, blinks_per_min=30, partial_blinks=0, **STILL)
    told = simulate.simulate_photo(portrait, out, plan=plan, seed=4, camera=CLEAN, video=Video(crf=12))
    return out, told


def test_the_same_seed_gives_the_same_clip(portrait: Path, nets: dict[str, Path], tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.mp4" for name in ("one", "same", "other")]
    for path, seed in zip(paths, (7, 7, 8), strict=True):
        simulate.simulate_photo(portrait, path, plan=Plan(seconds=2), seed=seed, video=Video(size=(240, 280)))
    one, same, other = (path.read_bytes() for path in paths)
    assert one == same != other
    told = [path.with_suffix(".truth.json").read_text() for path in paths]
    assert told[0] == told[1] != told[2]


def test_the_truth_is_written_as_its_schema_says(made: tuple[Path, Truth]) -> None:
    path, told = made
    stored = json.loads(path.with_suffix(".truth.json").read_text())
    jsonschema.validate(stored, schemas.load("facialis.truth/1"))
    assert stored == json.loads(json.dumps(told.to_json()))
    assert stored["iod_px"] == pytest.approx(120, rel=0.05)
    assert {event["kind"] for event in stored["events"]} == {"spasm", "blink"}
    assert all(event["side"] == "left" for event in stored["events"] if event["kind"] == "spasm")


def test_a_left_spasm_moves_the_right_of_the_picture(made: tuple[Path, Truth], nearest: Nearest) -> None:
    path, told = made
    rest = nearest(path, 0.1).astype(float)
    middle = rest.shape[1] // 2
    for event in [event for event in told.events if event.kind == "spasm"]:
        change = (np.abs(nearest(path, event.apex_s) - rest).sum(axis=2) > 40).sum(axis=0)
        assert change[middle:].sum() > 10 * change[:middle].sum()


@pytest.mark.slow
def test_a_blink_shuts_both_eyes(made: tuple[Path, Truth], nearest: Nearest) -> None:
    path, told = made
    blinks = [event for event in told.events if event.kind == "blink"]
    assert len(blinks) >= 2

    def openings(time_s: float) -> npt.NDArray[np.float64]:
        face = locate(nearest(path, time_s))
        assert face is not None
        return np.array([(face.lower[side] - face.upper[side])[2:7, 1].mean() for side in ("left", "right")])

    for blink in blinks:
        # The net is in doubt about lids behind these glasses; on real blinks it reads a tenth to a third.
        assert (openings(blink.apex_s) < 0.7 * openings(0.1)).all()


def test_closure_and_courses_follow_the_events(made: tuple[Path, Truth]) -> None:
    _, told = made
    blink = next(event for event in told.events if event.kind == "blink")
    during = (told.time_s > blink.onset_s) & (told.time_s < blink.offset_s)
    assert all(told.closure[side][during].max() > 0.8 for side in SIDES)
    rest = np.ones(len(told.time_s), dtype=bool)
    for event in told.events:
        # Before its 10 % crossing a movement has begun, after it it dies away.
        rest &= (told.time_s < event.onset_s - 0.2) | (told.time_s > event.offset_s + 0.2)
    assert all(np.abs(told.course(region, side)[rest]).max() < 1e-9 for region in REGIONS for side in SIDES)
    strongest = max((event for event in told.events if event.kind == "spasm"), key=lambda event: event.amplitude_iod)
    active = (told.time_s > strongest.onset_s) & (told.time_s < strongest.offset_s)
    left, right = (max(told.course(region, side)[active].max() for region in REGIONS) for side in SIDES)
    assert left > 0.02
    assert left > 3 * right


def test_a_varying_rate_is_written_as_it_is(
    portrait: Path, nets: dict[str, Path], tmp_path: Path, frames: Frames
) -> None:
    out = tmp_path / "clip.mp4"
    video = Video(size=(240, 280), jitter=0.4, fps=25)
    told = simulate.simulate_photo(portrait, out, plan=Plan(seconds=2), video=video)
    times = np.array([time_s for time_s, _ in frames(out)])
    assert times == pytest.approx(told.time_s, abs=1e-4)
    assert np.diff(times).std() > 0.005


@pytest.mark.parametrize(("name", "words"), [("none.png", "no file"), ("dark.png", "no face"), ("text.png", "read as")])
def test_a_bad_photo_is_one_line_and_leaves_nothing(
    name: str, words: str, nets: dict[str, Path], tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "dark.png"), np.zeros((200, 200, 3), np.uint8))
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "out").mkdir()
    with pytest.raises(SimulationError) as told:
        simulate.simulate_photo(tmp_path / name, tmp_path / "out" / "clip.mp4", plan=Plan(seconds=2))
    assert words in str(told.value)
    assert name in str(told.value)
    assert "\n" not in str(told.value)
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_without_a_head_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match=r"lacks ict_facekit_light\.npz"):
        simulate.simulate_head(tmp_path, tmp_path / "clip.mp4", plan=Plan(seconds=2))


@pytest.mark.parametrize("amplitude", [(0.1, 0.05), (0.0, 0.1), (0.1, 0.2)])
def test_amplitudes_that_make_no_sense_are_refused(amplitude: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="amplitudes"):
        Plan(amplitude=amplitude)


def test_a_clip_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[Planes]:
        yield planes(np.zeros((64, 64, 3), np.uint8))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode.write(tmp_path / "clip.mp4", broken(), np.arange(2) / 30, (64, 64), 23, {})
    assert not list(tmp_path.iterdir())
