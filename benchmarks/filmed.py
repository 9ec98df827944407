"""What the staged films show: noise, shares given back, what is left of the head's motion, holds, regions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks import corpus, examined, score, staged
from benchmarks.staged import Film
from facialis.face.events.candidate import RECOVERED, farthest
from facialis.face.events.channels import channels, edges
from facialis.face.fusion import segments
from facialis.face.signals import REGIONS, SIDES, Signals
from facialis.findings import Side

Floats = npt.NDArray[np.float64]

_CALM_S, _PIECE_S = 0.25, 0.5


class Seen(NamedTuple):
    """A film with its truth and what was measured in it."""

    true: list[dict[str, Any]]
    found: list[dict[str, Any]]
    signals: Signals


def seen(film: Film) -> Seen:
    """Return a film's truth, its one-sided events, whatever they are called, and its signals."""
    from facialis.face.study import concluded

    path = staged.made(film)
    result = concluded(*examined.tracked(path))
    found = [event for event in result.to_json()["events"] if event["side"] != "both"]
    return Seen([event for event in corpus.truth(path)["events"] if event["side"] != "both"], found, result.signals)


def matched(film: Seen) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the pairs of true and found events of one side that share half of their time."""
    pairs = []
    for side in SIDES:
        true, found = ([e for e in events if e["side"] == side.value] for events in (film.true, film.found))
        pairs += score.match(true, found, 0.5).pairs
    return sorted(pairs, key=lambda pair: float(pair[0]["onset_s"]))


def calm(signals: Signals, true: Sequence[dict[str, Any]]) -> list[slice]:
    """Return pieces of half a second in which nothing happens."""
    time_s = signals.time_s
    free = signals.usable & (time_s > _PIECE_S) & (time_s < time_s[-1] - _PIECE_S)
    for event in true:
        free &= (time_s < event["onset_s"] - _CALM_S) | (time_s > event["offset_s"] + _CALM_S)
    size = max(3, round(_PIECE_S / float(np.median(np.diff(time_s)))))
    return [
        slice(start, start + size)
        for part in segments(free)
        for start in range(part.start, part.stop - size + 1, size)
    ]  # fmt: skip


def noise(signals: Signals, pieces: Sequence[slice]) -> dict[str, Any]:
    """Return how restless a still face seems, inter-ocular distances an axis: within half a second, and beyond it."""
    inside, between = {}, {}
    for key, path in signals.shift.items():
        cut = [path[piece].astype(np.float64) for piece in pieces]
        inside[key] = _root([part - part.mean(axis=0) for part in cut])
        means = np.array([part.mean(axis=0) for part in cut])
        between[key] = _root([means - means.mean(axis=0)])
    lids = [signals.closure[side][piece].astype(np.float64) for side in SIDES for piece in pieces]
    worst = max(inside, key=lambda key: inside[key])
    return {
        "usual": float(np.median(list(inside.values()))),
        "worst": inside[worst],
        "worst_region": worst[0],
        "lid": _root([part - part.mean() for part in lids]),
        "wander": float(np.median(list(between.values()))),
    }


def _root(parts: Sequence[Floats]) -> float:
    every = np.concatenate([part.ravel() for part in parts])
    return float(np.sqrt(np.nanmean(every**2)))


def given_back(film: Seen, regions: Sequence[str]) -> list[float]:
    """Return the share of each movement's largest displacement that the pixels give back, nothing put right."""
    shares = []
    for event in film.true:
        span = (event["onset_s"], event["apex_s"], event["offset_s"])
        own = [region for region in regions if region in event["regions"]]
        shares.append(RECOVERED * farthest(film.signals, own, Side(event["side"]), span) / event["amplitude_iod"])
    return shares


def camera(film: Film) -> dict[str, Any]:
    """Return noise, shares given back and times of the film of nine twitches."""
    this = seen(film)
    shares = np.array(given_back(this, ("zygomaticus",))).reshape(len(staged.FRAMES), len(staged.SIZES))
    pairs = matched(this)
    onsets = [1000 * (found["onset_s"] - true["onset_s"]) for true, found in pairs]
    return {
        "noise": noise(this.signals, calm(this.signals, this.true)),
        "share": {f"{frames}": dict(zip(map(str, staged.SIZES), row, strict=True))
                  for frames, row in zip(staged.FRAMES, shares.tolist(), strict=True)},
        "events": len(this.true),
        "found": len(pairs),
        "onset_ms": spread(onsets),
        "offset_ms": spread([1000 * (found["offset_s"] - true["offset_s"]) for true, found in pairs]),
    }  # fmt: skip


