"""One HTML page for one video: the answer first, then the signals, the events, the findings, the quality, the method.

The page is one file, asks nothing of a network and needs no JavaScript. A section whose results are not there is
left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis import knowledge
from facialis.face.page.answer import NO_BREAK, answer
from facialis.face.page.chart import scale, timelines
from facialis.face.page.cut import Pictures, cut
from facialis.face.page.events import MOST_STRIPS, Strip, lines, set_aside
from facialis.face.page.face_map import face_map
from facialis.face.page.quality import facts, limits, nets, none_above, source_facts
from facialis.face.page.review import review
from facialis.face.page.sides import sides
from facialis.face.page.stills import shown_halves, shown_stills
from facialis.face.page.summary import tiles
from facialis.face.page.tasks import tasks
from facialis.face.page.words import LOOKED_FOR, of_kind, sentence
from facialis.face.signals import Signals
from facialis.paper.export import png, svg
from facialis.paper.figure import Figure, schema_figure, timeline_figure
from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.paper.shapes import Schema
from facialis.paper.signs import groups
from facialis.paper.timeline import Drawing, drawing

__all__ = ["MOST_STRIPS", "Pictures", "Strip", "compose", "cut", "write"]

FIGURES = ("overview", "timeline", "regions")


def write(result: Mapping[str, Any], signals: Signals, pictures: Pictures | None, folder: Path) -> Path:
    """Write the page of a video examination, and its figures.

    Parameters
    ----------
    result : mapping
        The public result, ``facialis.video/1``.
    signals : Signals
        What it was found in.
    pictures : Pictures or None
        Pictures of the face; None for a page without any.
    folder : Path
        Where ``report.html`` and ``figures/`` go; made if it is missing.

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
    figures = _figures(result, drawings, _face(result))
    for name in FIGURES:
        for ending in ("svg", "png"):
            file = folder / "figures" / f"{name}.{ending}"
            if name in figures:
                write_whole(file, svg(figures[name]) if ending == "svg" else png(figures[name]))
            else:
                # A figure of another recording must not lie beside this page.
                file.unlink(missing_ok=True)
    return write_whole(folder / "report.html", compose(result, signals, pictures).encode())


def compose(result: Mapping[str, Any], signals: Signals, pictures: Pictures | None) -> str:
    """Return the page as HTML, for :func:`write` and for :mod:`facialis.paper.pdf`; parameters as there."""
    drawings = [drawing(timeline) for timeline in timelines(result, signals).values()]
    shown = pictures or Pictures()
    stills, missing = shown_stills(result, shown.stills)
    context = {
        **_opening(result, _face(result)),
        **_events(result, signals, shown, faces=pictures is not None),
        **_method(result),
        "sides": None if result["quality"]["verdict"] == "refused" else sides(result, signals),
        "halves": shown_halves(result, shown.halves),
        "tasks": tasks(result),
        "sides_warning": _sides_warning(result),
        "stills": stills,
        "stills_missing": missing,
        "review": review(result),
        "drawings": drawings,
        "full_lane": f"{100 * scale(result, signals):g} %",
        "has_synkinesis": bool(of_kind(result, "synkinesis")),
        "faces": pictures is not None,
    }
    return render(__name__, "report.html", context)


def _sides_warning(result: Mapping[str, Any]) -> str:
    warning = (result.get("protocol") or {}).get("warning")
    return f"Left and right here may be exchanged. {sentence(warning)}" if warning else ""


def _face(result: Mapping[str, Any]) -> Schema | None:
    return None if result["quality"]["verdict"] == "refused" else face_map(result)


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


def _events(result: Mapping[str, Any], signals: Signals, shown: Pictures, *, faces: bool) -> dict[str, Any]:
    return {
        "lines": lines(result, shown.strips, shown.clips, signals, looked_for=True),
        "strips_note": _strips_note(result, shown, faces),
        "has_films": bool(shown.clips),
        "aside": set_aside(result),
        "aside_lines": lines(result, looked_for=False),
        "finding_groups": groups(result, knowledge.finding),
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


def _strips_note(result: Mapping[str, Any], shown: Pictures, faces: bool) -> str:
    events = len(of_kind(result, *LOOKED_FOR))
    if not faces:
        return "This page was made without pictures of the face."
    said = []
    if min(len(shown.strips), MOST_STRIPS) < events:
        said.append(f"{min(len(shown.strips), MOST_STRIPS)} of {events} events have pictures.")
    if shown.clips and len(shown.clips) < events:
        said.append(f"The {len(shown.clips)} largest and surest have a film on the screen.")
    return " ".join(said)


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
