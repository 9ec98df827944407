"""A climb is found whole, whatever small falls are in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.emg.bursts.find import climbs, evidence


def one_by_one(sums: list[float], least: float) -> list[tuple[int, int]]:
    """Return the climbs as a machine with two states finds them."""
    found, low, high, rising = [], 0, 0, False
    for place, value in enumerate(sums):
        if not rising:
            low = place if value < sums[low] else low
            if value - sums[low] >= least:
                rising, high = True, place
        else:
            high = place if value > sums[high] else high
            if sums[high] - value >= least:
                found.append((low, high))
                rising, low = False, place
    return [*found, (low, high)] if rising else found


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=60))
@settings(deadline=None, max_examples=100)
def test_climbs_are_those_of_a_machine_with_two_states(steps: list[int]) -> None:
    sums = np.cumsum(np.array(steps) + np.linspace(0, 0.01, len(steps)))
    bottoms, tops = climbs(sums, 10.005)
    assert list(zip(bottoms.tolist(), tops.tolist(), strict=True)) == one_by_one(sums.tolist(), 10.005)


def test_rest_speaks_against_a_burst_and_a_burst_for_it() -> None:
    rest, burst = evidence(np.array([1.0, 3.0]), 2.0, 1.0)
    assert rest < 0 < burst
    assert evidence(np.array([3.0]), 2.0, 4.0)[0] == pytest.approx(4 * burst)
