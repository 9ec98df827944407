"""What a page carries for its zoom: lows and highs of the whole recording and every burst, in a few megabytes.

The static drawings stand without it. Minutes are carried at a millisecond, a night at a sixteenth of a second, days at
a second; the stretches that are drawn besides always at half a millisecond, so that their discharges show. The coarser
levels are worked out where the page is read.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.emg.bursts import Bursts
from facialis.emg.page.shown import Shown
from facialis.emg.page.traces import Trace
from facialis.emg.pyramid import BASE_S
from facialis.emg.recording import Source
from facialis.paper.words import region

Floats = npt.NDArray[np.float64]

FINEST_S = 0.0005
"""Two a millisecond: discharges at 400 a second have five to each."""
PIECE_S = 300.0
"""The recording is read once more for its page in pieces of this length."""
SAMPLES = 3e8
"""Up to so many, six hours of six muscles at 2 kHz: it takes half as long again as its analysis. Beyond it the whole is
drawn from the pyramid, and as recorded."""
THREADS = 2
SHORT_S = 600.0
SHORT_BYTES = 2_400_000
WHOLE_BYTES = 4_150_000
STRETCH_BYTES = 500_000
BURST_BYTES = 1_500_000
"""At most, of a short recording, a long one, all stretches, all bursts. Compressed and in base64 this is below 8 MB."""
UNITS_S = (0.001, 0.01)
"""Times of bursts are kept in milliseconds, or in hundredths of a second where there are hundreds of thousands."""
_MOST = 127
_NONE = -128


@dataclass(frozen=True, slots=True)
class Zoom:
    """For the page: a head in plain words, and the packed numbers in base64."""

    head: dict[str, Any]
    data: str


def zoom(source: Source, bursts: Bursts, shown: Shown, stretches: Sequence[tuple[float, float]]) -> Zoom | None:
    """Pack a recording for a page.

    Parameters
    ----------
    source : Source
    bursts : Bursts
        All of them, those in doubt too.
    shown : Shown
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
    rates = [source.channels[place].rate_hz for place in places]
    finest = max(FINEST_S, 1 / max(rates))
    parts = [_whole(source.duration_s, rates, shown, finest)]
    if parts[0].block_s > finest:
        parts += _parts(stretches, len(places), shown, finest, parts[0].block_s)
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


def _whole(duration_s: float, rates: Sequence[float], shown: Shown, finest: float) -> Part:
    room = SHORT_BYTES if duration_s <= SHORT_S else WHOLE_BYTES
    near = shown.pyramid is None or duration_s * sum(rates) <= SAMPLES
    block = finest if near else BASE_S
    while 2 * len(rates) * duration_s / block > room:
        block *= 2
    return _read(0.0, duration_s, block, shown) if near else _drawn(duration_s, block, shown)


def _parts(
    stretches: Sequence[tuple[float, float]], channels: int, shown: Shown, finest: float, coarsest: float
) -> list[Part]:
    """Return the stretches that are not within another one, as fine as there is room for them."""
    made: list[Part] = []
    left = STRETCH_BYTES
    for start, stop in stretches:
        block = finest
        while (size := 2 * channels * _count(stop - start, block)) > left and block < coarsest:
            block *= 2
        held = any(
            one.start_s <= start and stop <= one.start_s + one.values.shape[2] * one.block_s and one.block_s <= block
            for one in made
        )
        if not held and block < coarsest:
            made.append(_read(start, stop, block, shown))
            left -= size
    return made


def _read(start: float, stop: float, block: float, shown: Shown) -> Part:
    """Read a stretch from the samples, mains and drift taken off."""
    count = _count(stop - start, block)
    step = max(int(PIECE_S / block), 1)

    def piece(first: int) -> npt.NDArray[np.float32]:
        last = min(first + step, count)
        begin, end = start + first * block, min(start + last * block, stop)
        traces = shown.near(begin, end, last - first)
        into = np.full((len(traces), 2, last - first), np.nan, np.float32)
        for row, trace in enumerate(traces):
            _laid(trace, begin, block, into[row])
        return into

    with ThreadPoolExecutor(THREADS) as pool:
        return Part(start, block, np.concatenate(list(pool.map(piece, range(0, count, step))), axis=2))


def _drawn(stop: float, block: float, shown: Shown) -> Part:
    """Take a whole recording from its pyramid, each channel about its own level."""
    # Whole columns only: one that is finer than the pyramid would be read from the samples, days of them.
    traces = shown(0.0, stop, max(int(stop / block + 1e-6), 1))
    values = np.full((len(traces), 2, _count(stop, block)), np.nan, np.float32)
    for row, trace in enumerate(traces):
        _laid(trace, 0.0, block, values[row])
        known = values[row][np.isfinite(values[row])]
        values[row] -= np.median(known) if len(known) else 0.0
    return Part(0.0, block, values)


def _count(span_s: float, block: float) -> int:
    return max(int(np.ceil(span_s / block - 1e-6)), 1)


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
