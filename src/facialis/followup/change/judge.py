"""Better, worse or cannot tell: each measure by itself, then all of them together, which is no vote.

A verdict needs three things: the whole interval lies on one side of no change; the difference is at least the smallest
important one; and no other measure says the opposite by as much. It is given twice: of the difference as it was
measured, and of what is left of it beyond what the toxin cycle explains.
The interval holds the error of both measurements, the variation from day to day, and what is not known of the cycle.
It is widened for every measure that is judged and for every look that was taken (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot, log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from facialis.findings import Estimate, Side
from facialis.followup.change import words
from facialis.followup.change.cycle import left
from facialis.followup.change.spread import NORMAL, back, opened, placed, spread, with_error
from facialis.followup.change.visit import Reading, Visit
from facialis.knowledge import treatment

if TYPE_CHECKING:
    from facialis.knowledge.treatment.change import Varying

BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot_tell"
CYCLE, FORECAST, NOTHING, UNKNOWN = "cycle", "forecast", "nothing", "unknown"
_PLAIN = 0.05
# Draws that leave the untreated burden within the scale; with fewer of them all are taken.
_FEW = 100


@dataclass(frozen=True)
class Judged:
    """One measure of both visits. Of a ratio every difference is after over before, else after less before.

    Attributes
    ----------
    varying : Varying
    before, after : Estimate
        With the error of the measurement and the variation from day to day.
    seen : Estimate
        The difference as it was measured.
    explained : Estimate or None
        What of it the toxin cycle, or the forecast, explains; None where that is not known.
    explained_by : str
        ``"cycle"``, ``"forecast"``, ``"nothing"`` (no toxin at either visit) or ``"unknown"``.
    left : Estimate
        What is left of the difference; where nothing is known of the cycle, all of it.
    held : tuple of (float, float)
        The wider interval that decides.
    beyond_cycle, verdict : str
        Of what is left, and of the difference as it was measured.
    important : str
        ``"surely"``, ``"maybe"`` or ``"surely_not"``: whether what is left is at least the smallest important change.
    toward : str
        Which way it points by at least the smallest important change, however sure; ``"cannot_tell"`` for neither.
    because : tuple of str
    """

    varying: Varying
    before: Estimate
    after: Estimate
    seen: Estimate
    explained: Estimate | None
    explained_by: str
    left: Estimate
    held: tuple[float, float]
    beyond_cycle: str
    verdict: str
    important: str
    toward: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What became of a person between two visits; ``to_json`` gives the public result.

    Attributes
    ----------
    beyond_cycle, verdict : str
        ``"better"``, ``"worse"`` or ``"cannot_tell"``: beyond what the toxin cycle explains, and as it was measured.
    evidence : tuple of str
        The reasons in words, most important first.
    measures : tuple of Judged
    not_counted : mapping of str to str
        Measures that are not judged, with the reason.
    before, after : Visit
    looks : int
    """

    beyond_cycle: str
    verdict: str
    evidence: tuple[str, ...]
    measures: tuple[Judged, ...]
    not_counted: Mapping[str, str]
    before: Visit
    after: Visit
    looks: int

    def to_json(self) -> dict[str, Any]:
        """Return the public result, ``facialis.change/1``."""
        from facialis.followup.change.result import to_json

        return to_json(self)


class NotComparable(ValueError):
    """The visits cannot be held against each other; the text is one line."""


def change(before: Visit, after: Visit, looks: int = 1) -> Change:
    """Say whether a visit is really different from an earlier one.

    Parameters
    ----------
    before, after : Visit
    looks : int
        How often somebody has looked, or will look, for a change against the same visit: the more looks, the more often
        chance alone would show one.

    Raises
    ------
    NotComparable
        If they are of two sides, or the later one is the earlier.
    """
    _comparable(before, after)
    known = treatment.changes()
    shared = [key for key in known.measures if key in before.readings and key in after.readings]
    alpha = known.number("alpha") / (max(looks, 1) * max(len(shared), 1))
    measures = tuple(_judged(known.measures[key], before, after, alpha) for key in shared)
    beyond_cycle, evidence = _together(measures, before, after)
    verdict, _ = _agreed([(one.verdict, _toward(one.varying, one.seen.value)) for one in measures])
    evidence += words.of_visits(before, after, looks, len(measures))
    return Change(beyond_cycle, verdict, evidence, measures, _not_counted(before, after), before, after, looks)


