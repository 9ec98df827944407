"""The practice's own details: its name, its offices and when they are open, read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from facialis_practice.hours import MIDNIGHT, WEEKDAYS, Closure, Hours, Span

EXAMPLE: Final = Path(__file__).with_name("example.toml")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().-]{4,24}[0-9]")
_EMERGENCY: Final = re.compile(r"[0-9]{2,6}")
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_YEARLY: Final = re.compile(r"(\d{2})-(\d{2})")


class PracticeError(Exception):
    """The practice's file is not what it should be; the text is one line: file, place, what is wrong."""


@dataclass(frozen=True, slots=True)
class Office:
    """One place where the practice sees people.

    Attributes
    ----------
    key, name : str
    address : tuple of str
        Its lines.
    phone : str
    access : str
        How one gets in: steps, lift, parking; may be empty.
    hours : Hours
    """

    key: str
    name: str
    address: tuple[str, ...]
    phone: str
    access: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice.

    Attributes
    ----------
    name : str
    invented : bool
        Nobody can go there; every page says so.
    zone : ZoneInfo
        In which its clocks run.
    email : str
    emergency : str
        The emergency number where it is.
    services : mapping of str to str
        Key to name, in their order.
    offices : tuple of Office
    """

    name: str
    invented: bool
    zone: ZoneInfo
    email: str
    emergency: str
    services: Mapping[str, str]
    offices: tuple[Office, ...]

    @property
    def phone(self) -> str:
        """The first office's telephone."""
        return self.offices[0].phone


@cache
def example() -> Practice:
    """Return the practice that comes with Facialis. It is invented."""
    return read_practice(EXAMPLE)


