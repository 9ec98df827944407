"""What begins at once: one side, both sides, a blink, an act that drags along."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.recording import Annotation, Channel
from facialis.emg.synchrony import Moments, moments
from facialis.emg.synchrony.moments import KINDS
from facialis.findings import Side


@pytest.fixture(scope="module")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("tests/facialis/emg/synchrony/made.py")


def of(made: ModuleType, *rows: tuple[int, float, float], annotations: tuple[Annotation, ...] = ()) -> Moments:
    written = made.Rows()
    for row in rows:
        written.add(*row)
    return moments(written.table(), made.FACE, annotations)


def kinds(seen: Moments) -> list[str]:
    return [KINDS[kind] for kind in seen.kind]


def test_muscles_of_one_side_are_one_moment_of_that_side(made: ModuleType) -> None:
    seen = of(made, (made.LEFT_EYE, 1.0, 0.05), (made.LEFT_LIP, 1.004, 0.05), (made.RIGHT_CHIN, 9.0, 0.05))

    assert kinds(seen) == ["left", "right"]
    assert seen.start_s[0, :2].tolist() == [1.0, 1.004]
    assert np.isnan(seen.start_s[0, 2:]).all()


def test_both_eyes_shortly_and_at_once_are_a_blink(made: ModuleType) -> None:
    assert kinds(of(made, (made.LEFT_EYE, 1.0, 0.2), (made.RIGHT_EYE, 1.012, 0.2))) == ["blink"]


@pytest.mark.parametrize(
    "other",
    [(3, 1.03, 0.2), (3, 1.0, 0.6), (3, 1.0, 0.02)],
    ids=["too late", "too long", "too short"],
)
def test_what_is_late_or_long_or_short_is_no_blink(made: ModuleType, other: tuple[int, float, float]) -> None:
    assert kinds(of(made, (made.LEFT_EYE, 1.0, 0.2), other)) == ["both"]


def test_a_blink_with_both_lips_is_none(made: ModuleType) -> None:
    rows = [(channel, 1.0, 0.15) for channel in (made.LEFT_EYE, made.RIGHT_EYE, made.LEFT_LIP, made.RIGHT_LIP)]

    assert kinds(of(made, *rows)) == ["both"]


def test_a_long_spasm_may_hold_a_blink_and_stays_one_sided(made: ModuleType) -> None:
    seen = of(made, (made.LEFT_LIP, 1.0, 3.0), (made.LEFT_EYE, 1.0, 3.0), (made.RIGHT_EYE, 2.0, 0.2))

    assert kinds(seen) == ["left", "beside"]


def test_a_piece_that_broke_off_a_blink_counts_for_neither_side(made: ModuleType) -> None:
    seen = of(made, (made.LEFT_EYE, 1.0, 0.2), (made.RIGHT_EYE, 1.0, 0.12), (made.RIGHT_EYE, 1.16, 0.05))

    assert kinds(seen) == ["blink", "beside"]


def test_what_the_other_side_joins_later_was_begun_by_both(made: ModuleType) -> None:
    seen = of(made, (made.LEFT_EYE, 1.0, 2.0), (made.RIGHT_EYE, 1.1, 2.0))

    assert kinds(seen) == ["both", "beside"]


def test_few_lone_closures_beside_many_blinks_are_blinks_half_seen(made: ModuleType) -> None:
    twenty = [(eye, 2.0 * at, 0.2) for at in range(1, 21) for eye in (made.LEFT_EYE, made.RIGHT_EYE)]

    assert kinds(of(made, *twenty, (made.RIGHT_EYE, 50.0, 0.2)))[-1] == "blink"
    assert kinds(of(made, *twenty, (made.RIGHT_LIP, 50.0, 0.2)))[-1] == "right"


def test_with_one_eye_recorded_what_may_be_a_blink_counts_for_no_side(made: ModuleType) -> None:
    table = made.Rows()
    table.add(made.LEFT_EYE, 1.0, 0.2)
    table.add(made.LEFT_EYE, 5.0, 0.2)
    table.add(made.LEFT_LIP, 5.0, 0.2)
    seen = moments(table.table(), (*made.FACE[:3], *made.FACE[4:5]))

    assert kinds(seen) == ["beside", "left"]


def test_an_act_drags_along_the_other_half_of_one_side(made: ModuleType) -> None:
    eye = of(made, (made.LEFT_EYE, 1.0, 0.2), (made.RIGHT_EYE, 1.0, 0.2), (made.LEFT_LIP, 1.02, 0.2))
    smile = of(made, (made.LEFT_LIP, 1.0, 1.0), (made.RIGHT_LIP, 1.01, 1.0), (made.RIGHT_EYE, 1.03, 1.0))

    assert eye.dragged_lag_s[0].tolist() == [0]
    assert eye.dragged_lag_s[1].tolist() == pytest.approx([0.02])
    assert smile.dragged_lag_s[0].tolist() == [1]
    assert not smile.unasked.any()


def test_an_act_out_of_ongoing_activity_is_not_judged(made: ModuleType) -> None:
    seen = of(made, (made.LEFT_LIP, 0.5, 2.0), (made.LEFT_EYE, 1.0, 0.2), (made.RIGHT_EYE, 1.0, 0.2))

    assert not seen.acts.any()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("close eyes", True),
        ("Smile!", True),
        ("raise the brows", True),
        ("show your teeth", True),
        ("spasm", False),
        ("eyes open, no blink", False),
        ("Sleep stage N2", False),
    ],
)
def test_annotations_name_what_was_asked_for(made: ModuleType, text: str, asked: bool) -> None:
    seen = of(made, (made.LEFT_LIP, 1.0, 0.5), annotations=(Annotation(0.8, 1.0, text),))

    assert seen.asked.tolist() == [asked]


def test_moments_of_bursts_that_look_willed_count_as_asked_for(made: ModuleType) -> None:
    table = made.table(np.array([1.0, 5.0]), np.array([1.0]))

    assert moments(table, made.FACE, willed=table.onset_s < 2).asked.tolist() == [True, False]
    assert moments(table, made.FACE, willed=(table.onset_s < 2) & (table.channel == 0)).asked.tolist() == [False, False]


def test_the_jaw_and_channels_without_a_side_take_no_part() -> None:
    channels = (
        Channel("jaw", "masseter", Side.LEFT, 2000.0),
        Channel("somewhere", "orbicularis_oculi", Side.NONE, 2000.0),
        Channel("what", None, Side.RIGHT, 2000.0),
    )
    seen = moments(Bursts.of_columns(3, channel=[0, 1, 2], onset_s=[1, 2, 3], offset_s=[2, 3, 4]), channels)

    assert len(seen) == 0
    assert seen.recorded == (False,) * 4


def test_a_recording_without_bursts_has_no_moments(made: ModuleType) -> None:
    assert len(moments(Bursts.of_columns(0), made.FACE)) == 0
    assert len(moments(Bursts.of_columns(0), ())) == 0
