"""The mains go, and nothing else does."""

from __future__ import annotations

import numpy as np
import pytest

from facialis.emg.conditioning import banded
from facialis.emg.lines import without_lines
from facialis.emg.simulate import simulate

RATE_HZ = 2000.0


@pytest.mark.parametrize("hz", [50, 60])
def test_mains_and_their_harmonics_go_though_their_frequency_wanders(hz: int) -> None:
    settings = {"seconds": 60.0, "rate_hz": RATE_HZ, "snr_db": 10.0, "muscles": ["orbicularis_oculi"]}
    plain = simulate("train", 2000, **settings).signals[0].astype(np.float32)
    humming = simulate("train", 2000, confounders=[f"mains{hz}"], **settings).signals[0].astype(np.float32)
    lines = without_lines(humming, RATE_HZ, 0)
    left = banded(lines.samples - plain, RATE_HZ)[2000:-2000]
    assert lines.mains_hz == hz
    assert {1, 3, 5} <= set(lines.harmonics)
    assert left.std() < 0.05 * (humming - plain).std()


@pytest.mark.parametrize("hz", [150, 200, 250, 300])
@pytest.mark.parametrize("jitter", [0.02, 0.1])
def test_discharges_at_a_harmonic_stay(hz: int, jitter: float) -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 3, 120_000).astype(np.float32)
    train = np.zeros_like(noise)
    form = 30 * np.sin(np.linspace(0, 2 * np.pi, 6))
    for start in range(3, 57, 4):
        at = float(start)
        while at < start + 2.0:
            place = round(at * RATE_HZ)
            train[place : place + 6] += form
            at += rng.normal(1, jitter) / hz
    lines = without_lines(noise + train, RATE_HZ, 0)
    assert (noise + train - lines.samples).std() < 0.03 * train.std()


def test_without_mains_nothing_is_told_of_them() -> None:
    noise = np.random.default_rng(6).normal(0, 3, 60_000).astype(np.float32)
    assert without_lines(noise, RATE_HZ, 0)[1:] == (None, None, ())
