"""What is said of scored clips: F1 by size of the spasm, side, times, size; with intervals drawn over clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from benchmarks import score
from benchmarks.score import Event, Tally

BANDS = {"2-4 %": (0.0, 0.04), "4-8 %": (0.04, 0.08), "over 8 %": (0.08, np.inf)}
"""Largest displacement in inter-ocular distances. The few spasms below 2 % count with the smallest band."""


def of_kind(events: Sequence[Event], kind: str) -> list[Event]:
    """Return the events of one kind."""
    return [event for event in events if event["kind"] == kind]


def within(tally: Tally, band: tuple[float, float]) -> Tally:
    """Return what of a clip belongs to one band: true events by their true size, false ones by the size found."""

    def inside(event: Event) -> bool:
        size = event["amplitude_iod"]
        return size is not None and band[0] <= size < band[1]

    return replace(
        tally,
        pairs=[pair for pair in tally.pairs if inside(pair[0])],
        missed=[event for event in tally.missed if inside(event)],
        false=[event for event in tally.false if inside(event)],
    )


def counted(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Return F1 with its interval, and the counts behind it; nothing where there was nothing to find."""
    hits, missed, false = (sum(len(getattr(t, key)) for t in tallies) for key in ("pairs", "missed", "false"))
    result: dict[str, Any] = {"true": hits + missed, "found": hits, "missed": missed, "false": false}
    result["clips"] = len(tallies)
    if hits + missed:
        result["recall"] = hits / (hits + missed)
    if hits + missed + false:
        result["f1"] = interval(tallies, score.f1)
    return result


def recalled(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Return recall alone, for a detector that gives its events no size."""
    result = counted(tallies)
    return {key: result[key] for key in ("true", "found", "missed", "clips", "recall") if key in result}


def interval(tallies: Sequence[Tally], measure: Callable[[Sequence[Tally]], float]) -> dict[str, float]:
    """Return a measure with its 95 % interval, clips drawn with replacement."""
    value, low, high = score.by_clip(tallies, measure)
    return {"value": value, "low": low, "high": high}


def by_size(tallies: Sequence[Tally], *, sized: bool = True) -> dict[str, Any]:
    """Return the counts of all events and of each band; without sizes only the recall of a band has a meaning."""
    count = counted if sized else recalled
    return {"all": counted(tallies)} | {name: count([within(t, band) for t in tallies]) for name, band in BANDS.items()}


def agreement(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Return how well the matched events agree: side, onset, offset, size."""
    pairs = [pair for tally in tallies for pair in tally.pairs]
    if not pairs:
        return {"matched": 0}
    right = sum(true["side"] == found["side"] for true, found in pairs)
    edges = {
        f"{edge}_ms": spread([1000 * (found[f"{edge}_s"] - true[f"{edge}_s"]) for true, found in pairs])
        for edge in ("onset", "offset")
    }
    sizes = [f["amplitude_iod"] / t["amplitude_iod"] for t, f in pairs if t["amplitude_iod"] and f["amplitude_iod"]]
    return {
        "matched": len(pairs),
        "side_right": right,
        "side": share(right, len(pairs)),
        **edges,
        "amplitude_ratio": spread(sizes) if sizes else None,
    }


def share(hits: int, count: int) -> dict[str, float]:
    """Return a share with its exact 95 % interval (Clopper and Pearson 1934)."""
    exact = stats.binomtest(hits, count).proportion_ci(0.95, "exact")
    return {"value": hits / count, "low": float(exact.low), "high": float(exact.high)}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median and the middle eight tenths."""
    low, middle, high = np.percentile(values, [10, 50, 90])
    return {"p10": float(low), "median": float(middle), "p90": float(high)}


def rate(count: int, minutes: float) -> dict[str, float | None]:
    """Return events a minute with the exact 95 % Poisson interval (Garwood 1936)."""
    if minutes <= 0:
        return {"count": count, "minutes": minutes, "value": None, "low": None, "high": None}
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    return {"count": count, "minutes": minutes, "value": count / minutes, "low": low / minutes, "high": high / minutes}
