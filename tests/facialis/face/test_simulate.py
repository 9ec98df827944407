"""The truth of a simulated clip is what its pixels do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av
import cv2
import jsonschema
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis import schemas
from facialis.face import simulate
from facialis.face.signals import REGIONS, SIDES
from facialis.face.simulate import Camera, Plan, SimulationError, Truth, Video, encode, truth
from facialis.face.simulate.camera import planes
from facialis.face.simulate.courses import Pulse, crossings
from facialis.face.simulate.head import Head
from facialis.face.simulate.locate import Face, locate
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Place, Planes, Window
from facialis.face.simulate.raster import draw
from facialis.face.simulate.scene import Person
from facialis.face.simulate.script import JAW, Action, Drive, place, write
from facialis.face.simulate.slits import Eye
from facialis.face.simulate.tissue import Tissue
from facialis.face.simulate.warp import Raster, pulls, smallest_jacobian, warp
from facialis.findings import Side

Picture = npt.NDArray[np.uint8]
STILL = {"smiles_per_min": 0.0, "speech_per_min": 0.0, "brows_per_min": 0.0, "quick_moves_per_min": 0.0, "sway": 0.0}
CLEAN = Camera(noise=0, flicker=0, shake_px=0)
INVENTED = np.column_stack([np.linspace(-0.25, 0.25, 9), np.zeros(9)])


@dataclass(frozen=True)
class Subject:
    """A face, where it lies and what it is made of."""

    picture: Planes
    face: Face
    frame: FaceFrame
    tissue: Tissue


@pytest.fixture(scope="module")
def portrait(hopper: Picture, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "hopper.png"
    cv2.imwrite(str(path), hopper[..., ::-1])
    return path


@pytest.fixture(scope="module")
def subject(hopper: Picture, nets: dict[str, Path]) -> Subject:
    picture = planes(hopper)
    face = locate(hopper)
    assert face is not None
    frame = FaceFrame.of(face.mesh)
    return Subject(picture, face, frame, Tissue.of(face, frame, picture.luma))


@pytest.fixture(scope="module")
def made(portrait: Path, nets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """A still head with left spasms and blinks, filmed by a perfect camera."""
    out = tmp_path_factory.mktemp("clip") / "made.mp4"
    plan = Plan(seconds=6, amplitude=(0.08, 0.1), spasms_per_min=30, blinks_per_min=30, partial_blinks=0, **STILL)
    told = simulate.simulate_photo(portrait, out, plan=plan, seed=4, camera=CLEAN, video=Video(crf=12))
    return out, told


def frames(path: Path) -> list[tuple[float, Picture]]:
    with av.open(str(path)) as container:
        return [(float(frame.time or 0), frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def nearest(path: Path, time_s: float) -> Picture:
    return min(frames(path), key=lambda frame: abs(frame[0] - time_s))[1]


def spasm(part: str, amplitude: float, *pulses: Pulse, side: Side = Side.LEFT) -> Action:
    drives = (Drive(part, side, amplitude, pulses),)
    return Action("spasm", side, "clonic", drives, amplitude)


# Time


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


def test_onset_and_offset_are_the_crossings_of_the_tissue_itself(subject: Subject) -> None:
    action = truth.reach(spasm("zygomaticus", 0.08, Pulse(1.0, 0.09, 0.0, 0.2)), subject.tissue)
    (event,) = truth.events([action], subject.tissue)
    anchor = subject.tissue.fields["zygomaticus", Side.LEFT].anchor[None]
    time_s = np.arange(0.9, 1.4, 0.0005)
    moved = np.hypot(*subject.tissue.displacement(action.drives, time_s, anchor)[:, 0].T)
    above = time_s[moved >= 0.1 * moved.max()]
    assert [event.onset_s, event.offset_s] == pytest.approx([above[0], above[-1]], abs=0.001)
    assert event.apex_s == pytest.approx(time_s[moved.argmax()], abs=0.004)
    assert event.amplitude_iod == pytest.approx(0.08, rel=0.002)


def test_twitches_less_than_a_tenth_of_a_second_apart_are_one_event(subject: Subject) -> None:
    def run(gap_s: float) -> list[truth.Event]:
        # Between the 10 % crossings of a twitch lie 1 - 2 arccos(0.8) / 2 pi of its length: 0.2 s gives 0.159 s.
        starts = [1.0, 1.0 + 0.2 - 0.2 * np.arccos(0.8) / np.pi + gap_s]
        twitches = [spasm("zygomaticus", 0.06, Pulse(start, 0.1, 0.0, 0.1)) for start in starts]
        return truth.events(twitches, subject.tissue)

    (fused,) = run(0.09)
    apart = run(0.11)
    assert len(apart) == 2
    assert fused.offset_s - fused.onset_s == pytest.approx(2 * (apart[0].offset_s - apart[0].onset_s) + 0.09, abs=0.004)


# Space


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
def test_a_dot_on_the_skin_goes_as_far_as_the_truth_says(subject: Subject, region: str, side: Side) -> None:
    action = truth.reach(spasm(region, 0.06, Pulse(0.0, 0.1, 0.0, 0.1), side=side), subject.tissue)
    (event,) = truth.events([action], subject.tissue)
    field = subject.tissue.fields[region, side]
    at = transform(subject.frame.to_image, field.anchor)
    size = (512, 600)
    spot = Place(subject.frame.to_face, subject.frame.to_image)
    (apex,) = pulls(subject.tissue, action.drives, np.array([event.apex_s]))
    picture = dotted(size, at)
    moved = warp(picture, spot, Raster(subject.tissue), apex, Window(0, 0, *size))
    shift = (centre(moved.luma) - centre(picture.luma)) / subject.frame.iod_px
    # The dot has a width, and the field falls off around its top.
    assert 0.94 < np.hypot(*shift) / event.amplitude_iod < 1.01
    assert shift @ field.pull / np.hypot(*shift) > 0.98


def test_the_tissue_and_the_picture_move_alike_under_a_closing_lid(subject: Subject) -> None:
    slit = subject.tissue.eyes[Side.LEFT]
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
    eye = Eye.of(INVENTED - np.column_stack([np.zeros(9), bow]), INVENTED, 0.1)
    grid = np.stack(np.meshgrid(np.linspace(-0.3, 0.3, 61), np.linspace(-0.2, 0.2, 81)), axis=-1)
    opened, shut = (eye.moved(grid, grid, down, down / 9, 0.005) for down in (0.0, 0.9))
    assert opened.lid is not None
    assert shut.lid is not None
    assert opened.alpha.max() == 1
    assert opened.lid.weight.max() == opened.lid.lash.max() == 0
    assert shut.alpha.max() == pytest.approx(0, abs=1e-9)
    assert shut.lid.weight.max() == 1
    assert shut.lid.lash.max() > 0.8


@pytest.mark.parametrize("seed", range(3))
def test_skin_never_folds(subject: Subject, seed: int) -> None:
    raster = Raster(subject.tissue)
    plan = Plan(seconds=30, amplitude=(0.15, 0.15), spasms_per_min=40, speech_per_min=6, smiles_per_min=6)
    actions = [truth.reach(action, subject.tissue) for action in write(plan, np.random.default_rng(seed))]
    drives = [drive for action in actions for drive in action.drives]
    moving = [pull for pull in pulls(subject.tissue, drives, np.arange(0, 30, 0.1)) if pull.gains.any()]
    assert len(moving) > 50
    assert min(smallest_jacobian(raster.field(pull.gains)) for pull in moving) > 0


def test_a_field_too_strong_would_fold(subject: Subject) -> None:
    field = Raster(subject.tissue)
    gains = np.array([0.4 if key[0] == "orbicularis_oculi" else 0.0 for key in subject.tissue.fields])
    assert smallest_jacobian(field.field(gains)) < 0


def test_each_region_moves_its_own_side(subject: Subject) -> None:
    for (part, side), field in subject.tissue.fields.items():
        if part != JAW:
            assert field.anchor[0] * (1 if side is Side.LEFT else -1) > 0.05, part
            across = np.hypot(*field(field.anchor * [-1, 1]))
            assert across < 0.25, part


def test_a_spasm_has_the_size_asked_for(subject: Subject) -> None:
    for action in write(Plan(seconds=60, amplitude=(0.04, 0.08)), np.random.default_rng(1)):
        if action.kind == "spasm":
            (event,) = truth.events([truth.reach(action, subject.tissue)], subject.tissue)
            assert event.amplitude_iod == pytest.approx(action.amplitude_iod, rel=0.02)
            assert 0.0399 <= event.amplitude_iod <= 0.0801


# The clip


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


def test_a_left_spasm_moves_the_right_of_the_picture(made: tuple[Path, Truth]) -> None:
    path, told = made
    rest = nearest(path, 0.1).astype(float)
    middle = rest.shape[1] // 2
    for event in [event for event in told.events if event.kind == "spasm"]:
        change = (np.abs(nearest(path, event.apex_s) - rest).sum(axis=2) > 40).sum(axis=0)
        assert change[middle:].sum() > 10 * change[:middle].sum()


def test_a_blink_shuts_both_eyes(made: tuple[Path, Truth]) -> None:
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


def test_a_varying_rate_is_written_as_it_is(portrait: Path, nets: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    video = Video(size=(240, 280), jitter=0.4, fps=25)
    told = simulate.simulate_photo(portrait, out, plan=Plan(seconds=2), video=video)
    times = np.array([time_s for time_s, _ in frames(out)])
    assert times == pytest.approx(told.time_s, abs=1e-4)
    assert np.diff(times).std() > 0.005


# A real clip


@pytest.fixture(scope="module")
def filmed(portrait: Path, nets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A swaying person who does nothing, at a varying rate: it stands for a real clip."""
    out = tmp_path_factory.mktemp("filmed") / "filmed.mp4"
    plan = replace(Plan(seconds=4, spasms_per_min=0, blinks_per_min=0), **{**STILL, "sway": 1.0})
    simulate.simulate_photo(portrait, out, plan=plan, video=Video(size=(360, 420), jitter=0.3))
    return out


