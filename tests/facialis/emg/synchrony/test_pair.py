"""Two muscles held against each other: coincidence beyond chance, and the lag."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.recording import Annotation, Span
from facialis.emg.synchrony import Pair, chance, synchrony
from facialis.emg.synchrony.axis import Axis


@pytest.fixture(scope="module")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("tests/facialis/emg/synchrony/made.py")


def two(made: ModuleType, first: Any, second: Any, seconds: float = 600.0, seed: int = 0) -> Pair:
    table = made.table(first, second)
    return synchrony(table, made.FACE[:2], made.whole(seconds), np.random.default_rng(seed))[0]


def follower(made: ModuleType, kind: str, seed: int, lag_s: float, scatter_s: float = 0.0015) -> Pair:
    rng = np.random.default_rng([seed, 3])
    leads = made.train(kind, rng)
    follows = leads[rng.random(len(leads)) < 0.8] + lag_s
    own = made.apart(
        np.concatenate([follows + rng.normal(0, scatter_s, len(follows)), made.train("poisson", rng, rate=0.1)])
    )
    return two(made, leads, own, seed=seed)


@pytest.mark.parametrize("kind", ["poisson", "rhythmic", "clustered", "bursty", "slow"])
@pytest.mark.parametrize("rate", [0.3, 3.0])
def test_trains_that_know_nothing_of_each_other_are_together_by_chance(
    made: ModuleType, kind: str, rate: float
) -> None:
    rngs = [np.random.default_rng([seed, 7]) for seed in range(60)]
    trains = [[made.train(kind, rng, 180.0, rate) for _ in range(2)] for rng in rngs]
    pairs = [two(made, first, second, 180.0) for first, second in trains]

    # Of 60 trials at 5 % each, more than seven happen once in five hundred times.
    assert sum(bool(pair.above_chance) for pair in pairs) <= 7
    assert sum(pair.lag_ms is not None and not pair.above_chance for pair in pairs) <= 7


@pytest.mark.parametrize("kind", ["poisson", "rhythmic", "clustered", "bursty"])
def test_what_follows_is_together_and_its_lag_is_known_to_a_millisecond(made: ModuleType, kind: str) -> None:
    pairs = [follower(made, kind, seed, 0.003) for seed in range(15)]

    assert all(pair.above_chance for pair in pairs)
    lags = [pair.lag_ms for pair in pairs if pair.lag_ms]
    assert max(abs(lag.value - 3.0) for lag in lags) < 1.0
    assert sum(lag.low <= 3.0 <= lag.high for lag in lags) >= 12
    assert np.median([pair.jitter_ms.value for pair in pairs if pair.jitter_ms]) == pytest.approx(1.5, abs=0.3)


def test_the_lag_is_the_second_minus_the_first(made: ModuleType) -> None:
    rng = np.random.default_rng(0)
    leads = made.train("poisson", rng)

    assert two(made, leads, leads + 0.004).lag_ms.value == pytest.approx(4.0, abs=0.01)  # type: ignore[union-attr]
    assert two(made, leads + 0.004, leads).lag_ms.value == pytest.approx(-4.0, abs=0.01)  # type: ignore[union-attr]


def test_what_follows_25_ms_later_is_locked_and_not_synchronous(made: ModuleType) -> None:
    pair = follower(made, "poisson", 1, 0.025, 0.003)

    assert not pair.above_chance
    assert pair.lag_ms is not None
    assert pair.lag_ms.value == pytest.approx(25.0, abs=1.0)
    assert pair.locked is not None
    assert pair.locked.value == pytest.approx(0.8, abs=0.1)


def test_the_share_is_of_the_rarer_muscle(made: ModuleType) -> None:
    often = np.arange(1.0, 500.0, 2.0) + np.random.default_rng(0).uniform(0, 1, 250)
    pair = two(made, often, often[::5])

    assert pair.coincident is not None
    assert pair.coincident.value == 1.0
    assert pair.chance is not None
    assert pair.chance.onsets == 50
    assert pair.chance.chance < 0.05 < pair.coincident.low


def test_rates_that_swing_together_raise_chance_and_not_synchrony(made: ModuleType) -> None:
    rng = np.random.default_rng(5)
    # Both fire in the same ten seconds of each minute, three times a second, each in its own time.
    bouts = [np.concatenate([60.0 * k + rng.uniform(0, 10, 30) for k in range(10)]) for _ in range(2)]
    pair = two(made, *(made.apart(bout) for bout in bouts))

    assert pair.chance is not None
    assert pair.chance.chance > 0.03
    assert not pair.above_chance


def test_nothing_is_paired_over_a_gap(made: ModuleType) -> None:
    spans = (Span(0.0, 100.0), Span(1000.0, 1100.0))
    axis = Axis(spans, chance.FAR_S[1] + 1)
    first, second = axis.train(np.array([99.999, 1050.0])), axis.train(np.array([1000.001, 1050.002]))

    assert second.place[0] - first.place[0] > 61
    assert second.place[1] - first.place[1] == pytest.approx(0.002)
    assert len(set(second.group)) == 2


def test_a_shift_past_the_end_of_a_span_comes_back_at_its_beginning() -> None:
    axis = Axis((Span(0.0, 10.0), Span(50.0, 60.0)), 12.0)
    closed = axis.train(np.array([1.0, 59.0])).closed

    assert np.any(np.isclose(closed, 11.0))
    assert np.any(np.isclose(closed, axis.origin[1] - 1.0))


def test_a_muscle_without_bursts_has_no_share_and_no_lag(made: ModuleType) -> None:
    pair = two(made, np.array([1.0, 2.0]), np.array([]))

    assert pair.to_json(made.FACE) == {
        "channels": [made.FACE[0].name, made.FACE[1].name],
        "bursts": [2, 0],
        "coincident_fraction": None,
        "coincident_interval": None,
        "chance_fraction": None,
        "chance_high": None,
        "tested_bursts": 0,
        "p": None,
        "above_chance": None,
        "lag_ms": None,
        "jitter_ms": None,
        "locked_fraction": None,
        "crosstalk": None,
        "waveform": None,
    }


def test_two_coincidences_are_not_enough(made: ModuleType) -> None:
    assert not two(made, np.array([10.0, 200.0]), np.array([10.001, 200.001])).above_chance


def test_bursts_in_doubt_are_left_out(made: ModuleType) -> None:
    times = made.train("poisson", np.random.default_rng(2))
    table = made.table(times, times)
    doubtful = Bursts(**{name: getattr(table, name) for name in Bursts.__slots__} | {"doubt": table.doubt + 1})

    assert synchrony(doubtful, made.FACE[:2], made.whole(600.0), np.random.default_rng(0))[0].bursts == (0, 0)


def test_what_an_annotation_says_was_done_at_will_is_no_synchrony_of_spasm(made: ModuleType) -> None:
    """An act moves eye and mouth together a hundred times; the spasms of the eye alone begin with nothing."""
    spasms, acts = np.arange(5.0, 300.0, 7.0), np.arange(400.0, 500.0, 1.0)
    table = made.table(np.concatenate((spasms, acts)), acts + 0.002)
    held = []
    for said in ((), (Annotation(395.0, 110.0, "smile"),)):
        rng = np.random.default_rng(0)
        held.append(synchrony(table, made.FACE[:2], made.whole(600.0), rng, annotations=said)[0])
    assert held[0].above_chance
    assert not held[1].above_chance
    assert held[1].bursts == (len(spasms), 0)


def test_of_a_huge_train_stretches_are_shuffled_and_the_result_says_so(made: ModuleType) -> None:
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.uniform(0.2, 0.6, 6 * chance.MOST_ONSETS))
    table = Bursts.of_columns(
        2 * len(times),
        channel=np.tile([0, 1], len(times)),
        onset_s=np.repeat(times, 2),
        offset_s=np.repeat(times, 2) + 0.04,
    )
    pair = synchrony(table, made.FACE[:2], made.whole(float(times[-1]) + 1), rng)[0]

    assert pair.bursts == (60_000, 60_000)
    assert pair.to_json(made.FACE)["tested_bursts"] == chance.MOST_ONSETS
    assert pair.above_chance


def test_the_same_seed_gives_the_same_pair(made: ModuleType) -> None:
    rng = np.random.default_rng(4)
    first, second = made.train("clustered", rng), made.train("clustered", rng)

    assert two(made, first, second, seed=1) == two(made, first, second, seed=1)


def test_a_heap_of_lags_beyond_the_widest_is_no_lag(made: ModuleType) -> None:
    drawn = np.random.default_rng(4)
    first = np.sort(drawn.uniform(1, 599, 60))
    second = np.sort(np.concatenate([first[:40] + 0.0565 + drawn.normal(0, 0.0005, 40), first[40:] + 0.001]))
    told = two(made, first[:40], np.sort(second))
    assert told.lag_ms is None
    assert told.locked is None
