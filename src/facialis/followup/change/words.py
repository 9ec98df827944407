"""What a change is called and why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from facialis.followup.change.visit import Visit
from facialis.units import count

if TYPE_CHECKING:
    from facialis.findings import Estimate
    from facialis.followup.change.judge import Judged


def together(
    measures: Sequence[Judged], beyond_cycle: str, disagree: bool, before: Visit, after: Visit
) -> tuple[str, ...]:
    """Say why all measures together are better, worse or cannot be told."""
    if not measures:
        return ("no measure that can be judged was taken at both visits",)
    sure_as_seen = [one for one in measures if one.verdict != "cannot_tell"]
    told = [f"{one.varying.name}, as measured: {one.verdict}, {_difference(one, one.seen)}" for one in sure_as_seen]
    if disagree:
        told = []
        ways = [f"{one.varying.name}: {_way(one.toward)}" for one in measures if one.toward != "cannot_tell"]
        told.append(f"the measures disagree ({'; '.join(ways)}), and none of them is outvoted")
    elif beyond_cycle != "cannot_tell":
        sure = [one.varying.name for one in measures if one.beyond_cycle == beyond_cycle]
        told.append(f"beyond the toxin cycle {beyond_cycle}: {' and '.join(sure)}; no other measure says the opposite")
    missing = [name for name, one in (("before", before), ("after", after)) if not one.cycle_known]
    if missing and any(one.explained_by == "unknown" for one in measures):
        told.append(
            f"nobody said how long ago the last injection was ({' and '.join(missing)}), "
            "so that a difference may be the toxin's"
        )
    told += [f"{one.varying.name}: {one.because[0]}" for one in measures]
    if any(one.explained_by == "cycle" and one.beyond_cycle != one.verdict for one in measures):
        told.append("how the cycle goes is taken from people at large: this person's own course would narrow it")
    return tuple(told)


def of_visits(before: Visit, after: Visit, looks: int, judged: int) -> tuple[str, ...]:
    """Say where the toxin stood, how many looks and measures were allowed for, and what limits the visits."""
    told = [f"before: {toxin(before)}; after: {toxin(after)}"]
    if looks > 1 or judged > 1:
        told.append(f"widened for {count(judged, 'measure')} and {count(looks, 'look')}")
    told += [f"{which}: {limit}" for which, one in (("before", before), ("after", after)) for limit in one.limits]
    return tuple(told)


def toxin(visit: Visit) -> str:
    """Say where the toxin stood at a visit."""
    if visit.never_injected:
        return "never injected"
    if visit.days_since_injection is None:
        return "days since the last injection not known"
    return f"day {visit.days_since_injection:.0f} after an injection"


def of_measure(one: Judged) -> tuple[str, ...]:
    """Say why one measure is better, worse or cannot be told, most important first."""
    told = [_reason(one)]
    if one.explained_by in ("cycle", "forecast") and one.explained is not None:
        by = "the toxin cycle alone would make it" if one.explained_by == "cycle" else "the forecast was"
        told.append(f"{by} {_difference(one, one.explained)}; seen were {_difference(one, one.seen)}")
    smallest = one.varying.smallest
    if one.varying.how == "ratio":
        told.append(
            f"important from {smallest.value:g} times or {1 / smallest.value:g} times on ({smallest.basis.value})"
        )
    else:
        told.append(f"important from {smallest.value:g} points on ({smallest.basis.value})")
    return tuple(told)


def _reason(one: Judged) -> str:
    difference = _difference(one, one.left)
    if one.beyond_cycle != "cannot_tell":
        return f"{difference}, beyond chance and at least the smallest important change"
    if one.explained_by == "unknown":
        return f"{difference} as seen; where the toxin stood is not known"
    if one.important == "surely_not":
        return f"{difference}: any change is smaller than people call important"
    if _reaches_both(one):
        return f"{difference}: too uncertain to tell"
    if one.toward == "cannot_tell":
        return f"{difference}: less than the smallest important change, as far as it was measured"
    return f"{difference}: chance {'' if one.explained_by == 'nothing' else 'and the cycle '}may explain it"


def _reaches_both(one: Judged) -> bool:
    """Say whether better and worse by the smallest important change both lie within the interval."""
    least, told = one.varying.smallest.value, one.left
    if one.varying.how == "ratio":
        return told.low < least and told.high > 1.0 / least
    return told.low < -least and told.high > least


def _difference(one: Judged, told: Estimate) -> str:
    if one.varying.how == "ratio":
        return f"{told.value:.2g} times ({told.low:.2g} to {told.high:.2g})"
    # Nought has no sign.
    value, low, high = (round(end, 1) + 0.0 for end in (told.value, told.low, told.high))
    return f"{value:+.1f} points ({low:+.1f} to {high:+.1f})".replace("+0.0", "0")


def _way(toward: str) -> str:
    return f"points to {toward}"