def _comparable(before: Visit, after: Visit) -> None:
    if Side.BOTH in (before.side, after.side) and before.side is not after.side:
        raise NotComparable("one visit counts both sides together, the other does not: compare one side")
    if {before.side, after.side} == {Side.LEFT, Side.RIGHT}:
        raise NotComparable(f"before is of the {before.side.value}, after of the {after.side.value}: compare one side")
    if before.day is not None and after.day is not None and after.day < before.day:
        raise NotComparable(f"after is of {after.day}, before of {before.day}: swap them")


def _not_counted(before: Visit, after: Visit) -> dict[str, str]:
    known = treatment.changes()
    told = {}
    for key in dict.fromkeys([*before.readings, *after.readings]):
        if key in known.not_counted:
            told[key] = known.not_counted[key]
        elif key not in before.readings or key not in after.readings:
            told[key] = f"only measured {'after' if key in after.readings else 'before'}"
    return told


def _judged(varying: Varying, before: Visit, after: Visit, alpha: float) -> Judged:
    readings = before.readings[varying.key], after.readings[varying.key]
    spreads = tuple(spread(varying, one) for one in readings)
    gap = sum(opened(one) for one in readings)
    seen, seen_sd = _seen(varying, readings, spreads)
    rest, verdict = _beyond(varying, before, after, seen, seen_sd, spreads), _Left(NOTHING, None, seen, seen_sd)
    held, shown = rest.interval(alpha, gap), rest.interval(_PLAIN, gap)
    beyond_cycle = _verdict(varying, rest.middle, held) if rest.by != UNKNOWN else CANNOT_TELL
    told = Judged(
        varying,
        with_error(varying, readings[0], spreads[0]),
        with_error(varying, readings[1], spreads[1]),
        _told(varying, seen, *verdict.interval(_PLAIN, gap)),
        rest.explained and _told(varying, *rest.explained),
        rest.by,
        _told(varying, rest.middle, *shown),
        (back(varying, held[0]), back(varying, held[1])),
        beyond_cycle,
        _verdict(varying, seen, verdict.interval(alpha, gap)),
        _important(varying, shown),
        _toward(varying, back(varying, rest.middle)),
        (),
    )
    return replace(told, because=words.of_measure(told))


def _times(alpha: float) -> float:
    """Return how many standard errors an interval reaches: the spreads themselves are guessed (Student's t)."""
    return float(special.stdtrit(treatment.changes().number("worth"), 1.0 - 0.5 * alpha))


def _seen(varying: Varying, readings: tuple[Reading, Reading], spreads: tuple[float, ...]) -> tuple[float, float]:
    before, after = (placed(varying, one.value) for one in readings)
    return after - before, sqrt(sum(sd**2 for sd in spreads))


@dataclass(frozen=True)
class _Left:
    """What is left of a difference: by what it is explained and how much, the rest, and its two standard errors."""

    by: str
    explained: tuple[float, float, float] | None
    middle: float
    error: float
    cycle: float = 0.0

    def interval(self, alpha: float, gap: float) -> tuple[float, float]:
        """Return its interval: Student's t for the error, which is guessed, the normal one for the cycle."""
        wide = hypot(_times(alpha) * self.error, special.ndtri(1.0 - 0.5 * alpha) * self.cycle) + gap
        return self.middle - wide, self.middle + wide


