"""The first year of a treatment: of 1,000 people, how many feel relief on each day, as far as it was counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from facialis.knowledge import treatment
from facialis.knowledge.treatment.course import Expected
from facialis.knowledge.treatment.option import Kind, Option
from facialis.knowledge.treatment.rates import Rate
from facialis.paper.charts import Values
from facialis.treatment.decision_aid.counts import PEOPLE

DAYS = np.arange(0.0, 366.0, 3.0)


@dataclass(frozen=True, eq=False)
class Year:
    """How many of 1,000 feel relief, day by day.

    Attributes
    ----------
    days, people, low, high : (N,) float64
        Days from the first treatment; people of 1,000, with the range between studies where there is one, else equal.
        All empty where nobody counted it.
    text : str
        What is drawn, or why nothing is.
    rule : str
        How it was calculated.
    sources : tuple of str
    of : str
        Who is counted, in words: "get clear relief"; empty where nobody is.
    """

    days: Values
    people: Values
    low: Values
    high: Values
    text: str
    rule: str = ""
    sources: tuple[str, ...] = ()
    of: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        rows = zip(self.days, self.people, self.low, self.high, strict=True)
        names = ("day", "people", "low", "high")
        return {
            "text": self.text,
            "of": self.of,
            "points": [dict(zip(names, (round(float(number), 1) for number in row), strict=True)) for row in rows],
            "basis": "calculated" if len(self.days) else None,
            "rule": self.rule,
            "sources": list(self.sources),
        }


def year(option: Option, relieved: float | None, outcome: str = "relief") -> Year:
    """Return the first year with an option.

    Parameters
    ----------
    option : Option
    relieved : float or None
        Share of people with this outcome, by its own number; None where nobody counted it.
    outcome : str
        Which outcome the line counts.
    """
    words = treatment.decision_aid().kinds[option.kind].year
    if relieved is None or option.kind not in (Kind.TOXIN, Kind.OPERATION):
        none = np.empty(0)
        return Year(none, none, none, none, words)
    found = _toxin(option, relieved, words) if option.kind is Kind.TOXIN else _operation(relieved, words)
    return replace(found, of=treatment.decision_aid().outcomes[outcome].yes)


def _toxin(option: Option, relieved: float, words: str) -> Year:
    """Follow sessions one after the other: it works for those in whom it has begun and has not worn off."""
    expected = treatment.courses().of(option.key)
    apart = treatment.decision_aid().number("days_between_sessions")
    since = DAYS % apart
    now = _passed(since, expected.onset) * (1.0 - _passed(since, expected.duration))
    before = np.where(apart <= DAYS, 1.0 - _passed(since + apart, expected.duration), 0.0)
    people = PEOPLE * relieved * (1.0 - (1.0 - now) * (1.0 - before))
    return Year(
        DAYS,
        people,
        people,
        people,
        words,
        f"a session every {apart:g} days, from the mean and the spread of onset and duration, as gamma distributions",
        _sources(expected),
    )


def _operation(relieved: float, words: str) -> Year:
    """Take the counts of all studies that tell when people became free; the range is that between studies."""
    studies = [study for study in treatment.relief().studies if study.fitted]
    shares = np.array([_followed(study.points) for study in studies])
    middle = np.average(shares, axis=0, weights=[study.people for study in studies])
    scale = PEOPLE * relieved
    return Year(
        DAYS,
        scale * middle,
        scale * shares.min(axis=0),
        scale * shares.max(axis=0),
        words,
        "of those who are relieved, the share that was free by each day, over all studies that tell it; the range is "
        "that between studies",
        tuple(study.source for study in studies),
    )


def _followed(points: tuple[tuple[float, float], ...]) -> Values:
    """Join what a study tells by straight lines; after its last point it stays there."""
    days, shares = zip(*((0.0, 0.0), *points), strict=True)
    return np.asarray(np.interp(DAYS, days, shares))


def _passed(days: Values, rate: Rate) -> Values:
    """Return the share of treatments in which a time has passed, as a gamma distribution."""
    from scipy.special import gammainc

    spread = rate.sd or 0.0
    return np.asarray(gammainc((rate.value / spread) ** 2, days * rate.value / spread**2))


def _sources(expected: Expected) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*expected.onset.sources, *expected.duration.sources)))
