"""The picture of a course: time across, burden up; what was given, what was measured, what is expected, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from facialis.followup.diary import MEASURES
from facialis.followup.page import draw, sentences
from facialis.followup.page.draw import Layout, Marks
from facialis.followup.page.lanes import lanes
from facialis.followup.page.scales import Span, burden, fitted, on, tick
from facialis.paper.plot import Axis, Text

Told = Mapping[str, Any]
# A longer course is shown by its latest cycles, and as a whole below them.
LONG_DAYS = 420
_LATEST = 3
# So far above the plot stand the names of the products.
_HEAD = 24.0
_PAD = timedelta(days=7)


@dataclass(frozen=True)
class Frame:
    """The measures of a picture: its width, where the plot begins and ends, how high it is.

    `names` says whether the names of the lanes stand at their left, where there is room for them; `plain` whether it
    is for the patient, who needs neither units nor rules.
    """

    width: float
    left: float
    right: float
    high: float
    names: bool
    ticks: int
    plain: bool = False


WIDE = Frame(1000.0, 132.0, 986.0, 250.0, True, 11)
NARROW = Frame(360.0, 26.0, 354.0, 210.0, False, 4)
PLAIN = Frame(360.0, 26.0, 354.0, 190.0, False, 4, plain=True)


def timeline(name: str, side: Told, result: Told, frame: Frame = WIDE, *, whole: bool = False) -> Layout:
    """Draw the course of one side.

    Parameters
    ----------
    name : str
        The side.
    side : mapping
        One of ``sides`` of the public result.
    result : mapping
        The public result ``facialis.course/1``.
    frame : Frame
        ``WIDE``, or ``NARROW`` for a telephone.
    whole : bool
        Whether all of a long course is shown instead of its latest cycles.
    """
    span = _span(side, result, frame, whole)
    colour = name if name in ("left", "right") else "both"
    head = 40.0
    scale = burden(side["measure"], _values(side, span), head + frame.high, head)
    marks: Marks = [*_ground(frame, scale, span), *_gaps(result, span, scale)]
    marks += _expected(side, span, scale, colour, result["on"])
    marks += _untreated(side, frame, scale)
    given = _given(side, span, scale, frame)
    marks += [*given, *_today(result["on"], span, scale, given)]
    marks += _points(side["points"], side["measure"]["key"], span, scale)
    bottom = scale.start + 24.0
    for used in () if frame.plain else side["measures_used"][1:]:
        more, bottom = _beside(used["key"], side, span, frame, bottom)
        marks += more
    more, bottom = lanes(name, side, result, span, (scale.end, scale.start), frame, bottom)
    marks += more
    title = f"{sentences.SIDES[name]}: {_title(side['measure'])}"
    return Layout(title, _summary(name, side, span), frame.width, bottom + 4, tuple(marks))


def is_long(side: Told, result: Told) -> bool:
    """Say whether a course is too long for one picture to show its latest cycles well."""
    days = _days(side, result)
    return (max(days) - min(days)).days > LONG_DAYS and len(side["cycles"]) > _LATEST


def _title(measure: Told) -> str:
    return f"{measure['name']}, {measure['unit']}" if measure["unit"] != "share" else str(measure["name"])


def _days(side: Told, result: Told) -> list[date]:
    told = [on(result["on"]), *(on(point["date"]) for point in side["points"])]
    told += [on(cycle["date"]) for cycle in side["cycles"]]
    if side["forecast"]:
        ahead = side["forecast"]
        told += [on(ahead["wear_off"]["high"]), on(ahead["next_session"]["high"])]
        told += [on(one["date"]) for one in ahead["next_session"]["earliest"]]
    if side["decompression"]:
        told.append(on(side["decompression"]["operated"]))
    return told


def _span(side: Told, result: Told, frame: Frame, whole: bool) -> Span:
    days = _days(side, result)
    first, last = min(days), max(days)
    if is_long(side, result) and not whole:
        first = max(first, on(side["cycles"][-_LATEST]["date"]) - 3 * _PAD)
    return Span.of(first - _PAD, last + _PAD, frame.left, frame.right)


def _values(side: Told, span: Span) -> Iterable[float]:
    for point in side["points"]:
        if point["measure"] == side["measure"]["key"] and span.holds(point["date"]):
            yield point["value"]
    for row in (*fitted(side), *(side["forecast"] or {"curve": ()})["curve"]):
        if span.holds(row["date"]):
            yield row["high"]


def _ground(frame: Frame, scale: Axis, span: Span) -> Marks:
    marks: Marks = [draw.box("ground", frame.left, scale.end, frame.right - frame.left, scale.start - scale.end)]
    for value in scale.ticks(6):
        marks.append(draw.segment("grid", (frame.left, scale(value)), (frame.right, scale(value))))
        marks.append(Text(frame.left - 7, scale(value) + 4, tick(value), "end", "tick"))
    for x, word in span.ticks(frame.ticks):
        marks.append(draw.segment("frame", (x, scale.start), (x, scale.start + 5)))
        anchor = "start" if x < frame.left + 16 else "end" if x > frame.right - 20 else "middle"
        marks.append(Text(x, scale.start + 18, word, anchor, "tick"))
    marks.append(draw.segment("frame", (frame.left, scale.start), (frame.right, scale.start)))
    return marks


def _gaps(result: Told, span: Span, scale: Axis) -> Marks:
    """Shade where there is no entry, which is not the same as no spasm."""
    marks: Marks = []
    for gap in result["source"]["diary"]["gaps"]:
        x, end = span(gap["from"]) + 6, span(gap["to"]) - 6
        if end - x < 6:
            continue
        said = f"No entry from {sentences.day(gap['from'])} to {sentences.day(gap['to'])}"
        marks.append(draw.hatched("none-entered", x, scale.end, end - x, scale.start - scale.end, said))
        if end - x > 54:
            marks.append(Text((x + end) / 2, scale.end + 14, "no entry", "middle", "tick"))
    return marks


def _expected(side: Told, span: Span, scale: Axis, colour: str, today: str) -> Marks:
    """Draw the expected course with its band: up to today as fitted, from then on as forecast."""
    marks: Marks = []
    starts = {cycle["date"] for cycle in side["cycles"]}
    for rows in _runs(fitted(side), starts):
        marks += _band(rows, span, scale, f"band-{colour}", f"line-{colour}")
    if side["forecast"]:
        rows = [row for row in side["forecast"]["curve"] if row["date"] >= today]
        marks += _band(rows, span, scale, f"ahead-{colour}", f"thin-{colour}", ahead=True)
    return marks


def _runs(rows: Sequence[Told], starts: set[str]) -> list[list[Told]]:
    """Cut rows where an injection begins a new cycle."""
    runs: list[list[Told]] = []
    for row in rows:
        if not runs or (row["date"] in starts and runs[-1]):
            runs.append([])
        runs[-1].append(row)
    return runs


def _band(rows: Sequence[Told], span: Span, scale: Axis, look: str, line: str, *, ahead: bool = False) -> Marks:
    shown = [row for row in rows if span.holds(row["date"])]
    if len(shown) < 2:
        return []
    x = np.array([span(row["date"]) for row in shown])
    value, low, high = (scale.places(np.array([row[key] for row in shown])) for key in ("value", "low", "high"))
    drawn = draw.band(look, x, low, high)
    points = np.column_stack([x, value])
    if not ahead:
        return [drawn, draw.Shape((points,), line)]
    edges = [np.column_stack([x, edge]) for edge in (low, high)]
    dashes = tuple(points[at : at + 2] for at in range(0, len(points) - 1, 2))
    return [drawn, draw.Shape(tuple(edges), "dashes"), draw.Shape(dashes, line)]


def _untreated(side: Told, frame: Frame, scale: Axis) -> Marks:
    told = side["untreated"]
    if told is None:
        return []
    y = scale(told["value"])
    said = f"Untreated {sentences.number(told, 1)}"
    line = draw.dashed("untreated", (frame.left, y), (frame.right, y), 3.0)
    drawn = draw.Shape(line.lines, "untreated", label=said)
    # Beside the scale, where no entry can lie under the word; a telephone has no room there.
    return [drawn, Text(frame.left - 28, y + 4, "untreated", "end", "tick")] if frame.names else [drawn]


def _given(side: Told, span: Span, scale: Axis, frame: Frame) -> Marks:
    """Draw each injection as a line with its number; product and units where they find room."""
    marks: Marks = []
    shown = [cycle for cycle in side["cycles"] if span.holds(cycle["date"])]
    product, free = "", -1e9
    for at, cycle in enumerate(shown):
        x = span(cycle["date"])
        said = f"Injection {cycle['number']}, {sentences.day(cycle['date'])}"
        said += "" if frame.plain else f": {sentences.injected(cycle)}"
        marks.append(draw.segment("given", (x, scale.end - 4), (x, scale.start), label=said))
        marks += draw.numbered(x, scale.end - 10, cycle["number"], said)
        room = (span(shown[at + 1]["date"]) if at + 1 < len(shown) else frame.right + 30) - x
        units = f"{cycle['units']} U" if cycle["units"] is not None else ""
        if units and room > 24 + 7 * len(units) and not frame.plain:
            marks.append(Text(x + 11, scale.end - 6, units, "start", "beside"))
        name = sentences.product(cycle)
        if name != product and x > free and not frame.plain:
            anchor, wide = ("end", 0.0) if x + 6.6 * len(name) > frame.right else ("start", 6.6 * len(name))
            marks.append(Text(x - 8 if anchor == "start" else frame.right, scale.end - _HEAD, name, anchor, "beside"))
            product, free = name, x + wide + 6
    told = side["decompression"]
    if told and span.holds(told["operated"]):
        x = span(told["operated"])
        for apart in (-2.0, 2.0):
            marks.append(draw.segment("operated", (x + apart, scale.end - 4), (x + apart, scale.start)))
        room = x + 100 < frame.right
        word = "operation" if frame.plain else "decompression"
        marks.append(Text(x + (7 if room else -7), scale.end - 6, word, "start" if room else "end", "name"))
    return marks


def _today(today: str, span: Span, scale: Axis, above: Marks) -> Marks:
    """Draw the day of the answer; its word stands above the plot unless a product stands there already."""
    x = span(today)
    anchor, word = "end" if x > span.axis.end - 90 else "start", sentences.day(today)
    first = x - 80 if anchor == "end" else x
    taken = [m for m in above if isinstance(m, Text) and m.y == scale.end - _HEAD and _overlaps(m, first, first + 80)]
    y = scale.end + 14 if taken else scale.end - _HEAD
    line = draw.dashed("today", (x, y - 10 if not taken else scale.end), (x, scale.start), 2.5)
    return [line, Text(x + (-5 if anchor == "end" else 5), y, word, anchor, "name")]


def _overlaps(text: Text, start: float, end: float) -> bool:
    width = 6.6 * len(text.text)
    first = text.x - width if text.anchor == "end" else text.x
    return first < end and start < first + width


def _points(points: Sequence[Told], measure: str, span: Span, scale: Axis) -> Marks:
    marks: Marks = []
    for point in points:
        if point["measure"] == measure and span.holds(point["date"]):
            x, y = span(point["date"]), scale(point["value"])
            said = f"{sentences.day(point['date'])}: {point['value']:g}, {point['source']}"
            marks.append(draw.mark_of(point["source"], x, y, said))
    return marks


def _beside(key: str, side: Told, span: Span, frame: Frame, top: float) -> tuple[Marks, float]:
    """Draw a further measure on a scale of its own below."""
    measure = MEASURES[key]
    told = {"low": measure.low, "high": None, "unit": measure.unit}
    points = [point for point in side["points"] if point["measure"] == key and span.holds(point["date"])]
    scale = burden(told, [point["value"] for point in points], top + 76, top + 18)
    marks: Marks = [draw.box("ground", frame.left, scale.end, frame.right - frame.left, scale.start - scale.end)]
    for value in (scale.low, scale.high):
        marks.append(draw.segment("grid", (frame.left, scale(value)), (frame.right, scale(value))))
        marks.append(Text(frame.left - 7, scale(value) + 4, tick(value), "end", "tick"))
    name = sentences.sentence(measure.name).rstrip(".")
    marks.append(Text(frame.left, top + 12, f"{name}, {measure.unit}", "start", "name"))
    return [*marks, *_points(points, key, span, scale)], scale.start + 14


def _summary(name: str, side: Told, span: Span) -> str:
    told = [
        f"{sentences.SIDES[name]}, {sentences.day(span.first.isoformat())} to {sentences.day(span.last.isoformat())}"
    ]
    told.append(f"{len(side['points'])} entries, {len(side['cycles'])} injections")
    if side["forecast"]:
        told.append(f"wear-off expected {sentences.days(side['forecast']['wear_off'])}")
        best = side["forecast"]["next_session"]["best"]
        told += [f"next session best {sentences.day(best)}"] if best else []
    return "; ".join(told) + "."