def _beyond(
    varying: Varying, before: Visit, after: Visit, seen: float, seen_sd: float, spreads: tuple[float, ...]
) -> _Left:
    """Return what is left of a difference when what the cycle, or the forecast, explains is taken off."""
    expected = before.readings[varying.key].expected, after.readings[varying.key].expected
    if expected[0] is not None and expected[1] is not None:
        middle = placed(varying, expected[1].value) - placed(varying, expected[0].value)
        wide = [(placed(varying, one.high) - placed(varying, one.low)) / (2.0 * NORMAL) for one in expected if one]
        sd = hypot(*wide)
        explained = middle, middle - NORMAL * sd, middle + NORMAL * sd
        return _Left(FORECAST, explained, seen - middle, seen_sd, sd)
    if before.never_injected and after.never_injected:
        return _Left(NOTHING, (0.0, 0.0, 0.0), seen, seen_sd)
    if not before.cycle_known or not after.cycle_known:
        return _Left(UNKNOWN, None, seen, seen_sd)
    first, second = left(before, after)
    error = seen_sd
    if varying.how == "ratio":
        moved = np.log(second / first)
    else:
        # Were nothing changed, both would come of one untreated burden, of which these shares are left; a burden that
        # the scale does not have is no explanation.
        total = before.readings[varying.key].value + after.readings[varying.key].value
        able = total <= (varying.top or np.inf) * (first + second)
        if able.sum() >= _FEW:
            first, second = first[able], second[able]
        moved = total * (second - first) / (first + second)
        weights = 2.0 * second / (first + second), 2.0 * first / (first + second)
        error = sqrt(sum(float((weight**2).mean()) * sd**2 for weight, sd in zip(weights, spreads, strict=True)))
    middle = float(moved.mean())
    low, high = (float(end) for end in np.quantile(moved, (0.025, 0.975)))
    explained = middle, min(low, middle), max(high, middle)
    return _Left(CYCLE, explained, seen - middle, error, float(moved.std()))


def _smallest(varying: Varying) -> float:
    """Return the smallest important change on the scale of differences, above 0."""
    return -log(varying.smallest.value) if varying.how == "ratio" else varying.smallest.value


def _verdict(varying: Varying, middle: float, held: tuple[float, float]) -> str:
    if held[1] < 0.0 and middle <= -_smallest(varying):
        return BETTER
    if held[0] > 0.0 and middle >= _smallest(varying):
        return WORSE
    return CANNOT_TELL


def _toward(varying: Varying, told: float) -> str:
    """Return which way a difference points by at least the smallest important change, however sure it is."""
    middle = log(told) if varying.how == "ratio" else told
    return BETTER if middle <= -_smallest(varying) else WORSE if middle >= _smallest(varying) else CANNOT_TELL


def _important(varying: Varying, shown: tuple[float, float]) -> str:
    least = _smallest(varying)
    if shown[1] <= -least or shown[0] >= least:
        return "surely"
    return "surely_not" if max(abs(end) for end in shown) < least else "maybe"


def _told(varying: Varying, middle: float, low: float, high: float) -> Estimate:
    unit = "times" if varying.how == "ratio" else "points"
    return Estimate(back(varying, middle), back(varying, low), back(varying, high), unit)


def _agreed(told: Sequence[tuple[str, str]]) -> tuple[str, bool]:
    """Return the beyond_cycle of several measures and whether they disagree.

    One that says better or worse stands, unless another says or only points to the opposite by an important amount:
    measures do not vote, and an unsure contradiction is still one.
    """
    said = {beyond_cycle for beyond_cycle, _ in told} - {CANNOT_TELL}
    pointed = said | {toward for _, toward in told} - {CANNOT_TELL}
    if not said:
        return CANNOT_TELL, len(pointed) > 1
    return (next(iter(said)), False) if len(pointed) == 1 else (CANNOT_TELL, True)


def _together(measures: Sequence[Judged], before: Visit, after: Visit) -> tuple[str, tuple[str, ...]]:
    beyond_cycle, disagree = _agreed([(one.beyond_cycle, one.toward) for one in measures])
    return beyond_cycle, words.together(measures, beyond_cycle, disagree, before, after)
