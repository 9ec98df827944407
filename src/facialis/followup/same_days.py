"""The last weeks against the same days of the cycle before: what the toxin's own course explains is no change."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from facialis.followup.change import Change, Reading, Visit, change
from facialis.followup.cycles import OneSide, cut_off
from facialis.followup.effect import Values
from facialis.followup.fit import Draws, fit
from facialis.followup.forecast import estimate
from facialis.knowledge import treatment

_DRAWS = 480


def same_days(one: OneSide, on: date, seed: int = 1) -> Change | None:
    """Hold the last weeks of this cycle against the same days of the one before.

    Each is held against what the cycles before this injection make likely for those days, so that what is known of this
    person narrows the answer.

    Parameters
    ----------
    one : OneSide
    on : date
    seed : int

    Returns
    -------
    Change or None
        None without two injections, or with fewer than two entries on either side.
    """
    given = [row for row in one.treatments if row is not None]
    if len(given) < 2 or one.scale.measure.key not in treatment.changes().measures:
        return None
    now, before = given[-1].day, given[-2].day
    last = float((on - now).days)
    first = max(last - treatment.alarms().number("recent_days"), 0.0)
    earlier = _days(one, before, now, first, last)
    later = _days(one, now, on + timedelta(days=1), first, last)
    if len(earlier[0]) < 2 or len(later[0]) < 2:
        return None
    draws = fit(cut_off(one, now - timedelta(days=1)).cycles, _DRAWS, seed)
    return change(_visit(one, draws, len(given) - 2, *earlier), _visit(one, draws, len(given) - 1, *later))


def _days(one: OneSide, begin: date, end: date, first: float, last: float) -> tuple[Values, Values]:
    """Return days and values of the main measure from one injection to a day, within these days of the cycle."""
    rows = [
        ((entry.day - begin).days, entry.value)
        for entry in one.entries
        if begin <= entry.day < end and entry.measure == one.scale.measure.key
    ]
    days, values = np.array(rows, dtype=float).reshape(-1, 2).T
    inside = (days >= first) & (days <= last)
    return days[inside], values[inside]


def _visit(one: OneSide, draws: Draws, k: int, days: Values, values: Values) -> Visit:
    given = [row for row in one.treatments if row is not None]
    expected = estimate(one.scale.value(draws.burden(k, days)).mean(axis=1))
    reading = Reading(float(values.mean()), entries=len(days), over_days=float(np.ptp(days)), expected=expected)
    middle = float(days.mean())
    return Visit(
        {one.scale.measure.key: reading},
        given[k].day + timedelta(days=round(middle)),
        one.side,
        middle,
        product=given[k].product,
        name=f"cycle of {given[k].day.isoformat()}",
    )
