"""One HTML page for the comparison of two recordings: the verdict first, then what changed, then what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from typing import Any

import numpy as np

from facialis.face.page.chart import band
from facialis.face.page.words import LOOKED_FOR, SIDE, of_kind, region, sentence, span
from facialis.paper import plot
from facialis.paper.charts import round_up
from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.paper.timeline import Drawing, Timeline, drawing
from facialis.units import count

WIDTH, HEIGHT = 260.0, 26.0
_LEFT, _RIGHT = 8.0, 252.0
# Ratios from an eighth to eightfold are shown, as many doublings to either side; what goes beyond is cut and says so.
_DOUBLINGS = 3
NAMES = {
    "spasms_per_min": "Spasms a minute",
    "spasm_time_fraction": "Time in spasm",
    "amplitude_iod": "Size of the spasms",
    "amplitude_of_voluntary": "Size of the spasms, of what is done at will",
}
PARTS = {
    "spasms_per_min": "spasms a minute",
    "excursion_left": "excursion, left",
    "excursion_right": "excursion, right",
    "asymmetry": "asymmetry of the sides",
}
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


def write(result: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], folder: Path) -> Path:
    """Write the page of a comparison.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.compare/1``.
    before, after : mapping
        The public results ``facialis.video/1`` that were compared.
    folder : Path
        Where ``comparison.html`` goes; made if it is missing.

    Returns
    -------
    Path
        ``folder/comparison.html``, written whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "comparison.html", compose(result, before, after).encode())


def compose(result: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return the page as HTML; parameters as in :func:`write`."""
    context = {
        "verdict": WORD.get(result.get("verdict") or "", "Not compared"),
        "look": LOOK.get(result.get("verdict") or "", "limited"),
        "headline": _headline(result),
        "because": [sentence(reason) for reason in result["because"]],
        "recordings": [_recording(name, result[name]) for name in ("before", "after")],
        "groups": _groups(result["measures"]),
        "drawings": _timelines(before, after) if result["comparable"] else [],
        "not_compared": [(_name(gap["name"]), sentence(gap["because"])) for gap in result["not_compared"]],
        "version": after["software"]["version"],
    }
    return render("facialis.face.page", "comparison.html", context)


def _headline(result: Mapping[str, Any]) -> str:
    if result.get("headline"):
        return str(result["headline"])
    if not result["comparable"]:
        return f"Not compared: {'; '.join(result['because'])}."
    return f"{WORD.get(result.get('verdict') or '', 'Cannot tell')}."


def _recording(when: str, told: Mapping[str, Any]) -> dict[str, Any]:
    facts = [f"{span(told['usable_s'])} of usable time"]
    if told.get("spasms") is not None:
        facts.append(count(told["spasms"], "spasm"))
    if told.get("affected_side") in ("left", "right", "both"):
        facts.append(f"side: {SIDE[told['affected_side']]}")
    if told.get("protocol"):
        facts.append(f"protocol: {told['protocol']}")
    if told.get("reviewer"):
        facts.append(f"reviewed by {told['reviewer']}")
    return {"when": when.capitalize(), "name": told["name"], "facts": facts, "sha256": told["sha256"]}


def _name(name: str) -> str:
    """Name a measure as in a text: "Smile: excursion, left"."""
    if name in NAMES:
        return NAMES[name]
    if name.startswith("task:"):
        task, _, part = name.removeprefix("task:").rpartition(":")
        words = f"{task}: {PARTS.get(part, region(part))}" if task else region(part)
        return words[:1].upper() + words[1:]
    return region(name).capitalize()


def _groups(measures: Sequence[Mapping[str, Any]]) -> list[Group]:
    groups = []
    for kind, title in (("ratio", "Change as a ratio, after over before"), ("difference", "Change as a difference")):
        own = [measure for measure in measures if measure["change_is"] == kind]
        if own:
            axis = _ratio_axis() if kind == "ratio" else _difference_axis(own)
            groups.append(Group(title, tuple(_line(measure, axis) for measure in own), _scale(kind, axis)))
    return groups


def _ratio_axis() -> plot.Axis:
    return plot.Axis(-_DOUBLINGS, _DOUBLINGS, _LEFT, _RIGHT)


def _difference_axis(measures: Sequence[Mapping[str, Any]]) -> plot.Axis:
    ends = [abs(end) for measure in measures for end in plot.finite(*measure["change"].values())]
    most = round_up(max([0.01, *ends]))
    return plot.Axis(-most, most, _LEFT, _RIGHT)


def _line(measure: Mapping[str, Any], axis: plot.Axis) -> Line:
    name = _name(measure["name"])
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


def _timelines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Drawing]:
    """Lay the events of both recordings out on one scale; what was not filmed is hatched."""
    ends = [max(one["source"]["duration_s"], 1.0) for one in (before, after)]
    most = max(ends)
    drawings = []
    for word, one, end in zip(("Before", "After"), (before, after), ends, strict=True):
        bands = [replace(band(place, event), href="") for place, event in enumerate(one["events"])]
        seen = count(len(of_kind(one, *LOOKED_FOR)), "spasm or synkinesis", "spasms and synkineses")
        drawings.append(
            drawing(
                Timeline(
                    title=f"{word}: {one['source']['name']}",
                    summary=f"{word}: {seen} in {span(end)}",
                    start=0.0,
                    end=most,
                    time_s=np.zeros(0),
                    rows=[],
                    bands=[one_band for one_band in bands if one_band.strong] if most > 120 else bands,
                    unseen=[(end, most)] if end < most else [],
                )
            )
        )
    return drawings
