"""One HTML page for two recordings of electrodes: the verdict first, then what changed, then what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis.paper.forest import LOOK, WORD, groups
from facialis.paper.frame import render
from facialis.paper.words import SIDE, sentence, span

NAMES = {"bursts_per_min": "Bursts a minute, all muscles", "active_time_fraction": "Time active, all muscles"}


def compose(result: Mapping[str, Any], version: str) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.emg_compare/1``.
    version : str
        Of the program.
    """
    verdict = result["verdict"] or ""
    context = {
        "verdict": WORD.get(verdict, "Not compared"),
        "look": LOOK.get(verdict, "limited"),
        "headline": result["headline"],
        "because": [sentence(reason) for reason in result["because"]],
        "recordings": [_recording(when, result[when]) for when in ("before", "after")],
        "groups": groups(result["measures"], named),
        "not_compared": [(named(gap["name"]), sentence(gap["because"])) for gap in result["not_compared"]],
        "version": version,
    }
    return render("facialis.emg.page", "comparison.html", context)


def named(name: str) -> str:
    """Name a measure as in a text: "Bursts a minute, orbicularis oculi left"."""
    if name in NAMES:
        return NAMES[name]
    if name.startswith("muscle:"):
        return f"Bursts a minute, {name.removeprefix('muscle:')}"
    return name[:1].upper() + name[1:]


def _recording(when: str, told: Mapping[str, Any]) -> dict[str, Any]:
    facts = [f"{span(told['usable_s'])} of usable time", f"{len(told['muscles'])} muscles"]
    if told["affected_side"] in ("left", "right", "both"):
        facts.append(f"side: {SIDE[told['affected_side']]}")
    return {"when": when.capitalize(), "name": told["name"], "facts": facts, "sha256": told["sha256"]}
