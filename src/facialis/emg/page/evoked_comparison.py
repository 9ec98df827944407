"""One HTML page for two examinations of evoked responses: what has gone, each response, what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis import knowledge
from facialis.emg.evoked.compare import GONE, NEW, NONE, STILL, Key
from facialis.emg.evoked.response import WORDS
from facialis.emg.page.evoked_plot import both
from facialis.paper.frame import render
from facialis.paper.plot import Plot
from facialis.paper.words import sentence
from facialis.units import signed

LOOKS = {GONE: "good", NONE: "", NEW: "limited", STILL: "limited"}
_STATES = {"present": "there", "absent": "not seen", "not_assessable": "not assessable"}
_SOURCES = ("S55", "S84")

Told = Mapping[str, Any]


def compose(result: Told, before: Told, after: Told, version: str) -> str:
    """Return the page as HTML: one file, no script, nothing asked of a network.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.evoked_compare/1``.
    before, after : mapping
        The two results ``facialis.evoked/1`` that it compares, for their averages.
    version : str
        Of the program.
    """
    known = knowledge.sources()
    context = {
        "kind": result["after"]["kind"].replace("-", " "),
        "look": LOOKS.get(result["verdict"], "limited"),
        "headline": result["headline"],
        "because": [sentence(reason) for reason in result["because"]],
        "recordings": [{"when": when.capitalize(), **result[when]} for when in ("before", "after")],
        "rows": [row(one) for one in result["changes"]],
        "plots": _plots(result, before, after),
        "not_compared": [(gap["name"], sentence(gap["because"])) for gap in result["not_compared"]],
        "cited": [f"{key}: {known[key].cite}" for key in _SOURCES],
        "version": version,
    }
    return render("facialis.emg.page", "evoked_comparison.html", context)


def row(one: Told) -> dict[str, Any]:
    """Return a response in words: where, before, after, what changed."""
    key = Key(*(one[name] for name in Key._fields))
    later, size = one["latency_change_ms"], one["amplitude_ratio"]
    return {
        "muscle": key.where,
        "side": key.side,
        "stimulated": key.stimulus,
        "name": WORDS[key.name],
        "before": _seen(one["before"]),
        "after": _seen(one["after"]),
        "change": one["change"],
        "look": LOOKS.get(one["change"], "") if key.spreads else "",
        "later": "" if later is None else f"{_ends(later, 2)} ms",
        "size": "" if size is None else f"{_ends(size, 2)} times",
        "because": sentence("; ".join(one["because"])),
    }


def _seen(told: Told) -> str:
    at, share = told["latency_ms"], told["persistence"]
    if told["state"] != "present" or at is None:
        return f"{_STATES[told['state']]}, {told['sweeps']} sweeps"
    often = "" if share is None else f", in {100 * share:.0f}\N{NO-BREAK SPACE}% of\N{NO-BREAK SPACE}{told['sweeps']}"
    size = "" if told["amplitude_uv"] is None else f", {told['amplitude_uv']['value']:.0f}\N{NO-BREAK SPACE}µV"
    return f"{at['value']:.1f}\N{NO-BREAK SPACE}ms{size}{often}"


def _ends(told: Told, digits: int) -> str:
    value, low, high = (
        "no bound" if told[end] is None else signed(told[end], digits) for end in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})"


def _plots(result: Told, before: Told, after: Told) -> list[Plot]:
    """Return the averages of each pair of electrodes that both examinations had, where a finding could rest on them."""
    plots: dict[tuple[str, str], Plot] = {}
    for one in result["changes"]:
        key = Key(*(one[name] for name in Key._fields))
        pair = [
            next((trace for trace in told["traces"] if _place(trace) == (one[when]["channel"], key.stimulated)), None)
            for when, told in (("before", before), ("after", after))
        ]
        first, second = pair
        place = (one["after"]["channel"], key.stimulated)
        if key.spreads and first is not None and second is not None and place not in plots:
            channel = next(told for told in after["source"]["channels"] if (told["name"], told["stimulated"]) == place)
            there = [
                told
                for told in after["responses"]
                if (told["channel"], told["stimulated"]) == place and told["state"] == "present"
            ]
            plots[place] = both(first, second, channel, there, result["after"]["kind"])
    return list(plots.values())


def _place(trace: Told) -> tuple[str, str]:
    return trace["channel"], trace["stimulated"]
