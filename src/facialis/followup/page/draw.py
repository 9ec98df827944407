"""How the pictures of a course are painted: one layout, written into the page as SVG and into a figure of its own.

A picture is laid out once, as polygons, lines and words in drawing units of about a pixel. Its colours stand in
:data:`LOOKS` alone: as rules for the screen, which follow light and dark, and as attributes for paper and figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from types import MappingProxyType

import numpy as np

from facialis.paper import plot
from facialis.paper.charts import Values
from facialis.paper.figure import Area, Figure, Line, Mark, Word
from facialis.paper.theme import LIGHT

_HATCH_STEP = 7.0


@dataclass(frozen=True)
class Look:
    """How a mark is painted: colours of :mod:`facialis.paper.theme`, the width of its line, how opaque its filling."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    opaque: float = 1.0
    size: float = 12.5
    bold: bool = False


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "ground": Look(fill="ground"),
        "grid": Look(stroke="rule"),
        "frame": Look(stroke="both"),
        "none-entered": Look(stroke="rule", width=1.6),
        "today": Look(stroke="ink", width=1.4),
        "given": Look(stroke="ink", width=1.4),
        "operated": Look(stroke="ink", width=1.4),
        "flag": Look(fill="ink"),
        "untreated": Look(stroke="quiet", width=1.2),
        **{f"band-{side}": Look(fill=side, opaque=0.2) for side in ("left", "right", "both")},
        **{f"ahead-{side}": Look(fill=side, opaque=0.1) for side in ("left", "right", "both")},
        **{f"line-{side}": Look(stroke=side, width=2.0) for side in ("left", "right", "both")},
        **{f"thin-{side}": Look(stroke=side, width=1.2) for side in ("left", "right", "both")},
        "mean": Look(stroke="ink", width=2.6),
        "point": Look(fill="ink", stroke="sheet", width=0.8),
        "hollow": Look(fill="sheet", stroke="ink", width=1.4),
        "reach": Look(stroke="ink", width=2.0),
        "window": Look(fill="good", opaque=0.3),
        "window-edge": Look(stroke="good", width=1.2),
        "middle": Look(fill="ink"),
        "dashes": Look(stroke="quiet", width=1.2),
        "allowed": Look(stroke="both", width=3.0),
        "alarm-emergency": Look(fill="refused"),
        "alarm-same_day": Look(fill="limited"),
        "alarm-soon": Look(fill="quiet"),
        "alarm-routine": Look(fill="quiet"),
        "alarm-word": Look(fill="sheet", size=11.0, bold=True),
        "cleared": Look(fill="sheet"),
        "tick": Look(fill="quiet", size=12.0),
        "name": Look(fill="ink", size=12.5, bold=True),
        "beside": Look(fill="ink", size=12.5),
        "number": Look(fill="sheet", size=11.0, bold=True),
    }
)


@dataclass(frozen=True, eq=False)
class Shape:
    """Lines or polygons of one look.

    Attributes
    ----------
    lines : tuple of (N, 2) float64
        Each a line, or, where `closed`, the corners of a polygon.
    look : str
        A key of ``LOOKS``.
    closed : bool
    label : str
        What is shown when it is pointed at.
    """

    lines: tuple[Values, ...]
    look: str
    closed: bool = False
    label: str = ""


Marks = list[Shape | plot.Text]


@dataclass(frozen=True, eq=False)
class Layout:
    """A picture: its name, what it shows in one sentence for those who cannot see it, its size, marks from the back."""

    title: str
    summary: str
    width: float
    height: float
    marks: tuple[Shape | plot.Text, ...]


def in_page(layout: Layout) -> plot.Plot:
    """Return a layout as the page writes it."""
    marks = [_path(mark) if isinstance(mark, Shape) else mark for mark in layout.marks]
    return plot.Plot(layout.title, layout.summary, layout.width, layout.height, tuple(marks))


def as_figure(layouts: Sequence[Layout], title: str, caption: str) -> Figure:
    """Return layouts as one figure, below each other, each under its title."""
    margin, head = 24.0, 34.0
    width = max(layout.width for layout in layouts) + 2 * margin
    height = 50.0 + sum(layout.height + head for layout in layouts) + 34.0
    marks: list[Mark] = [Area(_corners(0, 0, width, height), LIGHT["sheet"])]
    marks.append(Word(margin, 32, title, 17, LIGHT["ink"], bold=True))
    top = 50.0
    for layout in layouts:
        marks.append(Word(margin, top + 18, layout.title, 13.5, LIGHT["ink"], bold=True))
        for mark in layout.marks:
            marks += _figured(mark, margin, top + head)
        top += layout.height + head
    marks.append(Word(margin, height - 14, caption, 11, LIGHT["quiet"]))
    return Figure(" ".join(layout.summary for layout in layouts), width, height, tuple(marks))


def segment(look: str, *points: tuple[float, float], label: str = "") -> Shape:
    """Return a line through points."""
    return Shape((np.array(points, dtype=float),), look, label=label)


