"""Changes of several measures drawn on one scale: a forest, each line with its interval and its verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from facialis.paper import plot
from facialis.paper.charts import round_up
from facialis.paper.words import sentence

WIDTH, HEIGHT = 260.0, 26.0
_LEFT, _RIGHT = 8.0, 252.0
# Ratios from an eighth to eightfold are shown, as many doublings to either side; what goes beyond is cut and says so.
_DOUBLINGS = 3
WORD = {"better": "Better", "worse": "Worse", "cannot tell": "Cannot tell"}
LOOK = {"better": "good", "worse": "refused", "cannot tell": "limited"}


@dataclass(frozen=True)
class Line:
    """A measure in words, with its change drawn; `look` is the class of its verdict."""

    name: str
    before: str
    after: str
    drawn: plot.Plot
    change: str
    verdict: str
    look: str
    why: str


@dataclass(frozen=True)
class Group:
    """Measures whose changes stand on one scale, and that scale."""

    title: str
    lines: tuple[Line, ...]
    scale: plot.Plot


def groups(measures: Sequence[Mapping[str, Any]], name: Callable[[str], str]) -> list[Group]:
    """Group measures by how their change is told, and draw each on the scale of its group.

    Parameters
    ----------
    measures : sequence of mapping
        The ``measures`` of a public comparison.
    name : callable
        Names a measure as in a text.
    """
    made = []
    for kind, title in (("ratio", "Change as a ratio, after over before"), ("difference", "Change as a difference")):
        own = [measure for measure in measures if measure["change_is"] == kind]
        if own:
            axis = _ratio_axis() if kind == "ratio" else _difference_axis(own)
            lines = tuple(_line(measure, axis, name(measure["name"])) for measure in own)
            made.append(Group(title, lines, _scale(kind, axis)))
    return made


def _ratio_axis() -> plot.Axis:
    return plot.Axis(-_DOUBLINGS, _DOUBLINGS, _LEFT, _RIGHT)


def _difference_axis(measures: Sequence[Mapping[str, Any]]) -> plot.Axis:
    ends = [abs(end) for measure in measures for end in plot.finite(*measure["change"].values())]
    most = round_up(max([0.01, *ends]))
    return plot.Axis(-most, most, _LEFT, _RIGHT)


def _line(measure: Mapping[str, Any], axis: plot.Axis, name: str) -> Line:
    change = _change(measure)
    return Line(
        name=name,
        before=_amount(measure["before"], measure["unit"]),
        after=_amount(measure["after"], measure["unit"]),
        drawn=_forest(name, change, measure, axis),
        change=change,
        verdict=WORD[measure["verdict"]],
        look=LOOK[measure["verdict"]],
        why=" ".join(sentence(reason) for reason in measure["because"]),
    )


def _amount(estimate: Mapping[str, float] | None, unit: str) -> str:
    if estimate is None:
        return "not known"
    times, word = (1.0, "") if unit == "1/min" else (100.0, " % IOD" if unit.lower() == "iod" else " %")
    value, low, high = (_number(times * estimate[key]) for key in ("value", "low", "high"))
    return f"{value}{word} ({low} to {high})"


def _change(measure: Mapping[str, Any]) -> str:
    change = measure["change"]
    if measure["change_is"] == "ratio":
        if change["value"] is None:
            return "no ratio: none before"
        low, high = (_number(change[end]) if change[end] is not None else "no bound" for end in ("low", "high"))
        return f"× {_number(change['value'])} ({low} to {high})"
    if change["value"] is None:
        return "not known"
    return f"{_points(change['value'])} ({_points(change['low'])} to {_points(change['high'])}) points"


def _points(share: float | None) -> str:
    if share is None:
        return "no bound"
    return f"{100 * share:+.2g}".replace("-", "\N{MINUS SIGN}") if round(share, 4) else "0"


def _number(value: float) -> str:
    return (f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.2g}").replace("-", "\N{MINUS SIGN}")


def _forest(name: str, words: str, measure: Mapping[str, Any], axis: plot.Axis) -> plot.Plot:
    """Draw a change with its interval on the scale that all of its group share."""
    ratio = measure["change_is"] == "ratio"
    value, low, high = (_placed(measure["change"][key], ratio) for key in ("value", "low", "high"))
    look = LOOK[measure["verdict"]]
    y = HEIGHT / 2
    marks: list[plot.Path | plot.Text] = [plot.Path(plot.upright(axis(0), 0, HEIGHT), "zero")]
    if value is not None:
        # An end without a bound, or beyond the scale, runs out to its edge and has no end mark.
        ends = (-np.inf if low is None else low, np.inf if high is None else high)
        marks.append(plot.Path(plot.whisker(axis, y, *ends), f"reach {look}"))
        marks.append(plot.Path(plot.diamond(axis(value), y), f"point {look}", words))
    said = f"{name}: {words}, {measure['verdict']}"
    return plot.Plot(name, said, WIDTH, HEIGHT, tuple(marks))


def _placed(value: float | None, ratio: bool) -> float | None:
    """Return where a change lies on its axis: doublings of a ratio, or the difference itself."""
    if value is None or not ratio:
        return value
    return -np.inf if value <= 0 else log2(value)


def _scale(kind: str, axis: plot.Axis) -> plot.Plot:
    ticks: list[tuple[float, str]]
    if kind == "ratio":
        steps = range(-_DOUBLINGS, _DOUBLINGS + 1)
        ticks = [(step, f"{2**step}" if step >= 0 else f"1/{2**-step}") for step in steps]
        said = "Scale from an eighth to eight times; 1 is no change"
    else:
        minus = "\N{MINUS SIGN}"
        ticks = [(tick, f"{100 * tick:+g}".replace("-", minus) if tick else "0") for tick in axis.ticks(5)]
        said = "Scale of the difference, in points of 100; 0 is no change"
    marks: list[plot.Path | plot.Text] = [plot.Path(plot.level(_LEFT, 1, _RIGHT), "grid")]
    for at, word in ticks:
        marks.append(plot.Path(plot.upright(axis(at), 1, 5), "grid"))
        marks.append(plot.Text(axis(at), 16, word, "middle"))
    return plot.Plot("scale", said, WIDTH, 20.0, tuple(marks))