def head(film: Film) -> dict[str, Any]:
    """Return what is left of head motion: edges of the skin before and after the other side explains them."""
    this = seen(film)
    ch = channels(this.signals)
    size = {}
    for name, table in (("left", ch.moved), ("own", ch.own)):
        each = [np.hypot(*np.moveaxis(edges(table[side], ch.time_s)[ch.usable][:, :-1], -1, 0)) for side in SIDES]
        size[name] = np.concatenate(each).ravel()
    path = np.hypot(*np.ptp(ch.pose[ch.usable][:, :2], axis=0))
    return {
        "went": float(path),
        "usable": float(ch.usable.mean()),
        "edge_median": float(np.median(size["left"])),
        "edge_p95": float(np.percentile(size["left"], 95)),
        "own_p95": float(np.percentile(size["own"], 95)),
        "wander": noise(this.signals, calm(this.signals, []))["wander"],
        "events": sum(event["kind"] == "spasm" for event in this.found),
    }


def holds(film: Film) -> list[dict[str, Any]]:
    """Return, hold by hold, how much it sags, how far rest is off afterwards, and what was found."""
    this = seen(film)
    pairs = {true["onset_s"]: found for true, found in matched(this)}
    time_s, rows = this.signals.time_s, []
    for event, held in zip(this.true, staged.HOLDS_S, strict=True):
        path = this.signals.shift["zygomaticus", Side(event["side"])].astype(np.float64)
        top, fall = event["onset_s"] + 0.15, event["offset_s"] - 0.3

        def level(begin: float, end: float, path: Floats = path) -> Floats:
            return np.asarray(np.nanmean(path[(time_s >= begin) & (time_s < end)], axis=0))

        before, early = level(event["onset_s"] - 0.4, event["onset_s"] - 0.05), level(top, top + 0.3)
        late, after = level(fall - 0.3, fall), level(event["offset_s"] + 0.1, event["offset_s"] + 0.45)
        way = (early - before) / np.hypot(*(early - before))
        found = pairs.get(event["onset_s"])
        rows.append({
            "held_s": held,
            "sag": float((late - early) @ way / ((early - before) @ way)),
            "rest_iod": float((after - before) @ way),
            "ratio": found["amplitude_iod"] / event["amplitude_iod"] if found else None,
            "onset_ms": 1000 * (found["onset_s"] - event["onset_s"]) if found else None,
            "offset_ms": 1000 * (found["offset_s"] - event["offset_s"]) if found else None,
        })  # fmt: skip
    return rows


def regions() -> dict[str, Any]:
    """Return what each region gives back of a pull of its own, and on which side it was found."""
    this = seen(Film("regions"))
    shares = given_back(this, REGIONS)
    pairs = {true["onset_s"]: found for true, found in matched(this)}
    rows: dict[str, Any] = {}
    for name in REGIONS:
        mine = [(e, share) for e, share in zip(this.true, shares, strict=True) if e["regions"] == [name]]
        found = [pairs[e["onset_s"]] for e, _ in mine if e["onset_s"] in pairs]
        rows[name] = {
            "share": [share for _, share in mine],
            "ratio": [
                pairs[e["onset_s"]]["amplitude_iod"] / e["amplitude_iod"] for e, _ in mine if e["onset_s"] in pairs
            ],
            "true": len(mine),
            "found": len(found),
            "other_side": sum(_other_side(e, this.found) for e, _ in mine),
        }
    return rows


def _other_side(true: dict[str, Any], found: Sequence[dict[str, Any]]) -> bool:
    other = [event for event in found if event["side"] != true["side"] and event["kind"] == "spasm"]
    return any(score.iou(true, event) >= 0.5 for event in other)


def spread(values: Sequence[float]) -> dict[str, float | None]:
    """Return the median and half the middle 68 % of some errors; unknown below three."""
    if len(values) < 3:
        return {"median": None, "half68": None}
    low, middle, high = np.percentile(values, [16, 50, 84])
    return {"median": float(middle), "half68": float(high - low) / 2}
