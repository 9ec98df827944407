"""The course after a decompression: this person on the published curve of those who become free of spasms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from facialis.followup.page import draw, sentences
from facialis.followup.page.draw import Layout, Marks
from facialis.followup.page.scales import on
from facialis.paper.charts import Values
from facialis.paper.plot import Axis, Text

if TYPE_CHECKING:
    from facialis.followup.page.report import Cited

Told = Mapping[str, Any]
STATES = {
    "free": "free of spasms",
    "improving": "improving",
    "not_yet": "not yet free, which is no failure at this time",
    "relapse": "spasms again after they had gone",
    "late": "still spasms, later than is usual",
    "not_assessable": "not assessable",
}
_TICKS = ((0, "0"), (7, "1 wk"), (30, "1 mo"), (91, "3 mo"), (183, "6 mo"), (365, "1 y"), (730, "2 y"), (1095, "3 y"))
_FEW_TICKS = (0, 30, 183, 365, 1095)
# The study's marks: each source its own shape, told in the list below.
_SHAPES = ("patient", "clinician", "video")


def operated(told: Told, name: str, cited: Cited) -> dict[str, Any]:
    """Return what the page shows of it."""
    numbers = {key: number for key in told["sources"] for number in cited.numbers([key])}
    free = told["share_free_by_now"]
    facts = [
        ("Operated", sentences.day(told["operated"]), f"{told['days']} days ago"),
        ("State", STATES.get(told["state"], told["state"]), _since(told)),
        ("Free by this day, of those who become free", *_share(free)),
        ("Not a failure before", sentences.day(told["not_failure_until"]), "later relief has been published"),
    ]
    if told["chance_still"]:
        facts.insert(3, ("Chance still to become free", *_share(told["chance_still"])))
    return {
        "facts": facts,
        "because": [sentences.with_days(sentences.sentence(text)) for text in told["because"]],
        "wide": draw.in_page(curve(told, name, numbers)),
        "narrow": draw.in_page(curve(told, name, numbers, narrow=True)),
        "studies": [
            (numbers.get(study["source"], "?"), _SHAPES[place % 3], [_point(point) for point in study["points"]])
            for place, study in enumerate(told["studies"])
        ],
    }


def _share(told: Told) -> tuple[str, str]:
    value, low, high = (100 * told[end] for end in ("value", "low", "high"))
    return f"{value:.0f}{sentences.NO_BREAK}%", f"{low:.0f} to {high:.0f}{sentences.NO_BREAK}%"


def _since(told: Told) -> str:
    return f"since {sentences.day(told['free_since'])}" if told["free_since"] else ""


def _point(point: Told) -> str:
    return f"day {point['day']:.0f}: {sentences.percent(point['share'])}"


def curve(told: Told, name: str, numbers: Mapping[str, int], *, narrow: bool = False) -> Layout:
    """Draw the share of people who are free of spasms by the day after the operation, and where this person stands.

    The square root of the days lies across: the first weeks, in which most happens, get the room that they need.
    """
    width, left, right = (360.0, 34.0, 352.0) if narrow else (760.0, 44.0, 744.0)
    top, bottom = 30.0, 240.0
    rows = told["curve"]
    last = max(float(rows[-1]["day"]), float(told["days"])) + 1.0
    across, share = Axis(0.0, last**0.5, left, right), Axis(0.0, 1.0, bottom, top)
    colour = name if name in ("left", "right") else "both"

    def placed(days: Values) -> Values:
        return across.places(np.sqrt(days))

    marks: Marks = [draw.box("ground", left, top, right - left, bottom - top)]
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        marks.append(draw.segment("grid", (left, share(value)), (right, share(value))))
        marks.append(Text(left - 6, share(value) + 4, f"{100 * value:g} %", "end", "tick"))
    for day, word in _TICKS:
        if day <= last and (not narrow or day in _FEW_TICKS):
            x = across(day**0.5)
            marks.append(draw.segment("frame", (x, bottom), (x, bottom + 5)))
            marks.append(Text(x, bottom + 18, word, "end" if x > right - 10 else "middle", "tick"))
    along = placed(np.array([row["day"] for row in rows], dtype=float))
    middle, low, high = (share.places(np.array([row[key] for row in rows])) for key in ("value", "low", "high"))
    marks.append(draw.band(f"band-{colour}", along, low, high))
    marks.append(draw.Shape((np.column_stack([along, middle]),), f"line-{colour}"))
    for place, study in enumerate(told["studies"]):
        for point in study["points"]:
            said = f"Source {numbers.get(study['source'], '?')}, {_point(point)}"
            marks.append(
                draw.mark_of(_SHAPES[place % 3], across(point["day"] ** 0.5), share(point["share"]), said, "hollow")
            )
    marks += _here(told, across, share, top, bottom)
    now = told["share_free_by_now"]
    summary = (
        f"By day {told['days']} {_share(now)[0]} ({_share(now)[1]}) of those who become free are free; "
        f"this person: {STATES.get(told['state'], told['state'])}."
    )
    return Layout("Free of spasms after decompression", summary, width, bottom + 26, tuple(marks))


def _here(told: Told, across: Axis, share: Axis, top: float, bottom: float) -> Marks:
    """Draw this person: today, the day from which there were no spasms, and until when waiting is no failure."""
    marks: Marks = []
    x = across(float(told["days"]) ** 0.5)
    marks.append(draw.dashed("today", (x, top - 6), (x, bottom), 2.5))
    anchor = "end" if x > (across.start + across.end) / 2 else "start"
    marks.append(Text(x + (-6 if anchor == "end" else 6), top - 10, f"today, day {told['days']}", anchor, "name"))
    begin = on(told["operated"])
    if told["free_since"]:
        free = float((on(told["free_since"]) - begin).days)
        y = share(_at(told["curve"], free))
        x = across(free**0.5)
        marks.append(draw.dashed("dashes", (x, y), (x, bottom), 4.0))
        marks.append(draw.diamond("middle", x, y, 7.5, f"Free of spasms since day {free:.0f}"))
        near = "end" if x > across.start + 120 else "start"
        marks.append(Text(x + (-6 if near == "end" else 6), bottom - 8, f"free since day {free:.0f}", near, "name"))
    return marks


def _at(rows: list[Told], day: float) -> float:
    return float(np.interp(day, [row["day"] for row in rows], [row["value"] for row in rows]))
