"""What is found in one channel, where it is placed, what is marked, and what makes no difference."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from facialis.emg.artefacts import DOUBTS
from facialis.emg.bursts import Bursts
from facialis.emg.bursts.chunk import MARGIN_S, Found, examine_chunk
from facialis.emg.recording import Channel, Span
from facialis.emg.simulate import Simulated, simulate
from facialis.findings import Side

RATE_HZ = 2000.0
CHANNEL = Channel("left orbicularis oculi", None, Side.LEFT, RATE_HZ)


def made(kind: str = "train", seed: int = 2000, seconds: float = 60.0, **settings: Any) -> Simulated:
    return simulate(kind, seed, seconds, settings.pop("rate_hz", RATE_HZ), muscles=["orbicularis_oculi"], **settings)


def found_in(samples: npt.NDArray[Any], rate_hz: float = RATE_HZ) -> Found:
    return examine_chunk(
        samples.astype(np.float32), rate_hz, 0.0, Span(0.0, len(samples) / rate_hz), CHANNEL, None, number=3
    )


def errors_ms(true: Simulated, bursts: Bursts) -> npt.NDArray[np.float64]:
    """Return by how much the nearest found onset is off, for each true burst."""
    onsets = np.array([one.onset_s for one in true.truth.bursts])
    nearest = np.abs(onsets[:, None] - bursts.onset_s).argmin(axis=1)
    return 1000 * (bursts.onset_s[nearest] - onsets)


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 4000.0, 10000.0])
def test_every_burst_of_ten_decibels_is_found_within_milliseconds(rate_hz: float) -> None:
    true = made(seconds=40.0, snr_db=10.0, rate_hz=rate_hz)
    bursts = found_in(true.signals[0], rate_hz).bursts
    errors = errors_ms(true, bursts)
    assert len(bursts) == len(true.truth.bursts)
    assert np.percentile(np.abs(errors), 95) < 10
    assert np.median(np.abs(errors)) < 2


def test_an_onset_comes_with_an_interval_that_holds_it() -> None:
    true = made(seconds=120.0, snr_db=6.0)
    bursts = found_in(true.signals[0]).bursts
    onsets = np.array([one.onset_s for one in true.truth.bursts])
    nearest = np.abs(onsets[:, None] - bursts.onset_s).argmin(axis=1)
    held = (bursts.onset_low_s[nearest] <= onsets) & (onsets <= bursts.onset_high_s[nearest])
    assert held.mean() > 0.85
    assert np.all(bursts.onset_low_s <= bursts.onset_s)
    assert np.all(bursts.onset_s <= bursts.onset_high_s)


def test_the_answer_of_the_filter_to_a_strong_burst_is_not_its_onset() -> None:
    true = made(seconds=120.0, snr_db=20.0, rate_hz=10_000.0, shape="biphasic")
    bursts = found_in(true.signals[0], 10_000.0).bursts
    errors = errors_ms(true, bursts)
    assert np.mean(errors < -4) < 0.12
    onsets = np.array([one.onset_s for one in true.truth.bursts])
    nearest = np.abs(onsets[:, None] - bursts.onset_s).argmin(axis=1)
    held = (bursts.onset_low_s[nearest] <= onsets) & (onsets <= bursts.onset_high_s[nearest])
    assert held.mean() > 0.75


def test_what_swells_slowly_is_not_placed_where_it_is_loud() -> None:
    true = made("blinks_only", seed=2001, seconds=120.0)
    own = [one.onset_s for one in true.truth.bursts if one.channel == 0]
    bursts = found_in(true.signals[0]).bursts
    onsets = np.array(own)
    nearest = np.abs(onsets[:, None] - bursts.onset_s).argmin(axis=1)
    assert np.median(bursts.onset_s[nearest] - onsets) < 0.008
    held = (bursts.onset_low_s[nearest] <= onsets) & (onsets <= bursts.onset_high_s[nearest])
    assert held.mean() > 0.5


def test_a_burst_is_measured() -> None:
    true = made(snr_db=20.0)
    bursts = found_in(true.signals[0]).bursts
    assert np.median(bursts.rms_uv) == pytest.approx(np.median([one.rms_uv for one in true.truth.bursts]), rel=0.15)
    assert np.all(bursts.peak_uv > bursts.rms_uv)
    assert set(bursts.channel) == {3}
    assert np.all(bursts.offset_s > bursts.onset_s)


def test_bursts_less_than_thirty_milliseconds_apart_are_one() -> None:
    rng = np.random.default_rng(1)
    for gap_s, count in ((0.015, 1), (0.08, 2)):
        samples = rng.normal(0, 3, 40_000)
        for start in (10.0, 10.0 + 0.1 + gap_s):
            place = round(start * RATE_HZ)
            samples[place : place + 200] += rng.normal(0, 60, 200)
        assert len(found_in(samples).bursts) == count


def cut(samples: npt.NDArray[np.float32], long_s: float) -> Bursts:
    """Examine in stretches of some length; the first one is two minutes long."""
    end_s, parts, rest = len(samples) / RATE_HZ, [], None
    edges = [0.0, *np.arange(120.0, end_s, long_s), end_s]
    for begin, stop in pairwise(edges):
        first, last = (round(t * RATE_HZ) for t in (max(begin - MARGIN_S, 0), min(stop + MARGIN_S, end_s)))
        found = examine_chunk(samples[first:last], RATE_HZ, first / RATE_HZ, Span(begin, stop), CHANNEL, rest)
        rest = found.rest
        parts.append(found.bursts)
    return Bursts.joined(parts)


@pytest.mark.parametrize("confounders", [["mains50"], ["mains50", "ecg", "pops"]])
def test_it_makes_no_difference_where_a_recording_is_cut(confounders: list[str]) -> None:
    samples = made(seed=2005, seconds=240.0, snr_db=8.0, confounders=confounders).signals[0].astype(np.float32)
    short, long = cut(samples, 20.0), cut(samples, 120.0)
    assert len(short) == len(long)
    assert np.abs(short.onset_s - long.onset_s).max() < 1e-4
    assert np.abs(short.offset_s - long.offset_s).max() < 1e-4


def test_a_burst_that_outlasts_its_stretch_is_given_once_and_whole() -> None:
    rng = np.random.default_rng(2)
    samples = rng.normal(0, 3, round(200 * RATE_HZ)).astype(np.float32)
    samples[round(118 * RATE_HZ) : round(152 * RATE_HZ)] += rng.normal(0, 30, round(34 * RATE_HZ)).astype(np.float32)
    bursts = cut(samples, 10.0)
    assert len(bursts) == 1
    assert bursts.onset_s[0] == pytest.approx(118, abs=0.005)
    assert bursts.offset_s[0] == pytest.approx(152, abs=0.005)
    assert bursts.rms_uv[0] == pytest.approx(30 * np.sqrt(0.43), rel=0.1)


@pytest.mark.parametrize("confounder", [None, "mains50", "mains60"])
def test_where_nothing_happens_nothing_is_found(confounder: str | None) -> None:
    quiet = made("rest", seconds=120.0, confounders=[confounder] if confounder else [])
    assert len(found_in(quiet.signals[0]).bursts) <= 1


def falling(seed: int, seconds: float, rate_hz: float) -> npt.NDArray[np.float64]:
    """Make white noise of 2 uV and 5 uV of noise whose power falls with frequency from half a hertz on."""
    rng = np.random.default_rng(seed)
    hertz = np.fft.rfftfreq(round(seconds * rate_hz), 1 / rate_hz)
    size = np.where(hertz >= 0.5, np.maximum(hertz, 0.5) ** -0.5, 0)
    slow = np.fft.irfft(size * (rng.normal(size=len(hertz)) + 1j * rng.normal(size=len(hertz))))
    return rng.normal(0, 2, len(slow)) + 5 * slow / slow.std()


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 10_000.0])
def test_the_swings_of_coloured_noise_are_no_bursts(rate_hz: float) -> None:
    assert len(found_in(falling(2, 300.0, rate_hz), rate_hz).bursts) <= 1


def test_bursts_in_coloured_noise_are_found_and_no_louder_than_before_it_was_made_white() -> None:
    true = made(seed=2003, snr_db=12.0)
    found = found_in(true.signals[0] + falling(3, 60.0, RATE_HZ))
    assert len(found.bursts) == len(true.truth.bursts)
    assert np.median(np.abs(errors_ms(true, found.bursts))) < 3
    alone = found_in(true.signals[0]).bursts
    assert np.median(found.bursts.rms_uv) == pytest.approx(np.median(alone.rms_uv), rel=0.2)
    assert np.median(found.bursts.snr_db) < np.median(alone.snr_db) - 3


def test_it_makes_no_difference_where_coloured_noise_is_cut() -> None:
    signal = made(seconds=240.0, snr_db=12.0).signals[0] + falling(4, 240.0, RATE_HZ)
    short, long = (cut(signal.astype(np.float32), long_s) for long_s in (20.0, 120.0))
    assert len(short) == len(long)
    assert np.abs(short.onset_s - long.onset_s).max() < 1e-4


def test_silence_and_missing_samples_hold_nothing() -> None:
    for samples in (np.zeros(20_000), np.full(20_000, np.nan), np.zeros(0), np.zeros(3)):
        found = found_in(samples)
        assert len(found.bursts) == 0
        assert len(found.clean) == len(samples)


def test_a_hole_is_neither_rest_nor_burst() -> None:
    true = made(snr_db=10.0, confounders=["gaps"])
    found = found_in(true.signals[0])
    assert found.quality.missing == np.isnan(true.signals[0]).sum() > 0
    assert found.noise_uv == pytest.approx(found_in(made(snr_db=10.0).signals[0]).noise_uv, rel=0.05)
    assert np.isfinite(found.clean).all()


def test_a_level_that_doubles_in_minutes_is_followed() -> None:
    rng = np.random.default_rng(3)
    rise = 2 ** np.linspace(0, 1, round(300 * RATE_HZ))
    assert len(found_in(rng.normal(0, 3, len(rise)) * rise).bursts) <= 1


def test_where_there_is_no_rest_it_is_said() -> None:
    rng = np.random.default_rng(4)
    found = found_in(rng.normal(0, 60, 60_000))
    assert not found.quality.rest
    assert found_in(rng.normal(0, 3, 60_000)).quality.rest is not False


@pytest.mark.parametrize(("confounder", "doubt"), [("ecg", "ecg"), ("pops", "pop")])
def test_what_is_no_muscle_is_marked_and_left_out_of_the_sound(confounder: str, doubt: str) -> None:
    disturbed = made("rest", seconds=120.0, confounders=[confounder])
    bursts = found_in(disturbed.signals[0]).bursts
    assert (bursts.doubt & DOUBTS[doubt]).any()
    assert len(bursts.sound()) <= 0.1 * len(bursts) + 2


@pytest.mark.parametrize(("confounder", "doubt"), [("movement", "movement"), ("noise_level", "no_rest")])
def test_what_rose_besides_muscle_is_marked(confounder: str, doubt: str) -> None:
    bursts = found_in(made("rest", seed=2011, seconds=240.0, confounders=[confounder]).signals[0]).bursts
    assert np.sum((bursts.doubt & DOUBTS[doubt]) > 0) >= 3
    assert len(bursts.sound()) <= 1


def test_a_muscle_that_is_held_weakly_is_no_noise_that_rose() -> None:
    true = made("blepharospasm", seed=2012, seconds=120.0, snr_db=5.0)
    bursts = found_in(true.signals[0]).bursts
    assert np.max(bursts.offset_s - bursts.onset_s) > 1
    assert len(bursts.sound()) == len(bursts) > 10


def test_what_is_cut_off_at_the_top_is_marked() -> None:
    true = made(snr_db=15.0, confounders=["clipping"])
    found = found_in(true.signals[0])
    assert found.quality.clipped > 0
    assert (found.bursts.doubt & DOUBTS["clipping"]).any()
