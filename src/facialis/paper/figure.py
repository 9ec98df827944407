"""Timelines and schematic drawings as figures of their own, for a paper or a slide.

A figure is a list of marks in drawing units, laid out once; :mod:`facialis.paper.export` makes SVG and PNG of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from facialis.paper.charts import Values
from facialis.paper.shapes import Look, Schema
from facialis.paper.theme import LIGHT
from facialis.paper.timeline import Box, Drawing, DrawnRow

NAMES = 176.0
MARGIN = 24.0
HEAD = 44.0
FOOT = 62.0
PLOT = 900.0


@dataclass(frozen=True, eq=False)
class Area:
    """A filled polygon; `hatched` draws lines across instead of a fill.

    Attributes
    ----------
    points : (N, 2) float64
        Its corners.
    fill, edge : str or None
        Colours ``#rrggbb``.
    opacity : float
        Of the fill, 0 to 1.
    width : float
        Of the edge.
    hatched : bool
        Whether it is drawn as lines across in the colour `fill`.
    """

    points: Values
    fill: str | None
    opacity: float = 1.0
    edge: str | None = None
    width: float = 1.0
    hatched: bool = False


@dataclass(frozen=True, eq=False)
class Line:
    """An open line through `points`, (N, 2) float64."""

    points: Values
    colour: str
    width: float = 1.0
    dotted: bool = False


@dataclass(frozen=True)
class Word:
    """A text; `y` is its base line."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "start"


Mark = Area | Line | Word


@dataclass(frozen=True)
class Figure:
    """A figure: its title for those who cannot see it, its size, its marks from back to front."""

    title: str
    width: float
    height: float
    marks: tuple[Mark, ...]


def timeline_figure(drawing: Drawing, title: str, caption: str) -> Figure:
    """Lay a timeline out as a figure.

    Parameters
    ----------
    drawing : Drawing
        What to draw.
    title : str
        What it shows, in one line.
    caption : str
        Small print below it: the file, and what the colours mean.

    Returns
    -------
    Figure
        With names at the left, the clock below, title and caption.
    """
    width, height = NAMES + PLOT + MARGIN, HEAD + drawing.height + FOOT
    marks: list[Mark] = [_box(0, 0, width, height, fill=LIGHT["sheet"])]
    marks += _behind(drawing)
    for row in drawing.rows:
        marks += _lanes(row, drawing.width)
        marks += _name(row)
    for stretch in drawing.unseen:
        place = _placed(stretch, drawing.width)
        marks += [Area(place, LIGHT["sheet"], 0.8), Area(place, LIGHT["both"], 0.6, hatched=True)]
    for mark in drawing.marks:
        colour = _colour(mark.side)
        place = _placed(mark, drawing.width)
        marks.append(Area(place, colour, 0.15, edge=colour, width=1.2) if mark.hollow else Area(place, colour))
    marks += [
        Word(MARGIN, 28, title, 16, LIGHT["ink"], bold=True),
        Word(MARGIN, HEAD + drawing.event_height / 2 + 4, "Events", 12, LIGHT["ink"], bold=True),
        Word(MARGIN, height - 16, caption, 11, LIGHT["quiet"]),
    ]
    return Figure(drawing.summary, width, height, tuple(marks))


