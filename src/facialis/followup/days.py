"""Which calendar day a cell means, and what had to be assumed for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from facialis.followup.table import Row, shortened

# No toxin was injected for spasms before, and no plan reaches beyond: such a year is a slip of the pen.
FIRST, LAST = date(1970, 1, 1), date(2100, 1, 1)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T]+\d{1,2}:\d{2}\S*)?")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_READINGS = {"day/month/year": (1, 3), "month/day/year": (3, 1)}


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a cell says: the day, or, where it may be read in two ways, the day of each reading."""

    day: date | None
    time: bool = False
    offset: str = ""
    dotted: bool = False
    either: tuple[date | None, date | None] = (None, None)


def days(rows: Sequence[Row], column: str = "date") -> tuple[list[date], list[str]]:
    """Return the calendar day of each row, and what was assumed.

    An ISO date, or a date-time, whose day is the one written, at its own place. Dates such as 25/01/2026 are read in
    the one way that fits all of them; where two ways fit, nobody can tell, and they are refused.

    Parameters
    ----------
    rows : sequence of Row
    column : str

    Raises
    ------
    DocumentError
        In one line with the line of the file.
    """
    cells = [_cell(row, column) for row in rows]
    found = [cell.day for cell in cells]
    assumed = [*_of_times(cells), *_of_dots(cells)]
    open_ones = [number for number, cell in enumerate(cells) if cell.day is None]
    if open_ones:
        reading, name = _reading(rows, cells, open_ones, column)
        for number in open_ones:
            found[number] = cells[number].either[reading]
        if any(cells[number].either[0] != cells[number].either[1] for number in open_ones):
            assumed.append(f"Dates such as {rows[open_ones[0]].cells[column]} are {name}: no other way fits them all.")
    told = [day for day in found if day is not None]
    for row, day in zip(rows, told, strict=True):
        if not FIRST <= day < LAST:
            raise row.error(f"{day.isoformat()} cannot be: the year must lie between 1970 and 2099", column)
    return told, assumed


def _cell(row: Row, column: str) -> _Cell:
    told = row.cells[column]
    if not told:
        raise row.error("is missing", column)
    if _SLASHED.fullmatch(told):
        told = "-".join(part.zfill(2) for part in told.split("/"))
    try:
        return _Cell(date.fromisoformat(told))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(told)
        return _Cell(moment.date(), True, moment.strftime("%z"))
    except ValueError:
        pass
    parts = _NUMBERS.fullmatch(told)
    if parts is None:
        raise row.error(f'"{shortened(told)}" is no date; write it as 2026-01-31', column)
    first, second = (_made(parts, *order) for order in _READINGS.values())
    if parts[2] == ".":
        second = first  # with dots the day always stands first
    if first is None and second is None:
        raise row.error(f'"{shortened(told)}" is no day of the calendar; write it as 2026-01-31', column)
    return _Cell(first if first == second else None, dotted=parts[2] == ".", either=(first, second))


def _made(parts: re.Match[str], day: int, month: int) -> date | None:
    try:
        return date(int(parts[4]), int(parts[month]), int(parts[day]))
    except ValueError:
        return None


def _reading(rows: Sequence[Row], cells: Sequence[_Cell], open_ones: Sequence[int], column: str) -> tuple[int, str]:
    """Return the one reading that fits all dates that could be read in two ways."""
    fits = [all(cells[number].either[way] is not None for number in open_ones) for way in (0, 1)]
    names = tuple(_READINGS)
    if fits == [True, False] or fits == [False, True]:
        way = fits.index(True)
        return way, names[way]
    if all(fits):
        first = rows[open_ones[0]]
        days_of = cells[open_ones[0]].either
        told = " or ".join(day.isoformat() for day in days_of if day is not None)
        raise first.error(f"{first.cells[column]} may be {told}; write it as 2026-01-31", column)
    first_way = next(way for way in (0, 1) if cells[open_ones[0]].either[way] is not None)
    odd = next(number for number in open_ones if cells[number].either[first_way] is None)
    raise rows[odd].error(
        f"{rows[odd].cells[column]} cannot be {names[first_way]} as line {rows[open_ones[0]].line} is; "
        "write all dates as 2026-01-31",
        column,
    )


def _of_times(cells: Sequence[_Cell]) -> list[str]:
    offsets = sorted({cell.offset for cell in cells if cell.offset})
    if len(offsets) > 1:
        told = ", ".join(f"{offset[:3]}:{offset[3:5]}" for offset in offsets)
        return [f"The times are of several zones ({told}): each counts for the calendar day at its own place."]
    if any(cell.time for cell in cells):
        return ["Where a time stands beside the date, the calendar day at that place counts."]
    return []


def _of_dots(cells: Sequence[_Cell]) -> list[str]:
    told = any(cell.dotted for cell in cells)
    return ["Dates with dots are day.month.year."] if told else []
