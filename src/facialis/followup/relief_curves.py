"""The curve of late relief after decompression, calculated from the published counts, with the spread between studies.

In each study a share of those who become free is free at once, the others become free by a Weibull distribution. The
three numbers of a study are weighed on a grid by how likely they make its counts. A draw takes a study, for nobody
knows which clinic a person's is like, and numbers by their weights. Who becomes free at all is drawn from other counts,
there a study counts by its people: so the mean agrees with the reviews (91.1 % in S134, 88.5 % in S102).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facialis.findings import Estimate
from facialis.knowledge import treatment
from facialis.knowledge.treatment.relief_curve import ReliefStudy

Values = NDArray[np.float64]

# Points of the grid: share at once, scale, shape.
_AT_ONCE, _SCALES, _SHAPES = 64, 28, 12
# How many spreads of the prior the grid reaches to each side.
_REACH = 2.5
# Ends of the share at once, as log odds.
_LEAST_ODDS, _MOST_ODDS = -4.0, 5.0
_LITTLE = 1e-300
DRAWS = 4000
_ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Curves:
    """Draws of the curve.

    Attributes
    ----------
    ever : ndarray, shape (N,)
        Share of those operated who become free at all.
    at_once : ndarray, shape (N,)
        Share of those who become free that is free at once.
    scale, shape : ndarray, shape (N,)
        Of the Weibull distribution of the others, days.
    """

    ever: Values
    at_once: Values
    scale: Values
    shape: Values

    def free(self, days: float) -> Values:
        """Return the share of those who become free that is free by a day, (N,)."""
        return share_free(days, self.at_once, self.scale, self.shape)

    def free_by(self, days: float) -> Estimate:
        """Return that share with its 95 % interval over studies."""
        return told(self.free(days))

    def free_of_all(self, days: float) -> Estimate:
        """Return the share of all operated that is free by a day."""
        return told(self.ever * self.free(days))

    def still(self, days: float) -> Estimate:
        """Return the chance of becoming free for somebody who is not by a day.

        A study where so many are not free by then counts for more: the person is more likely of its kind.
        """
        not_yet = 1.0 - self.ever * self.free(days)
        later = self.ever * (1.0 - self.free(days))
        return told(later / np.maximum(not_yet, _LITTLE), not_yet)


def share_free(days: float, at_once: Values, scale: Values, shape: Values) -> Values:
    """Return the share of those who become free that is free by a day."""
    late = -np.expm1(-((max(days, 0.0) / scale) ** shape))
    return np.asarray(np.where(days < 0.0, 0.0, at_once + (1.0 - at_once) * late))


def told(draws: Values, weights: Values | None = None) -> Estimate:
    """Return mean and 95 % interval of weighted draws."""
    weights = np.ones_like(draws) if weights is None else weights
    value = float(np.average(draws, weights=weights))
    order = np.argsort(draws)
    below = np.cumsum(weights[order]) / weights.sum()
    places = np.minimum(np.searchsorted(below, _ENDS), len(draws) - 1)
    low, high = (float(end) for end in draws[order][places])
    return Estimate(value, min(low, value), max(high, value), "share")


@lru_cache(maxsize=1)
def _grid() -> tuple[Values, Values, Values, Values]:
    """Return share at once, scale, shape and prior weight of each point, (P,)."""
    prior = {name: one.value for name, one in treatment.relief().prior.items()}
    steps = np.linspace(-_REACH, _REACH, _SCALES), np.linspace(-_REACH, _REACH, _SHAPES)
    odds = np.linspace(_LEAST_ODDS, _MOST_ODDS, _AT_ONCE)
    q, a, b = (axis.ravel() for axis in np.meshgrid(1.0 / (1.0 + np.exp(-odds)), *steps, indexing="ij"))
    scale = prior["scale_days"] * np.exp(prior["scale_spread"] * a)
    shape = prior["shape"] * np.exp(prior["shape_spread"] * b)
    # Even steps in the odds are uneven in the share: each point stands for as much of it as q (1 - q).
    return q, scale, shape, q * (1.0 - q) * np.exp(-0.5 * (a**2 + b**2))


@lru_cache(maxsize=16)
def _weights(study: ReliefStudy) -> Values:
    """Return how likely each point of the grid is after a study's counts, (P,), adding up to one."""
    q, scale, shape, prior = _grid()
    log = np.log(prior)
    for one in study.told:
        by = share_free(one.by, q, scale, shape) if np.isfinite(one.by) else np.ones_like(q)
        log = log + one.people * np.log(np.maximum(by - share_free(one.after, q, scale, shape), _LITTLE))
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum())


def of_study(study: ReliefStudy, days: float) -> float:
    """Return the share of those who become free that is free by a day, in one study."""
    q, scale, shape, _ = _grid()
    return float(_weights(study) @ share_free(days, q, scale, shape))


def day_of(study: ReliefStudy, share: float) -> float:
    """Return the day by which such a share of those who become free is free, in one study."""
    first, last = 0.0, 1e5
    while last - first > 1.0:
        middle = 0.5 * (first + last)
        first, last = (middle, last) if of_study(study, middle) < share else (first, middle)
    return last


def not_failure_days() -> int:
    """Return for how many days "not yet" is no failure, calculated by the rule in ``relief.toml``."""
    known = treatment.relief()
    slowest = max(day_of(study, known.share) for study in known.fitted if study.tail)
    visits = np.ceil(max(slowest, known.least_days) / known.visit_every_days)
    return int(visits * known.visit_every_days)


@lru_cache(maxsize=8)
def curves(seed: int, draws: int = DRAWS) -> Curves:
    """Draw curves: as many of each study; who becomes free at all, by how many people each study counted."""
    known = treatment.relief()
    rng = np.random.default_rng(seed)
    q, scale, shape, _ = _grid()
    study = rng.integers(0, len(known.fitted), draws)
    place = np.empty(draws, dtype=np.intp)
    for i, one in enumerate(known.fitted):
        here = study == i
        place[here] = rng.choice(len(q), int(here.sum()), p=_weights(one))
    people = np.array([count.of for count in known.shares], dtype=np.float64)
    told_by = rng.choice(len(people), draws, p=people / people.sum())
    ever = np.empty(draws)
    for i, count in enumerate(known.shares):
        here = told_by == i
        share = rng.beta(count.free + 0.5, count.of - count.free + 0.5, int(here.sum()))
        if count.by_day is not None:
            at = place[here]
            share = share / share_free(count.by_day, q[at], scale[at], shape[at])
        ever[here] = np.minimum(share, 1.0)
    return Curves(ever, q[place], scale[place], shape[place])
