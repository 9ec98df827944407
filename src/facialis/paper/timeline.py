"""What a timeline shows: signals of both sides over time, the events in them, and the stretches nobody could see.

:func:`drawing` lays a :class:`Timeline` out once; the template ``timeline.html`` puts it into a page and
:mod:`facialis.paper.figure` makes a figure of it, so both say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facialis.findings import Side
from facialis.paper.charts import Values, clock_label, clock_ticks, outline, path, thin

# Drawing units. A row with two sides has a lane for each, the patient's left above the middle and the right below.
WIDTH = 1000
ROW = 54
LANE = 22
BASE = 4
SINGLE_ROW = 34
EVENT_ROW = 34


@dataclass(frozen=True, eq=False)
class Row:
    """One line of a timeline.

    Attributes
    ----------
    key : str
        What events refer to in :attr:`Band.rows`.
    label, note : str
        Name and small print at its left.
    scale : float
        The value that fills a lane.
    left, right : (T,) float or None
        The patient's two sides, away from the middle; None where the row has no such side.
    single : (T,) float or None
        A signal of neither side, drawn upwards alone.
    limit : float or None
        Smallest value that means something, drawn as a dotted line.
    """

    key: str
    label: str
    note: str
    scale: float
    left: Values | None = None
    right: Values | None = None
    single: Values | None = None
    limit: float | None = None

    @property
    def height(self) -> int:
        """Height in drawing units."""
        return ROW if self.single is None else SINGLE_ROW


@dataclass(frozen=True)
class Band:
    """An event as a timeline shows it.

    Attributes
    ----------
    start, end : float
        Seconds.
    side : Side
        Which lanes it fills; BOTH fills the two.
    strong : bool
        It is what is looked for, not what was explained as something else.
    hollow : bool
        Drawn as an outline: looked for too, but of another kind.
    rows : tuple of str
        The rows that it moved.
    label : str
        Shown when pointed at, and read aloud.
    href : str
        Where it leads, for example ``"#event-3"``; empty for nowhere.
    """

    start: float
    end: float
    side: Side
    strong: bool
    rows: tuple[str, ...]
    label: str
    href: str = ""
    hollow: bool = False


@dataclass(frozen=True, eq=False)
class Timeline:
    """A stretch of a recording.

    Attributes
    ----------
    title, summary : str
        Its name, and in one sentence what it shows, for those who cannot see it.
    start, end : float
        Seconds, half-open.
    time_s : (T,) float64
        Times of the rows' values; may reach beyond the stretch.
    rows : sequence of Row
        From top to bottom.
    bands : sequence of Band
        The events.
    unseen : sequence of (float, float)
        Stretches that could not be measured.
    """

    title: str
    summary: str
    start: float
    end: float
    time_s: Values
    rows: Sequence[Row]
    bands: Sequence[Band]
    unseen: Sequence[tuple[float, float]]

    @property
    def height(self) -> int:
        """Height in drawing units, the row of events included."""
        return EVENT_ROW + sum(row.height for row in self.rows)

    def inside(self, start: float, end: float) -> tuple[float, float] | None:
        """Cut a stretch to what is shown; None where nothing of it is."""
        start, end = max(start, self.start), min(end, self.end)
        return (start, end) if start < end else None

    def x(self, seconds: float) -> float:
        """Return the place of a time in drawing units."""
        return (seconds - self.start) / (self.end - self.start) * WIDTH


@dataclass(frozen=True)
class Box:
    """A rectangle of a drawing, with what it belongs to."""

    x: float
    y: float
    width: float
    height: float
    side: str
    label: str = ""
    href: str = ""
    hollow: bool = False


@dataclass(frozen=True, eq=False)
class Lane:
    """A signal of a drawing: its outline, its base line and its limit."""

    side: str
    polygons: tuple[Values, ...]
    base: float
    limit: float | None

    @property
    def path(self) -> str:
        """The outline as the ``d`` of an SVG path."""
        return path(self.polygons)


@dataclass(frozen=True, eq=False)
class DrawnRow:
    """A row of a drawing: where it stands, what it says, its lanes."""

    label: str
    note: str
    top: float
    height: float
    mirrored: bool
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A timeline in drawing units, ready for the template ``timeline.html``."""

    title: str
    summary: str
    width: int
    height: int
    event_height: int
    ticks: tuple[tuple[float, str], ...]
    rows: tuple[DrawnRow, ...]
    marks: tuple[Box, ...]
    shades: tuple[Box, ...]
    unseen: tuple[Box, ...]


