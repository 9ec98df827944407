"""What is drawn on the decision aid: 1,000 icons a treatment, a field a harm, a first year each.

Its colours stand in :data:`LOOKS` alone: as rules for the screen, which follow light and dark, and as attributes for
paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from facialis.paper import icons, plot
from facialis.paper.icons import Form, Group, Look

LOOKS: Mapping[str, Look] = MappingProxyType(
    dict(icons.LOOKS)
    | {
        "grid": Look("", "rule", 1.0),
        "course": Look("", "left", 2.4),
        "range": Look("rule", "", 0.0),
        "word": Look("quiet", "", 0.0),
    }
)
_WIDTH, _HEIGHT = 320.0, 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 312.0, 12.0, 140.0
_MONTHS = (0, 3, 6, 9, 12)
_DAYS_A_MONTH = 365.0 / 12


def relieved(main: Mapping[str, Any], name: str, *, small: bool = False) -> plot.Plot:
    """Draw 1,000 people with a treatment: those who are relieved, the others, and of whom nobody knows.

    `small` draws areas that a page's patterns fill, instead of every icon.
    """
    partly = main["partly"]
    groups = (
        [
            Group(partly["yes"], Form.FULL, main["yes"]),
            Group(partly["no"], Form.OPEN, main["no"]),
            Group(partly["not_counted"], Form.HALF, "not counted"),
        ]
        if partly
        else [
            Group(main["count"]["people"], Form.FULL, main["yes"]),
            Group(main["rest"]["people"], Form.OPEN, main["no"]),
        ]
    )
    drawn = icons.icon_array(f"{name}, of 1,000 people", groups)
    return icons.areas(drawn, groups) if small else drawn


def harmed(harm: Mapping[str, Any], name: str, *, small: bool = False) -> plot.Plot:
    """Draw how many of 1,000 meet a harm; over many sessions what was counted, else both bounds and a guess.

    `small` is as for :func:`relieved`.
    """
    groups = _harmed(harm)
    drawn = icons.field(name, groups)
    return icons.areas(drawn, groups) if small else drawn


def _harmed(harm: Mapping[str, Any]) -> list[Group]:
    counted = (harm["over"] or {}).get("counted")
    if counted:
        return [_few(counted["count"], Form.CROSS, "had it at least once, as it was counted")]
    if harm["over"] is None:
        return [_few(harm["count"], Form.CROSS, "have it")]
    same, middle, most = (harm["over"][key]["people"] for key in ("same_people", "middle", "chance_alone"))
    return [
        Group(same, Form.CROSS, "have it even if it is always the same people"),
        Group(middle - same, Form.HALF, "more by our guess"),
        Group(most - middle, Form.OPEN, "more if chance alone decides each time"),
    ]


def first_year(year: Mapping[str, Any], name: str) -> plot.Plot:
    """Draw how many of 1,000 feel relief, month by month; an empty frame where nobody counted."""
    x, y = plot.Axis(0.0, 365.0, _LEFT, _RIGHT), plot.Axis(0.0, 1000.0, _BOTTOM, _TOP)
    marks: list[plot.Path | plot.Text] = []
    for tick in (0, 500, 1000):
        marks.append(plot.Path(plot.level(_LEFT, y(tick), _RIGHT), "grid"))
        marks.append(plot.Text(_LEFT - 6, y(tick) + 4, f"{tick:,}", "end", "word"))
    marks += [plot.Text(x(month * _DAYS_A_MONTH), _BOTTOM + 16, str(month), "middle", "word") for month in _MONTHS]
    marks.append(plot.Text((_LEFT + _RIGHT) / 2, _BOTTOM + 30, "months", "middle", "word"))
    points = year["points"]
    if not points:
        marks.append(plot.Text((_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2 + 4, "not counted", "middle", "word"))
        return plot.Plot(name, f"{name}: nobody has counted the first year.", _WIDTH, _HEIGHT, tuple(marks))
    days, people, low, high = (np.array([point[key] for point in points]) for key in ("day", "people", "low", "high"))
    if np.any(high > low):
        marks.append(plot.Path(plot.band(x.places(days), y.places(low), y.places(high)), "range"))
    marks.append(plot.Path(plot.line(x.places(days), y.places(people)), "course"))
    return plot.Plot(
        name, _in_words(f"{name}, of 1,000 people who {year['of']}", days, people), _WIDTH, _HEIGHT, tuple(marks)
    )


def _in_words(name: str, days: np.ndarray[Any, Any], people: np.ndarray[Any, Any]) -> str:
    at = {month: people[int(np.argmin(np.abs(days - month * _DAYS_A_MONTH)))] for month in (1, 3, 6, 12)}
    said = ", ".join(f"about {round(value, -1):g} after {month} months" for month, value in at.items())
    return f"{name}: {said}.".replace("1 months", "1 month", 1)


def _few(count: Mapping[str, Any], form: Form, label: str) -> Group:
    """Return the icons of a number; fewer than one of 1,000 is one hollow icon and not none."""
    if count["share"] == 0.0 and count["high"]:
        return Group(round(count["high"] * count["of"]), Form.OPEN, "at the most may have it")
    if count["people"] == 0 and count["share"] > 0:
        return Group(1, Form.OPEN, f"or fewer {label}")
    return Group(count["people"], form, label)
