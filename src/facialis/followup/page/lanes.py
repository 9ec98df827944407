"""The lanes below the picture of a course: wear-off, the next session, from when each rule allows it, alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from facialis.followup.page import draw, sentences
from facialis.followup.page.draw import Marks
from facialis.followup.page.scales import Span, on
from facialis.paper.plot import Text

if TYPE_CHECKING:
    from facialis.followup.page.timeline import Frame

Told = Mapping[str, Any]
_HIGH = 24.0
RULES = {"label": "Label allows", "payer": "Payer allows", "clinic": "Clinic allows"}


def lanes(
    name: str, side: Told, result: Told, span: Span, ends: tuple[float, float], frame: Frame, top: float
) -> tuple[Marks, float]:
    """Draw the lanes.

    Parameters
    ----------
    name : str
        The side.
    side, result : mapping
        Of the public result.
    span : Span
        The days across.
    ends : tuple of float
        Top and bottom of the plot above, through which the two days that matter most are drawn.
    frame : Frame
    top : float
        Where the first lane begins.

    Returns
    -------
    marks : list
    bottom : float
    """
    marks: Marks = []
    ahead = side["forecast"]
    told = [("Likely to wear off" if frame.plain else "Wear-off", _wear_off(side, span))]
    if ahead:
        session = ahead["next_session"]
        told.append(("Good time for the next" if frame.plain else "Next session", _session(session, span)))
        if not frame.plain:
            told += [(RULES[one["rule"]], _allowed(one, span)) for one in session["earliest"]]
        marks += _through(ahead, span, ends, top)
    alarms = [(place, alarm) for place, alarm in enumerate(result["alarms"]) if alarm["side"] in (name, "none", "both")]
    if alarms and not frame.plain:
        told.append(("Alarms", _alarms(alarms, span)))
    y = top
    for title, drawn in told:
        lane = drawn
        if not lane:
            continue
        y += _HIGH if frame.names else _HIGH + 14
        if frame.names:
            marks.append(Text(frame.left - 12, y + 4, title, "end", "name"))
        else:
            words = [mark.text for mark in lane if isinstance(mark, Text) and mark.look == "beside"]
            marks.append(Text(frame.left, y - 13, ": ".join((title, *words)), "start", "name"))
            lane = [mark for mark in lane if not (isinstance(mark, Text) and mark.look == "beside")]
        marks.append(draw.segment("grid", (frame.left, y), (frame.right, y)))
        marks += [_at(mark, y) for mark in (*_cleared(lane), *lane)]
    return marks, y + 16


def _cleared(lane: Marks) -> Marks:
    """Return the ground behind the words of a lane, so that its line does not run through them."""
    cleared: Marks = []
    for mark in lane:
        if isinstance(mark, Text) and mark.look == "beside":
            width = 6.4 * len(mark.text) + 6.0
            cleared.append(draw.box("cleared", mark.x - (width - 3 if mark.anchor == "end" else 3), -8, width, 16))
    return cleared


def _at(mark: draw.Shape | Text, y: float) -> draw.Shape | Text:
    """Move a mark of a lane, which was drawn round nought, to its height."""
    if isinstance(mark, Text):
        return Text(mark.x, mark.y + y, mark.text, mark.anchor, mark.look)
    return draw.Shape(tuple(line + np.array([0.0, y]) for line in mark.lines), mark.look, mark.closed, mark.label)


def _wear_off(side: Told, span: Span) -> Marks:
    marks: Marks = []
    for cycle in side["cycles"]:
        told = cycle["wear_off"]
        if told is None or not span.holds(told["date"]):
            continue
        said = f"Wear-off of injection {cycle['number']}: {sentences.days(told)}"
        marks.append(_reach("reach", span, told["low"], told["high"]))
        marks.append(draw.diamond("middle", span(told["date"]), 0.0, label=said))
    ahead = side["forecast"]
    if marks and ahead:
        word = _word(
            span, ahead["wear_off"]["high"], ahead["wear_off"]["low"], sentences.day(ahead["wear_off"]["date"])
        )
        # Where there is no room at its right, the bars of the cycles before lie at its left: then above it.
        x = span(ahead["wear_off"]["date"])
        fits = x + 6 + 6.4 * len(word.text) <= span.axis.end
        over = Text(x + 6 if fits else x - 6, -6.0, word.text, "start" if fits else "end", "beside")
        marks.append(word if word.anchor == "start" else over)
    return marks


def _session(told: Told, span: Span) -> Marks:
    if told["best"] is None:
        return []
    x, end = span(told["low"]), span(told["high"])
    said = (
        f"Good from {sentences.day(told['low'])} to {sentences.day(told['high'])}, best {sentences.day(told['best'])}"
    )
    return [
        draw.box("window", x, -7.0, max(end - x, 2.0), 14.0, said),
        draw.segment("window-edge", (x, -7), (x, 7)),
        draw.segment("window-edge", (end, -7), (end, 7)),
        draw.disc("middle", span(told["best"]), 0.0, 5.0, said),
        _word(span, told["high"], told["low"], sentences.day(told["best"])),
    ]


def _allowed(told: Told, span: Span) -> Marks:
    """Draw from when a rule allows it: a bar from that day on."""
    x = span(told["date"])
    said = f"{RULES[told['rule']]} from {sentences.day(told['date'])}: {told['text']}"
    marks: Marks = [draw.segment("allowed", (x, 0.0), (span.axis.end, 0.0), label=said)]
    marks.append(draw.segment("reach", (x, -6.0), (x, 6.0)))
    marks.append(Text(x - 6, 4.0, f"from {sentences.day(told['date'])}", "end", "beside"))
    return marks


def _alarms(alarms: list[tuple[int, Told]], span: Span) -> Marks:
    marks: Marks = []
    taken: list[float] = []
    for place, alarm in alarms:
        x = min(max(span(alarm["since"]), span.axis.start + 12), span.axis.end - 12)
        while any(abs(x - other) < 24 for other in taken):
            x -= 24
        taken.append(x)
        marks += draw.warning(
            x, 0.0, letter(place), alarm["urgency"], f"{alarm['title']}, since {sentences.day(alarm['since'])}"
        )
    return marks


def letter(place: int) -> str:
    """Return the letter of an alarm: the first is A."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def _through(ahead: Told, span: Span, ends: tuple[float, float], top: float) -> Marks:
    """Draw the expected wear-off through the plot above."""
    x = span(ahead["wear_off"]["date"])
    return [draw.dashed("dashes", (x, ends[0]), (x, top + _HIGH - 6), 6.0)]


def _reach(look: str, span: Span, low: str, high: str) -> draw.Shape:
    return draw.whisker(look, span.axis, 0.0, float(on(low).toordinal()), float(on(high).toordinal()), 5.0)


def _word(span: Span, high: str, low: str, text: str) -> Text:
    """Write a day beside its bar: at the right, or at the left where there is no room."""
    x = span(high)
    if x + 8 + 6.4 * len(text) < span.axis.end:
        return Text(x + 8, 4.0, text, "start", "beside")
    return Text(span(low) - 8, 4.0, text, "end", "beside")
