"""What two recordings show when they are held against each other: before, after, how much it changed, the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from facialis import knowledge
from facialis.findings import Estimate
from facialis.ratios import Change

BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot tell"


class Told(Protocol):
    """What has a public JSON form."""

    def to_json(self) -> Mapping[str, Any]:
        """Return it."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What is said of every two recordings that are held against each other.

    Attributes
    ----------
    because : tuple of str
        Why they cannot be compared; if they can, what may make them differ though the person does not.
    not_compared : tuple of Gap
        What was left out, and why.
    verdict : str or None
        None if they cannot be compared.
    headline : str
        The verdict in one sentence.
    """

    because: tuple[str, ...]
    not_compared: tuple[Gap, ...] = ()
    verdict: str | None = None
    headline: str = ""

    @property
    def comparable(self) -> bool:
        """Whether the two could be compared."""
        return self.verdict is not None

    def told(self, schema: str, before: Told, after: Told, name: str, found: Sequence[Told]) -> dict[str, Any]:
        """Return the public result: `schema`, both recordings, the verdict, and under `name` what was found."""
        return {
            "schema": schema,
            "before": before.to_json(),
            "after": after.to_json(),
            "comparable": self.comparable,
            "because": list(self.because),
            "verdict": self.verdict,
            "headline": self.headline,
            name: [one.to_json() for one in found],
            "not_compared": [gap.to_json() for gap in self.not_compared],
        }


def why_not(against: Sequence[str]) -> dict[str, Any]:
    """Return ``because`` and ``headline`` of two that cannot be compared."""
    return {"because": tuple(against), "headline": f"Not compared: {against[0]}."}


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
