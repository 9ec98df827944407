"""Findings of sides, halves of the face and acts; and what the pattern is like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.recording import Annotation, Channel
from facialis.emg.synchrony import PATTERNS, affected, findings, moments, pattern
from facialis.findings import Finding, Side, State


@pytest.fixture(scope="module")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("tests/facialis/emg/synchrony/made.py")


def of(
    made: ModuleType, table: Bursts, seconds: float = 120.0, channels: Sequence[Channel] | None = None, **more: Any
) -> dict[str, Finding]:
    seen = moments(table, channels or made.FACE, **more)
    return {one.code: one for one in findings(seen, made.whole(seconds), np.random.default_rng(0))}


def test_spasms_of_one_side_are_unilateral_and_blinks_do_not_change_that(made: ModuleType) -> None:
    found = of(made, made.hemifacial(1))
    one = found["strictly_unilateral"]

    assert one.state is State.PRESENT
    assert one.side is Side.LEFT
    assert one.estimate is not None
    assert one.probability is not None
    assert one.probability > 0.9
    assert "blinks" in one.because[-1]
    assert found["bilateral_synchronous"].state is State.NOT_ASSESSABLE
    assert "one side alone moves" in found["bilateral_synchronous"].because[0]


def test_the_side_is_the_patients_own(made: ModuleType) -> None:
    assert of(made, made.hemifacial(2, side=1))["strictly_unilateral"].side is Side.RIGHT
    assert affected(moments(made.hemifacial(2, side=1), made.FACE)) is Side.RIGHT


def test_the_side_is_both_where_both_move_and_none_where_nothing_does(made: ModuleType) -> None:
    assert affected(moments(made.both_hemifacial(4), made.FACE)) is Side.BOTH
    assert affected(moments(made.squeezes(5), made.FACE)) is Side.BOTH
    assert affected(moments(made.table(np.zeros(0)), made.FACE)) is Side.NONE


def test_eye_and_lower_face_in_one_spasm_are_synchronous(made: ModuleType) -> None:
    one = of(made, made.hemifacial(3))["upper_lower_synchronous"]

    assert one.state is State.PRESENT
    assert one.side is Side.LEFT
    assert one.estimate is not None
    assert one.estimate.value > 0.8
    assert "by chance" in one.because[0]


def test_a_lower_face_30_ms_after_the_eye_is_not_synchronous(made: ModuleType) -> None:
    assert of(made, made.hemifacial(3, lag_s=0.03))["upper_lower_synchronous"].state is State.ABSENT


def test_squeezes_of_both_eyes_are_bilateral(made: ModuleType) -> None:
    found = of(made, made.squeezes(1), 240.0)

    assert found["bilateral_synchronous"].state is State.PRESENT
    assert found["bilateral_synchronous"].side is Side.BOTH
    assert found["strictly_unilateral"].state is State.ABSENT


def test_contractions_of_both_sides_that_begin_apart_may_have_been_willed(made: ModuleType) -> None:
    found = of(made, made.smiles(1), 240.0)

    assert found["bilateral_synchronous"].state is not State.PRESENT
    assert found["strictly_unilateral"].state is State.NOT_ASSESSABLE


def test_squeezes_of_both_eyes_time_and_again_are_spasms_even_where_onsets_scatter(made: ModuleType) -> None:
    one = of(made, made.squeezes(1, apart_s=0.01), 240.0)["bilateral_synchronous"]

    assert one.state is State.PRESENT
    assert one.estimate is not None
    assert one.estimate.low < 0.6


def test_squeezes_that_were_asked_for_say_nothing(made: ModuleType) -> None:
    found = of(made, made.squeezes(1), 240.0, annotations=(Annotation(0.0, 240.0, "close eyes"),))

    assert found["bilateral_synchronous"].state is State.NOT_ASSESSABLE
    assert found["strictly_unilateral"].state is State.NOT_ASSESSABLE


def test_spasms_of_both_sides_in_their_own_time_are_neither_one_sided_nor_synchronous(made: ModuleType) -> None:
    found = of(made, made.both_hemifacial(4))

    assert found["strictly_unilateral"].state is State.ABSENT
    assert found["bilateral_synchronous"].state is State.ABSENT
    assert found["upper_lower_synchronous"].side is Side.BOTH


def test_what_comes_with_every_act_and_never_by_itself_is_locked(made: ModuleType) -> None:
    one = of(made, made.dragged(1))["voluntary_locked"]

    assert one.state is State.PRESENT
    assert one.side is Side.LEFT
    assert "18 ms later" in one.because[0]


def test_spasms_at_rest_are_not_locked(made: ModuleType) -> None:
    table = Bursts.joined([made.dragged(1), made.hemifacial(1)])

    assert of(made, table)["voluntary_locked"].state is State.ABSENT


def test_nine_acts_are_too_few(made: ModuleType) -> None:
    one = of(made, made.dragged(1, 20.0), 20.0)["voluntary_locked"]

    assert one.state is State.NOT_ASSESSABLE
    assert "needs 10" in one.because[0]


def test_electrodes_on_one_side_do_not_tell_of_the_other(made: ModuleType) -> None:
    table = made.hemifacial(5)
    left = of(made, table.where(table.channel < 3), channels=made.FACE[:3])

    assert left["strictly_unilateral"].state is State.NOT_ASSESSABLE
    assert left["bilateral_synchronous"].because == ("electrodes on one side alone",)
    assert left["upper_lower_synchronous"].state is State.PRESENT


def test_electrodes_on_the_eyes_do_not_tell_of_the_lower_face(made: ModuleType) -> None:
    table = made.hemifacial(5)
    eyes = (made.FACE[0], made.FACE[3])
    rows = table.where(np.isin(table.channel, (0, 3)))
    found = of(
        made, Bursts(**{n: getattr(rows, n) for n in Bursts.__slots__} | {"channel": rows.channel // 3}), channels=eyes
    )

    assert found["upper_lower_synchronous"].state is State.NOT_ASSESSABLE
    assert found["voluntary_locked"].state is State.NOT_ASSESSABLE
    assert found["strictly_unilateral"].state is State.PRESENT


def test_without_events_every_sign_is_not_assessable(made: ModuleType) -> None:
    rng, rows = np.random.default_rng(0), made.Rows()
    made.blinks(rows, rng, 120.0)

    for table in (Bursts.of_columns(0), rows.table()):
        found = of(made, table)
        assert {one.state for one in found.values()} == {State.NOT_ASSESSABLE}
        assert all(one.because for one in found.values())


def test_nothing_is_absent_in_less_than_a_minute(made: ModuleType) -> None:
    found = of(made, made.both_hemifacial(4, 40.0), 40.0)

    assert State.ABSENT not in {one.state for one in found.values()}


def test_one_false_burst_on_the_other_side_does_not_undo_a_side(made: ModuleType) -> None:
    table = made.hemifacial(6)
    stray = Bursts.of_columns(1, channel=[made.RIGHT_LIP], onset_s=[0.1], offset_s=[0.15])

    assert of(made, Bursts.joined([table, stray]))["strictly_unilateral"].state is State.PRESENT


def test_two_stray_bursts_of_a_side_name_no_side_and_two_of_eye_and_mouth_do(made: ModuleType) -> None:
    for muscles, state in (
        ((made.LEFT_LIP,), State.NOT_ASSESSABLE),
        ((made.LEFT_EYE, made.LEFT_LIP), State.PRESENT),
    ):
        rows = made.Rows()
        made.blinks(rows, np.random.default_rng(0), 100.0)
        for muscle in muscles:
            rows.add(muscle, 110.0, 0.05)
            rows.add(muscle, 113.0, 0.05)
        assert of(made, rows.table())["strictly_unilateral"].state is state


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hemifacial", "hemifacial_spasm"),
        ("both_hemifacial", "hemifacial_spasm"),
        ("squeezes", "bilateral"),
        ("dragged", "synkinesis"),
    ],
)
def test_the_pattern_is_told(made: ModuleType, name: str, kind: str) -> None:
    for seed in range(5):
        like = pattern(moments(getattr(made, name)(seed), made.FACE))
        assert like.probability is not None
        assert max(like.probability, key=lambda one: like.probability[one]) == kind  # type: ignore[index]
        assert sum(like.probability.values()) == pytest.approx(1.0)
        assert like.because


def test_blinks_alone_are_a_pattern_too(made: ModuleType) -> None:
    rng, rows = np.random.default_rng(0), made.Rows()
    made.blinks(rows, rng, 120.0)
    like = pattern(moments(rows.table(), made.FACE))

    assert like.probability is not None
    assert like.probability["blinks"] > 0.8


def test_too_little_has_no_pattern(made: ModuleType) -> None:
    assert pattern(moments(made.hemifacial(0, 12.0), made.FACE)).probability is None
    assert pattern(moments(Bursts.of_columns(0), made.FACE)).to_json()["probability"] is None
    assert set(PATTERNS) == {"hemifacial_spasm", "bilateral", "synkinesis", "blinks"}