def test_a_clip_keeps_its_times_and_its_quiet_frames(filmed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    plan = replace(simulate.only_spasms(), amplitude=(0.1, 0.1), spasms_per_min=45)
    told = simulate.simulate_clip(filmed, out, plan=plan, seed=2, video=Video(crf=0))
    before, after = frames(filmed), frames(out)
    assert [time_s for time_s, _ in after] == pytest.approx([time_s for time_s, _ in before], abs=1e-4)
    assert told.to_json()["natural"] == "unknown"
    assert {event.kind for event in told.events} == {"spasm"}
    changed = np.array([bool((a[1] != b[1]).any()) for a, b in zip(before, after, strict=True)])
    during = np.zeros(len(changed), dtype=bool)
    for event in told.events:
        during |= (told.time_s > event.onset_s - 0.2) & (told.time_s < event.offset_s + 0.2)
    assert during.any()
    assert not changed[~during].any()
    for event in told.events:
        i = int(np.abs(told.time_s - event.apex_s).argmin())
        change = (np.abs(after[i][1].astype(float) - before[i][1]).sum(axis=2) > 40).sum(axis=0)
        assert change[180:].sum() > 10 * change[:180].sum()


def test_a_clip_can_lose_frames_and_pixels(filmed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    told = simulate.simulate_clip(filmed, out, video=Video(fps=15, size=(180, 210)))
    written = frames(out)
    assert written[0][1].shape == (210, 180, 3)
    assert 1 / np.median(np.diff([time_s for time_s, _ in written])) == pytest.approx(15, rel=0.2)
    assert set(np.round(told.time_s, 4)) <= {round(time_s, 4) for time_s, _ in frames(filmed)}


# What cannot be done


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


# The head


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


def test_a_filmed_head_has_a_face_and_pulls_the_right_side(model: Path, nets: dict[str, Path], tmp_path: Path) -> None:
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


# The rasteriser


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
