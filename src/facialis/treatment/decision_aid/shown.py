"""What an option does to 1,000 people over a horizon: its outcomes, its harms, and the one number that stands first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.treatment.aid import Partly
from facialis.knowledge.treatment.option import Harm, Outcome
from facialis.knowledge.treatment.rates import SHARE, Rate
from facialis.treatment.decision_aid.counts import PEOPLE, Count, Repeated, repeated
from facialis.treatment.decision_aid.surgeon import Figures

PUBLISHED, SURGEON = "published", "surgeon"
# What a rate is counted over that comes again and again.
_AGAIN = ("session", "cycle", "year")
_TIME = re.compile(r"(\d+(?:\.\d+)?)[ -](year|month|week|day)")
_IN_A_YEAR = {"year": 1.0, "month": 12.0, "week": 52.18, "day": 365.25}
# What can stand first; the earlier one where both were looked at equally late.
_RELIEF = ("lasting", "relief", "relief_complete")
_GRAVITY = {"death": 0, "serious": 1, "minor": 2}
# Followed for 9.9 years is followed for ten.
_NEARLY = 0.98


@dataclass(frozen=True, slots=True)
class Shown:
    """One outcome or one harm of an option, as the page shows it.

    Attributes
    ----------
    key, name, plain : str
    count : Count or None
        For a share.
    rate : Rate or None
        As published; None where nobody published it.
    over : Repeated or None
        At least once over the horizon, for a harm that each session can bring.
    whose : str
        ``"published"`` or ``"surgeon"``.
    at : str
        When it was looked at.
    years : float or None
        The same in years; None where it is not told or does not matter.
    why_not : str
        Why there is no number.
    severity, lasts : str
    lasting : bool
        Of a harm.
    elsewhere : Count or None
        The published number of a harm, where this is the surgeon's own.
    partly : Partly or None
        Of an outcome that was not counted in everybody who makes the choice.
    """

    key: str
    name: str
    plain: str
    count: Count | None
    rate: Rate | None
    over: Repeated | None
    whose: str
    at: str
    years: float | None
    why_not: str
    severity: str = ""
    lasting: bool = False
    lasts: str = ""
    elsewhere: Count | None = None
    partly: Partly | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        rate = self.rate
        time = None if rate is None or rate.unit == SHARE else rate
        return {
            "key": self.key,
            "name": self.name,
            "plain": self.plain,
            "severity": self.severity or None,
            "lasting": self.lasting,
            "lasts": self.lasts,
            "count": None if self.count is None else self.count.to_json(),
            "rest": None if self.count is None else self.count.rest.to_json(),
            "time": None
            if time is None
            else {name: getattr(time, name) for name in ("value", "low", "high", "unit", "sd")},
            "per": rate.per if rate is not None else "",
            "over": None if self.over is None else self.over.to_json() | {"counted": self._counted()},
            "elsewhere": None if self.elsewhere is None else self.elsewhere.to_json(),
            "whose": self.whose,
            "at": self.at,
            "years": self.years,
            "basis": rate.basis.value if rate is not None and self.whose == PUBLISHED else None,
            "sources": list(rate.sources) if rate is not None and self.whose == PUBLISHED else [],
            "rule": rate.rule if rate is not None and self.whose == PUBLISHED else "",
            "why_not": self.why_not,
            "partly": self._partly(),
            "overlap": "",
        }

    def _partly(self) -> dict[str, Any] | None:
        """Return who of 1,000 has it, who has it not, and of whom nobody knows; together they are 1,000."""
        known, count = self.partly, self.count
        if known is None or count is None:
            return None
        yes = 0 if known.no is None else count.people
        no = count.rest.people if known.no is None else min(Count(known.no.value).people, count.rest.people)
        return {
            "bound": known.bound,
            "yes": yes,
            "no": no,
            "not_counted": PEOPLE - yes - no,
            "brief": known.brief,
            "text": known.text,
            "sources": [] if known.no is None else list(known.no.sources),
        }

    def _counted(self) -> dict[str, Any] | None:
        """Return what somebody did count in people over many years."""
        known = treatment.decision_aid().counted.get(self.key)
        if known is None:
            return None
        count = Count(known.value, *_ends(known))
        return {"count": count.to_json(), "at": known.at, "sources": list(known.sources)}


def in_years(at: str) -> float | None:
    """Return the longest time that a text names, in years: "mean 2.9 years" is 2.9; None where it names none."""
    found = [float(number) / _IN_A_YEAR[unit] for number, unit in _TIME.findall(at)]
    return max(found, default=None)


def outcome(one: Outcome, figures: Figures | None, option: str = "") -> Shown:
    """Return an outcome of an option, with the surgeon's own figure where there is one."""
    name = treatment.decision_aid().outcomes[one.key].label
    own = None if figures is None else figures.count(one.key)
    if figures is not None and own is not None:
        at = figures.looked_at
        return Shown(one.key, name, one.plain, own, None, None, SURGEON, at, in_years(at), "")
    partly = treatment.decision_aid().partly.get((option, one.key))
    return replace(_published(one.key, name, one.plain, one.rate, one.why_not), partly=partly)


