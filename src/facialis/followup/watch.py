"""Whether the latest entries are worse than what was forecast before them, and what has changed slowly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from facialis.findings import Estimate
from facialis.followup.cycles import OneSide, cut_off
from facialis.followup.effect import Values
from facialis.followup.fit import Draws, fit
from facialis.followup.forecast import LEAST_RELIEF, estimate, peak
from facialis.knowledge import treatment

# Below this share of the scale a burden cannot be told from none.
_FLOOR = 0.02
_DRAWS = 480


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
    new = _window(one, draws, cut, on, np.random.default_rng(seed))
    if new is None or len(new.share) < number("least_entries"):
        return None
    excess = (new.share - np.median(new.expected, axis=0)) / new.noise
    everyone = np.ones(len(new.share), bool)
    others = np.arange(len(new.share)) != int(np.argmax(excess))
    bans, rest = (_bans(one, new, keep, draws.noise) for keep in (everyone, others))
    since = new.days[int(np.argmax(excess > 0.0))]
    return Against(since, len(new.days), bans, rest, _times(one, new, draws, seed), _shown(one, new))


@dataclass(frozen=True)
class _Window:
    """The entries since the cut, N of them, and what was forecast for them in D draws.

    `early` is the same forecast where the effect ends early: somewhere in the window.
    """

    days: tuple[date, ...]
    share: Values
    noise: Values
    expected: Values
    early: Values


def _window(one: OneSide, draws: Draws, cut: date, on: date, rng: np.random.Generator) -> _Window | None:
    parts = []
    for k, (begin, cycle) in enumerate(zip(one.begins, one.cycles, strict=True)):
        if begin is None or not len(cycle.days):
            continue
        new = cycle.days > (cut - begin).days
        if not new.any():
            continue
        days = cycle.days[new]
        first = max((cut - begin).days - 7.0, 10.0)
        ends = rng.uniform(first, max(float((on - begin).days), first + 7.0), len(draws.noise))
        wear_off = draws.wear_off.copy()
        wear_off[:, k - 1] = np.minimum(wear_off[:, k - 1], ends)
        ended = replace(draws, wear_off=wear_off)
        told = tuple(begin + timedelta(days=int(day)) for day in days)
        expected, early = (np.maximum(each.burden(k - 1, days), _FLOOR) for each in (draws, ended))
        parts.append(_Window(told, cycle.burden[new], cycle.noise[new], expected, early))
    if not parts:
        return None
    return _Window(
        tuple(day for part in parts for day in part.days),
        np.concatenate([part.share for part in parts]),
        np.concatenate([part.noise for part in parts]),
        np.concatenate([part.expected for part in parts], axis=1),
        np.concatenate([part.early for part in parts], axis=1),
    )


def _bans(one: OneSide, new: _Window, keep: NDArray[np.bool_], noise: Values) -> float:
    """Return how much better the multiplied forecast explains the entries, over all draws.

    Against it stands the forecast itself, and with a small share an effect that ends early: that is no worsening.
    """
    number = treatment.alarms().number
    times = float(np.sqrt(number("times"))) if one.scale.root else number("times")
    top = 1.0 if one.scale.measure.high is not None and not one.scale.root else np.inf
    at = np.array([day.toordinal() for day in new.days], dtype=float)[keep]
    kept = treatment.courses().number("noise_share_kept")
    apart = np.abs(at[:, None] - at[None]) / treatment.courses().number("noise_kept_days")
    cover = kept * np.exp(-apart) + (1.0 - kept) * np.eye(len(at))
    root = np.linalg.cholesky(cover * new.noise[keep, None] * new.noise[None, keep])

    def likelihood(forecast: Values) -> float:
        white = np.linalg.solve(root, (new.share[keep] - forecast[:, keep]).T) / noise
        log = -0.5 * (white**2).sum(axis=0) - len(at) * np.log(noise)
        return float(np.logaddexp.reduce(log))

    early = number("early_share")
    as_forecast = np.logaddexp(np.log1p(-early) + likelihood(new.expected), np.log(early) + likelihood(new.early))
    return float((likelihood(np.minimum(times * new.expected, top)) - as_forecast) / np.log(10.0))


def _times(one: OneSide, new: _Window, draws: Draws, seed: int) -> Estimate:
    """Return how many times the forecast the entries were, all together."""
    value = one.scale.value
    scatter = np.random.default_rng(seed).standard_normal(new.expected.shape)
    told = value(np.maximum(new.share - scatter * draws.noise[:, None] * new.noise, _FLOOR)).mean(axis=1)
    return estimate(told / np.maximum(value(new.expected).mean(axis=1), 1e-9))


def _shown(one: OneSide, new: _Window) -> tuple[tuple[date, float, float, float, float], ...]:
    low, middle, high = (one.scale.value(np.quantile(new.expected, end, axis=0)) for end in (0.025, 0.5, 0.975))
    value = one.scale.value(new.share)
    return tuple(
        (day, float(value[i]), float(middle[i]), float(low[i]), float(high[i])) for i, day in enumerate(new.days)
    )


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
