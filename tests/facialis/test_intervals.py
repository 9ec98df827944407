"""Every number has its interval, and the interval holds the truth as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from facialis import intervals


@pytest.mark.parametrize("count", [0, 1, 4, 37, 400])
@pytest.mark.parametrize("seconds", [12.5, 60.0, 1200.0])
def test_the_rate_has_the_exact_poisson_interval(count: int, seconds: float) -> None:
    rate = intervals.rate(count, seconds)
    assert rate is not None
    assert rate.value == pytest.approx(60 * count / seconds)
    # At its ends the count that was seen has a probability of one in forty.
    assert stats.poisson.cdf(count, rate.high * seconds / 60) == pytest.approx(0.025)
    if count:
        assert stats.poisson.sf(count - 1, rate.low * seconds / 60) == pytest.approx(0.025)
    else:
        assert rate.low == 0


def test_where_nothing_was_watched_there_is_no_rate() -> None:
    assert intervals.rate(0, 0.0) is None


@pytest.mark.parametrize(("hits", "count"), [(0, 5), (1, 9), (5, 5), (33, 80)])
def test_a_share_has_the_exact_binomial_interval(hits: int, count: int) -> None:
    share, exact = intervals.proportion(hits, count), stats.binomtest(hits, count).proportion_ci(0.95, "exact")
    assert share is not None
    assert (share.low, share.value, share.high) == pytest.approx((exact.low, hits / count, exact.high))


def test_a_share_of_nothing_is_none() -> None:
    assert intervals.proportion(0, 0) is None


def test_five_values_are_too_few_for_the_interval_of_a_median() -> None:
    assert intervals.median([]) is None
    assert intervals.median([1, 2, 3, 4, 5]) is None
    six = intervals.median([6, 1, 2, 5, 3, 4])
    assert six is not None
    assert (six.low, six.value, six.high) == (1, 3.5, 6)


@pytest.mark.parametrize("size", [6, 9, 20, 51])
def test_the_interval_of_a_median_holds_the_truth_in_95_of_100(size: int) -> None:
    rng = np.random.default_rng(size)
    drawn = [intervals.median(rng.exponential(1.0, size)) for _ in range(1000)]
    assert np.mean([e is not None and e.low <= np.log(2) <= e.high for e in drawn]) >= 0.94


@pytest.mark.parametrize(("shape", "size"), [(1, 9), (4, 9), (25, 9), (1, 30), (4, 30)])
def test_the_interval_of_a_variation_holds_the_truth_in_nine_of_ten(shape: int, size: int) -> None:
    rng = np.random.default_rng(shape)
    drawn = [intervals.variation(rng.gamma(shape, 1.0, size), times=300) for _ in range(300)]
    assert np.mean([e is not None and e.low <= shape**-0.5 <= e.high for e in drawn]) >= 0.88


def test_an_even_beat_does_not_vary() -> None:
    even = intervals.variation([2.0] * 10)
    assert even is not None
    assert even.value == pytest.approx(0, abs=1e-12)
    assert intervals.variation([1.0]) is None


def test_volleys_widen_the_interval_of_a_rate_as_a_smaller_count_would() -> None:
    plain, volleys = intervals.rate(40, 60.0), intervals.rate(40, 60.0, dispersion=4.0)
    fewer = intervals.rate(10, 15.0)

    assert plain is not None
    assert volleys is not None
    assert volleys == fewer
    assert volleys.low < plain.low < plain.high < volleys.high
