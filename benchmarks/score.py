"""Found events against true events: one score for Facialis and for everything it is held against.

Two events match when the intersection of their intervals over the union (IoU) reaches the bound; each event matches
once, the pairs are chosen so that the sum of IoU is largest. Counts are pooled over clips, intervals are bootstrapped
over clips.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

Event = dict[str, Any]


@dataclass
class Tally:
    """Counts of one clip.

    Attributes
    ----------
    pairs : list of (true, found)
        Events that matched.
    missed, false : list of Event
        True events nobody found, found events that are not there.
    minutes : float
        Usable minutes of the clip.
    """

    clip: str
    pairs: list[tuple[Event, Event]] = field(default_factory=list)
    missed: list[Event] = field(default_factory=list)
    false: list[Event] = field(default_factory=list)
    minutes: float = 0.0


def iou(a: Event, b: Event) -> float:
    """Return intersection over union of two events' intervals."""
    inside = min(a["offset_s"], b["offset_s"]) - max(a["onset_s"], b["onset_s"])
    outside = max(a["offset_s"], b["offset_s"]) - min(a["onset_s"], b["onset_s"])
    return max(inside, 0.0) / outside if outside > 0 else 0.0


def match(true: Sequence[Event], found: Sequence[Event], bound: float, clip: str = "", minutes: float = 0.0) -> Tally:
    """Pair true and found events of one clip."""
    tally = Tally(clip, minutes=minutes)
    overlap = np.array([[iou(t, f) for f in found] for t in true]).reshape(len(true), len(found))
    rows, columns = linear_sum_assignment(-np.where(overlap >= bound, overlap, 0))
    hits = [(r, c) for r, c in zip(rows, columns, strict=True) if overlap[r, c] >= bound]
    tally.pairs = [(true[r], found[c]) for r, c in hits]
    tally.missed = [t for i, t in enumerate(true) if i not in {r for r, _ in hits}]
    tally.false = [f for i, f in enumerate(found) if i not in {c for _, c in hits}]
    return tally


def f1(tallies: Sequence[Tally]) -> float:
    """Return the F1 of the pooled counts; NaN where there was nothing to find and nothing was found."""
    hits = sum(len(t.pairs) for t in tallies)
    wrong = sum(len(t.missed) + len(t.false) for t in tallies)
    return 2 * hits / (2 * hits + wrong) if hits + wrong else float("nan")


def by_clip(
    tallies: Sequence[Tally], measure: Callable[[Sequence[Tally]], float], seed: int = 0
) -> tuple[float, float, float]:
    """Return a measure with its 95 % interval, clips drawn with replacement 2000 times."""
    rng = np.random.default_rng(seed)
    drawn = [measure([tallies[i] for i in rng.integers(0, len(tallies), len(tallies))]) for _ in range(2000)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return measure(tallies), float(low), float(high)
