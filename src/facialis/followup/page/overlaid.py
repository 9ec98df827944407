"""The cycles of one side laid over each other by days since the injection, and each by itself at the same scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any

import numpy as np

from facialis.followup.page import draw, sentences
from facialis.followup.page.draw import Layout, Marks
from facialis.followup.page.scales import burden, fitted, on, tick
from facialis.paper.charts import Values
from facialis.paper.plot import Axis, Text

Told = Mapping[str, Any]
Curve = tuple[Values, Values]
_LONGEST = 240.0
_EVERY = 3.0
_LEAST_OF_A_MEAN = 2
# Numbers on the lines lie at least so far apart, drawing units.
_APART = 20.0
# More numbers than this would hide the lines.
_NUMBERED = 6


def cycles_of(side: Told, result: Told) -> list[tuple[Told, Curve]]:
    """Return each injection with its fitted course: days since it, and burden."""
    told = []
    for cycle in side["cycles"]:
        rows = _rows(side, cycle, result["on"])
        days = np.array([float((on(row["date"]) - on(cycle["date"])).days) for row in rows])
        told.append((cycle, (days, np.array([row["value"] for row in rows], dtype=float))))
    return told


def _rows(side: Told, cycle: Told, today: str) -> list[Told]:
    end = cycle["until"] or today
    return [row for row in fitted(side) if cycle["date"] <= row["date"] < end or row["date"] == cycle["date"]]


def mean(curves: Sequence[Curve]) -> Curve:
    """Return the mean course of cycles, as far as all of them reach: a mean of fewer and fewer would jump."""
    held = [(x, y) for x, y in curves if len(x) > 1]
    if len(held) < _LEAST_OF_A_MEAN:
        return np.empty(0), np.empty(0)
    days = np.arange(0.0, min(min(float(x[-1]) for x, _ in held), _LONGEST) + 0.5, _EVERY)
    return days, np.mean([np.interp(days, x, y) for x, y in held], axis=0)


def overlay(name: str, side: Told, result: Told, *, narrow: bool = False) -> Layout | None:
    """Draw all cycles over each other with this person's own mean, and when it wears off here and in people at large.

    Returns
    -------
    Layout or None
        None with fewer than two injections that have a course.
    """
    told = [(cycle, curve) for cycle, curve in cycles_of(side, result) if len(curve[0]) > 1]
    if len(told) < _LEAST_OF_A_MEAN:
        return None
    width, left, right = (360.0, 26.0, 346.0) if narrow else (760.0, 160.0, 736.0)
    top, bottom = 12.0, 212.0
    days = Axis(0.0, _reach(told), left, right)
    tops = [float(value) for _, (_, values) in told for value in values]
    scale = burden(side["measure"], tops, bottom, top)
    marks = _ground(days, scale)
    colour = name if name in ("left", "right") else "both"
    taken: list[tuple[float, float]] = []
    flags: Marks = []
    numbered = [cycle for cycle, _ in told[-_NUMBERED:]]
    for cycle, (x, y) in told:
        shown = x <= days.high
        latest = cycle is told[-1][0]
        line = np.column_stack([days.places(x[shown]), scale.places(y[shown])])
        said = f"Injection {cycle['number']}, {sentences.day(cycle['date'])}"
        marks.append(draw.Shape((line,), f"line-{colour}" if latest else f"thin-{colour}", label=said))
        if cycle not in numbered:
            continue
        at = _free(line, taken)
        taken.append(at)
        flags += draw.numbered(*at, cycle["number"], said) if latest else _hollow(*at, cycle["number"], said)
    x, y = mean([curve for _, curve in told[:-1]])
    shown = x <= days.high
    if shown.any():
        marks.append(draw.Shape((np.column_stack([days.places(x[shown]), scale.places(y[shown])]),), "mean"))
    more, end = _held(side, days, bottom + 26.0, narrow)
    summary = f"{len(told)} cycles by days since the injection; {_said(side)}"
    return Layout(f"{len(told)} cycles laid over each other", summary, width, end, (*marks, *flags, *more))


def _free(line: Values, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return a place on a line, as late as possible, that no other number has taken."""
    for x, y in line[::-1]:
        if all(hypot(x - other, y - high) > _APART for other, high in taken):
            return float(x), float(y)
    return float(line[-1, 0]), float(line[-1, 1])


def _hollow(x: float, y: float, number: int, label: str) -> Marks:
    return [draw.disc("hollow", x, y, draw.radius(number) - 0.5, label), Text(x, y + 4, str(number), "middle", "tick")]


