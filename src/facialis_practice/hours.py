"""When the practice is open: by the clock on its own wall, half-open, right on both changes of the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = 24 * 60
_A_YEAR = 366


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, ``[begins, ends)`` in minutes of the clock since midnight; ``ends`` may be 1440."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends <= MIDNIGHT:
            raise ValueError(f"{clock(self.begins)}-{clock(self.ends)} is no part of a day")

    def __str__(self) -> str:
        return f"{clock(self.begins)} to {clock(self.ends)}"


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which nothing, or not everything, is open.

    Attributes
    ----------
    first, last : date
        Both are closed. Of a closure that comes each year the year does not matter.
    reason : str
        As people are told, for example ``"Christmas Day"``.
    yearly : bool
        It comes each year, on one day.
    services : tuple of str
        Which services; empty: all.
    """

    first: date
    last: date
    reason: str
    yearly: bool = False
    services: tuple[str, ...] = ()

    def covers(self, day: date, service: str) -> bool:
        """Whether a service is closed on a day."""
        if self.services and service not in self.services:
            return False
        if self.yearly:
            return (day.month, day.day) == (self.first.month, self.first.day)
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of one place.

    Attributes
    ----------
    zone : ZoneInfo
    week : mapping
        From service to seven days, Monday first, each a sequence of spans in order.
    closures : tuple of Closure
    """

    zone: ZoneInfo
    week: Mapping[str, Sequence[Sequence[Span]]]
    closures: tuple[Closure, ...] = field(default=())

    def spans(self, service: str, day: date) -> Sequence[Span]:
        """Return when a service is open on a day, closures taken off."""
        return () if self.closed(service, day) else self.week[service][day.weekday()]

    def closed(self, service: str, day: date) -> Closure | None:
        """Return the closure that holds on a day, if there is one."""
        return next((closure for closure in self.closures if closure.covers(day, service)), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a service is open at a moment.

    Attributes
    ----------
    open : bool
    until : datetime or None
        When it closes, in the practice's zone; None where it is closed.
    opens : datetime or None
        When it opens next; None where it is open, or where it does not open within a year.
    because : str
        Why, in one sentence.
    """

    open: bool
    until: datetime | None
    opens: datetime | None
    because: str


def is_open(hours: Hours, service: str, at: datetime) -> Answer:
    """Tell whether a service is open at a moment and, if not, when it is next.

    Parameters
    ----------
    hours : Hours
    service : str
        A key of ``hours.week``.
    at : datetime
        With a time zone.

    Raises
    ------
    ValueError
        If `at` has no time zone, or if there is no such service.
    """
    if at.tzinfo is None:
        raise ValueError("the moment has no time zone")
    if service not in hours.week:
        raise ValueError(f'no service "{service}"; there are {", ".join(hours.week)}')
    today = at.astimezone(hours.zone).date()
    now = at.astimezone(UTC)
    for begins, ends in _from(hours, service, today):
        if begins <= now < ends:
            until = ends.astimezone(hours.zone)
            return Answer(True, until, None, f"Open until {_at(until, today)}.")
        if now < begins:
            opens = begins.astimezone(hours.zone)
            return Answer(False, None, opens, f"{_why(hours, service, at)} Opens at {_at(opens, today)}.")
    return Answer(False, None, None, f"{_why(hours, service, at)} No opening within a year.")


def _from(hours: Hours, service: str, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times of opening from a day on, joined where one ends as the next begins."""
    held: tuple[datetime, datetime] | None = None
    for ahead in range(_A_YEAR + 1):
        for begins, ends in moments(hours, service, day + timedelta(days=ahead)):
            if held and held[1] >= begins:
                held = held[0], max(held[1], ends)
                continue
            if held:
                yield held
            held = begins, ends
    if held:
        yield held


def moments(hours: Hours, service: str, day: date) -> list[tuple[datetime, datetime]]:
    """Return when a service is open on a day, in UTC.

    Open is when the clock on the wall shows a time within a span. Where the clock is put back an hour is shown twice,
    and where it is put forward one is never shown.
    """
    begins, ends = _midnight(day, hours.zone), _midnight(day + timedelta(days=1), hours.zone)
    change = _change(begins, ends, hours.zone)
    pieces = [(begins, change), (change, ends)] if change else [(begins, ends)]
    found = []
    for span in hours.spans(service, day):
        for first, last in pieces:
            offset = first.astimezone(hours.zone).utcoffset() or timedelta(0)
            shown = datetime.combine(day, time(), UTC) - offset
            opens = max(first, shown + timedelta(minutes=span.begins))
            closes = min(last, shown + timedelta(minutes=span.ends))
            if opens < closes:
                found.append((opens, closes))
    return sorted(found)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _change(begins: datetime, ends: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the clock is changed between two moments, to the minute; None where it is not."""
    before, after = (moment.astimezone(zone).utcoffset() for moment in (begins, ends))
    if before == after:
        return None
    low, high = 0, int((ends - begins).total_seconds() // 60)
    while high - low > 1:
        middle = (low + high) // 2
        same = (begins + timedelta(minutes=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return begins + timedelta(minutes=high)


def _why(hours: Hours, service: str, at: datetime) -> str:
    """Say why it is closed at a moment."""
    local = at.astimezone(hours.zone)
    day = local.date()
    closure = hours.closed(service, day)
    if closure is not None:
        return f"Closed today: {closure.reason}."
    spans = hours.week[service][day.weekday()]
    minute = local.hour * 60 + local.minute
    if not spans:
        return f"Closed on {WEEKDAYS[day.weekday()].capitalize()}s."
    if minute < spans[0].begins:
        return "Not yet open today."
    if minute >= spans[-1].ends:
        return "Closed for today."
    return "Closed at this hour."


def _at(moment: datetime, today: date) -> str:
    """Say when, as people do: "8:00 today", "8:00 on Monday", "8:00 on 4 January"."""
    told = clock(moment.hour * 60 + moment.minute)
    away = (moment.date() - today).days
    if away == 0:
        return f"{told} today"
    if away == 1:
        return f"{told} tomorrow"
    if away < len(WEEKDAYS):
        return f"{told} on {WEEKDAYS[moment.weekday()].capitalize()}"
    return f"{told} on {moment.day} {moment:%B}"


def clock(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // 60}:{minute % 60:02d}"


def week_in_words(hours: Hours, service: str) -> list[tuple[str, str]]:
    """Return the usual week, days alike taken together: ``[("Monday to Friday", "8:00 to 17:00"), ...]``."""
    told = [" and ".join(map(str, spans)) or "closed" for spans in hours.week[service]]
    rows: list[tuple[str, str]] = []
    first = 0
    for place in range(1, len(told) + 1):
        if place < len(told) and told[place] == told[first]:
            continue
        days = WEEKDAYS[first].capitalize()
        if place - 1 > first:
            days += f" {'to' if place - first > 2 else 'and'} {WEEKDAYS[place - 1].capitalize()}"
        rows.append((days, told[first]))
        first = place
    return rows


def closures_ahead(hours: Hours, today: date, days: int = 120) -> list[tuple[date, date, Closure]]:
    """Return the closures that begin or go on within some days, the next first."""
    last = today + timedelta(days=days)
    found = []
    for closure in hours.closures:
        if closure.yearly:
            coming = [today + timedelta(days=ahead) for ahead in range(days + 1)]
            found += [(day, day, closure) for day in coming if closure.covers(day, next(iter(closure.services), ""))]
        elif closure.first <= last and closure.last >= today:
            found.append((closure.first, closure.last, closure))
    return sorted(found, key=lambda row: row[0])