def harm(one: Harm, figures: Figures | None, years: int) -> Shown:
    """Return a harm over the horizon, with the surgeon's own figure where there is one."""
    own = None if figures is None else figures.count(one.key)
    shown = published = _published(one.key, one.name, one.plain, one.rate, one.why_not)
    if figures is not None and own is not None:
        at = figures.looked_at
        shown = Shown(one.key, one.name, one.plain, own, None, None, SURGEON, at, in_years(at), "")
    over = None
    if shown.count is not None and shown.rate is not None and shown.rate.per in _AGAIN:
        guess = treatment.decision_aid().numbers["likeness"]
        times = years if shown.rate.per == "year" else sessions(years)
        over = repeated(shown.count, times, guess.value, guess.low, guess.high)
    return Shown(
        shown.key,
        shown.name,
        shown.plain,
        shown.count,
        shown.rate,
        over,
        shown.whose,
        shown.at,
        shown.years,
        shown.why_not,
        one.severity,
        one.lasting,
        one.lasts,
        None if shown is published else published.count,
    )


def gravity(severity: str, *, lasting: bool, share: float | None) -> tuple[int, bool, bool, float]:
    """Order harms: death, serious and lasting, serious, minor; within each by rate, what nobody counted after it."""
    weight = _GRAVITY[severity]
    return weight, weight == 1 and not lasting, share is None, -(share or 0.0)


def sessions(years: int) -> int:
    """Return how many sessions of injections a horizon has."""
    return max(1, round(years * _IN_A_YEAR["day"] / treatment.decision_aid().number("days_between_sessions")))


def main(shown: dict[str, Shown], years: int) -> Shown | None:
    """Return the number that stands first: who is relieved, as late within the horizon as somebody looked.

    Parameters
    ----------
    shown : dict of str to Shown
        The outcomes of the option by key.
    years : int
        The horizon.

    Returns
    -------
    Shown or None
        None where nobody counted relief at all. What is counted over each session holds for each session.
    """
    able = [shown[key] for key in _RELIEF if key in shown and shown[key].count is not None]
    # Looked at equally late, a clinic's own people come first. One look of a year beside one of ten would be no fair
    # comparison, so what was looked at earlier never stands first.
    return max(able, key=lambda one: (min(one.years or 0.0, float(years)), one.whose == SURGEON), default=None)


def holds_over(one: Shown, years: int) -> bool:
    """Say whether somebody looked as late as the horizon reaches."""
    return one.years is not None and one.years >= years * _NEARLY


def when(one: Shown, *, again: bool) -> str:
    """Say, behind a number, when somebody looked: " after 10 years", " after one session"; empty where nobody tells."""
    if again and one.key != "lasting":
        return " after one session"
    return f" after {one.at}" if one.years is not None else ""


def _published(key: str, name: str, plain: str, rate: Rate | None, why_not: str) -> Shown:
    if rate is None:
        return Shown(key, name, plain, None, None, None, PUBLISHED, "", None, why_not)
    count = Count(rate.value, *_ends(rate)) if rate.unit == SHARE else None
    return Shown(key, name, plain, count, rate, None, PUBLISHED, rate.at, in_years(rate.at), why_not)


def _ends(rate: Rate) -> tuple[float | None, float | None]:
    """Return the interval of a share, kept within 0 and 1: one from a mean and its spread may reach beyond."""
    if rate.low is None or rate.high is None:
        return None, None
    return max(0.0, rate.low), min(1.0, rate.high)
