"""Which samples lie between two times: the arithmetic that all readers share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, inf, nan

from facialis.emg.recording.model import Channel, RecordingError, Span

_NEAR = 1e-4
"""Part of a sample by which a time may miss it: binary fractions do, by 1e-6 after 72 hours at 20 kHz."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples that follow each other without a gap.

    Attributes
    ----------
    start_s : float
        When its first sample was taken, seconds from the start of the recording.
    first : int
        Place of that sample in the file; the reader's own count (records in an EDF file, rows in a table).
    count : int
        How many there are, in the same count.
    per_s : float
        How many of them make a second.
    """

    start_s: float
    first: int
    count: int
    per_s: float

    @property
    def span(self) -> Span:
        """When it begins and ends."""
        return Span(self.start_s, self.start_s + self.count / self.per_s)


def first_at(time_s: float, start_s: float, rate_hz: float) -> int:
    """Return the first sample that is not before a time, counted from the one that was taken at `start_s`.

    Windows that follow each other so share no sample and lose none.
    """
    return ceil((time_s - start_s) * rate_hz - _NEAR)


def between(start_s: float, stop_s: float, stretch: Stretch, samples: int, rate_hz: float) -> tuple[int, int]:
    """Return the half-open range of a channel's samples in a stretch that a window asks for; empty: low >= high."""
    low = max(0, first_at(max(start_s, stretch.start_s), stretch.start_s, rate_hz))
    high = min(samples, first_at(min(stop_s, stretch.span.end_s), stretch.start_s, rate_hz))
    return low, high


def asked(start_s: float, stop_s: float, channels: Sequence[int] | None, known: Sequence[Channel]) -> list[int]:
    """Return the places of the channels that are asked for, in order.

    Raises
    ------
    RecordingError
        If a time is no number, or there is no such channel.
    """
    if start_s != start_s or stop_s != stop_s:
        raise RecordingError("a window must begin and end at a number of seconds")
    wanted = range(len(known)) if channels is None else sorted(set(channels))
    for place in wanted:
        if not 0 <= place < len(known):
            raise RecordingError(f"there is no channel {place}: the recording has {len(known)}, counted from 0")
    return list(wanted)


def joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans with those that touch made one."""
    whole: list[Span] = []
    for span in spans:
        if whole and span.start_s <= whole[-1].end_s:
            whole[-1] = Span(whole[-1].start_s, max(whole[-1].end_s, span.end_s))
        else:
            whole.append(span)
    return tuple(whole)


def unlike(gaps: Sequence[Span], end_s: float) -> Iterator[Span]:
    """Yield what lies between the gaps, from nought to `end_s`."""
    at = 0.0
    for gap in [*sorted(gaps, key=lambda gap: gap.start_s), Span(end_s, inf)]:
        if gap.start_s > at:
            yield Span(at, min(gap.start_s, end_s))
        at = max(at, gap.end_s)


def number(text: str) -> float:
    """Return a number as headers write it, with a decimal comma too; NaN where it is none."""
    try:
        return float(text.strip().strip("\0").replace(",", "."))
    except ValueError:
        return nan
