"""The signals of the face as timelines: all of a short recording; overview and busiest minute of a long one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from facialis.face.page.words import KIND, LOOKED_FOR, SIDE, anchor, listed, of_kind, region, span
from facialis.face.signals import REGIONS, Signals
from facialis.findings import Side
from facialis.paper.charts import Values, clock_label, round_up, stretches
from facialis.paper.timeline import Band, Row, Timeline
from facialis.units import SECONDS_PER_MINUTE, clock, percent_iod

# A longer recording is shown as an overview and its busiest minute: below 13 pixels a second twitches run together.
LONGEST_S = 75.0
SMALLEST_SCALE = 0.02
# However noisy a recording is, its lanes still show a movement of this size in full.
LARGEST_NOISE = 0.15
# Single frames that were not usable would make a fringe and hide nothing.
SHORTEST_UNSEEN_S = 0.1
OCULI = "orbicularis_oculi"


def timelines(result: Mapping[str, Any], signals: Signals) -> dict[str, Timeline]:
    """Lay the signals out over time.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.
    signals : Signals
        What it was found in.

    Returns
    -------
    dict of str to Timeline
        By name, in the order of the page: ``"timeline"``, after an ``"overview"`` if longer than `LONGEST_S`;
        empty where nothing was measured.
    """
    time = np.asarray(signals.time_s, dtype=np.float64)
    if len(time) < 2 or not any(np.isfinite(values).any() for values in signals.pull.values()):
        return {}
    end = max(float(time[-1]), float(result["source"]["duration_s"] or 0))
    if end <= LONGEST_S:
        whole = _timeline("The whole recording", result, signals, 0.0, end, _regions(result, signals))
        return {"timeline": whole}
    start = busiest_minute(result, end)
    minute = f"The busiest minute, from {clock_label(start)}" if of_kind(result, *LOOKED_FOR) else "The first minute"
    rows = _overview(result, signals)
    overview = _timeline(f"The whole recording, {span(end)}", result, signals, 0.0, end, rows)
    # In so little room the hundreds of blinks of a long recording would hide the rest.
    strong = [band for band in overview.bands if band.strong]
    return {
        "overview": replace(overview, bands=strong),
        "timeline": _timeline(minute, result, signals, start, start + SECONDS_PER_MINUTE, _regions(result, signals)),
    }


def busiest_minute(result: Mapping[str, Any], end: float) -> float:
    """Return the start of the minute with the most spasms and synkineses, in whole seconds; 0 where there are none."""
    onsets = np.array([event["onset_s"] for event in of_kind(result, *LOOKED_FOR)], dtype=np.float64)
    if len(onsets) == 0:
        return 0.0
    starts = np.clip(np.floor(onsets), 0, np.floor(end - SECONDS_PER_MINUTE))
    held = [int(np.sum((onsets >= start) & (onsets < start + SECONDS_PER_MINUTE))) for start in starts]
    return float(starts[int(np.argmax(held))])


def scale(result: Mapping[str, Any], signals: Signals) -> float:
    """Return the movement that fills a lane: all that is looked for fits, larger voluntary movement is cut."""
    sizes = [1.1 * _pull(event, signals) for event in of_kind(result, *LOOKED_FOR)]
    limits = [value for value in result["quality"]["detection_limit_iod"].values() if value is not None]
    noise = 3 * float(np.median(limits)) if limits else 0.0
    return round_up(max([SMALLEST_SCALE, min(noise, LARGEST_NOISE), *sizes]))


def _pull(event: Mapping[str, Any], signals: Signals) -> float:
    """Return the largest value of an event's own signals; 0 where they were not seen."""
    inside = (signals.time_s >= event["onset_s"]) & (signals.time_s <= event["offset_s"])
    sides = (Side.LEFT, Side.RIGHT) if event["side"] == "both" else (Side(event["side"]),)
    moved = [
        signals.pull[name, side][inside] for name in event["regions"] for side in sides if (name, side) in signals.pull
    ]
    seen = np.concatenate([[0.0], *moved])
    return float(seen[np.isfinite(seen)].max())


