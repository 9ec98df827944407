"""What the whole face did: bursts of all muscles laid over each other, those that touch counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg.bursts import Bursts
from facialis.emg.recording import Span

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """Stretches in which at least one muscle is in a burst, in order; both arrays have the shape (n,), seconds."""

    onset_s: Floats
    offset_s: Floats

    def __len__(self) -> int:
        return len(self.onset_s)

    def begun_in(self, spans: Sequence[Span]) -> int:
        """Return how many begin within any of the stretches."""
        return int(sum(np.sum((self.onset_s >= span.start_s) & (self.onset_s < span.end_s)) for span in spans))

    def counts(self, edges: Floats) -> npt.NDArray[np.int64]:
        """Return how many begin between each two edges, (len(edges) - 1,)."""
        return np.diff(np.searchsorted(self.onset_s, edges))

    def seconds(self, edges: Floats) -> Floats:
        """Return how long they last between each two edges, (len(edges) - 1,)."""
        before = np.concatenate([[0.0], np.cumsum(self.offset_s - self.onset_s)])
        place = np.searchsorted(self.onset_s, edges, side="right")
        done = before[place]
        last = np.maximum(place - 1, 0)
        if len(self):
            done = done - np.where(place > 0, np.maximum(self.offset_s[last] - edges, 0.0), 0.0)
        return np.diff(done)


def episodes(bursts: Bursts) -> Episodes:
    """Join the bursts of all muscles; stretches nearer to each other than one burst is to the next are one."""
    if not len(bursts):
        return Episodes(np.zeros(0), np.zeros(0))
    order = np.argsort(bursts.onset_s, kind="stable")
    onset, offset = bursts.onset_s[order], np.maximum.accumulate(bursts.offset_s[order])
    starts = np.concatenate([[True], onset[1:] - offset[:-1] >= knowledge.threshold("emg_burst_merge_s")])
    first = np.flatnonzero(starts)
    last = np.concatenate([first[1:], [len(onset)]]) - 1
    return Episodes(onset[first], offset[last])


def dispersion(counts: npt.NDArray[np.int64], usable_s: Floats) -> float:
    """Return how much more counts vary than chance alone would have them, at least 1.

    Parameters
    ----------
    counts : array of int, shape (n,)
        Events in stretches of time.
    usable_s : array, shape (n,)
        Seconds of each that could be watched; those without any are left out.

    Notes
    -----
    Pearson's statistic over its degrees of freedom. A slow change of the rate counts as dispersion too, on purpose: one
    number for the whole recording then is less sure.
    """
    seen = usable_s > 0
    total = float(usable_s[seen].sum())
    if seen.sum() < 2 or not counts[seen].sum():
        return 1.0
    expected = counts[seen].sum() * usable_s[seen] / total
    return max(float(np.sum((counts[seen] - expected) ** 2 / expected) / (seen.sum() - 1)), 1.0)
