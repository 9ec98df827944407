"""Rates of discharges: right to a few per cent where they are given, and not given where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.discharges import RateError, discharges
from facialis.emg.measure import measure
from facialis.emg.recording import Channel
from facialis.emg.recording.memory import Memory
from facialis.emg.simulate import Simulated, simulate
from facialis.findings import Side


def found(made: Simulated) -> Bursts:
    channels = [Channel(one.name, one.muscle, Side(one.side), made.rate_hz) for one in made.channels]
    return measure(Memory(dict(zip(channels, made.signals, strict=True)))).bursts.sound()


@pytest.mark.parametrize(("seed", "hertz"), [(1101, 160.0), (1102, 240.0), (1103, 330.0)])
def test_a_rate_is_right_and_neither_half_nor_double(seed: int, hertz: float) -> None:
    made = simulate("train", seed=seed, seconds=40.0, rate_hz=4000.0, snr_db=10.0, discharge_hz=(hertz, hertz))
    told = found(made)
    given = np.isfinite(told.discharge_hz)

    assert given.mean() > 0.5
    assert np.quantile(np.abs(told.discharge_hz[given] / hertz - 1), 0.9) < 0.08
    holds = (told.discharge_low_hz[given] <= hertz) & (hertz <= told.discharge_high_hz[given])
    assert holds.mean() > 0.85


def test_mains_are_no_train() -> None:
    made = simulate("rest", seed=1104, seconds=60.0, rate_hz=4000.0, confounders=("mains50",))

    assert not np.any(np.isfinite(found(made).discharge_hz))


def test_movements_at_will_have_no_fast_train() -> None:
    told = found(simulate("voluntary", seed=1105, seconds=60.0, rate_hz=4000.0))
    fast = (told.discharge_hz >= 150) & (told.discharge_hz <= 400)

    assert len(told) > 5
    assert fast.mean() < 0.1


def test_noise_like_bursts_are_not_resolved() -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(0, 2, 40_000).astype(np.float32)
    onsets = np.arange(0.5, 9.5, 0.5)
    for onset in onsets:
        samples[int(onset * 4000) : int((onset + 0.2) * 4000)] *= 8
    told = discharges(samples, 4000.0, 0.0, onsets, onsets + 0.2, 2.0)

    assert np.isfinite(told.discharge_hz).mean() < 0.2


def test_spikes_that_stand_apart_are_counted() -> None:
    samples = np.random.default_rng(1).normal(0, 1, 8000).astype(np.float32)
    for at in range(1000, 5000, 100):
        samples[at : at + 12] += 60 * np.sin(np.linspace(0, 2 * np.pi, 12))
    told = discharges(samples, 4000.0, 0.0, [0.25], [1.25], 1.0)

    assert told.discharge_hz[0] == pytest.approx(40.0, rel=0.05)
    assert told.spikes[0] == pytest.approx(40, abs=2)
    assert told.regularity[0] < 0.1


def test_below_1_khz_rates_are_refused_in_one_line() -> None:
    with pytest.raises(RateError, match="sampled at 800 Hz"):
        discharges(np.zeros(800, np.float32), 800.0, 0.0, [0.1], [0.2], 1.0)


def test_no_burst_has_no_rate() -> None:
    assert len(discharges(np.zeros(4000, np.float32), 4000.0, 0.0, [], [], 1.0).discharge_hz) == 0