def schema_figure(schema: Schema, caption: str) -> Figure:
    """Lay a schematic drawing out as a figure, twice its drawing units.

    Parameters
    ----------
    schema : Schema
        What to draw.
    caption : str
        Small print below it.

    Returns
    -------
    Figure
        With title and caption.
    """
    width, height = 2 * schema.width, 2 * schema.height + HEAD + 40
    marks: list[Mark] = [_box(0, 0, width, height, fill=LIGHT["sheet"])]
    for shape in schema.shapes:
        points, colour = 2 * shape.points + (0.0, HEAD), _colour(shape.side)
        match shape.look:
            case Look.GROUND:
                marks.append(Area(points, LIGHT["sheet"], edge=LIGHT["both"], width=2))
            case Look.LINE:
                marks.append(Line(points, LIGHT["both"], 2))
            case Look.REGION:
                marks.append(Area(points, colour, shape.strength, edge=colour))
            case Look.STILL:
                marks.append(Area(points, None, edge=LIGHT["rule"], width=1.5))
            case Look.UNSEEN:
                marks.append(Area(points, LIGHT["both"], 0.6, edge=LIGHT["rule"], hatched=True))
    for x, y, text, side in schema.words:
        marks.append(Word(2 * x, 2 * y + HEAD, text, 17, _colour(side), bold=True, anchor="middle"))
    marks += [
        Word(width / 2, 32, schema.title, 18, LIGHT["ink"], bold=True, anchor="middle"),
        Word(width / 2, height - 14, caption, 13, LIGHT["quiet"], anchor="middle"),
    ]
    return Figure(schema.summary, width, height, tuple(marks))


def _behind(drawing: Drawing) -> list[Mark]:
    """Return what lies behind the signals: the ground of each row, the shades of events, the grid with its clock."""
    marks: list[Mark] = [
        _box(NAMES, HEAD + row.top + 1, PLOT, row.height - 2, fill=LIGHT["ground"])
        for row in drawing.rows
        if row.mirrored
    ]
    for shade in drawing.shades:
        opacity = 0.1 if shade.side == "quiet" else 0.18
        marks.append(Area(_placed(shade, drawing.width), _colour(shade.side), opacity))
    bottom = HEAD + drawing.height
    for share, label in drawing.ticks:
        x = NAMES + share / 100 * PLOT
        marks.append(Line(np.array([[x, HEAD], [x, bottom]]), LIGHT["rule"]))
        marks.append(Word(x, bottom + 17, label, 11, LIGHT["quiet"], anchor="middle"))
    return marks


def _lanes(row: DrawnRow, width: float) -> list[Mark]:
    marks: list[Mark] = []
    for lane in row.lanes:
        colour = _colour(lane.side)
        marks.append(_level(lane.base, LIGHT["rule"]))
        if lane.limit is not None:
            marks.append(_level(lane.limit, LIGHT["quiet"], dotted=True))
        placed = (polygon * (PLOT / width, 1) + (NAMES, HEAD) for polygon in lane.polygons)
        marks += [Area(polygon, colour, 0.28, edge=colour) for polygon in placed]
    return marks


def _name(row: DrawnRow) -> list[Mark]:
    middle = HEAD + row.top + row.height / 2
    up, down = (-2, 12) if row.note else (4, 4)
    marks: list[Mark] = [Word(MARGIN, middle + up, row.label, 12, LIGHT["ink"], bold=True)]
    if row.note:
        marks.append(Word(MARGIN, middle + down, row.note, 10.5, LIGHT["quiet"]))
    if row.mirrored:
        marks.append(Word(NAMES - 12, middle - 10, "L", 10, LIGHT["left"], bold=True, anchor="middle"))
        marks.append(Word(NAMES - 12, middle + 18, "R", 10, LIGHT["right"], bold=True, anchor="middle"))
    return marks


def _box(x: float, y: float, width: float, height: float, *, fill: str) -> Area:
    return Area(np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]]), fill)


def _placed(box: Box, width: float) -> Values:
    """Return the corners of a box of the drawing, `width` wide, on the figure."""
    return _box(NAMES + box.x * PLOT / width, HEAD + box.y, box.width * PLOT / width, box.height, fill="").points


def _level(y: float, colour: str, *, dotted: bool = False) -> Line:
    return Line(np.array([[NAMES, HEAD + y], [NAMES + PLOT, HEAD + y]]), colour, dotted=dotted)


def _colour(side: str) -> str:
    return LIGHT[side] if side in ("left", "right") else LIGHT["both"]