def drawing(timeline: Timeline) -> Drawing:
    """Lay a timeline out in drawing units, `WIDTH` wide."""
    rows, top = [], float(EVENT_ROW)
    for row in timeline.rows:
        mirrored = row.single is None
        rows.append(DrawnRow(row.label, row.note, top, row.height, mirrored, _lanes(timeline, row, top)))
        top += row.height
    return Drawing(
        title=timeline.title,
        summary=timeline.summary,
        width=WIDTH,
        height=timeline.height,
        event_height=EVENT_ROW,
        ticks=tuple(
            (round(timeline.x(t) / WIDTH * 100, 2), clock_label(t)) for t in clock_ticks(timeline.start, timeline.end)
        ),
        rows=tuple(rows),
        marks=tuple(_marks(timeline)),
        shades=tuple(_shades(timeline)),
        unseen=tuple(
            Box(timeline.x(cut[0]), 0, timeline.x(cut[1]) - timeline.x(cut[0]), timeline.height, "none")
            for cut in (timeline.inside(*stretch) for stretch in timeline.unseen)
            if cut
        ),
    )


def _lanes(timeline: Timeline, row: Row, top: float) -> tuple[Lane, ...]:
    if row.single is not None:
        return (_lane(timeline, row, row.single, "both", top + SINGLE_ROW - BASE, -(SINGLE_ROW - 3 * BASE)),)
    middle = top + ROW / 2
    lanes = []
    if row.left is not None:
        lanes.append(_lane(timeline, row, row.left, "left", middle - BASE, -LANE))
    if row.right is not None:
        lanes.append(_lane(timeline, row, row.right, "right", middle + BASE, LANE))
    return tuple(lanes)


def _lane(timeline: Timeline, row: Row, values: Values, side: str, base: float, reach: float) -> Lane:
    # Opposite movement may dip as far as the middle; what goes beyond the scale is cut at the lane's edge.
    shown = np.clip(np.asarray(values, dtype=np.float64) / row.scale, -abs(BASE / reach), 1.0)
    x, low, high = thin(timeline.time_s, shown, timeline.start, timeline.end, WIDTH)
    limit = None if row.limit is None or row.limit > row.scale else base + reach * row.limit / row.scale
    return Lane(side, outline(x, base + reach * low, base + reach * high, base), base, limit)


def _marks(timeline: Timeline) -> list[Box]:
    """Return the boxes of the row of events: full colour for what is looked for, a small gray one for the rest."""
    half = EVENT_ROW / 2
    boxes = []
    for band in timeline.bands:
        cut = timeline.inside(band.start, band.end)
        if cut is None:
            continue
        x, width = timeline.x(cut[0]), max(timeline.x(cut[1]) - timeline.x(cut[0]), 2.5)
        top, height = {Side.LEFT: (4.0, half - 5), Side.RIGHT: (half + 1, half - 5)}.get(
            band.side, (4.0, EVENT_ROW - 8.0)
        )
        side = band.side.value
        if not band.strong:
            side, top, height = "quiet", top + height / 2 - 2.5, 5.0
        boxes.append(Box(x, top, width, height, side, band.label, band.href, band.hollow))
    # The small ones first, so that none of them covers what is looked for.
    return sorted(boxes, key=lambda box: box.side != "quiet")


def _shades(timeline: Timeline) -> list[Box]:
    """Return the boxes behind the lanes that an event moved."""
    boxes = []
    top = float(EVENT_ROW)
    for row in timeline.rows:
        for band in timeline.bands:
            cut = timeline.inside(band.start, band.end)
            if cut is None or row.key not in band.rows or row.single is not None:
                continue
            y, height = {Side.LEFT: (top, ROW / 2), Side.RIGHT: (top + ROW / 2, ROW / 2)}.get(
                band.side, (top, float(ROW))
            )
            side = band.side.value if band.strong else "quiet"
            boxes.append(Box(timeline.x(cut[0]), y, max(timeline.x(cut[1]) - timeline.x(cut[0]), 1.0), height, side))
        top += row.height
    return boxes