def read_practice(path: Path) -> Practice:
    """Read a practice's file.

    Raises
    ------
    PracticeError
        In one line: file, place, what is wrong.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PracticeError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise PracticeError(f"{path}: is not text in UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PracticeError(f"{path}: is not TOML: {error}") from error
    return _practice(_Table(table, str(path)))


class _Table:
    """One table of the file, taken key by key."""

    def __init__(self, value: Mapping[str, Any], file: str, where: str = "") -> None:
        self.value, self.file, self.where = value, file, where

    def error(self, what: str, key: str = "") -> PracticeError:
        place = ".".join(part for part in (self.where, key) if part)
        return PracticeError(f"{self.file}: {place} {what}" if place else f"{self.file}: {what}")

    def only(self, names: Collection[str]) -> None:
        for key in self.value:
            if key not in names:
                near = get_close_matches(key, list(names), 1)
                hint = f'did you mean "{near[0]}"?' if near else f"it must be one of {', '.join(names)}"
                raise self.error(f'"{key}" is not known; {hint}')

    def take(self, key: str, kind: type, what: str) -> Any:
        if key not in self.value:
            raise self.error("is missing", key)
        value = self.value[key]
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise self.error(f"must be {what}", key)
        return value

    def text(self, key: str, pattern: re.Pattern[str] | None = None, what: str = "") -> str:
        value = str(self.take(key, str, "a text")).strip()
        if not value:
            raise self.error("must be a text that is not empty", key)
        if pattern and not pattern.fullmatch(value):
            raise self.error(f'is "{value}"; it must be {what}', key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key, list, "a list of texts")
        if not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.error("must be a list of texts, none of them empty", key)
        return tuple(one.strip() for one in value)

    def inner(self, key: str) -> _Table:
        return _Table(self.take(key, dict, "a table"), self.file, f"{self.where}.{key}".lstrip("."))

    def rows(self, key: str, *, needed: bool = True) -> list[_Table]:
        if not needed and key not in self.value:
            return []
        rows = self.take(key, list, f"tables, each under [[{key}]]")
        if not all(isinstance(row, dict) for row in rows) or (needed and not rows):
            raise self.error(f"must be tables, each under [[{key}]]", key)
        return [_Table(row, self.file, f"{key}[{place}]") for place, row in enumerate(rows)]


def _practice(table: _Table) -> Practice:
    table.only(("name", "invented", "zone", "email", "emergency", "services", "offices", "closures"))
    name = table.text("zone")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise table.error(f'is "{name}"; it must be a zone such as "Europe/Berlin"', "zone") from error
    services = _services(table.inner("services"))
    rows = table.rows("offices")
    keys = [row.text("key", _KEY, "lower-case letters") for row in rows]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise rows[place].error(f'"{key}" is another office\'s', "key")
    closures = [_closure(row, services, keys) for row in table.rows("closures", needed=False)]
    return Practice(
        name=table.text("name"),
        invented=bool(table.take("invented", bool, "true or false")) if "invented" in table.value else False,
        zone=zone,
        email=table.text("email", _MAIL, "an address such as desk@example.org"),
        emergency=table.text("emergency", _EMERGENCY, "the digits to dial"),
        services=services,
        offices=tuple(_office(row, services, zone, closures) for row in rows),
    )


def _services(table: _Table) -> dict[str, str]:
    if not table.value:
        raise table.error("must name a service at least")
    for key in table.value:
        if not _KEY.fullmatch(key):
            raise table.error(f'"{key}" must be lower-case letters')
    return {key: table.text(key) for key in table.value}


def _office(
    row: _Table,
    services: Mapping[str, str],
    zone: ZoneInfo,
    closures: list[tuple[Closure, tuple[str, ...]]],
) -> Office:
    row.only(("key", "name", "address", "phone", "access", "hours"))
    key = row.text("key")
    table = row.inner("hours")
    table.only(services)
    week = {service: _week(table.inner(service)) for service in services if service in table.value}
    if not week:
        raise table.error("must name the hours of a service at least")
    return Office(
        key=key,
        name=row.text("name"),
        address=row.texts("address"),
        phone=row.text("phone", _PHONE, "a telephone number"),
        access=row.text("access") if "access" in row.value else "",
        hours=Hours(zone, week, tuple(closure for closure, at in closures if not at or key in at)),
    )


def _week(table: _Table) -> tuple[tuple[Span, ...], ...]:
    """Read days: ``monday = ["8:00-12:00", "13:00-17:00"]``, ``"monday-friday" = "8:00-17:00"``."""
    week: list[tuple[Span, ...]] = [()] * len(WEEKDAYS)
    seen: set[int] = set()
    for key, value in table.value.items():
        first, _, last = key.partition("-")
        last = last or first
        if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(first) > WEEKDAYS.index(last):
            raise table.error(f'"{key}" is no day such as "monday" and no days such as "monday-friday"')
        told = [value] if isinstance(value, str) else value
        if not isinstance(told, list):
            raise table.error('must be hours such as "8:00-17:00"', key)
        spans = tuple(_span(table, key, one) for one in told)
        if any(later.begins < earlier.ends for earlier, later in pairwise(spans)):
            raise table.error("has hours that overlap or stand out of order", key)
        for day in range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1):
            if day in seen:
                raise table.error(f"names {WEEKDAYS[day]} twice", key)
            seen.add(day)
            week[day] = spans
    return tuple(week)


def _span(table: _Table, key: str, told: object) -> Span:
    match = _SPAN.fullmatch(told.replace(" ", "")) if isinstance(told, str) else None
    if match is None:
        raise table.error(f'is {told!r}; hours are written "8:00-17:00"', key)
    hour, minute, to_hour, to_minute = map(int, match.groups())
    begins, ends = hour * 60 + minute, to_hour * 60 + to_minute
    if max(minute, to_minute) > 59 or not begins < ends <= MIDNIGHT:
        raise table.error(f"is {told!r}; it must begin before it ends, within one day", key)
    return Span(begins, ends)


def _closure(row: _Table, services: Mapping[str, str], offices: list[str]) -> tuple[Closure, tuple[str, ...]]:
    row.only(("day", "to", "each_year", "reason", "services", "offices"))
    if ("day" in row.value) is ("each_year" in row.value):
        raise row.error("must have a day or each_year, one of the two")
    first = _each_year(row) if "each_year" in row.value else _day(row, "day")
    last = _day(row, "to") if "to" in row.value else first
    if last < first:
        raise row.error("lies before day", "to")
    if "each_year" in row.value and "to" in row.value:
        raise row.error("goes with day only", "to")
    named = {}
    for key, known in (("services", list(services)), ("offices", offices)):
        named[key] = row.texts(key) if key in row.value else ()
        for one in named[key]:
            if one not in known:
                raise row.error(f'has "{one}"; it must be one of {", ".join(known)}', key)
    return Closure(first, last, row.text("reason"), "each_year" in row.value, named["services"]), named["offices"]


def _day(row: _Table, key: str) -> date:
    value = row.take(key, date, "a date such as 2026-12-24")
    if type(value) is not date:
        raise row.error("must be a date such as 2026-12-24, without a time", key)
    return value


def _each_year(row: _Table) -> date:
    told = row.text("each_year", _YEARLY, 'a month and a day such as "12-25"')
    month, day = map(int, told.split("-"))
    try:
        return date(2024, month, day)  # a leap year: 29 February is a day
    except ValueError as error:
        raise row.error(f'is "{told}", which is no day of a year', "each_year") from error
