"""One number of two recordings: before, after, how much it changed, and whether that is better or worse."""

from __future__ import annotations

from typing import Any, NamedTuple

from facialis import knowledge
from facialis.findings import Estimate
from facialis.ratios import Change

BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot tell"


class Measure(NamedTuple):
    """One number of both recordings.

    Attributes
    ----------
    name, unit : str
    before, after : Estimate or None
    change : Change
    change_is : str
        ``ratio`` (after over before) or ``difference`` (after less before).
    verdict : str
        ``better``, ``worse`` or ``cannot tell``.
    because : tuple of str
    """

    name: str
    unit: str
    before: Estimate | None
    after: Estimate | None
    change: Change
    change_is: str
    verdict: str
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "name": self.name,
            "unit": self.unit,
            "before": _told(self.before),
            "after": _told(self.after),
            "change": self.change.to_json(),
            "change_is": self.change_is,
            "verdict": self.verdict,
            "because": list(self.because),
        }


class Gap(NamedTuple):
    """What was not compared, and why."""

    name: str
    because: str

    def to_json(self) -> dict[str, str]:
        """Return the public JSON form."""
        return {"name": self.name, "because": self.because}


def _told(estimate: Estimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {"value": round(estimate.value, 5), "low": round(estimate.low, 5), "high": round(estimate.high, 5)}


def judged(found: Change, less_is_better: bool = True) -> tuple[str, str]:
    """Return the verdict on a ratio, and its reason."""
    least = knowledge.threshold("compare_ratio_that_matters")
    fewer = found.high is not None and found.high < least
    more = found.low is not None and found.low > 1 / least
    span = f"{number(found.low)} to {number(found.high)}"
    if fewer or more:
        beyond = f"below {least:.2f}" if fewer else f"above {1 / least:.2f}"
        return (BETTER if fewer is less_is_better else WORSE), f"the whole interval of the ratio, {span}, is {beyond}"
    return CANNOT_TELL, f"the interval of the ratio, {span}, is not wholly below {least:.2f} or above {1 / least:.2f}"


def number(value: float | None) -> str:
    """Print an end of an interval."""
    return "no bound" if value is None else f"{value:.2f}"
