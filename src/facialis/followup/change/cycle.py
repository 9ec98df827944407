"""How much of a difference the toxin cycle explains: the same person on another day of a cycle is not another person.

A cycle explains what its days explain: onset, wear-off, and how much relief differs from one to the next. An
injection that did not work is no explanation, it is a change. Nothing is known of this person's cycles here; where
something is, a visit brings what was forecast for its day.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facialis.followup.change.visit import Visit
from facialis.followup.effect import effect
from facialis.followup.fit import log_moments
from facialis.knowledge import treatment

Values = NDArray[np.float64]

_DRAWS = 1500
_SEED = 5
_LEAST_LEFT = 0.02


def left(before: Visit, after: Visit) -> tuple[Values, Values]:
    """Return which share of the untreated burden is left at each visit, drawn for people at large.

    Both visits of one person: they share the person's usual duration, onset and relief; two injections differ in what
    cycles differ in. Every pair of cycles is taken both ways round, so that the visits can be exchanged.

    Returns
    -------
    tuple of ndarray
        One value a draw, for each visit.
    """
    first, second = _one_cycle(0), _one_cycle(1)
    if _same_injection(before, after):
        return _left(before, first), _left(after, first)
    ways = ((first, second), (second, first))
    return (
        np.concatenate([_left(before, one) for one, _ in ways]),
        np.concatenate([_left(after, other) for _, other in ways]),
    )


def _same_injection(before: Visit, after: Visit) -> bool:
    if before.days_since_injection is None or after.days_since_injection is None:
        return False
    if before.day is None or after.day is None:
        return False
    # A day's difference is a matter of counting.
    return abs((after.day - before.day).days - (after.days_since_injection - before.days_since_injection)) <= 1.0


@lru_cache(maxsize=2)
def _one_cycle(which: int) -> dict[str, Values]:
    """Return standard scores of the person (the same for both cycles) and of one cycle."""
    person, cycle = np.random.default_rng(_SEED), np.random.default_rng([_SEED, which])
    keys = ("duration", "onset", "relief")
    scores = {f"person {key}": person.standard_normal(_DRAWS) for key in keys}
    scores |= {f"cycle {key}": cycle.standard_normal(_DRAWS) for key in (*keys, "steep")}
    return scores


def _left(visit: Visit, scores: dict[str, Values]) -> Values:
    if visit.never_injected or visit.days_since_injection is None:
        return np.ones(_DRAWS)
    known = treatment.courses()
    expected = known.of(visit.product)

    def days(which: str, mean: float, spread: float, share: str) -> Values:
        middle, variance = log_moments(mean, spread)
        between = known.number(share)
        apart = np.sqrt(between) * scores[f"person {which}"] + np.sqrt(1.0 - between) * scores[f"cycle {which}"]
        return np.asarray(np.exp(middle + np.sqrt(variance) * apart))

    duration = days("duration", expected.duration.value, expected.duration.sd or 1.0, "between_people")
    onset = days("onset", expected.onset.value, expected.onset.sd or 1.0, "between_people_onset")
    relief = known.relief.value + (known.relief.sd or 0.0) * scores["person relief"]
    relief = np.clip(relief + known.number("relief_between_cycles") * scores["cycle relief"], 0.0, 1.0)
    steep = np.where(scores["cycle steep"] > 0, known.number("steep"), known.number("steepest"))
    share = effect(np.full(_DRAWS, visit.days_since_injection), onset, duration, steep)
    return np.maximum(1.0 - relief * share, _LEAST_LEFT)
