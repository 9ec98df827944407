"""What a page carries for its zoom: lows and highs of the whole recording and every burst, in a few megabytes.

The static drawings stand without it. A short recording is carried at half a millisecond, days of it at a quarter of a
second or a few; the stretches that are drawn besides always at half a millisecond, so that their discharges show. The
coarser levels are worked out where the page is read.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.emg.bursts import Bursts
from facialis.emg.page.traces import Trace
from facialis.emg.recording import Source
from facialis.paper.words import region

Floats = npt.NDArray[np.float64]
Traced = Callable[[float, float, int], Sequence[Trace]]

FINEST_S = 0.0005
"""Two a millisecond: discharges at 400 a second have five to each."""
NEAR_S = 60.0
"""Stretches are read in pieces of at most this length, which come from the samples and not from the pyramid."""
SHORT_S = 600.0
"""Up to this length the whole recording is read once more for its page."""
PART_BYTES = 2_400_000
WHOLE_BYTES = 4_200_000
BURST_BYTES = 1_400_000
"""Packed, at most: of the stretches and of a short recording; of a long one; of the bursts. In base64 at most 8 MB."""
UNITS_S = (0.001, 0.01)
"""Times of bursts are kept in milliseconds, or in hundredths of a second where there are hundreds of thousands."""
_MOST = 127
_NONE = -128


@dataclass(frozen=True, slots=True)
class Zoom:
    """For the page: a head in plain words, and the packed numbers in base64."""

    head: dict[str, Any]
    data: str


def zoom(source: Source, bursts: Bursts, traced: Traced, stretches: Sequence[tuple[float, float]]) -> Zoom | None:
    """Pack a recording for a page.

    Parameters
    ----------
    source : Source
    bursts : Bursts
        All of them, those in doubt too.
    traced : callable
        Gives the traces of the muscles from one time to another in at most so many columns.
    stretches : sequence of (float, float)
        What is drawn besides, seconds; carried near enough to see discharges.

    Returns
    -------
    Zoom or None
        None of a recording without a muscle or of no length.
    """
    places = [place for place, channel in enumerate(source.channels) if channel.use == "emg"]
    if not places or source.duration_s <= 0:
        return None
    finest = max(FINEST_S, 1 / max(source.channels[place].rate_hz for place in places))
    parts = [_whole(source.duration_s, len(places), traced, finest)]
    if parts[0].block_s > finest:
        parts += _parts(stretches, len(places), traced, finest)
    unit, packed = _bursts([bursts.of(place) for place in places])
    numbers = b"".join([*(part.packed() for part in parts), *packed])
    head = {
        "length": source.duration_s,
        "channels": [_channel(source, place) for place in places],
        "parts": [part.head() for part in parts],
        "bursts": {"unit": unit, "bytes": [len(one) for one in packed]},
    }
    return Zoom(head, base64.b64encode(zlib.compress(numbers, 6)).decode())


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Lows and highs on a grid: (n_channels, 2, n) microvolts, NaN where nothing was recorded."""

    start_s: float
    block_s: float
    values: npt.NDArray[np.float32]

    def head(self) -> dict[str, Any]:
        """Return where it lies and how its numbers are scaled."""
        return {
            "start": self.start_s,
            "block": self.block_s,
            "count": self.values.shape[2],
            "most": [round(float(most), 2) for most in self._most()],
        }

    def packed(self) -> bytes:
        """Return a byte a number: its root, so that what is small keeps its form beside what is large."""
        most = self._most()[:, None, None]
        share = np.clip(self.values / most, -1, 1)
        bytes_ = np.sign(share) * np.rint(_MOST * np.sqrt(np.abs(share)))
        return np.where(np.isfinite(bytes_), bytes_, _NONE).astype(np.int8).tobytes()

    def _most(self) -> npt.NDArray[np.float32]:
        most: npt.NDArray[np.float32] = np.abs(np.nan_to_num(self.values)).max(axis=(1, 2))
        return np.maximum(most, np.float32(1.0))


def _whole(duration_s: float, channels: int, traced: Traced, finest: float) -> Part:
    short = duration_s <= SHORT_S
    block = finest if short else 0.25
    while 2 * channels * duration_s / block > (PART_BYTES if short else WHOLE_BYTES):
        block *= 2 if short else 4
    return _part(0.0, duration_s, block, traced)


