"""How far the mouth seems to move in a blink of both eyes, on a head whose mouth does not move."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks import corpus, examined, kept
from facialis.findings import Side

REGIONS = ("zygomaticus", "orbicularis_oris")
AROUND_S = 0.3


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measure heads that blink and do nothing else."""
    clips = corpus.BLINKING[: 1 if quick else None]
    for why in sorted({why for clip in clips if (why := corpus.missing(clip))}):
        kept.say(f"blinks left out: {why}")
    ready = [clip for clip in clips if not corpus.missing(clip)]
    heads = [result for _, result in examined.over(measure, ready, (clip.name for clip in ready))]
    if not heads:
        return {"heads": []}
    moves = [move for head in heads for move in head["largest_iod"]]
    return {
        "heads": [
            {"name": head["name"], "blinks": head["blinks"], "largest_iod": max(head["largest_iod"], default=None)}
            for head in sorted(heads, key=lambda head: str(head["name"]))
        ],
        "blinks": len(moves),
        "largest_iod": max(moves),
        "median_iod": float(np.median(moves)),
        "p95_iod": float(np.percentile(moves, 95)),
        "resting_p95_iod": float(np.percentile([level for head in heads for level in head["resting_iod"]], 95)),
    }


def measure(clip: corpus.Clip) -> dict[str, Any]:
    """Return the largest apparent movement of mouth and cheek in each blink of one head, and between blinks."""
    from facialis.face import examine

    path = corpus.made(clip)
    truth, signals = corpus.truth(path), examine(path).signals
    blinks = [event for event in truth["events"] if event["kind"] == "blink"]
    quiet = [(a["offset_s"], b["onset_s"]) for a, b in pairwise(blinks)]
    spans = [(event["onset_s"], event["offset_s"]) for event in blinks]
    return {
        "name": clip.name,
        "blinks": len(blinks),
        "largest_iod": [_largest(signals, span) for span in spans],
        "resting_iod": [_largest(signals, ((a + b) / 2 - 0.15, (a + b) / 2 + 0.15)) for a, b in quiet if b - a > 1],
    }


def _largest(signals: Any, span: tuple[float, float]) -> float:
    """Return the largest movement during a span, from the place just before it, over regions and sides."""
    time_s = signals.time_s
    inside = (time_s >= span[0]) & (time_s <= span[1] + 0.1)
    before = (time_s < span[0]) & (time_s >= span[0] - AROUND_S)
    top = 0.0
    for region in REGIONS:
        for side in (Side.LEFT, Side.RIGHT):
            shift = signals.shift[region, side].astype(np.float64)
            pull = signals.pull[region, side].astype(np.float64)
            moved = np.hypot(*(shift[inside] - np.nanmedian(shift[before], axis=0)).T)
            pulled = np.abs(pull[inside] - np.nanmedian(pull[before]))
            top = max(top, float(np.nanmax(moved)), float(np.nanmax(pulled)))
    return top
