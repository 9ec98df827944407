"""The scales of the pictures of a course: days across, burden up, with round ticks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from facialis.paper import plot
from facialis.paper.charts import round_up

Told = Mapping[str, Any]
_MONTHS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True)
class Span:
    """The days that a picture shows, and where they lie across."""

    first: date
    last: date
    axis: plot.Axis

    @classmethod
    def of(cls, first: date, last: date, start: float, end: float) -> Span:
        """Return the span from one day to a later one, laid from `start` to `end`, drawing units."""
        last = max(last, first + timedelta(days=14))
        return cls(first, last, plot.Axis(float(first.toordinal()), float(last.toordinal()), start, end))

    def __call__(self, day: date | str) -> float:
        """Return where a day lies; what lies beyond the ends is put on them."""
        return self.axis(float(on(day).toordinal()))

    def holds(self, day: date | str) -> bool:
        """Say whether a day is shown."""
        return self.first <= on(day) <= self.last

    def ticks(self, most: int) -> Iterator[tuple[float, str]]:
        """Yield round days with their words, at most about `most` of them: weeks on a short span, else months."""
        length = (self.last - self.first).days
        if length < 31 * 2.2:
            step = next(days for days in (7, 14, 28) if length / days <= most or days == 28)
            for place in range(0, length + 1, step):
                told = self.first + timedelta(days=place)
                yield self(told), f"{told.day} {told:%b}"
            return
        step = next((months for months in _MONTHS if length / 30.4 / months <= most), _MONTHS[-1])
        # Months are counted from year 0, so that steps of 3 begin in January.
        month = -(-(self.first.year * 12 + self.first.month - (self.first.day == 1)) // step) * step
        first = True
        while (told := date(month // 12, month % 12 + 1, 1)) <= self.last:
            yield self(told), str(told.year) if step >= 12 else _month(told, first)
            first = False
            month += step


def _month(day: date, first: bool) -> str:
    return f"{day:%b} {day.year}" if first or day.month == 1 else f"{day:%b}"


def on(day: date | str) -> date:
    """Return a day, also where it is written."""
    return day if isinstance(day, date) else date.fromisoformat(day)


def burden(measure: Told, values: Iterable[float], bottom: float, top: float) -> plot.Axis:
    """Return the scale of a measure, from its lowest value up; one without an end is as high as the values ask."""
    low, high = float(measure["low"]), measure["high"]
    told = [value for value in values if value > low]
    if high is None or measure["unit"] == "share":
        high = low + round_up(max(told, default=1.0) - low)
    return plot.Axis(low, float(high), bottom, top)


def tick(value: float) -> str:
    """Print the value of a tick."""
    return f"{value:g}"


def fitted(side: Told) -> list[Told]:
    """Return the fitted course; an operation ends it, since what toxin did says nothing of the time after."""
    told = side["decompression"]
    rows: list[Told] = list(side["fitted"])
    if told is None or any(cycle["date"] > told["operated"] for cycle in side["cycles"]):
        return rows
    return [row for row in rows if row["date"] < told["operated"]]