def _timeline(
    title: str, result: Mapping[str, Any], signals: Signals, start: float, end: float, rows: list[Row]
) -> Timeline:
    inside = [event for event in of_kind(result, *LOOKED_FOR) if event["onset_s"] < end and event["offset_s"] > start]
    summary = f"{title}: {len(inside)} spasms and synkineses between {clock(start)} and {clock(end)}, listed below."
    time = np.asarray(signals.time_s, dtype=np.float64)
    return Timeline(
        title=title,
        summary=summary,
        start=start,
        end=end,
        time_s=time,
        rows=rows,
        bands=[band(place, event) for place, event in enumerate(result["events"])],
        unseen=[cut for cut in stretches(time, ~np.asarray(signals.usable)) if cut[1] - cut[0] >= SHORTEST_UNSEEN_S],
    )


def band(place: int, event: Mapping[str, Any]) -> Band:
    """Return an event as the timeline shows it; `place` is where it stands in the result."""
    regions = tuple(event["regions"])
    strong = event["kind"] in LOOKED_FOR
    words = [f"{KIND[event['kind']]} at {clock(event['onset_s'])}"]
    if event["kind"] != "head_motion":
        words.append(SIDE[event["side"]])
    if strong:
        words += [event["form"] or "", listed([region(name) for name in regions]), percent_iod(event["amplitude_iod"])]
    moves_lids = OCULI in regions or event["kind"] == "blink"
    rows = regions + (("eyelids",) if moves_lids else ()) + (("largest",) if strong else ())
    return Band(
        start=event["onset_s"],
        end=event["offset_s"],
        side=Side(event["side"]),
        strong=strong,
        rows=rows,
        label=", ".join(word for word in words if word),
        href=f"#{anchor(place)}" if strong else "",
        hollow=event["kind"] == "synkinesis",
    )


def _regions(result: Mapping[str, Any], signals: Signals) -> list[Row]:
    limits = result["quality"]["detection_limit_iod"]
    full = scale(result, signals)
    rows = []
    for name in REGIONS:
        left, right = (_finite(signals.pull.get((name, side))) for side in (Side.LEFT, Side.RIGHT))
        if (left is None and right is None) or limits.get(name) is None:
            continue
        note = f"limit {100 * limits[name]:.1f} %"
        rows.append(Row(name, region(name).capitalize(), note, full, left, right, limit=limits[name]))
    return [*rows, *_eyelids(signals), *_head(signals)]


def _overview(result: Mapping[str, Any], signals: Signals) -> list[Row]:
    largest = {side: _largest(signals, side) for side in (Side.LEFT, Side.RIGHT)}
    full = scale(result, signals)
    row = Row("largest", "Largest movement", "of all regions", full, largest[Side.LEFT], largest[Side.RIGHT])
    return [row, *_head(signals)]


def _largest(signals: Signals, side: Side) -> Values | None:
    seen = [values for (_, own), values in signals.pull.items() if own is side]
    return _finite(np.fmax.reduce(np.asarray(seen, dtype=np.float64), axis=0)) if seen else None


def _eyelids(signals: Signals) -> list[Row]:
    left, right = (_finite(signals.aperture.get(side)) for side in (Side.LEFT, Side.RIGHT))
    if left is None and right is None:
        return []
    closing = [None if opening is None else 1 - opening for opening in (left, right)]
    return [Row("eyelids", "Eyelids", "closing; full is shut", 1.0, closing[0], closing[1])]


def _head(signals: Signals) -> list[Row]:
    speed = _finite(signals.head_speed)
    if speed is None:
        return []
    full = round_up(max(0.2, float(np.nanpercentile(speed, 99.5))))
    return [Row("head", "Head speed", f"full is {full:g} IOD/s", full, single=speed)]


def _finite(values: Any) -> Values | None:
    """Return a signal as float64; None where there is none or nothing of it was seen."""
    if values is None or not np.isfinite(values).any():
        return None
    return np.asarray(values, dtype=np.float64)
