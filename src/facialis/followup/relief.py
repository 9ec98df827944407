"""Relief after decompression: where a person stands on the published curve, and until when "not yet" is no failure.

>>> from datetime import date
>>> told = relief(date(2026, 1, 12), date(2026, 3, 1), ())
>>> told.state, told.not_failure_until
('not_assessable', datetime.date(2028, 1, 12))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from facialis.findings import Estimate, Side
from facialis.followup import relief_words as words
from facialis.followup.diary import Diary, Entry
from facialis.followup.relief_curves import curves
from facialis.followup.relief_diary import Told, read
from facialis.followup.treatments import Treatments
from facialis.knowledge import treatment

STATES = ("free", "improving", "not_yet", "relapse", "late", "not_assessable")
# Days at which the curve is written down: close together where it bends.
_STEPS = (0, 3, 7, 14, 21, 30, 45, 61, 91, 122, 152, 183, 244, 304, 365, 457, 548, 639, 730, 822, 913, 1004, 1095)


@dataclass(frozen=True)
class Relief:
    """Where a person stands after a decompression.

    Attributes
    ----------
    operated, on : date
    state : str
        One of ``STATES``. "late" is no failure: it says that the surgeon should be asked.
    free_since : date or None
    relapsed : date or None
        The first day with spasms again.
    known_until : date or None
        Of the latest entry after the operation.
    less : float or None
        How much less than before the operation, as a share of it.
    free_by_now : Estimate
        Share of those who become free that is free by this day.
    free_of_all : Estimate
        The same share of all who were operated.
    chance_still : Estimate or None
        Of becoming free, for somebody who is not yet; None where that is no question or nobody has counted it.
    not_failure_until : date
    curve : tuple of (int, Estimate)
        Day from the operation, share of those who become free.
    again : int
        Which operation on this side it is, from 1.
    because, plain : tuple of str
        For clinicians; for the patient.
    sources : tuple of str
    """

    operated: date
    on: date
    state: str
    free_since: date | None
    relapsed: date | None
    known_until: date | None
    less: float | None
    free_by_now: Estimate
    free_of_all: Estimate
    chance_still: Estimate | None
    not_failure_until: date
    curve: tuple[tuple[int, Estimate], ...]
    again: int
    because: tuple[str, ...]
    plain: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def days(self) -> int:
        """Days from the operation to today."""
        return (self.on - self.operated).days

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        known = treatment.relief()
        return {
            "operated": self.operated.isoformat(),
            "on": self.on.isoformat(),
            "days": self.days,
            "state": self.state,
            "free_since": None if self.free_since is None else self.free_since.isoformat(),
            "share_free_by_now": self.free_by_now.to_json(),
            "chance_still": None if self.chance_still is None else self.chance_still.to_json(),
            "not_failure_until": self.not_failure_until.isoformat(),
            "curve": [{"day": day, "value": at.value, "low": at.low, "high": at.high} for day, at in self.curve],
            "studies": [
                {"source": study.source, "points": [{"day": day, "share": share} for day, share in study.points]}
                for study in known.studies
                if study.of == "free"
            ],
            "because": list(self.because),
            "plain": list(self.plain),
            "sources": list(self.sources),
        }


def of(diary: Diary, treatments: Treatments, side: Side, on: date, *, seed: int = 1) -> Relief | None:
    """Return where a side stands after its latest decompression; None where it had none by this day.

    Parameters
    ----------
    diary : Diary
    treatments : Treatments
    side : Side
        LEFT or RIGHT.
    on : date
        Today; later entries are not read.
    seed : int
        Of the draws.
    """
    here = (side, Side.BOTH)
    given = [row for row in treatments.rows if row.side in here and row.day <= on]
    operations = sorted({row.day for row in given if row.kind == "decompression"})
    if not operations:
        return None
    entries = [entry for entry in diary.entries if entry.side in (*here, Side.NONE) and entry.day <= on]
    injected = [row.day for row in given if row.kind == "injection"]
    return relief(operations[-1], on, entries, injected=injected, again=len(operations), seed=seed)


def relief(
    operated: date,
    on: date,
    entries: Sequence[Entry],
    *,
    injected: Sequence[date] = (),
    again: int = 1,
    seed: int = 1,
) -> Relief:
    """Say where a person stands after a decompression.

    Parameters
    ----------
    operated, on : date
        Of the operation; today.
    entries : sequence of Entry
        Of this side, from before and after the operation.
    injected : sequence of date
        Injections of toxin on this side: no spasm under toxin says nothing of the operation.
    again : int
        Which operation on this side it is, from 1.
    seed : int
        Of the draws.

    Raises
    ------
    ValueError
        If the operation is still to come.
    """
    if on < operated:
        raise ValueError(f"the operation of {operated.isoformat()} is after {on.isoformat()}")
    told = read([entry for entry in entries if entry.day <= on], operated, injected)
    known, drawn = treatment.relief(), curves(seed)
    until = operated + timedelta(days=round(known.not_failure.value))
    if told.relapsed is not None:
        until = max(until, told.relapsed + timedelta(days=round(known.relapse["wait_days"].value)))
    state = _state(told, until)
    days = (on - operated).days
    standing = words.Standing(
        told,
        state,
        operated,
        on,
        drawn.free_by(days),
        drawn.free_of_all(days),
        _still(told, state, operated, drawn.still),
        until,
        again,
    )
    return Relief(
        operated=operated,
        on=on,
        state=state,
        free_since=told.free_since,
        relapsed=told.relapsed,
        known_until=told.known_until,
        less=told.less,
        free_by_now=standing.free_by_now,
        free_of_all=standing.free_of_all,
        chance_still=standing.chance_still,
        not_failure_until=until,
        curve=_curve(seed),
        again=again,
        because=words.because(standing),
        plain=words.plain(standing),
        sources=words.sources(standing),
    )


@lru_cache(maxsize=8)
def _curve(seed: int) -> tuple[tuple[int, Estimate], ...]:
    return tuple((day, curves(seed).free_by(day)) for day in _STEPS)


def _state(told: Told, until: date) -> str:
    if told.known_until is None:
        return "not_assessable"
    if told.free_since is not None:
        return "free"
    if told.relapsed is not None:
        return "relapse"
    # Only a day with spasms can be late: a diary that ended before tells nothing of today.
    if told.still is not None and told.still > until and not told.latest_free:
        return "late"
    if told.still is None and not told.can_be_free:
        return "not_assessable"
    enough = treatment.relief().number("better_share")
    return "improving" if told.less is not None and told.less >= enough else "not_yet"


def _still(told: Told, state: str, operated: date, by_day: words.ByDay) -> Estimate | None:
    """Return the chance of becoming free, or free again, where somebody has counted it."""
    if state in ("free", "not_assessable"):
        return None
    if told.relapsed is None:
        return by_day((told.still - operated).days if told.still is not None else 0)
    if (told.relapsed - operated).days > words.EARLY_RELAPSE_DAYS:
        return None
    again = treatment.relief().silent["free_again"]
    if again.low is None or again.high is None:
        return None
    return Estimate(again.value, again.low, again.high, "share")
