"""The words that every part of Facialis speaks: side, state, estimate, finding.

A measuring part ends in a list of :class:`Finding`. Diagnosis asks for findings and nothing else,
so a part can be missing and a clinician can enter or overrule any finding by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any


class Side(StrEnum):
    """A side of the body: always the patient's own, never the viewer's."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"

    @property
    def other(self) -> Side:
        """The opposite side; BOTH and NONE are their own opposite."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(self, self)


class State(StrEnum):
    """What is known of a finding. "Not assessable" is a result, not a gap."""

    PRESENT = "present"
    ABSENT = "absent"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured number with its 95 % interval.

    Parameters
    ----------
    value, low, high : float
        Finite, with ``low <= value <= high``.
    unit : str
        As printed, for example ``"1/min"`` or ``"IOD"``; empty for a pure number.

    Raises
    ------
    ValueError
        If a number is not finite or the value lies outside its interval.
    """

    value: float
    low: float
    high: float
    unit: str = ""

    def __post_init__(self) -> None:
        if not all(isfinite(number) for number in (self.value, self.low, self.high)):
            raise ValueError("an estimate needs finite numbers; an unknown one is None, not NaN")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.value} lies outside its interval {self.low} to {self.high}")

    def to_json(self) -> dict[str, Any]:
        """Return ``{"value", "low", "high", "unit"}``."""
        return {"value": self.value, "low": self.low, "high": self.high, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign or answer about a person.

    Parameters
    ----------
    code : str
        A key of :mod:`facialis.knowledge`.
    state : State
        Present, absent or not assessable; its word will do.
    side : Side
        The patient's side, or its word; NONE where a side has no meaning or is not known.
    estimate : Estimate or None
        The number behind it, where there is one.
    source : str
        Who says so: ``"video"``, ``"patient"``, ``"clinician"``, ``"emg"``, ``"mri"``, ``"record"``.
    because : tuple of str
        The reasons in words, most important first. Never empty for a measured finding.
    probability : float or None
        How likely it is that the state, present or absent, is as said; None where nobody put a number to it.

    Raises
    ------
    ValueError
        If the probability is none, or a word no state or side.
    """

    code: str
    state: State
    side: Side = Side.NONE
    estimate: Estimate | None = None
    source: str = ""
    because: tuple[str, ...] = ()
    probability: float | None = None

    def __post_init__(self) -> None:
        # A word equals its state and is not it: kept as a word, "present" would count as if it were absent.
        object.__setattr__(self, "state", State(self.state))
        object.__setattr__(self, "side", Side(self.side))
        if self.probability is not None and not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"{self.probability} is no probability: it must lie between 0 and 1")

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form; ``estimate`` is ``None`` where there is no number."""
        return {
            "code": self.code,
            "state": self.state.value,
            "side": self.side.value,
            "estimate": self.estimate.to_json() if self.estimate else None,
            "source": self.source,
            "because": list(self.because),
            "probability": self.probability,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """Read the public JSON form; all keys but ``code`` and ``state`` may be missing.

        Raises
        ------
        KeyError
            If ``code`` or ``state`` is missing.
        ValueError
            If a word or a number is not one of those allowed.
        """
        estimate = data.get("estimate")
        return cls(
            code=str(data["code"]),
            state=State(data["state"]),
            side=Side(data.get("side") or "none"),
            estimate=Estimate(**estimate) if estimate else None,
            source=str(data.get("source") or ""),
            because=tuple(str(reason) for reason in data.get("because") or ()),
            probability=data.get("probability"),
        )
