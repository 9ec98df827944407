"""Small charts inside a page: a list of marks with the page's own classes, so that they follow its colours and print.

A chart is laid out once, in drawing units of about a pixel; the template ``plot.html`` writes it as SVG.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np

from facialis.paper.charts import Values, runs


@dataclass(frozen=True)
class Path:
    """A shape or a line: the ``d`` of an SVG path, its classes, and what is shown when it is pointed at."""

    d: str
    look: str
    label: str = ""


@dataclass(frozen=True)
class Text:
    """A word at its base line; `anchor` is ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    look: str = ""


@dataclass(frozen=True)
class Plot:
    """A chart: its name, what it shows in one sentence for those who cannot see it, its size and its marks."""

    title: str
    summary: str
    width: float
    height: float
    marks: tuple[Path | Text, ...]


@dataclass(frozen=True)
class Axis:
    """A straight scale: the value `low` lies at `start`, `high` at `end`, drawing units."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value lies; beyond the ends it is put on them."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def places(self, values: Values) -> Values:
        """Return where values (N,) lie; NaN stays NaN."""
        share = (np.clip(values, self.low, self.high) - self.low) / (self.high - self.low)
        return np.asarray(self.start + share * (self.end - self.start))

    def ticks(self, most: int = 5) -> list[float]:
        """Return round values from one end to the other, at most `most` of them."""
        power = 10.0 ** floor(log10((self.high - self.low) / most))
        for step in (1, 2, 5, 10, 20):
            first, last = ceil(self.low / (step * power) - 1e-9), floor(self.high / (step * power) + 1e-9)
            if last - first < most:
                return [round(number * step * power, 12) for number in range(first, last + 1)]
        raise AssertionError("unreachable: twenty times the power leaves few enough")


def line(x: Values, y: Values) -> str:
    """Return the ``d`` of a line through points, broken where one is NaN; empty where none is known."""
    return "".join(
        "M" + " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(x[run], y[run], strict=True))
        for run in runs(np.isfinite(x) & np.isfinite(y))
    )


def band(x: Values, low: Values, high: Values) -> str:
    """Return the ``d`` of the area between two lines, broken where one of them is NaN."""
    parts = []
    for run in runs(np.isfinite(x) & np.isfinite(low) & np.isfinite(high)):
        edge = [*zip(x[run], high[run], strict=True), *zip(x[run][::-1], low[run][::-1], strict=True)]
        parts.append("M" + " ".join(f"{a:.1f} {b:.1f}" for a, b in edge) + "Z")
    return "".join(parts)


def level(x: float, y: float, to_x: float) -> str:
    """Return the ``d`` of a level line."""
    return f"M{x:.1f} {y:.1f}H{to_x:.1f}"


def upright(x: float, y: float, to_y: float) -> str:
    """Return the ``d`` of an upright line."""
    return f"M{x:.1f} {y:.1f}V{to_y:.1f}"


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the ``d`` of a rectangle."""
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}Z"


def whisker(axis: Axis, y: float, low: float, high: float, tall: float = 4.0) -> str:
    """Return the ``d`` of an interval on a level line, with an end mark on each side that is not cut off."""
    ends = [upright(axis(end), y - tall, y + tall) for end in (low, high) if axis.low <= end <= axis.high]
    return level(axis(low), y, axis(high)) + "".join(ends)


def diamond(x: float, y: float, half: float = 4.5) -> str:
    """Return the ``d`` of a diamond round a point."""
    return f"M{x - half:.1f} {y:.1f}L{x:.1f} {y - half:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + half:.1f}Z"


def finite(*values: float | None) -> list[float]:
    """Return those values that are known."""
    return [value for value in values if value is not None and isfinite(value)]