def _parts(stretches: Sequence[tuple[float, float]], channels: int, traced: Traced, finest: float) -> list[Part]:
    """Return the stretches that are not within another one, as long as there is room for them."""
    made: list[Part] = []
    left = PART_BYTES // 2
    for start, stop in stretches:
        stop = min(stop, start + NEAR_S)
        size = int(2 * channels * (stop - start) / finest)
        held = any(one.start_s <= start and stop <= one.start_s + one.values.shape[2] * one.block_s for one in made)
        if not held and size <= left:
            made.append(_part(start, stop, finest, traced))
            left -= size
    return made


def _part(start: float, stop: float, block: float, traced: Traced) -> Part:
    """Read a stretch, in pieces from the samples where blocks are fine, at once from the pyramid where not."""
    count = max(int(np.ceil((stop - start) / block - 1e-6)), 1)
    pieces = [(0, count)]
    if block < 0.25:
        step = int(NEAR_S / block)
        pieces = [(first, min(first + step, count)) for first in range(0, count, step)]
    values: npt.NDArray[np.float32] | None = None
    for first, last in pieces:
        begin, end = start + first * block, min(start + last * block, stop)
        # Whole columns only: one that is finer than the pyramid would be read from the samples, hours of them.
        traces = traced(begin, end, max(int((end - begin) / block + 1e-6), 1))
        if values is None:
            values = np.full((len(traces), 2, count), np.nan, np.float32)
        for row, trace in enumerate(traces):
            _laid(trace, begin, block, values[row, :, first:last])
    assert values is not None
    levels = np.nan_to_num([np.nanmedian(row) if np.isfinite(row).any() else 0.0 for row in values])
    return Part(start, block, values - levels.astype(np.float32)[:, None, None])


def _laid(trace: Trace, begin: float, block: float, into: npt.NDArray[np.float32]) -> None:
    """Lay a trace on the grid: the lowest and the highest of what begins in each block.

    Columns of a trace need not fall on the grid: a block that is stepped over has what the one before it has.
    """
    known = np.flatnonzero(np.isfinite(trace.low) & np.isfinite(trace.high))
    at = np.clip(((trace.time_s[known] - begin) / block + 1e-6).astype(np.intp), 0, into.shape[1] - 1)
    np.fmin.at(into[0], at, trace.low[known].astype(np.float32))
    np.fmax.at(into[1], at, trace.high[known].astype(np.float32))
    stepped = at[:-1][np.diff(at) == 2]
    into[:, stepped + 1] = into[:, stepped]


def _bursts(of_channels: Sequence[Bursts]) -> tuple[float, list[bytes]]:
    """Pack the bursts of each channel: from onset to onset, and twice the length, odd where it is in doubt."""
    for unit in UNITS_S:
        packed = [_of_channel(bursts, unit) for bursts in of_channels]
        if sum(map(len, packed)) <= BURST_BYTES:
            return unit, packed
    return UNITS_S[-1], [b"" for _ in of_channels]


def _of_channel(bursts: Bursts, unit: float) -> bytes:
    order = np.argsort(bursts.onset_s, kind="stable")
    onset = np.rint(bursts.onset_s[order] / unit).astype(np.int64)
    length = np.maximum(np.rint((bursts.offset_s - bursts.onset_s)[order] / unit), 1).astype(np.int64)
    pairs = np.stack([np.diff(onset, prepend=0), 2 * length + (bursts.doubt[order] != 0)], axis=1)
    return varints(pairs.ravel())


def varints(values: npt.NDArray[np.int64]) -> bytes:
    """Return whole numbers from 0 on, seven bits a byte, the lowest first; the eighth says that more follows."""
    groups = [(values >> shift) & 0x7F for shift in range(0, 35, 7)]
    more = [(values >> shift) > 0 for shift in range(7, 42, 7)]
    table = np.stack([group | (128 * rest) for group, rest in zip(groups, more, strict=True)], axis=1)
    there = np.stack([np.ones(len(values), bool), *more[:-1]], axis=1)
    return bytes(table[there].astype(np.uint8).tobytes())


def _channel(source: Source, place: int) -> dict[str, str]:
    channel = source.channels[place]
    name = region(channel.muscle) if channel.muscle else channel.name
    return {"name": name, "side": channel.side.value, "label": channel.name}
