"""The last weeks are held against the same days of the cycle before, so that a wear-off is no change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from facialis.findings import Side
from facialis.followup import Diary, Entry, Treatment, Treatments
from facialis.followup.cycles import OneSide, of_side
from facialis.followup.same_days import same_days

START = date(2026, 1, 5)


def side(now: float, *, until: int = 60, cycles: int = 2, worn: float = 6.0) -> OneSide:
    """Return two cycles of 12 weeks: 2 of 10 until day 56, then `worn`; the last one `now` in its place of 2."""
    rows, entries = [], []
    for k in range(cycles):
        begin = START + timedelta(days=84 * k)
        rows.append(Treatment("injection", begin, Side.LEFT, "onabotulinumtoxinA"))
        last = k == cycles - 1
        for day in range(4, until if last else 84, 7):
            value = worn if day >= 56 else now if last else 2.0
            entries.append(Entry(begin + timedelta(days=day), Side.LEFT, "score", value, "patient"))
    on = START + timedelta(days=84 * (cycles - 1) + until)
    found = of_side(Diary(tuple(entries), (), ()), Treatments(tuple(rows)), Side.LEFT, on)
    assert found is not None
    return found


def day(one: OneSide, until: int = 60) -> date:
    begin = one.begins[-1]
    assert begin is not None
    return begin + timedelta(days=until)


def test_a_cycle_like_the_one_before_is_no_change() -> None:
    told = same_days(side(2.0), day(side(2.0)))
    assert told is not None
    assert told.beyond_cycle == "cannot_tell"


def test_a_wear_off_on_the_same_day_as_before_is_no_change() -> None:
    told = same_days(side(2.0, until=84), day(side(2.0), 84))
    assert told is not None
    assert told.beyond_cycle == "cannot_tell"


@pytest.mark.parametrize(("now", "verdict"), [(8.0, "worse"), (2.0, "cannot_tell")])
def test_a_cycle_much_worse_than_the_one_before_is_told(now: float, verdict: str) -> None:
    told = same_days(side(now, until=50), day(side(now), 50))
    assert told is not None
    assert told.beyond_cycle == verdict


def test_without_a_cycle_before_or_with_one_entry_nothing_is_compared() -> None:
    alone = side(2.0, cycles=1)
    assert same_days(alone, day(alone)) is None
    early = side(2.0, until=8)
    assert same_days(early, day(early, 8)) is None
