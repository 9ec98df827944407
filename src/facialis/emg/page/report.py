"""One HTML page for one recording of electrodes: the answer first, then when, how it looked, what fires together."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from facialis import knowledge
from facialis.emg.answer import answer, muscles, pairs
from facialis.emg.bursts import Bursts
from facialis.emg.page import matrix, raster, traces
from facialis.emg.page.shown import Shown
from facialis.emg.page.zoom import Zoom, zoom
from facialis.emg.recording import Source, Span
from facialis.paper import plot
from facialis.paper.files import write_whole
from facialis.paper.frame import render
from facialis.paper.signs import groups
from facialis.paper.words import region, sentence, span

DASH = "\N{EN DASH}"


def write(
    result: Mapping[str, Any],
    bursts: Bursts,
    source: Source,
    shown: Shown | None,
    folder: Path,
    *,
    asleep: Sequence[Span] = (),
    window: tuple[float, float] | None = None,
) -> Path:
    """Write the page of a recording.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.emg/1``; its bursts are not looked at.
    bursts : Bursts
        All of them, those in doubt too.
    source : Source
    shown : Shown or None
        Where traces come from; None where the recording is not at hand any more.
    folder : Path
        Where ``report.html`` goes; made if it is missing.
    asleep : sequence of Span
        Where the person slept.
    window : (float, float), optional
        What to show besides, seconds.

    Returns
    -------
    Path
        ``folder/report.html``, written whole or not at all.
    """
    page = compose(result, bursts, source, shown, asleep=asleep, window=window, live=True)
    return write_whole(folder / "report.html", page.encode())


def compose(
    result: Mapping[str, Any],
    bursts: Bursts,
    source: Source,
    shown: Shown | None,
    *,
    asleep: Sequence[Span] = (),
    window: tuple[float, float] | None = None,
    live: bool = False,
) -> str:
    """Return the page as HTML; parameters as in :func:`write`.

    A `live` one carries what its zoom needs, and the script for it; on paper there is none.
    """
    refused, reasons = result["quality"]["verdict"] == "refused", result["quality"]["reasons"]
    summary, sound = result["summary"], bursts.sound()
    whole = [
        None if refused else raster.raster(source, sound, asleep),
        None if refused else raster.curve(summary, source.duration_s),
        raster.hours(summary),
    ]
    chosen = [] if refused or shown is None else _chosen(source, sound, window)
    near: Zoom | None = None
    if live and chosen and shown is not None:
        near = zoom(source, bursts, shown, [(start, stop) for _, start, stop in chosen])
    context = {
        "source_name": result["source"]["name"],
        "verdict": result["quality"]["verdict"],
        "answer": answer(result),
        "whole": [drawn for drawn in whole if drawn],
        "sleep": summary["sleep"],
        "asleep_for": _long(summary["sleep"]["asleep_s"]) if summary["sleep"] else "",
        "awake_for": _long(summary["sleep"]["awake_s"]) if summary["sleep"] else "",
        "close": [] if shown is None else [_near(source, bursts, shown, *stretch) for stretch in chosen],
        "zoom": near,
        "script": _script(),
        "muscles": _muscles(result),
        "matrix": matrix.matrix(result),
        "pairs": pairs(result),
        "pattern": summary.get("pattern"),
        "finding_groups": groups(result, knowledge.finding),
        "artefacts": int((bursts.doubt != 0).sum()),
        "reasons": [sentence(reason) for reason in (reasons[1:] if refused else reasons)],
        "channels": result["quality"]["channels"],
        "source": result["source"],
        "version": result["software"]["version"],
    }
    return render(__name__.rpartition(".")[0], "report.html", context)


_COLUMNS = ("Bursts", "A minute", "Time active", "Length, ms", "Within the burst, Hz", "Form")


def _muscles(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row a muscle: its name and side as in a text, its label in the file, and what was counted."""
    channels = {one["name"]: one for one in result["source"]["channels"]}
    rows = []
    for label, bursts, *rest in muscles(result):
        channel, none = channels[label], bursts.startswith("0 ")
        cells = [bursts.partition(" ")[0], *rest[:2], *(DASH if none else cell for cell in rest[2:])]
        rows.append(
            {
                "name": region(channel["muscle"]) if channel["muscle"] else label,
                "side": channel["side"],
                "label": label if channel["muscle"] else "",
                "cells": list(zip(_COLUMNS, (cell or DASH for cell in cells), strict=True)),
            }
        )
    return rows


class Script(NamedTuple):
    """The script of the page, and how the page's policy names it: no other one can run."""

    text: str
    policy: str


@cache
def _script() -> Script:
    text = files(__package__ or "").joinpath("templates", "zoom.js").read_text(encoding="utf-8")
    return Script(text, f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}")


def _chosen(source: Source, sound: Bursts, window: tuple[float, float] | None) -> list[tuple[str, float, float]]:
    chosen = traces.windows(sound, source.duration_s)
    if window is not None:
        start, stop = max(window[0], 0.0), min(window[1], source.duration_s)
        if stop > start:
            chosen.insert(0, ("As asked", start, stop))
    return chosen


def _near(source: Source, bursts: Bursts, shown: Shown, title: str, start: float, stop: float) -> plot.Plot:
    found = shown(start, stop, traces.COLUMNS)
    return traces.draw(f"{title}: {_clock(start)}", source, found, bursts, start, stop)


def _long(seconds: float) -> str:
    return f"{seconds / 3600:.1f}\N{NO-BREAK SPACE}h" if seconds >= 7200 else span(seconds)


def _clock(seconds: float) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:.0f}:{minutes:02.0f}:{left:04.1f}" if hours else f"{minutes:.0f}:{left:04.1f}"
