"""The timeline of the path: what is done and due, hearing, face, spasms, and what to watch for when.

The days before the operation lie evenly, those after by their square root: the first weeks, in which most happens, get
the room that they need, and two years still fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import sqrt
from types import MappingProxyType
from typing import Any

from facialis.paper import plot
from facialis.treatment.decompression.page import words

Told = Mapping[str, Any]
Marks = list[plot.Path | plot.Text]
Lane = Callable[[float], Marks]


@dataclass(frozen=True)
class Look:
    """How a mark is painted: colours of :mod:`facialis.paper.theme`, line, opacity, size of the letters."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    opaque: float = 1.0
    size: float = 11.5
    bold: bool = False


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "lane": Look(fill="ground"),
        "grid": Look(stroke="rule"),
        "operation": Look(stroke="ink", width=1.8),
        "today": Look(stroke="quiet", width=1.4),
        "tick": Look(fill="quiet"),
        "name": Look(fill="ink", bold=True),
        "beside": Look(fill="quiet", size=10.5),
        "done": Look(fill="good"),
        "due": Look(fill="sheet", stroke="limited", width=2.2),
        "overdue": Look(fill="refused"),
        "missed": Look(stroke="refused", width=2.2),
        "to-come": Look(fill="sheet", stroke="both", width=1.5),
        "test": Look(fill="ink"),
        "left": Look(fill="left", opaque=0.55),
        "right": Look(fill="right", opaque=0.55),
        "watch-none": Look(fill="both", opaque=0.35),
        "watch-soon": Look(fill="both", opaque=0.35),
        "watch-same_day": Look(fill="limited", opaque=0.5),
        "watch-emergency": Look(fill="refused", opaque=0.55),
        "peak": Look(stroke="ink", width=1.6),
        "waiting": Look(fill="both", opaque=0.25),
    }
)
_BEFORE, _AFTER = 120, 820
_TICKS = ((0, "operation"), (7, "1 wk"), (30, "1 mo"), (91, "3 mo"), (183, "6 mo"), (365, "1 y"), (730, "2 y"))
_FEW_TICKS = (0, 30, 183, 730)
_LANE, _GAP = 22.0, 5.0
# Marks lie so far apart; so much of the width is of the time before.
_APART = 11.5
_SHARE_BEFORE, _SHARE_BEFORE_NARROW = 0.14, 0.27
_MARK_OF = {
    "done": "done",
    "incomplete": "due",
    "due": "due",
    "overdue": "overdue",
    "missed": "missed",
    "to_come": "to-come",
}
KEY = (
    ("done", "done"),
    ("due", "due or incomplete"),
    ("overdue", "overdue"),
    ("missed", "missed"),
    ("to-come", "to come"),
)


@dataclass(frozen=True)
class _Ground:
    """Where things lie: the day of the operation, the ends of the drawing, whether it is for a small screen."""

    begin: date
    left: float
    right: float
    narrow: bool

    def x(self, day: float) -> float:
        """Return where a day from the operation lies."""
        zero = self.left + (_SHARE_BEFORE_NARROW if self.narrow else _SHARE_BEFORE) * (self.right - self.left)
        if day < 0:
            return zero + max(day, -_BEFORE) / _BEFORE * (zero - self.left)
        return zero + sqrt(min(day, _AFTER) / _AFTER) * (self.right - zero)

    def of(self, iso: str) -> int:
        """Return the day from the operation."""
        return (date.fromisoformat(iso) - self.begin).days


def timeline(result: Told, *, narrow: bool = False) -> plot.Plot:
    """Draw the path of a result ``facialis.decompression/1``.

    Parameters
    ----------
    result : mapping
    narrow : bool
        For a small screen: names above their lanes.
    """
    ground = _Ground(
        date.fromisoformat(result["operated"] or result["planned"]),
        *((6.0, 354.0) if narrow else (146.0, 900.0)),
        narrow,
    )
    marks: Marks = []
    lanes: list[float] = []
    y = 26.0
    for name, draw in _lanes(result, ground):
        if narrow:
            marks.append(plot.Text(ground.left, y + 11, name, "start", "name"))
            y += 15
        else:
            marks.append(plot.Text(ground.left - 10, y + 15, name, "end", "name"))
        lanes.append(y)
        marks += draw(y)
        y += _LANE + _GAP
    width = 360.0 if narrow else 912.0
    return plot.Plot("The path", _summary(result), width, y + 4, (*_axis(result, ground, lanes), *marks))


def _axis(result: Told, ground: _Ground, lanes: list[float]) -> Marks:
    """Draw the ground of each lane and the days; names above their lanes are not crossed by a line."""
    marks: Marks = [plot.Path(plot.box(ground.left, y, ground.right - ground.left, _LANE), "lane") for y in lanes]
    parts = [(y, y + _LANE) for y in lanes] if ground.narrow else [(18.0, lanes[-1] + _LANE)]
    for day, word in _TICKS:
        if ground.narrow and day not in _FEW_TICKS:
            continue
        x, look = ground.x(day), "operation" if day == 0 else "grid"
        marks += [plot.Path(plot.upright(x, first, last), look) for first, last in parts]
        marks.append(plot.Text(x, 12, "planned" if day == 0 and not result["operated"] else word, "middle", "tick"))
    return marks


