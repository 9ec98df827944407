"""The interval of a change holds the truth as often as it says, also for spasms that come in volleys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from facialis import ratios
from facialis.face.volleys import Counted, time_draws, time_share, volleys
from facialis.findings import Estimate
from facialis.measures import CANNOT_TELL, judged

Rng = np.random.Generator


def scattered(rng: Rng, per_min: float, seconds: float) -> Counted:
    """Spasms that know nothing of each other."""
    onsets = np.sort(rng.uniform(0, seconds, rng.poisson(per_min * seconds / 60)))
    return Counted(list(onsets), list(rng.lognormal(-1, 0.8, len(onsets))), seconds, seconds)


def in_volleys(rng: Rng, per_min: float, seconds: float) -> Counted:
    """Spasms in volleys of four on average, half a second apart."""
    onsets: list[float] = []
    for start in rng.uniform(0, seconds, rng.poisson(per_min / 4 * seconds / 60)):
        onsets += list(start + np.cumsum(rng.exponential(0.5, rng.geometric(0.25))))
    kept = sorted(at for at in onsets if at < seconds)
    return Counted(kept, list(rng.lognormal(-1, 0.8, len(kept))), seconds, seconds)


def holds(found: ratios.Change, truth: float) -> bool:
    low = -np.inf if found.low is None else found.low
    high = np.inf if found.high is None else found.high
    return bool(low <= truth <= high)


def rate_ratio(before: Counted, after: Counted, dispersion: float = 1.0) -> ratios.Change:
    first, second = ((len(seen.onsets_s), seen.watched_s) for seen in (before, after))
    return ratios.rate_ratio(first, second, dispersion)


def ratio_of(before: Counted, after: Counted) -> ratios.Change:
    return rate_ratio(before, after, volleys(before, after))


@pytest.mark.parametrize("rates", [(12, 12), (12, 3), (30, 10), (2, 4)])
@pytest.mark.parametrize("seconds", [30.0, 120.0])
def test_the_ratio_of_two_poisson_rates_holds_the_truth_in_95_of_100(rates: tuple[int, int], seconds: float) -> None:
    rng = np.random.default_rng(11)
    pairs = [(scattered(rng, rates[0], seconds), scattered(rng, rates[1], seconds)) for _ in range(1000)]
    exact = np.mean([holds(rate_ratio(*pair), rates[1] / rates[0]) for pair in pairs])
    widened = np.mean([holds(ratio_of(*pair), rates[1] / rates[0]) for pair in pairs])
    assert exact >= 0.94
    assert widened >= exact


@pytest.mark.parametrize("rates", [(12, 12), (12, 3), (30, 10)])
@pytest.mark.parametrize("seconds", [60.0, 120.0])
def test_volleys_do_not_make_the_ratio_look_surer_than_it_is(rates: tuple[int, int], seconds: float) -> None:
    rng = np.random.default_rng(12)
    pairs = [(in_volleys(rng, rates[0], seconds), in_volleys(rng, rates[1], seconds)) for _ in range(1000)]
    assert np.mean([holds(ratio_of(*pair), rates[1] / rates[0]) for pair in pairs]) >= 0.92
    # The control: taken for independent they hold it far less often.
    assert np.mean([holds(rate_ratio(*pair), rates[1] / rates[0]) for pair in pairs]) < 0.8


def called(found: ratios.Change) -> bool:
    return judged(found)[0] != CANNOT_TELL


def test_what_did_not_change_is_seldom_called_better_or_worse() -> None:
    rng = np.random.default_rng(16)
    pairs = [(in_volleys(rng, 12, 60.0), in_volleys(rng, 12, 60.0)) for _ in range(1000)]
    assert np.mean([called(ratio_of(*pair)) for pair in pairs]) <= 0.06
    # The control: taken for independent, one in four and more would be.
    assert np.mean([called(rate_ratio(*pair)) for pair in pairs]) > 0.25
    calm = [(scattered(rng, 12, 60.0), scattered(rng, 12, 60.0)) for _ in range(1000)]
    assert np.mean([called(ratio_of(*pair)) for pair in calm]) <= 0.02


def test_the_exact_interval_is_the_binomial_one() -> None:
    before, after = Counted([1.0] * 9, [0.3] * 9, 60.0, 60.0), Counted([1.0] * 3, [0.3] * 3, 30.0, 30.0)
    found = rate_ratio(before, after)
    share = stats.binomtest(3, 12).proportion_ci(0.95, "exact")
    assert found == pytest.approx((2 / 3, *(2 * p / (1 - p) for p in (share.low, share.high))))


def test_none_before_leaves_the_ratio_without_value_and_upper_bound() -> None:
    none, some = Counted([], [], 60.0, 60.0), Counted([1.0] * 8, [0.3] * 8, 60.0, 60.0)
    found = rate_ratio(none, some)
    assert (found.value, found.high) == (None, None)
    assert found.low is not None
    assert found.low > 1
    assert rate_ratio(some, none).value == 0
    assert rate_ratio(some, none).low == 0
    assert rate_ratio(none, none) == (None, None, None)


def test_volleys_are_seen_in_the_counts_of_ten_seconds() -> None:
    even = Counted(list(np.arange(0.5, 120, 5)), [0.3] * 24, 120.0, 120.0)
    burst = Counted([at + 0.5 * i for at in (5.0, 65.0) for i in range(12)], [0.3] * 24, 120.0, 120.0)
    assert volleys(even) == 1
    assert volleys(burst) > 7
    assert volleys(Counted([], [], 60.0, 60.0)) == 1
    assert volleys(Counted([1.0], [0.3], 8.0, 8.0)) == 1


@pytest.mark.parametrize(("make", "least"), [(scattered, 0.93), (in_volleys, 0.88)])
@pytest.mark.parametrize("rates", [(12, 12), (12, 3)])
def test_the_ratio_of_times_in_spasm_holds_the_truth(
    make: Callable[[Rng, float, float], Counted], least: float, rates: tuple[int, int]
) -> None:
    rng = np.random.default_rng(13)
    hits = []
    for _ in range(300):
        before, after = make(rng, rates[0], 60.0), make(rng, rates[1], 60.0)
        pool = [*before.lengths_s, *after.lengths_s]
        if not pool:
            continue
        spread = volleys(before, after)
        draws = [
            time_draws(seen, seen.lengths_s if len(seen.lengths_s) >= 5 else pool, spread, seed)
            for seed, seen in enumerate((before, after))
        ]
        shares = [time_share(seen, drawn) for seen, drawn in zip((before, after), draws, strict=True)]
        found = ratios.drawn_ratio(draws[0], draws[1], (shares[0].value, shares[1].value))
        hits.append(holds(found, rates[1] / rates[0]))
    assert np.mean(hits) >= least


def test_no_time_in_spasm_is_not_taken_for_never() -> None:
    none = Counted([], [], 60.0, 60.0)
    share = time_share(none, time_draws(none, [0.4, 0.6], 1.0, 0))
    assert (share.value, share.low) == (0, 0)
    assert 0.005 < share.high < 0.1


def test_the_same_recordings_give_the_same_draws() -> None:
    seen = scattered(np.random.default_rng(1), 20, 60.0)
    one, two = (time_draws(seen, seen.lengths_s, 1.2, 7) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(ratios.median_draws([1.0, 2, 3], 4), ratios.median_draws([1.0, 2, 3], 4))


@pytest.mark.parametrize("sizes", [(6, 6), (30, 12)])
def test_the_ratio_of_two_medians_holds_the_truth(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(14)
    hits = []
    for _ in range(300):
        before, after = rng.lognormal(0, 0.5, sizes[0]), rng.lognormal(np.log(0.7), 0.5, sizes[1])
        draws = ratios.median_draws(before, 0), ratios.median_draws(after, 1)
        hits.append(holds(ratios.drawn_ratio(*draws, (float(np.median(before)), float(np.median(after)))), 0.7))
    assert np.mean(hits) >= 0.93


@pytest.mark.parametrize(("means", "errors"), [((0.1, 0.1), (0.01, 0.01)), ((0.1, 0.05), (0.02, 0.01))])
def test_ratio_and_difference_of_estimates_hold_the_truth(
    means: tuple[float, float], errors: tuple[float, float]
) -> None:
    rng = np.random.default_rng(15)
    hits = []
    for _ in range(1000):
        before, after = (
            Estimate(max(value, 1e-4), max(value - 1.96 * error, 0.0), max(value, 1e-4) + 1.96 * error)
            for value, error in zip(rng.normal(means, errors), errors, strict=True)
        )
        hits.append(
            (
                holds(ratios.ratio(before, after), means[1] / means[0]),
                holds(ratios.difference(before, after), means[1] - means[0]),
            )
        )
    assert (np.mean(hits, axis=0) >= 0.92).all()


def test_a_ratio_to_what_may_be_nothing_has_no_upper_bound() -> None:
    maybe, sure = Estimate(0.02, 0.0, 0.05), Estimate(0.1, 0.08, 0.12)
    found = ratios.ratio(maybe, sure)
    assert found.value == pytest.approx(5)
    assert found.high is None
    assert found.low is not None
    assert 0 < found.low < 5
    assert ratios.ratio(Estimate(0.0, 0.0, 0.0), sure) == (None, 0, None)


def test_a_side_that_is_dragged_the_other_way_counts_as_not_moving() -> None:
    dragged = Estimate(-0.02, -0.04, 0.01)
    found = ratios.ratio(Estimate(0.1, 0.08, 0.12), dragged)
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 0.05 < found.high < 0.2
    assert ratios.ratio(dragged, dragged) == (None, 0, None)


def test_the_size_of_a_signed_number_loses_its_sign() -> None:
    assert ratios.size(Estimate(-0.3, -0.4, -0.1)) == Estimate(0.3, 0.1, 0.4)
    assert ratios.size(Estimate(0.1, -0.3, 0.2)) == Estimate(0.1, 0.0, 0.3)
    assert ratios.size(Estimate(0.3, 0.1, 0.4)) == Estimate(0.3, 0.1, 0.4)


def test_a_change_is_told_with_nulls_where_it_has_no_bound() -> None:
    assert ratios.Change(None, 1.23456, None).to_json() == {"value": None, "low": 1.2346, "high": None}
