"""The two sides laid over each other: aligned at the onset, mirrored on the face's own middle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facialis.face import Examination, overlay
from facialis.face.signals import Signals
from facialis.findings import Side


def courses(face: Any, sizes: Any, *, other: float = 0.0, fps: float = 30.0, gap: Any = None) -> tuple[Signals, Any]:
    """Signals whose left cheek rises by each size at 1, 3, 5 ... s, and whose right one does a share of it."""
    signals = face(2.0 * len(sizes) + 1, fps, noise=0.0).signals()
    onsets = [1.0 + 2 * i for i in range(len(sizes))]
    spans = [(onset, onset + 0.8) for onset in onsets]
    left = np.full(len(signals.time_s), 0.01)
    for onset, size in zip(onsets, sizes, strict=True):
        left += size * np.clip((signals.time_s - onset) / 0.1, 0, 1) * (signals.time_s < onset + 0.8)
    right = other * (left - 0.01) + 0.2
    # The skin goes up and outwards; the two axes are those of its own side.
    shift = {
        **signals.shift,
        ("zygomaticus", Side.LEFT): np.stack([0.6 * left, -0.8 * left], axis=-1).astype(np.float32),
        ("zygomaticus", Side.RIGHT): np.stack([0.6 * right, -0.8 * right], axis=-1).astype(np.float32),
    }
    if gap is not None:
        inside = (signals.time_s > gap[0]) & (signals.time_s < gap[1])
        shift["zygomaticus", Side.LEFT][inside] = np.nan
    return replace(signals, shift=shift), spans


@pytest.mark.parametrize("fps", [25.0, 30.0, 240.0])
def test_each_onset_is_at_zero_whatever_the_level_and_the_frame_rate(face: Any, fps: float) -> None:
    signals, spans = courses(face, (0.04, 0.06, 0.08), fps=fps)
    laid = overlay.aligned(signals, "zygomaticus", spans, Side.LEFT, 0.5)
    assert laid.time_s[0] == pytest.approx(-0.25)
    assert laid.time_s[-1] == pytest.approx(0.5)
    low, middle, high = laid.quartiles(Side.LEFT)
    assert middle[laid.time_s <= 0] == pytest.approx(0.0, abs=1e-6)
    at = laid.time_s > 0.2
    assert middle[at] == pytest.approx(0.06, abs=1e-4)
    assert low[at] == pytest.approx(0.05, abs=1e-4)
    assert high[at] == pytest.approx(0.07, abs=1e-4)
    assert laid.quartiles(Side.RIGHT)[:, at] == pytest.approx(0.0, abs=1e-6)


def test_what_the_other_side_does_at_the_peak_is_a_share_of_it(face: Any) -> None:
    signals, spans = courses(face, (0.04, 0.08), other=0.25)
    laid = overlay.aligned(signals, "zygomaticus", spans, Side.LEFT, 0.5)
    assert laid.other_share(Side.LEFT) == pytest.approx((0.25, 0.25, 0.25), abs=1e-3)
    assert laid.other_share(Side.RIGHT) == pytest.approx((4.0, 4.0, 4.0), rel=1e-2)


def test_a_course_ends_where_the_next_event_begins(face: Any) -> None:
    signals, _ = courses(face, (0.04,))
    laid = overlay.aligned(signals, "zygomaticus", [(1.0, 1.25), (1.3, 1.8)], Side.LEFT, 0.5)
    assert np.isnan(laid.moved[Side.LEFT][0][laid.time_s > 0.31]).all()
    assert np.isfinite(laid.moved[Side.LEFT][1]).all()


def test_the_lids_stand_for_the_ring_muscle_of_the_eye(face: Any) -> None:
    signals, spans = courses(face, (0.04, 0.04))
    closing = 0.05 * ((signals.time_s > 1.05) & (signals.time_s < 1.6)).astype(np.float32)
    signals = replace(signals, pull={**signals.pull, ("orbicularis_oculi", Side.LEFT): closing})
    laid = overlay.aligned(signals, "orbicularis_oculi", spans[:1], Side.LEFT, 0.5)
    assert laid.quartiles(Side.LEFT)[1][laid.time_s > 0.15] == pytest.approx(0.05, abs=1e-6)


def test_what_was_not_seen_is_not_drawn(face: Any) -> None:
    signals, spans = courses(face, (0.04,), gap=(1.15, 1.45))
    laid = overlay.aligned(signals, "zygomaticus", spans, Side.LEFT, 0.6)
    known = np.isfinite(laid.quartiles(Side.LEFT)[1])
    assert not known[(laid.time_s > 0.2) & (laid.time_s < 0.4)].any()
    assert known[laid.time_s < 0.1].all()
    dark, spans = courses(face, (0.04,), gap=(-1, 9))
    unseen = overlay.aligned(dark, "zygomaticus", spans, Side.LEFT, 0.6)
    assert np.isnan(unseen.quartiles(Side.LEFT)).all()
    assert unseen.other_share(Side.LEFT) is None
    assert np.isnan(overlay.aligned(dark, "zygomaticus", [], Side.LEFT, 0.6).quartiles(Side.LEFT)).all()


def test_a_half_shown_twice_is_its_own_mirror_image() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    for side, kept in ((Side.RIGHT, slice(0, 4)), (Side.LEFT, slice(4, 8))):
        whole = overlay.twice(picture, side)
        assert np.array_equal(whole, whole[:, ::-1])
        assert np.array_equal(whole[:, kept], picture[:, kept])


def test_the_halves_are_cut_on_the_middle_of_the_face(
    simulated: tuple[Path, dict[str, Any]], examination: Examination
) -> None:
    spasms = {i: event for i, event in enumerate(examination.events) if event.kind == "spasm"}
    shown = overlay.halves(simulated[0], spasms, examination.places, mirrored=False)
    assert shown is not None
    assert shown.event == max(spasms, key=lambda i: spasms[i].amplitude_iod)
    for picture in (shown.rest, shown.apex):
        assert picture.shape == (overlay.PIXELS, overlay.PIXELS, 3)
    # A face is most like its mirror image where its middle is the middle of the picture.
    grey = shown.rest[60:200].mean(axis=(0, 2))
    likeness = {at: np.corrcoef(grey[at - 60 : at], grey[at : at + 60][::-1])[0, 1] for at in range(90, 151, 2)}
    assert abs(max(likeness, key=lambda at: likeness[at]) - overlay.PIXELS / 2) <= 10
    # The spasm is on the patient's left, at the right of the picture.
    change = np.abs(shown.apex.astype(float) - shown.rest).mean(axis=2)
    assert change[120:, 120:].mean() > change[120:, :120].mean()
    mirrored = overlay.halves(simulated[0], spasms, examination.places, mirrored=True)
    assert mirrored is not None
    assert np.array_equal(mirrored.rest, shown.rest[:, ::-1])


def test_without_an_event_or_a_face_there_are_no_halves(
    simulated: tuple[Path, dict[str, Any]], examination: Examination
) -> None:
    assert overlay.halves(simulated[0], {}, examination.places, mirrored=False) is None
    spasm = next(event for event in examination.events if event.kind == "spasm")
    assert overlay.halves(simulated[0], {0: spasm}, [], mirrored=False) is None
