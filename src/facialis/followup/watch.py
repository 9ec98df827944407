"""Whether the latest entries are worse than what was forecast before them, and what has changed slowly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from facialis.findings import Estimate
from facialis.followup.cycles import OneSide, cut_off
from facialis.followup.effect import Values
from facialis.followup.fit import Draws, fit
from facialis.followup.forecast import LEAST_RELIEF, estimate, peak
from facialis.knowledge import treatment

# Below this share of the scale a burden cannot be told from none.
_FLOOR = 0.02
_DRAWS = 960


@dataclass(frozen=True)
class Against:
    """The entries of the last weeks against what was forecast before them.

    Attributes
    ----------
    since : date
        The first entry of the window that lies above the forecast.
    entries : int
        In the window.
    bans, without_worst : float
        How much better a multiplied burden explains them, logarithm to base ten; and without the worst of them.
    times : Estimate
        How many times the forecast the burden was.
    days : tuple of (date, float, float, float, float)
        For each entry its day, its value, and what was forecast: middle, low, high, in the main measure.
    """

    since: date
    entries: int
    bans: float
    without_worst: float
    times: Estimate
    days: tuple[tuple[date, float, float, float, float], ...]

    @property
    def raised(self) -> bool:
        """Whether it is worth an alarm."""
        # One bad day may lie anywhere: the others must lean the same way.
        return self.bans >= treatment.alarms().number("bans") and self.without_worst > 0.0


def against_forecast(one: OneSide, on: date, seed: int = 1) -> Against | None:
    """Hold the entries of the last weeks against the forecast made before them.

    Returns
    -------
    Against or None
        None where there is too little before or in the window.
    """
    number = treatment.alarms().number
    cut = on - timedelta(days=int(number("window_days")))
    before = cut_off(one, cut)
    if len(before.entries) < number("least_before") or not any(row is not None for row in one.treatments):
        return None
    draws = fit(before.cycles, _DRAWS, seed)
    parts = [part for k in range(len(one.cycles)) if (part := _window(one, draws, k, cut)) is not None]
    if not parts:
        return None
    days, share, noise, expected = (
        [day for part in parts for day in part[0]],
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
        np.concatenate([part[3] for part in parts], axis=1),
    )
    if len(share) < number("least_entries"):
        return None
    excess = (share - np.median(expected, axis=0)) / noise
    others = np.arange(len(share)) != int(np.argmax(excess))
    bans, rest = (
        _bans(
            one,
            [day for day, kept in zip(days, keep, strict=True) if kept],
            share[keep],
            noise[keep],
            expected[:, keep],
            draws,
        )
        for keep in (np.ones(len(share), bool), others)
    )
    first = days[int(np.argmax(excess > 0.0))]
    times = _times(one, share, expected, draws, noise)
    return Against(first, len(days), bans, rest, times, _shown(one, days, share, expected))


def _window(one: OneSide, draws: Draws, k: int, cut: date) -> tuple[list[date], Values, Values, Values] | None:
    """Return day, share, noise and forecast (D, N) of the entries of a cycle since the cut."""
    begin = one.begins[k]
    cycle = one.cycles[k]
    if begin is None or not len(cycle.days):
        return None
    new = cycle.days > (cut - begin).days
    if not new.any():
        return None
    expected = np.maximum(draws.burden(k - 1, cycle.days[new]), _FLOOR)
    days = [begin + timedelta(days=int(day)) for day in cycle.days[new]]
    return days, cycle.burden[new], cycle.noise[new], expected


def _bans(one: OneSide, days: list[date], share: Values, noise: Values, expected: Values, draws: Draws) -> float:
    """Return how much better the multiplied forecast explains the entries, over all draws."""
    courses = treatment.courses()
    times = treatment.alarms().number("times")
    times = float(np.sqrt(times)) if one.scale.root else times
    at = np.array([day.toordinal() for day in days], dtype=float)
    apart = np.abs(at[:, None] - at[None])
    kept = courses.number("noise_share_kept")
    cover = kept * np.exp(-apart / courses.number("noise_kept_days")) + (1.0 - kept) * np.eye(len(at))
    root = np.linalg.cholesky(cover * noise[:, None] * noise[None])
    top = 1.0 if one.scale.measure.high is not None and not one.scale.root else np.inf

    def likelihood(forecast: Values) -> float:
        white = np.linalg.solve(root, (share - forecast).T) / draws.noise
        log = -0.5 * (white**2).sum(axis=0) - len(share) * np.log(draws.noise)
        return float(np.logaddexp.reduce(log))

    return (likelihood(np.minimum(times * expected, top)) - likelihood(expected)) / float(np.log(10.0))


def _times(one: OneSide, share: Values, expected: Values, draws: Draws, noise: Values) -> Estimate:
    """Return how many times the forecast the entries were, all together."""
    value = one.scale.value
    rng = np.random.default_rng(0)
    apart = rng.standard_normal(expected.shape) * draws.noise[:, None] * noise
    told = value(np.maximum(share - apart, _FLOOR)).mean(axis=1)
    return estimate(told / np.maximum(value(expected).mean(axis=1), 1e-9))


def _shown(
    one: OneSide, days: list[date], share: Values, expected: Values
) -> tuple[tuple[date, float, float, float, float], ...]:
    low, middle, high = (one.scale.value(np.quantile(expected, end, axis=0)) for end in (0.025, 0.5, 0.975))
    value = one.scale.value(share)
    return tuple((day, float(value[i]), float(middle[i]), float(low[i]), float(high[i])) for i, day in enumerate(days))


def slow(one: OneSide, draws: Draws) -> Estimate | None:
    """Return how many times its first value the untreated burden is now; None with too few cycles."""
    if draws.untreated.shape[1] < treatment.alarms().number("slow_cycles"):
        return None
    value = one.scale.value
    first = np.maximum(value(np.maximum(draws.untreated[:, 0], _FLOOR)), 1e-9)
    return estimate(value(draws.untreated[:, -1]) / first)


def no_effect(draws: Draws, cycle: int) -> float:
    """Return how probable it is that a treatment had no effect worth the name."""
    _, reached = peak(draws, cycle)
    relief = draws.depth[:, cycle] * reached / np.maximum(draws.untreated[:, cycle], _FLOOR)
    return float(np.mean(~draws.works[:, cycle] | (relief < LEAST_RELIEF)))


def shorter(draws: Draws, cycle: int) -> float | None:
    """Return how probable it is that a cycle was short for this person; None without two others to compare."""
    others = [k for k in range(draws.wear_off.shape[1]) if k != cycle]
    if len(others) < 2:
        return None
    usual = np.exp(np.log(draws.wear_off[:, others]).mean(axis=1))
    return float(np.mean(draws.wear_off[:, cycle] < treatment.alarms().number("short_times") * usual))
