"""One HTML page for one video: the answer first, then the signals, the events, the findings, the quality, the method.

The page is one file, asks nothing of a network and needs no JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from facialis import knowledge
from facialis.face.page.answer import NO_BREAK, answer
from facialis.face.page.chart import scale, timelines
from facialis.face.page.events import MOST_STRIPS, Strip, lines, set_aside
from facialis.face.page.face_map import face_map
from facialis.face.page.findings import groups
from facialis.face.page.quality import facts, limits, nets, none_above, source_facts
from facialis.face.page.summary import tiles
from facialis.face.page.words import LOOKED_FOR, of_kind, sentence
from facialis.face.signals import Signals
from facialis.paper.export import png, svg
from facialis.paper.figure import Figure, schema_figure, timeline_figure
from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.paper.shapes import Schema
from facialis.paper.timeline import Drawing, drawing

__all__ = ["MOST_STRIPS", "Strip", "write"]

FIGURES = ("overview", "timeline", "regions")


def write(result: Mapping[str, Any], signals: Signals, strips: Sequence[Strip], folder: Path, *, faces: bool) -> Path:
    """Write the page of a video examination, and its figures.

    Parameters
    ----------
    result : mapping
        The public result, ``facialis.video/1``.
    signals : Signals
        What it was found in.
    strips : sequence of Strip
        Pictures of events, those first that matter most: only the first 60 are shown.
    folder : Path
        Where ``report.html`` and ``figures/`` go; made if it is missing.
    faces : bool
        Whether pictures of the face may appear. Without, `strips` are not looked at.

    Returns
    -------
    Path
        ``folder/report.html``. Each file is written whole or not at all, the page last.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    drawings = {name: drawing(timeline) for name, timeline in timelines(result, signals).items()}
    face = None if result["quality"]["verdict"] == "refused" else face_map(result)
    pictures = _figures(result, drawings, face)
    for name in FIGURES:
        for ending in ("svg", "png"):
            file = folder / "figures" / f"{name}.{ending}"
            if name in pictures:
                write_whole(file, svg(pictures[name]) if ending == "svg" else png(pictures[name]))
            else:
                # A figure of another recording must not lie beside this page.
                file.unlink(missing_ok=True)
    context = {
        **_opening(result, face),
        **_events(result, strips if faces else (), faces=faces),
        **_method(result),
        "drawings": list(drawings.values()),
        "full_lane": f"{100 * scale(result, signals):g} %",
        "has_synkinesis": bool(of_kind(result, "synkinesis")),
        "faces": faces,
    }
    return write_whole(folder / "report.html", render(__name__, "report.html", context).encode())


def _opening(result: Mapping[str, Any], face: Schema | None) -> dict[str, Any]:
    events = of_kind(result, *LOOKED_FOR)
    return {
        "source_name": result["source"]["name"],
        "verdict": result["quality"]["verdict"],
        "answer": answer(result),
        "tiles": tiles(result),
        "map": face,
        "map_caption": "Regions by the share of events that moved them; hatched: not seen."
        if events
        else "No region moved; hatched: not seen.",
    }


def _events(result: Mapping[str, Any], strips: Sequence[Strip], *, faces: bool) -> dict[str, Any]:
    return {
        "lines": lines(result, strips, looked_for=True),
        "strips_note": _strips_note(result, strips, faces),
        "aside": set_aside(result),
        "aside_lines": lines(result, (), looked_for=False),
        "finding_groups": groups(result),
    }


def _method(result: Mapping[str, Any]) -> dict[str, Any]:
    refused, reasons = result["quality"]["verdict"] == "refused", result["quality"]["reasons"]
    return {
        # The answer of a refused recording is its first reason.
        "reasons": [sentence(reason) for reason in (reasons[1:] if refused else reasons)],
        "facts": facts(result),
        "limits": limits(result),
        "none_above": none_above(result),
        "source": source_facts(result),
        "nets": nets(result),
        "version": result["software"]["version"],
        "glossary": knowledge.glossary(),
    }


def _strips_note(result: Mapping[str, Any], strips: Sequence[Strip], faces: bool) -> str:
    events = len(of_kind(result, *LOOKED_FOR))
    shown = min(len(strips), MOST_STRIPS)
    if not faces:
        return "This page was made without pictures of the face."
    if shown < events:
        return f"{shown} of {events} events have pictures."
    return ""


def _figures(result: Mapping[str, Any], drawings: Mapping[str, Drawing], face: Schema | None) -> dict[str, Figure]:
    """Lay the figures out by name. A refused recording may have none."""
    title = answer(result).headline.replace(NO_BREAK, " ")
    colours = "blue: patient's left, orange: right, gray: blink, expression or head movement"
    pictures = {
        key: timeline_figure(drawn, title, f"{result['source']['name']}  ·  {drawn.title.lower()}  ·  {colours}")
        for key, drawn in drawings.items()
    }
    if face:
        pictures["regions"] = schema_figure(face, "Filled by the share of events that moved the region")
    return pictures
