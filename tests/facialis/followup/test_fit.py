"""The fit of a person's cycles: it finds what is hidden, learns what is usual, and says how sure it is."""

from __future__ import annotations

import numpy as np
import pytest

from facialis.followup.fit import Cycle, Draws, fit, log_moments

ONA = "onabotulinumtoxinA"


def cycle(wear_off: float, until: float = 150.0, *, every: float = 7.0, relief: float = 0.8, seed: int = 0) -> Cycle:
    """Return a cycle of burden 0.6 with a trapezoid effect, half gone at `wear_off`, and some scatter."""
    days = np.arange(3.0, until, every)
    shape = np.interp(days, [4.0, 14.0, 0.8 * wear_off, 1.2 * wear_off], [0.0, 1.0, 1.0, 0.0])
    scatter = np.random.default_rng(seed).normal(0.0, 0.05, len(days))
    return Cycle(days, 0.6 * (1.0 - relief * shape) + scatter, np.ones(len(days)), ONA)


def before() -> Cycle:
    return Cycle(np.array([-14.0, -7.0]), np.array([0.6, 0.6]), np.ones(2), "")


def nothing(product: str = ONA) -> Cycle:
    return Cycle(np.zeros(0), np.zeros(0), np.zeros(0), product)


def interval(draws: Draws, k: int) -> tuple[float, float, float]:
    low, middle, high = np.quantile(draws.wear_off[:, k], (0.025, 0.5, 0.975))
    return float(low), float(middle), float(high)


@pytest.mark.parametrize("wear_off", [50.0, 85.0, 120.0])
def test_a_wear_off_that_was_seen_is_found_within_its_interval(wear_off: float) -> None:
    low, middle, high = interval(fit([before(), cycle(wear_off)]), 0)
    assert low < wear_off < high
    assert abs(middle - wear_off) < 0.1 * wear_off
    assert high - low < 50.0


def test_without_an_entry_the_published_duration_stands() -> None:
    draws = fit([before(), nothing()])
    mean, var = log_moments(85.4, 41.6)
    assert np.log(draws.wear_off).mean() == pytest.approx(mean, abs=0.05)
    assert np.log(draws.wear_off).var() == pytest.approx(var, rel=0.25)


def test_a_person_whose_cycles_are_long_is_forecast_a_long_one() -> None:
    short, long = (
        [before(), *(cycle(held, 1.4 * held, seed=k) for k in range(3)), nothing()] for held in (50.0, 120.0)
    )
    assert interval(fit(short), 3)[1] < 65.0
    assert interval(fit(long), 3)[1] > 100.0


def test_each_cycle_that_was_seen_makes_the_next_forecast_surer() -> None:
    widths = []
    for seen in range(4):
        low, _, high = interval(fit([before(), *(cycle(85.0, 120.0, seed=k) for k in range(seen)), nothing()]), seen)
        widths.append(np.log(high / low))
    assert widths == sorted(widths, reverse=True)


def test_an_effect_that_still_holds_cannot_have_worn_off_before_today() -> None:
    low, _, _ = interval(fit([before(), cycle(110.0, until=70.0)]), 0)
    assert low > 60.0


def test_a_treatment_without_effect_is_recognised() -> None:
    draws = fit([before(), cycle(85.0), cycle(85.0, relief=0.0, seed=3)])
    assert draws.works[:, 0].mean() > 0.95
    assert draws.works[:, 1].mean() < 0.3


def test_the_untreated_burden_and_the_noise_are_found() -> None:
    draws = fit([before(), cycle(60.0), cycle(60.0, seed=1)])
    assert draws.untreated[:, 1].mean() == pytest.approx(0.6, abs=0.05)
    assert 0.03 < draws.noise.mean() < 0.08


def test_many_entries_of_one_day_say_less_than_as_many_weeks() -> None:
    """What scatters for days is only told again by the entries of one day."""
    apart = (np.full(12, 300.0), np.arange(300.0, 384.0, 7.0))
    day, weeks = (Cycle(days, np.full(12, 0.6), np.ones(12), ONA) for days in apart)
    spread = [np.std(fit([nothing(""), one]).untreated) for one in (weeks, day)]
    assert spread[1] > 1.15 * spread[0]


def test_a_noisier_measure_weighs_less() -> None:
    sure, unsure = cycle(85.0), cycle(85.0)
    unsure = Cycle(unsure.days, unsure.burden, 3.0 * np.ones(len(unsure.days)), ONA)
    widths = [np.subtract(*interval(fit([before(), one]), 0)[::2]) for one in (sure, unsure)]
    assert abs(widths[1]) > abs(widths[0])


def test_the_same_seed_gives_the_same_draws() -> None:
    first, second = (fit([before(), cycle(85.0)], 200, seed=4) for _ in range(2))
    assert np.array_equal(first.wear_off, second.wear_off)


def test_a_product_that_holds_longer_carries_over_when_the_product_is_changed() -> None:
    """What is learnt of the person is kept; what the products differ by is taken from the published means."""
    same, other = (fit([before(), cycle(85.0), nothing(product)]) for product in (ONA, "abobotulinumtoxinA"))
    gained = np.log(other.wear_off[:, 1]).mean() - np.log(same.wear_off[:, 1]).mean()
    assert gained == pytest.approx(log_moments(105.9, 54.2)[0] - log_moments(85.4, 41.6)[0], abs=0.06)


def test_intervals_hold_the_truth_as_often_as_they_say_when_the_model_is_the_truth() -> None:
    """People drawn from the prior itself: the ranks of the truth among the draws are uniform (Talts 2018)."""
    ranks = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        mean, var = log_moments(85.4, 41.6)
        usual = rng.normal(mean, np.sqrt(0.65 * var))
        held = np.exp(rng.normal(usual, np.sqrt(0.35 * var), 3))
        cycles = [cycle(one, max(1.3 * one, 30.0), seed=seed * 7 + k) for k, one in enumerate(held[:2])]
        draws = fit([before(), *cycles, nothing()], 600, seed)
        ranks.append(float((draws.wear_off[:, 2] < held[2]).mean()))
    inside = np.mean([0.025 < rank < 0.975 for rank in ranks])
    assert inside >= 0.88
    assert np.mean(ranks) == pytest.approx(0.5, abs=0.12)
