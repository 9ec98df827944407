"""The page of evoked responses: the answer, the sweeps with their marks, every number, and what could not be seen.

Made from the public result ``facialis.evoked/1`` alone: one file, no script, nothing asked of a network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from facialis import knowledge
from facialis.emg.evoked.response import WORDS
from facialis.emg.page.evoked_plot import drawn
from facialis.paper.files import write_whole
from facialis.paper.frame import render

STATES = {"present": "present", "absent": "absent", "not_assessable": "not assessable"}
KINDS = {"lateral-spread": "Lateral spread", "blink": "Blink reflex"}
_KEY = re.compile(r"\b(S\d+)\b")
_LOOKS = {"present": "limited", "absent": "good", "not_assessable": "quiet"}

Told = Mapping[str, Any]


def compose(result: Told) -> str:
    """Return the page of a result."""
    return render("facialis.emg.page", "evoked.html", context(result))


def write(result: Told, folder: Path) -> Path:
    """Write the page as ``folder/report.html``, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "report.html", compose(result).encode())


def context(result: Told) -> dict[str, Any]:
    """Return what the page says of a result, in words, and its drawings."""
    kind = result["source"]["kind"]
    branches = list(dict.fromkeys(channel["stimulated"] for channel in result["source"]["channels"]))
    beside = kind == "blink" and len(branches) == 2
    return {
        "kind": KINDS[kind],
        "source": result["source"],
        "verdict": result["quality"]["verdict"],
        "findings": [_finding(one) for one in result["findings"]],
        "groups": [_group(result, branch, beside) for branch in branches],
        "beside": beside,
        "rows": [_row(one) for one in result["responses"]],
        "norms": [_norm(one) for one in result["norms"]],
        "own": any(one["own"] for one in result["norms"]),
        "sources": _sources(result),
        "cited": _cited(result["findings"]),
        "sides": [_side(one) for one in result["sides"]],
        "unseen": list(result["quality"]["reasons"]),
        "noise": [_noise(one) for one in result["quality"]["channels"]],
        "software": result["software"],
    }


def _finding(finding: Told) -> dict[str, Any]:
    side = finding["side"]
    return {
        "term": knowledge.finding(finding["code"]).term,
        "side": side if side in ("left", "right") else "",
        "state": STATES[finding["state"]],
        "look": _LOOKS[finding["state"]],
        "because": [_sentence(reason) for reason in finding["because"]],
        "probability": _chance(finding.get("probability")),
    }


def _group(result: Told, branch: str, beside: bool) -> dict[str, Any]:
    shown = [trace for trace in result["traces"] if trace["stimulated"] == branch]
    channels = {one["name"]: one for one in result["source"]["channels"] if one["stimulated"] == branch}
    plots = []
    for trace in shown:
        responses = [
            one
            for one in result["responses"]
            if one["channel"] == trace["channel"] and one["stimulated"] == branch and one["state"] == "present"
        ]
        plots.append(drawn(trace, channels[trace["channel"]], responses, result["source"]["kind"], beside))
    return {"name": _branch(branch), "side": branch.rpartition("_")[2], "plots": plots}


def _branch(word: str) -> str:
    branch, _, side = word.rpartition("_")
    kind = "nerve" if branch == "supraorbital" else "branch"
    return f"{side} {branch.replace('_', ' ')} {kind}"


def _row(one: Told) -> dict[str, Any]:
    there = one["latency_ms"]["value"] is not None
    muscle = (one["muscle"] or one["channel"]).replace("_", " ")
    share = one["persistence"]
    return {
        "muscle": muscle if one["side"] == "none" else f"{one['side']} {muscle}",
        "side": one["side"],
        "stimulated": _branch(one["stimulated"]),
        "name": one["name"],
        "words": _words(one),
        "state": STATES[one["state"]],
        "look": _LOOKS[one["state"]] if one["name"] in ("LSR",) else "",
        "latency": _interval(one["latency_ms"], 1) if there else "",
        "amplitude": _interval(one["amplitude_uv"], 0) if there else "",
        "share": f"{100 * share:.0f} % of {one['sweeps']}" if share is not None and there else str(one["sweeps"]),
        "jitter": "" if one["jitter_ms"] is None else f"{one['jitter_ms']:.2f}",
        "because": _sentence("; ".join(one["because"])),
    }


def _words(one: Told) -> str:
    """Name a response; in the lower face nothing is R1 or R2 itself, only like it."""
    name = one["name"]
    if one["volume_conducted"]:
        return f"{WORDS[name]}, volume-conducted"
    reflex = one["stimulated"].startswith("supraorbital") and one["muscle"] != "orbicularis_oculi"
    return WORDS[name].replace("R1", "R1-like").replace("R2", "R2-like") if reflex else WORDS[name]


def _norm(one: Told) -> dict[str, Any]:
    spread = "" if one["sd"] is None else f" ± {one['sd']:g}"
    mean = "" if one["mean"] is None else f"{one['mean']:g}{spread}"
    limit = "" if one["upper"] is None else f"up to {one['upper']:.1f}"
    said = {True: "beyond the limit", False: "within the limit", None: "no limit is set"}[one["beyond"]]
    what = "latency" if one["measure"] == "latency_ms" else "difference of the sides"
    return {
        "name": WORDS[one["response"]],
        "what": what if one["side"] == "both" else f"{what}, {one['side']} stimulated",
        "value": f"{one['value']:.1f} ({one['low']:.1f} to {one['high']:.1f})",
        "norm": ", ".join(part for part in (mean, limit) if part),
        "population": one["population"] or ("the laboratory's own" if one["own"] else ""),
        "said": said,
        "look": "limited" if one["beyond"] else "",
    }


def _sources(result: Told) -> list[str]:
    keys = dict.fromkeys(one["source"] for one in result["norms"] if not one["own"])
    return [knowledge.sources()[key].cite for key in keys]


def _cited(findings: Sequence[Told]) -> list[str]:
    """Write out the sources that the reasons name by their key."""
    keys = dict.fromkeys(key for one in findings for reason in one["because"] for key in _KEY.findall(reason))
    known = knowledge.sources()
    return [f"{key}: {known[key].cite}" for key in keys if key in known]


def _side(one: Told) -> dict[str, Any]:
    return {
        "name": WORDS[one["name"]],
        "difference": _interval(one["difference_ms"], 1),
        # A difference whose interval reaches 0 has no later side.
        "later": one["later"] if one["difference_ms"]["low"] > 0 else "not clear",
        "ratio": "" if one["area_ratio"] is None else f"{one['area_ratio']:.1f}",
    }


def _noise(one: Told) -> str:
    used = f"{one['sweeps_used']} of {one['sweeps']} sweeps, noise {one['noise_uv']:.1f} µV rms"
    artefact = f"artefact {one['artefact_uv'] / 1000:.1f} mV, seen from {one['seen_from_ms']:.1f} ms on"
    return f"{one['name']} ({_branch(one['stimulated'])}): {used}, {artefact}"


def _interval(told: Told, digits: int) -> str:
    value, low, high = (told[key] for key in ("value", "low", "high"))
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _chance(value: float | None) -> str:
    if value is None:
        return ""
    return "> 0.99" if value > 0.99 else f"{value:.2f}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
