"""How often and how long: spasms as counts and lengths, whether they come in volleys, and the time that they take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from facialis.findings import Estimate
from facialis.intervals import TAIL
from facialis.ratios import DRAWS

Floats = npt.NDArray[np.float64]

_AT_ONCE = 1_000_000
BLOCK_S = 10.0
"""Spasms are counted in blocks of this length to see whether they come in volleys."""


class Counted(NamedTuple):
    """Spasms of one recording: their onsets and lengths, and how long was watched.

    Attributes
    ----------
    onsets_s, lengths_s : sequence of float
    watched_s : float
        Usable seconds.
    duration_s : float
        Of the whole recording.
    """

    onsets_s: Sequence[float]
    lengths_s: Sequence[float]
    watched_s: float
    duration_s: float


class Span(Protocol):
    """Something with a beginning and an end, seconds."""

    @property
    def onset_s(self) -> float:
        """Where it begins."""

    @property
    def offset_s(self) -> float:
        """Where it ends."""


def counted(spasms: Iterable[Span], watched_s: float, duration_s: float, start_s: float = 0.0) -> Counted:
    """Return spasms as counts and lengths; those that overlap are one.

    Parameters
    ----------
    spasms : iterable of Span
    watched_s, duration_s : float
        Usable seconds, and seconds in all, of the time that they fell into.
    start_s : float
        When that time began.
    """
    spans: list[tuple[float, float]] = []
    for spasm in sorted(spasms, key=lambda spasm: spasm.onset_s):
        if spans and spasm.onset_s < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], spasm.offset_s))
        else:
            spans.append((spasm.onset_s, spasm.offset_s))
    return Counted(
        [start - start_s for start, _ in spans], [end - start for start, end in spans], watched_s, duration_s
    )


def volleys(*recordings: Counted) -> float:
    """Return how much more the counts of ten-second blocks vary than those of a Poisson process, 1 at least.

    Pearson's chi-squared over its degrees of freedom, pooled over the recordings (McCullagh and Nelder 1989). Spasms
    come in volleys; taken for independent, their rate would look surer than it is.
    """
    squares, freedom = 0.0, 0
    for seen in recordings:
        blocks = max(int(seen.duration_s // BLOCK_S), 1)
        if blocks < 2 or not len(seen.onsets_s):
            continue
        counts, _ = np.histogram(seen.onsets_s, bins=blocks, range=(0, max(seen.duration_s, BLOCK_S)))
        mean = counts.mean()
        if mean > 0:
            squares += float(((counts - mean) ** 2).sum() / mean)
            freedom += blocks - 1
    return max(squares / freedom, 1.0) if freedom else 1.0


def time_draws(seen: Counted, lengths_s: Sequence[float], dispersion: float, seed: int) -> Floats:
    """Return draws of the share of time in spasm, (DRAWS,): how often, times how long on average.

    How often is drawn from the Gamma distribution that belongs to the count (Jeffreys), so that none seen is not taken
    for never; how long is resampled from the spasms (bootstrap).

    Parameters
    ----------
    seen : Counted
    lengths_s : sequence of float
        What lengths are resampled from: the recording's own, or those of both where it has few.
    dispersion : float
        See :func:`volleys`.
    seed : int
    """
    rng = np.random.default_rng(seed)
    count = len(seen.onsets_s)
    often = rng.gamma(count / dispersion + 0.5, size=DRAWS) * dispersion / seen.watched_s
    pool = np.asarray(lengths_s, dtype=np.float64)
    size = max(round(count / dispersion), 1)
    # In blocks: of a long film all at once would take memory by the thousandfold of its spasms.
    rows = max(1, _AT_ONCE // size)
    blocks = [min(rows, DRAWS - done) for done in range(0, DRAWS, rows)]
    long = np.concatenate([pool[rng.integers(0, len(pool), (block, size))].mean(axis=1) for block in blocks])
    return np.asarray(np.minimum(often * long, 1.0))


def time_share(seen: Counted, draws: Floats) -> Estimate:
    """Return the share of time in spasm with the interval of its draws."""
    value = min(float(np.sum(seen.lengths_s)) / seen.watched_s, 1.0)
    low, high = (float(end) for end in np.quantile(draws, (TAIL, 1 - TAIL)))
    return Estimate(value, min(low, value), max(high, value))
