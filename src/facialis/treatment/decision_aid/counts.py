"""Natural frequencies: so many of 1,000 people, and what a number for one session means over many of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, floor, lgamma, log1p
from typing import Any

PEOPLE = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """So many of 1,000 people.

    Attributes
    ----------
    share : float
        0 to 1.
    low, high : float or None
        Ends of its 95 % interval, 0 to 1; both None where no source gives them.

    Raises
    ------
    ValueError
        If they are no shares, or the share lies outside its interval.
    """

    share: float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        low = self.share if self.low is None else self.low
        high = self.share if self.high is None else self.high
        if (self.low is None) is not (self.high is None) or not 0.0 <= low <= self.share <= high <= 1.0:
            raise ValueError(f"{self.share} within {self.low} to {self.high} is no share with its interval")

    @property
    def people(self) -> int:
        """Whole people of 1,000; a half is rounded up."""
        return _whole(self.share)

    @property
    def rest(self) -> Count:
        """The others. Their whole people are what is left of 1,000, never rounded by themselves."""
        return Rest(
            1.0 - self.share,
            None if self.high is None else 1.0 - self.high,
            None if self.low is None else 1.0 - self.low,
            PEOPLE - self.people,
        )

    @property
    def text(self) -> str:
        """The number in words, with its interval."""
        return f"{self.short} ({self.interval})"

    @property
    def short(self) -> str:
        """The number in words, without its interval."""
        if self.share == 1.0:
            return f"all {PEOPLE:,}"
        return f"{_said(self.share, self.people)} of {PEOPLE:,}"

    @property
    def interval(self) -> str:
        """The interval in words."""
        if self.low is None or self.high is None:
            return "no range was given"
        low, high = _said(self.low, _whole(self.low)), _said(self.high, _whole(self.high))
        if low == high:
            return low
        return f"up to {high}" if self.low == 0.0 else f"{low} to {high}"

    def to_json(self) -> dict[str, Any]:
        """Return the public form; `people` is 0 for a small share too, so read `share` or `text`."""
        return {
            "of": PEOPLE,
            "people": self.people,
            "share": self.share,
            "low": self.low,
            "high": self.high,
            "text": self.text,
            "short": self.short,
            "interval": self.interval,
        }


@dataclass(frozen=True, slots=True)
class Rest(Count):
    """Those who are left of 1,000."""

    left: int = 0

    @property
    def people(self) -> int:
        """What is left of 1,000."""
        return self.left


@dataclass(frozen=True, slots=True)
class Repeated:
    """How many meet something at least once when a treatment is given again and again.

    Nobody counted it: it lies between two bounds, and where between is elicited.

    Attributes
    ----------
    times : int
        How often.
    once : Count
        In one session.
    same_people : Count
        If it is always the same people: as many as in one session.
    chance_alone : Count
        If every session is a new throw of the dice for everybody.
    middle : Count
        If people differ, and by as much as `likeness` says.
    likeness : float
        How alike the sessions of one person are: 0 is chance alone, 1 is always the same people.
    """

    times: int
    once: Count
    same_people: Count
    chance_alone: Count
    middle: Count
    likeness: float

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "times": self.times,
            "same_people": self.same_people.to_json(),
            "middle": self.middle.to_json(),
            "chance_alone": self.chance_alone.to_json(),
            "likeness": self.likeness,
        }


def at_least_once(share: float, times: int, likeness: float) -> float:
    """Return the share of people who meet something at least once.

    Each person has a chance of their own in every session; the chances follow a Beta distribution with this mean, so
    that the number of sessions with it is beta-binomial.

    Parameters
    ----------
    share : float
        Mean chance in one session, 0 to 1.
    times : int
        Sessions, at least 1.
    likeness : float
        Correlation of two sessions of one person, 0 (chance alone) to 1 (always the same people).

    Raises
    ------
    ValueError
        If a number lies outside its range.
    """
    if not 0.0 <= share <= 1.0 or not 0.0 <= likeness <= 1.0 or times < 1:
        raise ValueError(f"a share of {share}, {times} times, alike by {likeness}: cannot be")
    if share in (0.0, 1.0) or likeness == 1.0 or times == 1:
        return share
    chance = -expm1(times * log1p(-share))
    # Below this the Beta distribution is a point as far as numbers can hold it.
    if likeness < 1e-9:
        return chance
    a, b = share * (1.0 - likeness) / likeness, (1.0 - share) * (1.0 - likeness) / likeness
    never = exp(lgamma(b + times) - lgamma(a + b + times) + lgamma(a + b) - lgamma(b))
    # Rounding must not put it outside the bounds that it lies between.
    return min(max(1.0 - never, share), chance)


def repeated(once: Count, times: int, likeness: float, least: float, most: float) -> Repeated:
    """Return what a number for one session means over many.

    Parameters
    ----------
    once : Count
        In one session.
    times : int
        Sessions, at least 1.
    likeness, least, most : float
        How alike the sessions of one person are, and the range of that guess.

    Returns
    -------
    Repeated
        Intervals hold the interval of the session's number; that of the middle also the range of the guess.
    """
    low, high = once.low, once.high

    def over(alike: float) -> Count:
        ends = (
            (None, None) if low is None or high is None else tuple(at_least_once(p, times, alike) for p in (low, high))
        )
        return Count(at_least_once(once.share, times, alike), *ends)

    middle = Count(
        at_least_once(once.share, times, likeness),
        at_least_once(once.share if low is None else low, times, most),
        at_least_once(once.share if high is None else high, times, least),
    )
    return Repeated(times, once, once, over(0.0), middle, likeness)


def _whole(share: float) -> int:
    return floor(share * PEOPLE + 0.5)


def _said(share: float, people: int) -> str:
    """Say a number of people; what is not nobody is never said as nobody, nor what is not everybody as everybody."""
    if people == 0 and share > 0.0:
        return "fewer than 1"
    if people == PEOPLE and share < 1.0:
        return f"more than {PEOPLE - 1}"
    return "none" if people == 0 else f"{people:,}"
