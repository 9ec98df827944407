"""The error budget's arithmetic, on movements and counts whose answer is known."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest


def test_a_movement_laid_into_silence_is_found_where_it_was_laid(bench: Any) -> None:
    injected = bench("injected")
    told = injected.errors(injected.silence(np.arange(0, 12, 1 / 60)), injected.single, 1)
    assert told["laid"] == told["found"] >= 4
    assert np.abs(told["onset_ms"]).max() < 1000 / 60
    assert np.abs(told["offset_ms"]).max() < 1000 / 60
    assert np.abs(np.array(told["ratio"]) - 1).max() < 0.1


def test_a_movement_is_laid_on_its_own_side_alone(bench: Any) -> None:
    injected, courses = bench("injected"), importlib.import_module("facialis.face.simulate.courses")
    left, right = injected.SIDES
    base = injected.silence(np.arange(0, 4, 1 / 30))
    part = injected.Part("zygomaticus", 0.06, courses.Pulse(1.0, 0.2, 0.0, 0.2))
    laid = injected.lay(base, [part], right)
    assert not laid.parts["zygomaticus corner", left].any()
    assert np.hypot(*laid.parts["zygomaticus corner", right].T).max() == pytest.approx(0.6 * 0.06, rel=0.02)
    walked = np.cumsum(laid.steps["zygomaticus", right].astype(float), axis=0)
    assert np.hypot(*np.moveaxis(walked, -1, 0)).max() == pytest.approx(injected.RECOVERED * 0.06, rel=0.02)
    # The right corner goes to the patient's right.
    assert walked[np.abs(walked[:, 0, 0]).argmax(), 0, 0] < 0


@pytest.mark.parametrize("fps", [25.0, 30.0, 59.94])
def test_even_steps_cost_nothing_without_a_clock(bench: Any, fps: float) -> None:
    told = bench("injected").clock(np.arange(300) / fps)
    assert max(value for name, value in told.items() if "worst" in name or "span" in name) < 1e-6


def test_a_pause_is_lost_without_a_clock(bench: Any) -> None:
    time_s = np.arange(300) / 30
    time_s[150:] += 0.5
    told = bench("injected").clock(time_s)
    assert told["usual_worst_ms"] == pytest.approx(500)
    assert told["mean_worst_ms"] == pytest.approx(250, rel=0.02)


def test_an_interval_holds_the_rate_unless_spasms_are_missed_or_come_in_volleys(bench: Any) -> None:
    coverage = bench("injected").coverage
    whole = coverage(12.0, 2.0, times=1000)
    assert whole["held"] >= 0.94
    assert whole["found_over_true"] == pytest.approx(1, abs=0.03)
    assert coverage(12.0, 2.0, volley=4, times=1000)["held"] < 0.85
    missed = coverage(12.0, 2.0, recall=0.5, times=1000)
    assert missed["held"] < 0.3
    assert missed["found_over_true"] == pytest.approx(0.5, abs=0.03)


def test_a_higher_level_is_crossed_later_and_read_more_surely(bench: Any) -> None:
    crossed = bench("injected").crossed
    low, high = (crossed(level, 0.0005, 0.06, times=300) for level in (0.1, 0.5))
    assert low["late_ms"] < high["late_ms"]
    assert low["spread_ms"] > high["spread_ms"]


def test_a_known_part_is_taken_out_in_quadrature(bench: Any) -> None:
    budget = bench("budget")
    assert budget._beyond(5.0, 3.0) == pytest.approx(4)
    assert budget._beyond(3.0, 5.0) == 0
    told = bench("filmed").spread(np.random.default_rng(0).normal(2, 3, 20_000).tolist())
    assert (told["median"], told["half68"]) == (pytest.approx(2, abs=0.1), pytest.approx(3, abs=0.1))
    assert bench("filmed").spread([1.0, 2.0]) == {"median": None, "half68": None}


def test_quiet_pieces_keep_away_from_what_happens(bench: Any) -> None:
    filmed, injected = bench("filmed"), bench("injected")
    signals = injected.silence(np.arange(0, 6, 1 / 30))
    pieces = filmed.calm(signals, [{"onset_s": 2.0, "offset_s": 3.0}])
    times = [(signals.time_s[piece][0], signals.time_s[piece][-1]) for piece in pieces]
    assert len(times) == 6
    assert all(last < 2.0 - 0.25 or first > 3.0 + 0.25 for first, last in times)


def test_noise_is_what_was_put_in(bench: Any) -> None:
    filmed, injected = bench("filmed"), bench("injected")
    signals = injected.silence(np.arange(0, 30, 1 / 30))
    rng = np.random.default_rng(0)
    for path in signals.shift.values():
        path += rng.normal(0, 0.001, path.shape).astype(np.float32)
    told = filmed.noise(signals, filmed.calm(signals, []))
    assert told["usual"] == pytest.approx(0.001, rel=0.06)
    assert told["lid"] == 0
    # The mean of fifteen frames wanders by a fourth of what a frame does.
    assert told["wander"] == pytest.approx(0.001 / np.sqrt(15), rel=0.2)


def test_the_staged_twitches_have_every_size_and_length_once(bench: Any) -> None:
    staged = bench("staged")
    made = {(round(60 * a.drives[0].pulses[0].rise_s), a.amplitude_iod) for a in staged.twitches()}
    assert made == {(frames, size) for frames in staged.FRAMES for size in staged.SIZES}
    assert all(a.end_s + 0.3 < staged.PLAYS["twitches"][1] for a in (*staged.twitches(), *staged.lids()))
    assert all(a.end_s + 0.5 < staged.PLAYS["holds"][1] for a in staged.holds())
    assert all(a.end_s + 0.5 < staged.PLAYS["regions"][1] for a in staged.every_region())