def _lanes(result: Told, ground: _Ground) -> Iterator[tuple[str, Lane]]:
    """Yield each lane: its name, and what draws it from its upper edge on."""
    day = ground.x(ground.of(result["on"]))

    def with_today(lane: Lane) -> Lane:
        return lambda y: [*lane(y), plot.Path(plot.upright(day, y, y + _LANE), "today", "today")]

    steps = [one for one in result["steps"] if one["state"] in _MARK_OF]
    for name, visit in (("Visits", True), ("Tests and checks", False)):
        rows = [one for one in steps if one["visit"] is visit]
        yield name, with_today(partial(_listed, _stepped, rows, ground))
    if result["palsy"]["onset"] is not None:
        yield "Face", with_today(partial(_listed, _face, result, ground))
    if result["relief"] is not None:
        yield "Spasms", with_today(partial(_listed, _spasms, result["relief"], ground))
    for one in result["watch"]:
        yield one["short"], with_today(partial(_listed, _watched, one, ground))


def _listed(
    draw: Callable[[Any, _Ground, float], Iterable[plot.Path | plot.Text]], what: Any, ground: _Ground, y: float
) -> Marks:
    return list(draw(what, ground, y))


def _watched(one: Told, ground: _Ground, y: float) -> Iterator[plot.Path]:
    first, last = ground.x(one["from_day"]), ground.x(one["to_day"])
    span = f"{one['name']}: day {one['from_day']} to {one['to_day']}"
    yield plot.Path(plot.box(first, y + 5, max(last - first, 3), 12), f"watch-{one['urgency']}", span)
    if one["peak_day"] is not None:
        middle = ground.x(one["peak_day"])
        yield plot.Path(plot.upright(middle, y + 3, y + 19), "peak", f"about day {one['peak_day']}")


def _stepped(steps: list[Told], ground: _Ground, y: float) -> Iterator[plot.Path]:
    """Yield a mark for each step where it was done or is due; where they would hide each other, side by side.

    What was done before is moved away from the operation, what comes after as well: none changes its side.
    """
    days = [(ground.of(one["done"] or one["due"]), one) for one in steps]
    before = sorted((day, one["key"], one) for day, one in days if one["phase"] == "before")
    after = sorted((day, one["key"], one) for day, one in days if one["phase"] == "after")
    edge = ground.x(0) + 3.0
    for day, _, one in reversed(before):
        edge = min(ground.x(min(day, -1)), edge - _APART)
        yield _step(one, edge, y)
    edge = ground.x(0) - 3.0
    for day, _, one in after:
        edge = max(ground.x(day), edge + _APART)
        yield _step(one, edge, y)


def _step(one: Told, x: float, y: float) -> plot.Path:
    look = _MARK_OF[one["state"]]
    return plot.Path(shape(look, x, y + 11.0), look, f"{one['name']}: {words.STATES[one['state']]}")


def shape(look: str, x: float, y: float) -> str:
    """Return the ``d`` of a mark: each state has its own shape, so that colour never stands alone."""
    if look == "overdue":
        return plot.diamond(x, y, 6.5)
    if look == "missed":
        return f"M{x - 4.5:.1f} {y - 4.5:.1f}l9 9M{x - 4.5:.1f} {y + 4.5:.1f}l9 -9"
    if look == "due":
        return plot.box(x - 4.5, y - 4.5, 9, 9)
    return f"M{x - 5:.1f} {y:.1f}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z"


def _face(result: Told, ground: _Ground, y: float) -> Iterator[plot.Path | plot.Text]:
    palsy = result["palsy"]
    first, last = palsy["onset_day"], palsy["onset_day"] + palsy["lasted_days"]
    wide = max(ground.x(last) - ground.x(first), 4.0)
    said = f"palsy from day {first} {'to' if palsy['state'] == 'recovered' else 'until today, day'} {last}"
    yield plot.Path(plot.box(ground.x(first), y + 5, wide, 12), result["side"], said)
    grade = "" if palsy["house_brackmann"] is None else f"HB {palsy['house_brackmann']}"
    yield plot.Text(ground.x(last) + 8, y + 15, "gone" if palsy["state"] == "recovered" else grade, "start", "beside")


def _spasms(relief: Told, ground: _Ground, y: float) -> Iterator[plot.Path | plot.Text]:
    until = ground.of(relief["not_failure_until"])
    waited = plot.box(ground.x(0), y + 5, ground.x(until) - ground.x(0), 12)
    yield plot.Path(waited, "waiting", f'"not yet" is no failure until day {until}')
    if relief["free_since"]:
        x = ground.x(ground.of(relief["free_since"]))
        yield plot.Path(plot.box(x, y + 5, max(ground.x(ground.of(relief["on"])) - x, 3), 12), "done", "free of spasms")
    else:
        yield plot.Text(ground.x(ground.of(relief["on"])) + 6, y + 15, words.RELIEF[relief["state"]], "start", "beside")


def _summary(result: Told) -> str:
    counts: dict[str, int] = {}
    for one in result["steps"]:
        counts[one["state"]] = counts.get(one["state"], 0) + 1
    told = ", ".join(f"{counts[state]} {words.STATES[state]}" for state in words.STATES if state in counts)
    now = [one["name"] for one in result["watch"] if one["state"] == "now"]
    watching = f" To watch for now: {', '.join(now)}." if now else ""
    return f"Steps: {told}.{watching}"
