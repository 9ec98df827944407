"""The two sides laid over each other: all spasms from their onset on, and one event by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from facialis.face.overlay import BEFORE_S, Courses, aligned
from facialis.face.page.words import of_kind, region, share
from facialis.face.signals import REGIONS, Signals
from facialis.findings import Side
from facialis.paper import plot
from facialis.paper.charts import Values, round_up
from facialis.units import count

MOST_PANELS = 3
MOST_LINES = 24
SIDES = (Side.LEFT, Side.RIGHT)
WIDTH, HEIGHT = 320.0, 178.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 312.0, 10.0, 146.0
_SPARK = (150.0, 40.0)
_SHORTEST_S, _LONGEST_S = 0.5, 2.0
_LEAST = 0.01


@dataclass(frozen=True)
class Panel:
    """The courses of one region, `key` is its name in the glossary."""

    key: str
    title: str
    drawn: plot.Plot


@dataclass(frozen=True)
class Sides:
    """All spasms of one side over the other: in one sentence, and as charts."""

    headline: str
    panels: tuple[Panel, ...]
    quartiles: bool


def sides(result: Mapping[str, Any], signals: Signals) -> Sides | None:
    """Lay both sides' courses over each other, every spasm's onset at zero.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.
    signals : Signals
        What it was found in.

    Returns
    -------
    Sides or None
        The regions most often moved, from top to bottom; None where no spasm of one side was seen.
    """
    spasms = [event for event in of_kind(result, "spasm") if event["side"] in ("left", "right")]
    if not spasms:
        return None
    affected = Side(Counter(event["side"] for event in spasms).most_common(1)[0][0])
    own = [event for event in spasms if event["side"] == affected.value]
    spans = [(event["onset_s"], event["offset_s"]) for event in own]
    after = _span(own)
    laid = {name: aligned(signals, name, spans, affected, after) for name in _regions(own, signals)}
    laid = {name: courses for name, courses in laid.items() if np.isfinite(courses.quartiles(affected)[1]).any()}
    if not laid:
        return None
    top = _top(laid.values(), len(own))
    panels = tuple(Panel(name, region(name).capitalize(), _panel(name, laid[name], top)) for name in laid)
    leading = max(laid, key=lambda name: float(np.nanmax(laid[name].quartiles(affected)[1])))
    return Sides(_headline(affected, len(own), leading, laid[leading]), panels, len(own) >= 3)


def _span(events: Sequence[Mapping[str, Any]]) -> float:
    """Show most events to their end."""
    lengths = [event["offset_s"] - event["onset_s"] for event in events]
    return float(np.clip(1.4 * np.percentile(lengths, 75), _SHORTEST_S, _LONGEST_S))


def _regions(events: Sequence[Mapping[str, Any]], signals: Signals) -> list[str]:
    moved = Counter(name for event in events for name in event["regions"])
    most = [name for name, _ in moved.most_common() if _known(signals, name)][:MOST_PANELS]
    return [name for name in REGIONS if name in most]


def _known(signals: Signals, name: str) -> bool:
    return (name, Side.LEFT) in signals.pull and (name, Side.LEFT) in signals.shift


def _top(laid: Any, events: int) -> float:
    rank = 2 if events >= 3 else 1
    peaks = [float(np.nanmax(q, initial=0.0)) for c in laid for q in (c.quartiles(s)[rank] for s in SIDES)]
    return round_up(max(_LEAST, 1.1 * max(peaks)))


def _headline(affected: Side, events: int, name: str, courses: Courses) -> str:
    other = courses.other_share(affected)
    seen = f"{count(events, 'spasm')} of the {affected.value} side, each onset at zero."
    if other is None:
        return seen
    middle, low, high = (max(value, 0.0) for value in other)
    spread = f" (middle half {share(low)} to {share(high)})" if events >= 3 else ""
    return (
        f"{seen} When the {affected.value} {region(name)} is at its height, "
        f"the {affected.other.value} one does {share(middle)} of it{spread}."
    )


def _panel(name: str, courses: Courses, top: float) -> plot.Plot:
    x = plot.Axis(float(courses.time_s[0]), float(courses.time_s[-1]), _LEFT, _RIGHT)
    y = plot.Axis(-0.15 * top, top, _BOTTOM, _TOP)
    marks = _frame(x, y)
    at = x.places(courses.time_s)
    events = len(courses.moved[Side.LEFT])
    for side in SIDES:
        rows = courses.moved[side]
        if 1 < events <= MOST_LINES:
            marks += [plot.Path(plot.line(at, y.places(row)), f"single {side}") for row in rows]
    for side in SIDES:
        low, middle, high = (y.places(edge) for edge in courses.quartiles(side))
        if events >= 3:
            marks.append(plot.Path(plot.band(at, high, low), f"spread {side}"))
        marks.append(plot.Path(plot.line(at, middle), f"course {side}", f"patient's {side}"))
    return plot.Plot(region(name), _said(name, courses), WIDTH, HEIGHT, tuple(marks))


def _frame(x: plot.Axis, y: plot.Axis) -> list[plot.Path | plot.Text]:
    marks: list[plot.Path | plot.Text] = []
    for value in y.ticks(4):
        marks.append(plot.Path(plot.level(_LEFT, y(value), _RIGHT), "grid"))
        marks.append(plot.Text(_LEFT - 6, y(value) + 3.5, f"{100 * value:g}", "end"))
    marks += [plot.Text(x(value), _BOTTOM + 15, f"{value:g}", "middle") for value in x.ticks(5)]
    marks.append(plot.Path(plot.upright(x(0), _TOP, _BOTTOM), "zero"))
    marks.append(plot.Text(_RIGHT, HEIGHT - 2, "seconds from the onset", "end"))
    marks.append(plot.Text(_LEFT, HEIGHT - 2, "% IOD"))
    return marks


def _said(name: str, courses: Courses) -> str:
    peaks = []
    for side in SIDES:
        middle = courses.quartiles(side)[1]
        known = middle[np.isfinite(middle)]
        size = f"{100 * float(known.max()):.1f} % IOD" if len(known) else "not seen"
        peaks.append(f"patient's {side} {size}")
    return f"Course of the {region(name)} from {BEFORE_S:g} s before the onset: highest median {', '.join(peaks)}"


def spark(event: Mapping[str, Any], signals: Signals) -> plot.Plot | None:
    """Draw one event: its largest region on the affected side, and the same region of the other side.

    Parameters
    ----------
    event : mapping
        An event of the public result.
    signals : Signals
        What it was found in.

    Returns
    -------
    Plot or None
        None where the region was not seen on its own side.
    """
    names = [name for name in event["regions"] if _known(signals, name)]
    if not names:
        return None
    length = event["offset_s"] - event["onset_s"]
    side = Side.RIGHT if event["side"] == "right" else Side.LEFT
    span = (event["onset_s"], event["offset_s"])
    courses = aligned(signals, names[0], [span], side, length + max(0.15, 0.15 * length))
    rows: dict[Side, Values] = {side: courses.moved[side][0] for side in SIDES}
    seen = [row for side, row in rows.items() if event["side"] in (side.value, "both")]
    if not any(np.isfinite(row).any() for row in seen):
        return None
    top = max(_LEAST / 2, *(float(np.nanmax(row, initial=0.0)) for row in rows.values()))
    width, height = _SPARK
    x = plot.Axis(float(courses.time_s[0]), float(courses.time_s[-1]), 1, width - 1)
    y = plot.Axis(-0.3 * top, top, height - 2, 3)
    at = x.places(courses.time_s)
    marks = [
        plot.Path(plot.box(x(0), 1, x(length) - x(0), height - 2), f"within {event['side']}"),
        plot.Path(plot.level(1, y(0), width - 1), "grid"),
        *(plot.Path(plot.line(at, y.places(row)), f"course {side}") for side, row in rows.items()),
    ]
    said = f"{region(names[0])}, left and right, around this event"
    return plot.Plot(region(names[0]), said.capitalize(), width, height, tuple(marks))