def single(name: str, side: Told, cycle: Told, curve: Curve, longest: float) -> Layout:
    """Draw one cycle with its entries, at the scale of all."""
    width, left, right, top, bottom = 300.0, 28.0, 290.0, 8.0, 108.0
    key, end = side["measure"]["key"], cycle["until"] or "9999-12-31"
    points = [point for point in side["points"] if point["measure"] == key and cycle["date"] <= point["date"] < end]
    every = [point["value"] for point in side["points"] if point["measure"] == key]
    days, scale = Axis(0.0, longest, left, right), burden(side["measure"], every, bottom, top)
    marks = _ground(days, scale, few=True)
    if len(curve[0]) > 1:
        shown = curve[0] <= longest
        line = np.column_stack([days.places(curve[0][shown]), scale.places(curve[1][shown])])
        marks.append(draw.Shape((line,), f"line-{name if name in ('left', 'right') else 'both'}"))
    for point in points:
        after = float((on(point["date"]) - on(cycle["date"])).days)
        if after <= longest:
            said = f"Day {after:.0f}: {point['value']:g}, {point['source']}"
            marks.append(draw.mark_of(point["source"], days(after), scale(point["value"]), said))
    told = cycle["wear_off_day"]
    if told:
        marks.append(draw.whisker("reach", days, bottom + 26, told["low"], told["high"]))
        marks.append(draw.diamond("middle", days(told["value"]), bottom + 26))
    said = f"Injection {cycle['number']}: wear-off day {sentences.number(told)}"
    return Layout(f"Injection {cycle['number']}", said, width, bottom + 36, tuple(marks))


def longest(side: Told, result: Told) -> float:
    """Return the days that pictures of single cycles show, alike for all."""
    return _reach(cycles_of(side, result))


def _reach(told: Sequence[tuple[Told, Curve]]) -> float:
    ends = [float(curve[0][-1]) for _, curve in told if len(curve[0])]
    ends += [cycle["wear_off_day"]["value"] for cycle, _ in told if cycle["wear_off_day"]]
    return min(max([*ends, 60.0]) + 6.0, _LONGEST)


def _ground(days: Axis, scale: Axis, *, few: bool = False) -> Marks:
    marks: Marks = [draw.box("ground", days.start, scale.end, days.end - days.start, scale.start - scale.end)]
    for value in scale.ticks(3 if few else 6):
        marks.append(draw.segment("grid", (days.start, scale(value)), (days.end, scale(value))))
        marks.append(Text(days.start - 7, scale(value) + 4, tick(value), "end", "tick"))
    for value in days.ticks(5 if few else 7):
        marks.append(draw.segment("frame", (days(value), scale.start), (days(value), scale.start + 4)))
        word = f"day {value:g}" if value == 0 else f"{value:g}"
        marks.append(Text(days(value), scale.start + 16, word, "start" if value == 0 else "middle", "tick"))
    return marks


def _held(side: Told, days: Axis, top: float, narrow: bool) -> tuple[Marks, float]:
    """Draw below the overlay how long the effect holds: in each cycle here, expected now, and in people at large."""
    ahead = side["forecast"]
    rows = []
    own = [cycle["wear_off_day"]["value"] for cycle in side["cycles"] if cycle["state"] == "worn_off"]
    marks: Marks = []
    if ahead:
        rows.append(("Expected now", ahead["wear_off_day"], "middle"))
        rows.append(("In people at large", ahead["population"]["wear_off_day"], "hollow"))
    y = top
    if own:
        y += 12.0 if not narrow else 26.0
        marks += [draw.diamond("middle", days(value), y) for value in own if value <= days.high]
        marks.append(_title("Worn off, each cycle", days, y, narrow))
    for title, told, look in rows:
        y += 24.0 if not narrow else 38.0
        marks.append(draw.whisker("reach", days, y, told["low"], told["high"]))
        marks.append(draw.diamond(look, days(told["value"]), y))
        marks.append(_title(title, days, y, narrow))
    return marks, y + 14.0


def _title(title: str, days: Axis, y: float, narrow: bool) -> Text:
    if narrow:
        return Text(days.start, y - 11, title, "start", "name")
    return Text(days.start - 12, y + 4, title, "end", "name")


def _said(side: Told) -> str:
    ahead = side["forecast"]
    if not ahead:
        return "no forecast."
    usual = sentences.number(ahead["population"]["wear_off_day"])
    return f"wear-off expected on day {sentences.number(ahead['wear_off_day'])}, in people at large {usual}."
