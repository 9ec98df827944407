"""The arithmetic of charts: nothing short is lost, nothing unseen is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.paper.charts import clock_label, clock_ticks, outline, path, round_up, stretches, thin

NAN = float("nan")


def test_a_signal_with_room_to_spare_stays_as_it_is():
    time = np.arange(5) / 10
    values = np.array([0.0, 1.0, NAN, -2.0, 3.0])
    x, low, high = thin(time, values, 0.0, 0.5, 10)
    np.testing.assert_allclose(x, [0, 2, 4, 6, 8])
    np.testing.assert_array_equal(low, values)
    np.testing.assert_array_equal(high, values)


def test_the_shortest_twitch_of_a_long_recording_survives_thinning():
    time = np.arange(36_000) / 30
    values = np.zeros(len(time))
    values[20_001] = 0.07
    values[30_001] = -0.02
    x, low, high = thin(time, values, 0.0, 1200.0, 1000)
    assert len(x) <= 1000
    assert high.max() == 0.07
    assert low.min() == -0.02
    assert x[np.argmax(high)] == pytest.approx(time[20_001] / 1.2, abs=1)


def test_unseen_samples_do_not_hide_the_seen_ones_beside_them():
    time = np.arange(3000) / 100
    values = np.where(np.arange(3000) % 3 == 0, 1.0, NAN)
    _, low, high = thin(time, values, 0.0, 30.0, 100)
    assert np.isfinite(low).all()
    assert (high == 1).all()
    _, low, _ = thin(time, values * NAN, 0.0, 30.0, 100)
    assert np.isnan(low).all()


def test_missing_frames_break_the_line():
    time = np.concatenate([np.arange(0, 2, 0.1), np.arange(5, 7, 0.1)])
    x, _, high = thin(time, np.ones(len(time)), 0.0, 7.0, 500)
    (hole,) = np.flatnonzero(np.isnan(x))
    assert np.isnan(high[hole])
    assert len(outline(x, high, high, 0.0)) == 2


def test_only_the_stretch_asked_for_is_drawn():
    time = np.arange(100) / 10
    x, _, high = thin(time, time, 2.0, 4.0, 200)
    assert x.min() == 0
    assert x.max() < 200
    assert (high.min(), high.max()) == (2.0, 3.9)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=400), st.integers(1, 50))
def test_thinning_keeps_the_extremes(values, columns):
    values = np.array(values)
    _, low, high = thin(np.arange(len(values)) / 30, values, 0.0, len(values) / 30, columns)
    assert np.nanmin(low) == values.min()
    assert np.nanmax(high) == values.max()


def test_a_line_closes_on_its_base():
    (polygon,) = outline(np.array([0.0, 1.0, 2.0]), *[np.array([5.0, 9.0, 5.0])] * 2, 4.0)
    np.testing.assert_array_equal(polygon, [[0, 5], [1, 9], [2, 5], [2, 4], [0, 4]])


def test_a_band_closes_on_its_lower_edge():
    (polygon,) = outline(np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.0)
    np.testing.assert_array_equal(polygon, [[0, 3], [1, 4], [1, 2], [0, 1]])


def test_points_on_a_level_line_are_left_out():
    flat = np.zeros(1000)
    (polygon,) = outline(np.arange(1000.0), flat, flat, 0.0)
    assert len(polygon) == 4


def test_what_was_never_seen_has_no_outline():
    assert outline(np.arange(3.0), np.full(3, NAN), np.full(3, NAN), 0.0) == ()
    assert path(()) == ""


def test_a_path_is_written_with_one_decimal():
    assert path([np.array([[0, 1.26], [2.0, 3.0]])]) == "M0.0 1.3 2.0 3.0Z"


def test_stretches_last_until_the_next_frame():
    time = np.array([0.0, 0.1, 0.2, 0.5, 0.6])
    assert stretches(time, np.array([True, False, False, True, True])) == [(0.0, 0.1), (0.5, pytest.approx(0.7))]
    assert stretches(time, np.zeros(5, dtype=bool)) == []
    assert stretches(np.array([]), np.array([], dtype=bool)) == []


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.03, 0.03), (0.031, 0.04), (0.11, 0.15), (0.9, 1.0), (51, 60), (8.1, 10)]
)
def test_scales_end_on_round_numbers(value, rounded):
    assert round_up(value) == pytest.approx(rounded)


@given(st.floats(1e-6, 1e6))
def test_a_scale_is_never_too_small_and_never_wasteful(value):
    assert value * (1 - 1e-6) <= round_up(value) <= 1.51 * value


@pytest.mark.parametrize("span", [2, 7, 30, 62, 75, 300, 1200, 4000, 90_000])
def test_ticks_are_few_and_on_the_steps_of_a_clock(span):
    ticks = clock_ticks(0.0, span)
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 9
    assert ticks[-1] <= span
    assert len(set(np.diff(ticks))) <= 1


def test_ticks_of_a_later_stretch_are_round_too():
    assert clock_ticks(1041.3, 1101.3) == [1050, 1060, 1070, 1080, 1090, 1100]
    assert [clock_label(t) for t in (0, 59.6, 75, 3600)] == ["0:00", "1:00", "1:15", "60:00"]
