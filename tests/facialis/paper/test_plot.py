"""The small charts: values lie where their axis says, and what is not known is not drawn."""

import re

import numpy as np
import pytest

from facialis.paper import plot


def test_a_value_lies_on_its_axis_and_never_beyond_it():
    axis = plot.Axis(0, 10, 100, 200)
    assert [axis(value) for value in (0, 5, 10, -3, 99)] == [100, 150, 200, 100, 200]
    assert axis.places(np.array([2.5, np.nan])) == pytest.approx([125, np.nan], nan_ok=True)
    upwards = plot.Axis(0, 1, 80, 20)
    assert upwards(0.5) == 50


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.5, 1.0]),
        (-0.25, 0.6, [-0.2, 0, 0.2, 0.4, 0.6]),
        (0, 7, [0, 2, 4, 6]),
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
    ],
)
def test_ticks_are_round_and_few(low, high, ticks):
    assert plot.Axis(low, high, 0, 100).ticks() == pytest.approx(ticks)


@pytest.mark.parametrize("span", [0.003, 0.07, 0.9, 1.1, 6.0, 42.0, 5000.0])
def test_there_are_never_more_ticks_than_asked_for(span):
    ticks = plot.Axis(0, span, 0, 100).ticks(4)
    assert 2 <= len(ticks) <= 4
    assert ticks[-1] <= span


def test_a_line_and_a_band_break_where_nothing_is_known():
    x = np.arange(5.0)
    y = np.array([1, 2, np.nan, 4, 5])
    assert plot.line(x, y) == "M0.0 1.0 1.0 2.0M3.0 4.0 4.0 5.0"
    assert plot.band(x, y - 1, y) == "M0.0 1.0 1.0 2.0 1.0 1.0 0.0 0.0ZM3.0 4.0 4.0 5.0 4.0 4.0 3.0 3.0Z"
    assert plot.line(x, x * np.nan) == ""


def test_an_interval_that_is_cut_off_has_no_end_mark_there():
    axis = plot.Axis(0, 10, 0, 100)
    assert len(re.findall("V", plot.whisker(axis, 5, 2, 8))) == 2
    cut = plot.whisker(axis, 5, 2, 80)
    assert len(re.findall("V", cut)) == 1
    assert "H100.0" in cut


def test_known_values_are_kept():
    assert plot.finite(1.0, None, float("nan"), float("inf"), 2.0) == [1.0, 2.0]