def box(look: str, x: float, y: float, width: float, height: float, label: str = "") -> Shape:
    """Return a filled rectangle."""
    return Shape((_corners(x, y, width, height),), look, closed=True, label=label)


def dashed(look: str, start: tuple[float, float], end: tuple[float, float], dash: float = 5.0) -> Shape:
    """Return a dashed line, its dashes drawn one by one, so that it looks alike on screen, paper and as a figure."""
    a, b = np.array(start, dtype=float), np.array(end, dtype=float)
    length = float(np.hypot(*(b - a)))
    at = np.arange(0.0, max(length, 1e-9), 2 * dash)
    way = (b - a) / max(length, 1e-9)
    return Shape(tuple(np.array([a + way * s, a + way * min(s + dash, length)]) for s in at), look)


def hatched(look: str, x: float, y: float, width: float, height: float, label: str = "") -> Shape:
    """Return slanting lines that fill a rectangle and do not leave it."""
    lines = []
    for offset in np.arange(_HATCH_STEP / 2 - height, width, _HATCH_STEP):
        start, end = max(float(offset), 0.0), min(float(offset) + height, width)
        if end > start:
            lines.append(np.array([[x + start, y + height - start + offset], [x + end, y + height - end + offset]]))
    return Shape(tuple(lines), look, label=label)


def band(look: str, x: Values, low: Values, high: Values) -> Shape:
    """Return the area between two lines."""
    return Shape((np.column_stack([np.append(x, x[::-1]), np.append(high, low[::-1])]),), look, closed=True)


def mark_of(source: str, x: float, y: float, label: str = "", look: str = "point") -> Shape:
    """Return the mark of an entry: a disc is the patient's, a square the clinician's, a triangle a video's."""
    if source == "clinician":
        return box(look, x - 4, y - 4, 8, 8, label)
    if source == "video":
        return Shape((np.array([[x, y - 5.5], [x + 5.2, y + 4], [x - 5.2, y + 4]]),), look, closed=True, label=label)
    return disc(look, x, y, 4.0, label)


def disc(look: str, x: float, y: float, radius: float, label: str = "") -> Shape:
    """Return a disc."""
    turns = [2 * pi * step / 20 for step in range(20)]
    points = np.array([[x + radius * cos(turn), y + radius * sin(turn)] for turn in turns])
    return Shape((points,), look, closed=True, label=label)


def diamond(look: str, x: float, y: float, half: float = 5.5, label: str = "") -> Shape:
    """Return a diamond round a point."""
    points = np.array([[x - half, y], [x, y - half], [x + half, y], [x, y + half]])
    return Shape((points,), look, closed=True, label=label)


def whisker(look: str, axis: plot.Axis, y: float, low: float, high: float, tall: float = 4.0) -> Shape:
    """Return an interval on a level line; an end beyond the axis has no end mark."""
    lines = [np.array([[axis(low), y], [axis(high), y]])]
    lines += [
        np.array([[axis(end), y - tall], [axis(end), y + tall]]) for end in (low, high) if axis.low <= end <= axis.high
    ]
    return Shape(tuple(lines), look)


def numbered(x: float, y: float, number: int, label: str = "") -> list[Shape | plot.Text]:
    """Return the flag of an injection: its number on a dark disc."""
    return [disc("flag", x, y, radius(number), label), plot.Text(x, y + 4, str(number), "middle", "number")]


def radius(number: int) -> float:
    """Return how large a disc must be for its number to stand in it."""
    return 8.0 if number < 10 else 10.0


def warning(x: float, y: float, letter: str, urgency: str, label: str = "") -> list[Shape | plot.Text]:
    """Return the sign of an alarm: its letter on a triangle, its colour the urgency."""
    points = np.array([[x, y - 11.0], [x + 11.5, y + 8.0], [x - 11.5, y + 8.0]])
    return [
        Shape((points,), f"alarm-{urgency}", closed=True, label=label),
        plot.Text(x, y + 5.5, letter, "middle", "alarm-word"),
    ]


def _corners(x: float, y: float, width: float, height: float) -> Values:
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=float)


def _path(shape: Shape) -> plot.Path:
    end = "Z" if shape.closed else ""
    told: Iterable[str] = (
        "M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in points) + end for points in shape.lines if len(points)
    )
    return plot.Path("".join(told), shape.look, shape.label)


def _figured(mark: Shape | plot.Text, left: float, top: float) -> Iterable[Mark]:
    look = LOOKS[mark.look or "beside"]
    if isinstance(mark, plot.Text):
        anchor = mark.anchor if mark.anchor in ("middle", "end") else "start"
        yield Word(mark.x + left, mark.y + top, mark.text, look.size, LIGHT[look.fill], look.bold, anchor)  # type: ignore[arg-type]
        return
    for points in mark.lines:
        placed = points + np.array([left, top])
        if mark.closed:
            edge = LIGHT[look.stroke] if look.stroke else None
            yield Area(placed, LIGHT[look.fill] if look.fill else None, look.opaque, edge, look.width)
        else:
            yield Line(placed, LIGHT[look.stroke], look.width)
