"""What a diary says of freedom from spasm after an operation: since when, whether it was lost, how much is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import fmean

from facialis.followup.diary import MEASURES, Entry
from facialis.knowledge import treatment

# Measures that count spasms come before one that tells how life is with them; no spasm is nothing it could tell.
_OF_LIFE = ("hfs_7",)
# What is counted has no top that means the same in everybody: it is laid on this person's own highest.
_COUNTED = ("spasms_per_min", "spasm_time_fraction")


@dataclass(frozen=True)
class Day:
    """One day of a diary, as a share of the scale.

    Attributes
    ----------
    day : date
    share : float
    free : bool
        No spasm told.
    masked : bool
        An injection may be why.
    """

    day: date
    share: float
    free: bool
    masked: bool


@dataclass(frozen=True)
class Told:
    """What the diary says.

    Attributes
    ----------
    measure : str
        Key of the measure that was read; empty where there is no entry after the operation.
    entries : int
        After the operation.
    known_until : date or None
        Of the latest entry.
    free_since : date or None
        The first day from which no spasm was told until the latest entry.
    free_entries : int
        Entries since then.
    still : date or None
        The latest day with spasms.
    relapsed : date or None
        The first day with spasms after the latest time of freedom; None while that lasts, or if there was none.
    silent : date or None
        The same after a freedom too short to be one.
    before, now : float or None
        Burden before the operation and lately, as shares of the scale.
    masked : int
        Entries without spasm that an injection may explain.
    stray : int
        Small entries between those without spasm.
    latest_free : bool
        The latest entry tells of no spasm, but is too little to call it freedom.
    can_be_free : bool
        Whether the measure can tell freedom.
    """

    measure: str
    entries: int
    known_until: date | None
    free_since: date | None
    free_entries: int
    still: date | None
    relapsed: date | None
    silent: date | None
    before: float | None
    now: float | None
    masked: int
    stray: int
    latest_free: bool
    can_be_free: bool

    @property
    def less(self) -> float | None:
        """How much less than before the operation, as a share of it; None where it is not known."""
        return None if self.before is None or self.now is None else 1.0 - self.now / self.before


NOTHING = Told("", 0, None, None, 0, None, None, None, None, None, 0, 0, False, True)


def read(entries: Sequence[Entry], operated: date, injected: Sequence[date] = ()) -> Told:
    """Read what a diary says of freedom from spasm.

    Parameters
    ----------
    entries : sequence of Entry
        Of one side.
    operated : date
        Entries of this day itself say nothing.
    injected : sequence of date
        Injections on this side.
    """
    measure = _measure(entries, operated)
    if not measure:
        return NOTHING
    days = _days([entry for entry in entries if entry.measure == measure], measure, injected)
    after, stray = _without_strays([one for one in days if one.day > operated])
    number = treatment.relief().number
    held = [one for one in after if not (one.free and one.masked)]
    free = _last_run(held)
    counts = measure not in _OF_LIFE and _is_freedom(free, number("free_days"))
    relapsed, silent = (None, None) if counts or measure in _OF_LIFE else _lost(held)
    last = after[-1].day
    recent = [one.share for one in after if (last - one.day).days < number("recent_days")]
    return Told(
        measure=measure,
        entries=len(after),
        known_until=last,
        free_since=free[0].day if counts else None,
        free_entries=len(free) if counts else 0,
        still=max((one.day for one in after if not one.free), default=None),
        relapsed=relapsed,
        silent=silent,
        before=_before(days, operated),
        now=fmean(recent),
        masked=len(after) - len(held),
        stray=stray,
        latest_free=bool(free) and not counts,
        can_be_free=measure not in _OF_LIFE,
    )


def _measure(entries: Sequence[Entry], operated: date) -> str:
    """Return the measure with most entries after the operation, of those that count spasms where there is one."""
    told = [entry.measure for entry in entries if entry.day > operated]
    rank: Callable[[str], tuple[bool, int, int]] = lambda key: (  # noqa: E731
        key in _OF_LIFE,
        -told.count(key),
        list(MEASURES).index(key),
    )
    return min(set(told), key=rank, default="")


def _days(entries: Sequence[Entry], measure: str, injected: Sequence[date]) -> list[Day]:
    """Return one value a day as a share of the scale; of what is counted, of this person's highest."""
    scale = MEASURES[measure]
    number = treatment.relief().number
    counted = measure in _COUNTED or scale.high is None
    top = max((entry.value for entry in entries), default=0.0) if counted else float(scale.high or 0.0)
    level = number("free_level_counted" if counted else "free_level")
    width = max(top - scale.low, 1e-9)
    found = []
    for day, same in groupby(sorted(entries, key=lambda entry: entry.day), key=lambda entry: entry.day):
        share = (fmean(entry.value for entry in same) - scale.low) / width
        masked = any(0 <= (day - one).days <= number("toxin_days") for one in injected)
        found.append(Day(day, share, share <= level, masked))
    return found


def _without_strays(days: list[Day]) -> tuple[list[Day], int]:
    """Return the days with single small entries amid freedom taken as free, and how many they are.

    The latest entry of all has nothing after it yet: two free ones before it will do.
    """
    small = treatment.relief().number("stray_level")
    found, stray = list(days), 0
    for i, one in enumerate(days):
        if one.free or one.share > small or i == 0 or not days[i - 1].free:
            continue
        after = days[i + 1].free if i + 1 < len(days) else i > 1 and days[i - 2].free
        if after:
            found[i] = Day(one.day, one.share, True, one.masked)
            stray += 1
    return found, stray


def _last_run(days: Sequence[Day]) -> list[Day]:
    run: list[Day] = []
    for one in reversed(days):
        if not one.free:
            break
        run.insert(0, one)
    return run


def _is_freedom(run: Sequence[Day], least_days: float) -> bool:
    enough = len(run) >= treatment.relief().number("free_entries")
    return enough and (run[-1].day - run[0].day).days >= least_days


def _lost(days: Sequence[Day]) -> tuple[date | None, date | None]:
    """Return the first day with spasms after the latest time of freedom, and after the latest shorter one."""
    least = treatment.relief().number("relapse_days")
    relapsed = silent = None
    run: list[Day] = []
    for one in days:
        if one.free:
            run.append(one)
            continue
        if run and _is_freedom(run, least):
            relapsed = one.day
        elif run:
            silent = one.day
        run = []
    return relapsed, silent


def _before(days: Sequence[Day], operated: date) -> float | None:
    """Return the burden before the operation; entries under toxin count only where there are no others."""
    longest = treatment.relief().number("before_days")
    told = [one for one in days if 0 < (operated - one.day).days <= longest]
    clear = [one.share for one in told if not one.masked] or [one.share for one in told]
    return fmean(clear) if clear and fmean(clear) > 0.0 else None
