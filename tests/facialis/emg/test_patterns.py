"""What the bursts of each muscle are like: each kind shows its own pattern, and no other kind's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from facialis.emg.bursts import FORMS, Bursts
from facialis.emg.forms import formed
from facialis.emg.recording import Channel
from facialis.emg.recording.memory import Memory
from facialis.emg.simulate import simulate
from facialis.emg.study import Study, studied
from facialis.findings import Side, State

RATE = 2000.0


@cache
def study(kind: str, seed: int = 1020, seconds: float = 75.0, **plan: Any) -> Study:
    made = simulate(kind, seed=seed, seconds=seconds, rate_hz=RATE, snr_db=14.0, **plan)
    channels = [Channel(one.name, one.muscle, Side(one.side), RATE) for one in made.channels]
    return studied(Memory(dict(zip(channels, made.signals, strict=True))))


def states(told: Study) -> dict[str, State]:
    return {one.code: one.state for one in told.findings()}


@pytest.mark.parametrize(
    ("kind", "plan", "code"),
    [
        ("hemifacial_spasm", {}, "emg_bursts_150_400"),
        ("myokymia", {}, "emg_myokymic"),
        ("myokymia", {"eyelid": True}, "emg_slow_3_8hz"),
        ("functional", {}, "emg_voluntary_like"),
        ("hemimasticatory", {}, "emg_masseter_bursts"),
        ("regular_rhythm", {}, "regular_rhythm"),
        ("synkinesis", {}, "synkinesis"),
    ],
)
def test_each_kind_shows_its_own_pattern(kind: str, plan: dict[str, Any], code: str) -> None:
    assert states(study(kind, **plan))[code] is State.PRESENT


@pytest.mark.parametrize(
    ("kind", "plan"),
    [("myokymia", {}), ("functional", {}), ("synkinesis", {}), ("regular_rhythm", {}), ("blinks_only", {})],
)
def test_only_spasm_has_irregular_fast_bursts(kind: str, plan: dict[str, Any]) -> None:
    assert states(study(kind, **plan))["emg_bursts_150_400"] is not State.PRESENT


def test_spasm_shows_no_pattern_but_its_own() -> None:
    told = states(study("hemifacial_spasm"))

    for code in ("emg_myokymic", "emg_slow_3_8hz", "emg_dystonic", "emg_voluntary_like", "regular_rhythm"):
        assert told[code] is State.ABSENT, code
    assert told["emg_masseter_bursts"] is State.NOT_ASSESSABLE


def test_fast_bursts_say_how_fast_and_that_the_rate_alone_is_no_diagnosis() -> None:
    one = next(one for one in study("hemifacial_spasm").findings() if one.code == "emg_bursts_150_400")

    assert one.side is Side.LEFT
    assert one.estimate is not None
    assert 150 <= one.estimate.low <= one.estimate.high <= 400
    assert "myokymia" in one.because[-1]


def test_below_1_khz_nothing_is_said_of_the_rate() -> None:
    made = simulate("hemifacial_spasm", seed=1021, seconds=60.0, rate_hz=800.0)
    channels = [Channel(one.name, one.muscle, Side(one.side), 800.0) for one in made.channels]
    told = studied(Memory(dict(zip(channels, made.signals, strict=True))))
    one = next(one for one in told.findings() if one.code == "emg_bursts_150_400")

    assert one.state is State.NOT_ASSESSABLE
    assert "1,000 samples a second" in one.because[0]


def test_one_side_without_fast_bursts_is_not_called_the_pattern_of_spasm() -> None:
    functional = study("functional").head()["summary"]["pattern"]
    spasm = study("hemifacial_spasm").head()["summary"]["pattern"]

    assert functional["name"] == "one side of another kind"
    assert spasm["name"] == "hemifacial spasm"
    assert sum(functional["probability"].values()) == pytest.approx(1.0)


def table(*spans: tuple[float, float], channel: int = 0) -> Bursts:
    onset, offset = zip(*spans, strict=True)
    return Bursts.of_columns(len(spans), channel=np.full(len(spans), channel), onset_s=onset, offset_s=offset)


def forms(bursts: Bursts) -> list[str]:
    return [FORMS[code] for code in formed(bursts).form]


def test_a_burst_is_alone_one_of_a_group_or_held() -> None:
    made = table((0.0, 0.1), (0.5, 0.6), (1.2, 1.3), (9.0, 9.1), (9.4, 9.5), (20.0, 23.0))

    assert forms(made) == ["grouped"] * 3 + ["isolated"] * 2 + ["tonic"]


def test_bursts_of_another_muscle_or_in_doubt_make_no_group() -> None:
    other = Bursts.joined([table((0.0, 0.1), (0.8, 0.9)), table((0.4, 0.5), channel=1)])
    doubtful = table((0.0, 0.1), (0.4, 0.5), (0.8, 0.9))

    assert forms(other) == ["isolated"] * 3
    assert forms(replace(doubtful, doubt=np.array([0, 4, 0], np.uint16))) == ["isolated"] * 3


def test_no_bursts_have_no_form() -> None:
    assert forms(Bursts.of_columns(0)) == []
