"""Spasms of known time, side and size: how many are found, how exactly, and what is found where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import bands, corpus, examined, kept, score
from benchmarks.corpus import Clip
from benchmarks.score import Event, Tally

OVERLAPS = (0.5, 0.2)
CHANCES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01)
EYES = ((0, 100), (100, 160), (160, 240), (240, 10_000))
"""Distance between the eyes, pixels of the recording."""


@dataclass(frozen=True)
class Scored:
    """One clip with its truth and what was found in it."""

    clip: Clip
    true: list[Event]
    found: list[Event]
    minutes: float
    verdict: str
    side: str = "none"
    iod_px: float | None = None
    fps: float = 30.0

    def tally(self, kind: str, overlap: float) -> Tally:
        """Match the events of one kind; what was done at will in a real recording counts neither way."""
        willed = corpus.VOLUNTARY.get(self.clip.face, ()) if kind == "spasm" else ()
        true, found = (
            [event for event in bands.of_kind(events, kind) if not _during(event, willed)]
            for events in (self.true, self.found)
        )
        return score.match(true, found, overlap, self.clip.name, self.minutes)


def _during(event: Event, spans: Sequence[tuple[float, float]]) -> bool:
    """Say whether at least half of an event lies in one of some spans."""
    length = event["offset_s"] - event["onset_s"]
    return any(min(event["offset_s"], b) - max(event["onset_s"], a) >= 0.5 * length for a, b in spans)


def run(part: str = "report", *, quick: bool = False) -> dict[str, Any]:
    """Make, examine and score the clips of one part."""
    scored = measured(corpus.clips(part, quick=quick))
    return {"part": part, "quick": quick} | figures(scored) | {"false_alarms": false_alarms(part, quick=quick)}


def measured(clips: Sequence[Clip]) -> list[Scored]:
    """Examine clips; say in one line what cannot be made here."""
    absent = {clip: why for clip in clips if (why := corpus.missing(clip))}
    for why in sorted(set(absent.values())):
        kept.say(f"{sum(w == why for w in absent.values())} clips left out: {why}")
    ready = [clip for clip in clips if clip not in absent]
    results: list[Scored | None] = [None] * len(ready)
    for place, (truth, found) in examined.over(examined.pair, ready, (clip.name for clip in ready)):
        quality, source = found["quality"], found["source"]
        results[place] = Scored(
            ready[place], truth["events"], found["events"], quality["usable_s"] / 60, quality["verdict"],
            found["summary"]["affected_side"], quality["iod_px_median"], source["fps_median"] or 30.0,
        )  # fmt: skip
    return [result for result in results if result is not None]


def figures(scored: Sequence[Scored]) -> dict[str, Any]:
    """Return every score of a set of clips."""
    strict, loose = ([s.tally("spasm", overlap) for s in scored] for overlap in OVERLAPS)
    sizes = {s.clip: _eyes(s.iod_px) for s in scored}
    # The natural blinks of a real recording are not known.
    blinking = [s for s in scored if s.clip.source != "clip"]
    return {
        "clips": [
            {
                "name": s.clip.name,
                "source": s.clip.source,
                "fps": s.clip.fps,
                "crf": s.clip.crf,
                "verdict": s.verdict,
                "spasms": len(t.pairs) + len(t.missed),
                "found": len(t.pairs),
                "false": len(t.false),
            }
            for s, t in zip(scored, strict, strict=True)
        ],
        "minutes": sum(s.minutes for s in scored),
        "spasm": {"iou 0.5": bands.by_size(strict), "iou 0.2": bands.by_size(loose)},
        "agreement": bands.agreement(strict) | {"onset_frames": _onset_frames(scored, strict)},
        "clips in whole": _whole(scored),
        "reliability": reliability(scored),
        "blink": {f"iou {o}": bands.counted([s.tally("blink", o) for s in blinking]) for o in reversed(OVERLAPS)},
        "by": {
            "source": groups(scored, strict, lambda clip: clip.source),
            "skin of the 3-D head": groups(scored, strict, lambda clip: clip.tone),
            "frames a second": groups(scored, strict, lambda clip: f"{clip.fps:.0f}" if clip.fps else "own"),
            "eyes apart": groups(scored, strict, lambda clip: sizes[clip]),
            "CRF": groups(scored, strict, lambda clip: str(clip.crf)),
            "side": groups(scored, strict, lambda clip: clip.side),
        },
    }


def _eyes(iod_px: float | None) -> str:
    """Return a word for how large the face is in the picture."""
    if iod_px is None:
        return ""
    return next(f"{low} to {high} pixels" for low, high in EYES if iod_px < high)


def _onset_frames(scored: Sequence[Scored], tallies: Sequence[Tally]) -> dict[str, float] | None:
    """Return how far onsets are off, frames of their own clip: median and 95th percentile of the absolute error."""
    errors = [
        abs(found["onset_s"] - true["onset_s"]) * s.fps
        for s, tally in zip(scored, tallies, strict=True)
        for true, found in tally.pairs
    ]
    return {"median": float(np.median(errors)), "p95": float(np.percentile(errors, 95))} if errors else None


def _whole(scored: Sequence[Scored]) -> dict[str, Any]:
    """Return what is said of a clip as a whole: its side, and how far its rate is off."""
    sided = [s for s in scored if sum(event["kind"] == "spasm" for event in s.true) >= 2 and s.verdict != "refused"]
    rates = []
    for s in sided:
        tally = s.tally("spasm", 0.5)
        true, found = (len(tally.pairs) + len(more) for more in (tally.missed, tally.false))
        rates.append(abs(found - true) / true if true else 0.0)
    right = sum(s.side == s.clip.side for s in sided)
    return {
        "clips": len(sided),
        "side_right": bands.share(right, len(sided)) | {"count": right} if sided else None,
        "no_side": sum(s.side == "none" for s in sided),
        "rate_error": float(np.median(rates)) if rates else None,
    }


def reliability(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """Return how often what is said with a probability is true: one-sided events by the probability of a spasm."""
    said: list[tuple[float, bool]] = []
    for s in scored:
        spasms = bands.of_kind(s.true, "spasm")
        for event in s.found:
            if event["side"] == "both" or event["kind"] not in ("spasm", "expression"):
                continue
            chance = event["probability"] if event["kind"] == "spasm" else 1 - event["probability"]
            true = any(t["side"] == event["side"] and score.iou(t, event) >= 0.5 for t in spasms)
            said.append((chance, true))
    bins = []
    for low, high in pairwise(CHANCES):
        members = [(chance, true) for chance, true in said if low <= chance < high]
        if members:
            hits = sum(true for _, true in members)
            mean = float(np.mean([chance for chance, _ in members]))
            bins.append({"from": low, "to": min(high, 1.0), "events": len(members), "said": mean}
                        | {"true": bands.share(hits, len(members))})  # fmt: skip
    return bins


def groups(scored: Sequence[Scored], tallies: Sequence[Tally], key: Any) -> dict[str, Any]:
    """Return F1, and F1 of spasms of 4 % and more, for each value of a key."""
    parted: dict[str, list[Tally]] = {}
    for s, tally in zip(scored, tallies, strict=True):
        if key(s.clip):
            parted.setdefault(key(s.clip), []).append(tally)
    large = (0.04, float("inf"))
    return {
        name: {"all": bands.counted(members), "4 % and more": bands.counted([bands.within(t, large) for t in members])}
        for name, members in sorted(parted.items())
    }


def false_alarms(part: str, *, quick: bool = False) -> dict[str, Any]:
    """Return the spasms found where there are none, a usable minute, and each of them with what it was."""
    quiet = measured([clip for clip in corpus.QUIET if clip.part == part][: 1 if quick else None])
    simulated = [_alarms(s.clip.name, s.found, s.minutes, s.true) for s in quiet]
    shared = kept.shared_data()
    paths = [] if shared is None else [p for name in corpus.UNTOUCHED[part] if (p := shared / "video" / name).is_file()]
    if not paths:
        kept.say("untouched recordings left out: the shared data are not here (FACIALIS_DATA)")
    real: list[dict[str, Any]] = []
    for place, found in examined.over(examined.examined, paths, (path.name for path in paths)):
        real.append(_real(paths[place], found))
    unwilled = [clip for clip in real if clip["name"] not in corpus.VOLUNTARY]
    return {
        "real": _rate(real),
        "real without those with winks at will": _rate(unwilled),
        "real, the moments of winks at will left out": bands.rate(
            sum(not f["willed"] for clip in real for f in clip["false"]), sum(clip["minutes"] for clip in real)
        ),
        "simulated": _rate(simulated),
        "clips": sorted(real, key=lambda clip: str(clip["name"])) + simulated,
    }


def _rate(clips: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    return bands.rate(sum(len(clip["false"]) for clip in clips), sum(clip["minutes"] for clip in clips))


def _real(path: Path, found: dict[str, Any]) -> dict[str, Any]:
    refused = found["quality"]["verdict"] == "refused"
    minutes = 0.0 if refused else found["quality"]["usable_s"] / 60
    clip = _alarms(path.name, found["events"], minutes, [])
    clip["verdict"] = found["quality"]["verdict"]
    spans = corpus.VOLUNTARY.get(path.name, ())
    for event in clip["false"]:
        event["willed"] = _during(event, spans)
    return clip


def _alarms(name: str, found: Sequence[Event], minutes: float, true: Sequence[Event]) -> dict[str, Any]:
    """List the spasms found in a clip without any, with what really went on then."""
    false = [
        {key: event[key] for key in ("side", "onset_s", "offset_s", "amplitude_iod", "regions", "probability")}
        | {"during": sorted({t["kind"] for t in true if score.iou(t, event) > 0})}
        for event in bands.of_kind(found, "spasm")
    ]
    return {"name": name, "minutes": minutes, "false": false}
