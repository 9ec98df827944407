"""Better, worse or cannot tell: two scores held against the smallest change that people call important."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facialis.history.scales.definitions import AnswersError, Scale, SmallestChange
from facialis.history.scales.scoring import Scored


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a score.

    Attributes
    ----------
    scale : str
        Its key.
    verdict : str
        ``"better"``, ``"worse"`` or ``"cannot tell"``.
    low, high : float or None
        By how many points it became better, at the least and at the most, for what is missing; negative for worse.
        None where there is no total.
    smallest : SmallestChange or None
        What it was held against; None where nothing is published that may be used.
    because : tuple of str
        The reasons in words, most important first.
    """

    scale: str
    verdict: str
    low: float | None
    high: float | None
    smallest: SmallestChange | None
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form, ``facialis.scale_change/1``."""
        least = self.smallest
        return {
            "schema": "facialis.scale_change/1",
            "scale": self.scale,
            "verdict": self.verdict,
            "better_by": {"low": self.low, "high": self.high},
            "smallest_important_change": least
            and {"value": least.value, "low": least.low, "high": least.high, "source": least.source},
            "because": list(self.because),
        }


def changed(scale: Scale, before: Scored, after: Scored) -> Change:
    """Hold two scores of one scale against each other; :func:`facialis.history.scales.change` says how.

    Raises
    ------
    AnswersError
        If they are of two scales or two forms, or the later one was answered first.
    """
    _comparable(before, after)
    least = scale.smallest_change if scale.smallest_change is not None and scale.smallest_change.carries_over else None
    low, high = _better_by(scale, before, after)
    told = [_points(scale, before, after, low, high)]
    if before.missing or after.missing:
        told.append("items are missing: every total that they leave possible was held against every other")
    if least is None or low is None or high is None:
        return Change(scale.key, "cannot tell", low, high, least, (*told, *_nothing_to_hold_against(scale)))
    verdict, why = _verdict(low, high, least)
    measured = f"measured in {least.measured_in} ({least.source})"
    return Change(scale.key, verdict, low, high, least, (*told, why, measured, *((least.note,) if least.note else ())))


def _comparable(before: Scored, after: Scored) -> None:
    if before.scale != after.scale:
        raise AnswersError(f"{before.scale} and {after.scale} are two scales; compare two of one")
    if list(before.answers) != list(after.answers):
        raise AnswersError(f"{before.scale}: before and after have different items; compare two of one form")
    if before.answered_on and after.answered_on and after.answered_on < before.answered_on:
        raise AnswersError(
            f"{before.scale}: after was answered on {after.answered_on}, before on {before.answered_on}; swap them"
        )


def _better_by(scale: Scale, before: Scored, after: Scored) -> tuple[float | None, float | None]:
    """Return the least and the most points by which it may have become better."""
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return None, None
    if scale.higher_is_worse:
        return before.low - after.high, before.high - after.low
    return after.low - before.high, after.high - before.low


def _points(scale: Scale, before: Scored, after: Scored, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "there is no total to compare"
    if scale.bands and scale.low != 0:
        return f"{before.grade} before, {after.grade} after"
    if low == high:
        way = "better" if low > 0 else "worse"
        return f"{before.low:g} before, {after.low:g} after: " + (f"{abs(low):g} points {way}" if low else "no change")
    return f"{_span(before)} before, {_span(after)} after: between {_way(low)} and {_way(high)}"


def _span(one: Scored) -> str:
    return f"{one.low:g}" if one.low == one.high else f"{one.low:g} to {one.high:g}"


def _way(points: float) -> str:
    return f"{abs(points):g} points {'worse' if points < 0 else 'better'}"


def _nothing_to_hold_against(scale: Scale) -> tuple[str, ...]:
    change = scale.smallest_change
    if change is None:
        return (scale.no_change_because,)
    return (f"{change.value:g} points mattered in {change.measured_in} ({change.source}). {change.note}",)


def _verdict(low: float, high: float, least: SmallestChange) -> tuple[str, str]:
    """Better or worse only from the far end of the interval on, and only if nothing that is missing can undo it."""
    near = least.value if least.low is None else least.low
    far = least.value if least.high is None else least.high
    ends = f"{least.value:g}" if near == far else f"{least.value:g} ({near:g} to {far:g})"
    smallest = f"the smallest important change, {ends} points"
    if low >= far:
        return "better", f"at least {smallest}"
    if high <= -far:
        return "worse", f"at least {smallest}"
    if max(abs(low), abs(high)) < near:
        return "cannot tell", f"less than {smallest}"
    return "cannot tell", f"not surely as much as {smallest}"
