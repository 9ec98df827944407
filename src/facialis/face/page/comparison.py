"""One HTML page for the comparison of two recordings: the verdict first, then what changed, then what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from facialis.face.page.chart import band
from facialis.face.page.words import LOOKED_FOR, SIDE, of_kind, region, sentence, span
from facialis.paper.files import write_whole
from facialis.paper.forest import LOOK, WORD, groups
from facialis.paper.frame import render
from facialis.paper.timeline import Drawing, Timeline, drawing
from facialis.units import count

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
        "groups": groups(result["measures"], _name),
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
