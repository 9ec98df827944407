"""A burst that outlasts the stretch it began in: what is kept of it until it ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Open:
    """A burst that has begun and not yet ended.

    Attributes
    ----------
    onset_s, onset_low_s, onset_high_s : float
    seen_until_s : float
        It had not ended here.
    counted_until_s : float
        Up to here its samples are in the sums.
    squares, count, peak_uv : float, int, float
        Sum of squares, number of samples and largest excursion so far.
    noise : float
        Mean square of the rest before it.
    doubt, channel : int
    """

    onset_s: float
    onset_low_s: float
    onset_high_s: float
    seen_until_s: float
    counted_until_s: float
    squares: float
    count: int
    peak_uv: float
    noise: float
    doubt: int
    channel: int = 0
