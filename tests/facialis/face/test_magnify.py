"""Enlarged movement: nothing where nothing moved, four times what did, and never more than a face can bear."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from facialis.face import Examination, magnify
from facialis.face.regions import SLOTS, TISSUE
from facialis.findings import Side

IOD = 100.0
SIZE = 240


@pytest.fixture(scope="module")
def skin() -> Any:
    """A picture with detail everywhere."""
    noise = np.random.default_rng(3).normal(size=(SIZE, SIZE, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.clip(128 + 260 * smooth, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def points() -> Any:
    """Points over the picture, a little apart as over a face, and some that keep still at its edge."""
    x, y = np.meshgrid(np.arange(30, 211, 18.0), np.arange(30, 211, 18.0))
    still = np.array([[0, 0], [239, 0], [0, 239], [239, 239]], dtype=np.float64)
    return np.stack([x.ravel(), y.ravel()], axis=1), still


def bump(places: Any, size: float) -> Any:
    """How far skin at these places moves: to the right, most in the middle of the picture."""
    weight = np.exp(-((places - 120.0) ** 2).sum(axis=-1) / (2 * (0.25 * IOD) ** 2))
    return np.stack([size * weight, 0 * weight], axis=-1)


def moved(picture: Any, size: float) -> Any:
    """The picture with its skin moved by `bump`."""
    x, y = np.meshgrid(np.arange(SIZE, dtype=np.float64), np.arange(SIZE, dtype=np.float64))
    source = target = np.stack([x, y], axis=-1)
    for _ in range(20):
        source = target - bump(source, size)
    where = source.astype(np.float32)
    return cv2.remap(picture, where[..., 0], where[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def shift_in_the_middle(before: Any, after: Any) -> float:
    """How far the middle of one picture lies in the other, by trying every whole and half pixel."""
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in (before, after)]
    window = grey[0][112:129, 112:129]
    likeness = cv2.matchTemplate(grey[1][108:133, 90:160], window, cv2.TM_CCOEFF_NORMED)
    row, column = np.unravel_index(int(likeness.argmax()), likeness.shape)
    assert row in (3, 4, 5)
    assert 0 < column < likeness.shape[1] - 1
    a, b, c = likeness[row, column - 1 : column + 2]
    return float(90 + column - 112 + 0.5 * (a - c) / (a - 2 * b + c))


def test_what_has_not_moved_comes_out_as_it_was(skin: Any, points: Any) -> None:
    field = magnify.Field(*points, IOD, SIZE)(np.zeros_like(points[0]))
    assert np.array_equal(magnify.warped(skin, field, 4.0), skin)


@pytest.mark.parametrize(("share", "factor"), [(0.02, 4.0), (0.04, 4.0), (0.02, 2.0)])
def test_a_known_shift_comes_out_as_many_times_as_asked(skin: Any, points: Any, share: float, factor: float) -> None:
    recorded = moved(skin, share * IOD)
    assert shift_in_the_middle(skin, recorded) == pytest.approx(share * IOD, abs=0.4)
    field = magnify.Field(*points, IOD, SIZE)(bump(points[0], share * IOD))
    enlarged = magnify.warped(recorded, field, factor)
    assert shift_in_the_middle(skin, enlarged) == pytest.approx(factor * share * IOD, rel=0.15)


def test_a_field_follows_its_points_and_ends_where_bone_lies(points: Any) -> None:
    shift = bump(points[0], 3.0)
    field = magnify.Field(*points, IOD, SIZE)(shift)
    assert field.shape == (SIZE, SIZE, 2)
    assert field[120, 120, 0] == pytest.approx(3.0, rel=0.1)
    assert np.abs(field[..., 1]).max() < 0.05
    assert np.abs(field[[0, 0, -1, -1], [0, -1, 0, -1]]).max() < 0.1


def test_the_way_of_the_skin_counts_from_the_onset(face: Any) -> None:
    signals = face(2.0).signals()
    still = {key: np.zeros_like(steps) for key, steps in signals.steps.items()}
    corner = still["zygomaticus", Side.LEFT].copy()
    corner[30:34, :, 0] = 0.01
    corner[32, 3] = np.nan
    signals = replace(signals, steps={**still, ("zygomaticus", Side.LEFT): corner})
    times = signals.time_s[20:50]
    path = magnify.path_of_skin(signals, times, onset_s=signals.time_s[31])
    own = SLOTS["zygomaticus", Side.LEFT]
    assert path.shape == (30, len(TISSUE), 2)
    assert path[11] == pytest.approx(0.0)
    assert path[0, own, 0] == pytest.approx(-0.02, abs=1e-3)
    assert path[-1, own, 0] == pytest.approx(0.02, abs=1e-3)
    assert np.delete(path, own, axis=1) == pytest.approx(0.0)


def test_only_the_largest_and_surest_events_get_a_film(examination: Examination) -> None:
    spasm = next(event for event in examination.events if event.kind == "spasm")
    blink = replace(spasm, kind="blink", amplitude_iod=0.5)
    events = [blink, *(replace(spasm, amplitude_iod=0.01 * size, probability=0.9) for size in range(1, 21))]
    assert magnify.chosen(events) == list(range(9, 21))
    assert magnify.chosen(events[:4]) == [1, 2, 3]


def test_a_film_shows_the_recording_beside_more_of_the_same_movement(
    simulated: tuple[Path, dict[str, Any]], examination: Examination
) -> None:
    place = next(i for i, event in enumerate(examination.events) if event.kind == "spasm")
    event = examination.events[place]
    (clip,) = magnify.clips(simulated[0], {place: event}, examination.signals, examination.places)
    assert clip is not None
    assert (clip.event, clip.slowed, clip.whole) == (place, 4, True)
    assert len(clip.film) < 80_000
    with av.open(BytesIO(clip.film)) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        pictures = [frame.to_ndarray(format="gray").astype(np.float64) for frame in film.decode(stream)]
    assert pictures[0].shape == (magnify.PIXELS, 2 * magnify.PIXELS)
    half = magnify.PIXELS
    restless = np.ptp(pictures, axis=0)
    # The head moves in both; what is added is added on the patient's left, at the right of the picture.
    added = (restless[:, half:] - restless[:, :half])[half // 3 :]
    assert added[:, half // 2 :].mean() > 2 * abs(added[:, : half // 2].mean())
    assert added[:, half // 2 :].mean() > 5
    # At the onset both are the same picture; the film's own compression is all that differs.
    start = int(np.argmin([np.abs(picture[:, half:] - picture[:, :half]).mean() for picture in pictures]))
    assert np.abs(pictures[start][:, half:] - pictures[start][:, :half]).mean() < 4.0


def test_in_a_mirrored_recording_the_same_skin_moves(
    simulated: tuple[Path, dict[str, Any]], examination: Examination
) -> None:
    from facialis.face.signals import swapped

    place = next(i for i, event in enumerate(examination.events) if event.kind == "spasm")
    events = {place: examination.events[place]}
    (plain,) = magnify.clips(simulated[0], events, examination.signals, examination.places)
    (turned,) = magnify.clips(simulated[0], events, swapped(examination.signals), examination.places, mirrored=True)
    assert plain is not None
    assert turned is not None
    assert np.array_equal(plain.poster, turned.poster)


def test_where_no_face_was_there_is_no_film(simulated: tuple[Path, dict[str, Any]], examination: Examination) -> None:
    event = next(event for event in examination.events if event.kind == "spasm")
    nowhere = [(0.0, examination.places[0][1]._replace(size=0.0))]
    assert list(magnify.clips(simulated[0], {0: event}, examination.signals, nowhere)) == [None]
