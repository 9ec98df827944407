"""What is to come after the latest injection: when it wears off, and when the next session is best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from facialis.findings import Estimate
from facialis.followup.effect import Values, effect
from facialis.followup.fit import Draws, log_moments
from facialis.knowledge import treatment

_ENDS = (0.025, 0.5, 0.975)
# Below this share of its untreated burden nobody would speak of an effect.
LEAST_RELIEF = 0.2
# On these days of a cycle its peak is looked for.
_PEAK_DAYS = np.arange(0.0, 91.0, 1.5)
# So near to its best an effect counts as being there.
_NEAR_BEST = 0.9


@dataclass(frozen=True)
class Day:
    """A day with its 95 % interval."""

    day: date
    low: date
    high: date

    def to_json(self) -> dict[str, str]:
        """Return the public form."""
        return {"date": self.day.isoformat(), "low": self.low.isoformat(), "high": self.high.isoformat()}


@dataclass(frozen=True)
class Earliest:
    """From when a rule allows the next session.

    Attributes
    ----------
    rule : str
        ``"label"``, ``"payer"`` or ``"clinic"``: three rules that are kept apart.
    day : date
    days : int
        From the last session.
    text, source : str
    """

    rule: str
    day: date
    days: int
    text: str
    source: str

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        told = {"rule": self.rule, "date": self.day.isoformat(), "days": self.days}
        return told | {"text": self.text, "source": self.source}


@dataclass(frozen=True)
class NextSession:
    """When the next session is best.

    Attributes
    ----------
    best, low, high : date
        Between `low` and `high` little is lost; neither lies before a rule allows it.
    days_without : Estimate
        Days without effect that a session on `best` leaves.
    bound_by : str
        ``"wear_off"``, or the rule that moved it: ``"label"``, ``"payer"``, ``"clinic"``, or ``"today"``.
    earliest : tuple of Earliest
    because : tuple of str
    """

    best: date
    low: date
    high: date
    days_without: Estimate
    bound_by: str
    earliest: tuple[Earliest, ...]
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "best": self.best.isoformat(),
            "low": self.low.isoformat(),
            "high": self.high.isoformat(),
            "days_without": self.days_without.to_json(),
            "bound_by": self.bound_by,
            "earliest": [one.to_json() for one in self.earliest],
            "because": list(self.because),
        }


def estimate(values: Values, unit: str = "") -> Estimate:
    """Return median and 95 % interval of draws."""
    low, middle, high = (float(end) for end in np.quantile(values, _ENDS))
    return Estimate(middle, low, high, unit)


def day_after(begin: date, days: Estimate) -> Day:
    """Return a number of days after a day as a day."""
    at = (begin + timedelta(days=round(number)) for number in (days.value, days.low, days.high))
    return Day(*at)


def peak(draws: Draws, cycle: int) -> tuple[Values, Values]:
    """Return for each draw the day on which the effect is first near its best, and the best share of the full effect.

    The effect is flat round its best: the day of the very best would say little.
    """
    parts = (one[:, cycle, None] for one in (draws.onset, draws.wear_off, draws.steep))
    shape = effect(_PEAK_DAYS[None], *parts)
    best = shape.max(axis=1)
    return _PEAK_DAYS[(shape >= _NEAR_BEST * best[:, None]).argmax(axis=1)], best


def usual(product: str, draws: int = 4000, seed: int = 1) -> Estimate:
    """Return how long an injection holds in people at large: what is expected of somebody unknown."""
    expected = treatment.courses().of(product)
    mean, var = log_moments(expected.duration.value, expected.duration.sd or 1.0)
    values = np.random.default_rng(seed).normal(mean, np.sqrt(var), draws)
    return estimate(np.exp(values), "days")


def next_session(wear_off: Values, begin: date, on: date, earliest: Sequence[Earliest]) -> NextSession:
    """Return when the next session is best: when so many wear-offs would have come, and no rule forbids it.

    Parameters
    ----------
    wear_off : ndarray
        Draws, days from `begin`.
    begin, on : date
        The latest injection, and today.
    earliest : sequence of Earliest
        What label, payer and clinic allow.
    """
    share = treatment.courses().number("not_before_share")
    early, wished, late = (
        begin + timedelta(days=round(float(end))) for end in np.quantile(wear_off, (share / 2.5, share, 2.0 * share))
    )
    bounds = sorted([(one.day, one.rule) for one in earliest] + [(on, "today")])
    floor, rule = bounds[-1]
    best = max(wished, floor)
    bound_by = "wear_off" if wished >= floor else rule
    without = estimate(np.maximum((best - begin).days - wear_off, 0.0), "days")
    because = [f"by {wished:%-d %B %Y} the effect has ended in {share:.0%} of what is expected".replace("%", " %")]
    if bound_by != "wear_off":
        why = "that day has passed" if rule == "today" else f"the {rule}'s interval ends on {floor:%-d %B %Y}"
        because.append(f"{why}: not before {best:%-d %B %Y}")
    return NextSession(best, max(early, floor), max(late, floor), without, bound_by, tuple(earliest), tuple(because))
