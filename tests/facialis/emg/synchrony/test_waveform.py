"""What the signals of two channels say inside bursts that they share: heard twice, or two muscles."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from facialis.emg.bursts import Bursts
from facialis.emg.synchrony import Pair, crosstalk, synchrony

RATE = 2000.0
BAND = signal.butter(2, (30, 400), "bandpass", fs=RATE, output="sos")


@pytest.fixture(scope="module")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("tests/facialis/emg/synchrony/made.py")


class Two:
    """Signals of two channels that burst together; the second is a copy, or its own."""

    def __init__(self, made: ModuleType, copy: float, own: float, lag_s: float = 0.0, noise: float = 3.0) -> None:
        rng = np.random.default_rng(1)
        self.times = np.arange(0.5, 59.0, 1.0) + rng.uniform(0, 0.3, 59)
        size = int(60 * RATE)
        gate = np.zeros(size)
        for time in self.times:
            gate[int(time * RATE) : int((time + 0.08) * RATE)] = 1
        sources = signal.sosfiltfilt(BAND, rng.normal(0, 1, (2, size)), axis=1)
        sources = 50 * sources / sources.std(axis=1, keepdims=True) * gate
        second = copy * sources[0] + own * np.roll(sources[1], int(lag_s * RATE))
        self.signals = (np.stack([sources[0], second]) + rng.normal(0, noise, (2, size))).astype(np.float32)
        table = made.table(self.times, self.times + lag_s, length_s=0.08)
        loud = 10 * np.log10(np.array([50.0, max(50 * np.hypot(copy, own), 1.0)]) ** 2 / noise**2)
        table.snr_db[:] = loud[table.channel]
        table.rms_uv[:] = np.array([50.0, 50 * np.hypot(copy, own)])[table.channel]
        self.table = table

    def __call__(self, channel: int, start_s: float, stop_s: float) -> tuple[npt.NDArray[np.float32], float] | None:
        return self.signals[channel, int(start_s * RATE) : int(stop_s * RATE)], RATE

    def pair(self, made: ModuleType) -> Pair:
        return synchrony(self.table, made.FACE[:2], made.whole(60.0), np.random.default_rng(0), self)[0]


def test_a_scaled_copy_is_crosstalk_and_no_synchrony(made: ModuleType) -> None:
    pair = Two(made, copy=-0.2, own=0.0).pair(made)

    assert pair.above_chance
    assert pair.crosstalk
    assert not pair.synchronous
    assert pair.waveform is not None
    assert pair.waveform.at_zero < -0.8


def test_a_copy_near_the_noise_is_still_crosstalk(made: ModuleType) -> None:
    assert Two(made, copy=0.1, own=0.0, noise=4.0).pair(made).crosstalk


def test_a_muscle_of_its_own_is_not_crosstalk_however_well_timed(made: ModuleType) -> None:
    pair = Two(made, copy=0.0, own=0.8, lag_s=0.002).pair(made)

    assert pair.crosstalk is False
    assert pair.synchronous


def test_a_muscle_of_its_own_that_also_hears_its_neighbour_a_little_is_its_own(made: ModuleType) -> None:
    assert Two(made, copy=0.2, own=0.6).pair(made).crosstalk is False


def test_without_samples_nothing_is_said_of_crosstalk(made: ModuleType) -> None:
    made_two = Two(made, copy=0.5, own=0.0)
    pair = synchrony(made_two.table, made.FACE[:2], made.whole(60.0), np.random.default_rng(0))[0]

    assert pair.crosstalk is None
    assert pair.synchronous


def test_nothing_is_said_where_no_samples_come_back(made: ModuleType) -> None:
    table = Two(made, copy=0.5, own=0.0).table
    pair = synchrony(table, made.FACE[:2], made.whole(60.0), np.random.default_rng(0), lambda *_: None)[0]

    assert pair.waveform is None


def test_the_weaker_channels_bursts_are_the_ones_in_doubt(made: ModuleType) -> None:
    both = Two(made, copy=0.3, own=0.0)
    heard = crosstalk(both.table, [both.pair(made)])

    assert heard[both.table.channel == 1].all()
    assert not heard[both.table.channel == 0].any()


def test_a_unit_that_fires_both_muscles_shows_its_lag_and_little_spread(made: ModuleType) -> None:
    both = Two(made, copy=0.0, own=0.0)
    # One impulse drives both muscles, the second 3 ms later.
    both.signals[1] = np.roll(both.signals[0], int(0.003 * RATE))
    pair = synchrony(
        made.table(both.times, both.times + 0.003, length_s=0.08),
        made.FACE[:2],
        made.whole(60.0),
        np.random.default_rng(0),
        both,
    )[0]

    assert pair.waveform is not None
    assert pair.waveform.peak_lag_ms == pytest.approx(3.0, abs=0.2)
    assert pair.waveform.spread_ms < 0.5
    assert pair.crosstalk is False


def test_blinks_show_crosstalk_on_the_side_without_spasms(made: ModuleType) -> None:
    rng, rows = np.random.default_rng(0), made.Rows()
    made.blinks(rows, rng, 110.0)
    for at in np.arange(1.5, 58.0, 4.0):
        rows.add(made.LEFT_EYE, at + 1.4, 0.05)
        rows.add(made.LEFT_LIP, at + 1.403, 0.05)
    table = rows.table()
    eye = table.of(made.RIGHT_EYE)
    lip = eye.where(np.arange(len(eye)) >= 0)
    lip.channel[:] = made.RIGHT_LIP
    lip.rms_uv[:] = 10.0
    table = Bursts.joined([table, lip])
    shared = rng.normal(0, 40, int(120 * RATE)).astype(np.float32)

    def samples(channel: int, start_s: float, stop_s: float) -> tuple[npt.NDArray[np.float32], float] | None:
        gain = {made.RIGHT_EYE: 1.0, made.RIGHT_LIP: 0.25}.get(channel)
        own = np.random.default_rng(channel).normal(0, 40, len(shared)).astype(np.float32)
        return (own if gain is None else gain * shared)[int(start_s * RATE) : int(stop_s * RATE)], RATE

    pairs = synchrony(table, made.FACE, made.whole(120.0), rng, samples)

    assert {(one.first, one.second) for one in pairs if one.crosstalk} == {(made.RIGHT_EYE, made.RIGHT_LIP)}
    assert set(table.channel[crosstalk(table, pairs)]) == {made.RIGHT_LIP}
