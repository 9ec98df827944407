"""Whether it helped, and for how long: from the course with its intervals, and from HFS-7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot

from facialis.treatment.authorisation.record import Record
from facialis.treatment.authorisation.records import Cycle, Score, Session
from facialis.treatment.authorisation.said import Place, day, days, share


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found: True, False, or None where nobody told it."""

    holds: bool | None
    found: tuple[Place, ...]
    missing: str = ""


def benefit(record: Record, least: int) -> Judged:
    """Say whether the last injection that can be judged held for so many days, counted from its onset.

    Where the onset is not known it is counted from the injection, and said so.
    """
    if record.course is None:
        return Judged(None, (), "the course is not in the packet: add it, for how long each injection held")
    found: list[Place] = []
    verdict: bool | None = None
    for session in record.sessions:
        told = [_held(cycle, record.course.on, least) for cycle in record.cycle(session)]
        found += [place for place, _ in told]
        judged = [holds for _, holds in told if holds is not None]
        verdict = all(judged) if judged else verdict
    if verdict is None:
        return Judged(None, tuple(found), "no cycle of these sessions can be judged in the course")
    if not verdict:
        return Judged(False, tuple(found), f"the last injection that can be judged held less than {least} days")
    return Judged(True, tuple(found))


def _held(cycle: Cycle, on: date, least: int) -> tuple[Place, bool | None]:
    """Say how long one injection held, and whether that is long enough."""
    start = cycle.onset.value if cycle.onset else 0.0
    counted = "from its onset" if cycle.onset else "from the injection (onset not known)"
    name = f"{day(cycle.day)}, {cycle.side}"
    if cycle.state == "no_response":
        return Place(cycle.file, cycle.at, f"{name}: no response"), False
    if cycle.state == "worn_off" and cycle.wear_off:
        held = cycle.wear_off.value - start
        low, high = _apart(cycle)
        doubt = f"; the interval reaches below {least} days" if low < least <= held else ""
        text = f"{name}: held {held:.0f} days ({low:.0f} to {high:.0f}) {counted}{doubt}"
        return Place(cycle.file, f"{cycle.at}.wear_off_day", text), held >= least
    if cycle.state == "working":
        held = (on - cycle.day).days - start
        text = f"{name}: still working {held:.0f} days {counted}, on {day(on)}"
        return Place(cycle.file, cycle.at, text), True if held >= least else None
    return Place(cycle.file, cycle.at, f"{name}: {cycle.state.replace('_', ' ')}"), None


def _apart(cycle: Cycle) -> tuple[float, float]:
    """Return the interval from onset to wear-off, the two taken as independent."""
    end, start = cycle.wear_off, cycle.onset
    assert end is not None
    if start is None:
        return end.low, end.high
    below = hypot(end.value - end.low, start.high - start.value)
    above = hypot(end.high - end.value, start.value - start.low)
    return max(end.value - start.value - below, 0.0), end.value - start.value + above


def improvement(record: Record, points: float | None) -> Judged:
    """Say whether an improvement was measured: relief in the course, or a fall of HFS-7.

    Parameters
    ----------
    record : Record
    points : float or None
        The least fall of HFS-7 that counts; any fall where it is None.
    """
    told = [*_relief(record), *_scale(record, points)]
    found = tuple(place for place, _ in told)
    if any(holds for _, holds in told):
        return Judged(True, found)
    if told:
        return Judged(False, found, "what was measured shows no improvement")
    if record.course is not None:
        return Judged(
            None, (), "no cycle of these sessions can be judged in the course; add HFS-7 from before and after"
        )
    return Judged(None, (), "add the course, or HFS-7 from before and after a session")


def _relief(record: Record) -> list[tuple[Place, bool]]:
    """Return the relief after the last session that can be judged, one for each side."""
    for session in reversed(record.sessions):
        found = []
        for cycle in record.cycle(session):
            name = f"{day(cycle.day)}, {cycle.side}"
            if cycle.state == "no_response":
                found.append((Place(cycle.file, cycle.at, f"{name}: no response"), False))
            elif cycle.relief is not None and cycle.state in ("worn_off", "working"):
                text = f"{name}: relief at its best {share(cycle.relief)}"
                if cycle.wear_off and cycle.state == "worn_off":
                    text += f", worn off after {days(cycle.wear_off)}"
                found.append((Place(cycle.file, f"{cycle.at}.relief", text), cycle.relief.low > 0.0))
        if found:
            return found
    return []


def _scale(record: Record, points: float | None) -> list[tuple[Place, bool]]:
    """Return the fall of HFS-7 over the last session that has a score before and after it."""
    scores = sorted(
        (one for one in record.scores if one.scale == "hfs_7" and one.day and one.total is not None),
        key=lambda one: one.day or date.min,
    )
    for session, until in reversed(list(_spans(record.sessions))):
        pair = _around(scores, session, until)
        if pair:
            before, after = pair
            fall = (before.total or 0.0) - (after.total or 0.0)
            text = (
                f"HFS-7 {before.total:g} on {day(before.day or session.day)} and {after.total:g} on "
                f"{day(after.day or session.day)}, after the session of {day(session.day)}: fell by {fall:g}"
            )
            if points is not None:
                text += f" (smallest change that counts: {points:g})"
            return [(Place(after.file, "score.total", text), fall >= points if points is not None else fall > 0)]
    return []


def _spans(sessions: Sequence[Session]) -> list[tuple[Session, date]]:
    ends = [one.day for one in sessions[1:]] + [date.max]
    return list(zip(sessions, ends, strict=True))


def _around(scores: Sequence[Score], session: Session, until: date) -> tuple[Score, Score] | None:
    before = [one for one in scores if one.day and one.day <= session.day]
    after = [one for one in scores if one.day and session.day < one.day <= until and one not in before]
    return (before[-1], after[0]) if before and after else None
