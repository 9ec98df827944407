"""EDF, EDF+ and BDF in windows: gaps as the records' own times say them, each signal at its own rate, memory flat."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from facialis.emg.recording import files
from facialis.emg.recording.channels import scaled
from facialis.emg.recording.edf_header import Header
from facialis.emg.recording.edf_times import Times
from facialis.emg.recording.files import Bytes, File
from facialis.emg.recording.model import Annotation, FloatArray, Piece, Recording, Source
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.stretches import Stretch, asked, between, joined
from facialis.emg.recording.tal import MOST
from facialis.emg.recording.triggers import edges

_BLOCK = 1 << 22
"""Bytes that are read at once: they stay in the processor's cache, and a window of hours needs no more."""

_CODES = 0xFFFF
"""The bits of a BDF status channel that carry triggers; those above are the amplifier's own state."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Samples `low` to `high` of a channel within a stretch, and the array that they go into."""

    place: int
    count: int
    rate_hz: float
    low: int
    high: int
    into: FloatArray


class Edf(Recording):
    """An EDF, EDF+, BDF or BDF+ file.

    Parameters
    ----------
    file : File
    montage : Montage or None
    unit : str or None
        Of channels for which the file states none.

    Raises
    ------
    RecordingError
        If it cannot be read.
    DocumentError
        If the montage names a channel that is not there.
    """

    def __init__(self, file: File, montage: Montage | None = None, unit: str | None = None) -> None:
        doubts: list[str] = []
        self._file = file
        self._header = header = Header.read(file, doubts)
        told = [header.told(signal) for signal in header.signals]
        self._scaled = scaled(file.name, told, montage, unit, doubts)
        times = Times.read(file, header, doubts)
        self._stretches = times.stretches if header.signals else ()
        self._ends = [stretch.span.end_s for stretch in self._stretches]
        self._written = times.annotations
        spans = joined([stretch.span for stretch in self._stretches])
        started = header.started and header.started + timedelta(seconds=times.offset_s)
        self.source = Source(
            file.name,
            spans[-1].end_s if spans else 0.0,
            spans,
            tuple(one.channel for one in self._scaled),
            started.isoformat() if started else None,
            tuple(doubts),
        )

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """What the lists of the file say, and the edges of its trigger channels."""
        return self._all

    @cached_property
    def _all(self) -> tuple[Annotation, ...]:
        found = chain.from_iterable(
            edges(self, place) for place, channel in enumerate(self.source.channels) if channel.use == "trigger"
        )
        return tuple(sorted([*self._written, *found], key=lambda one: one.onset_s)[:MOST])

    def window(self, start_s: float, stop_s: float, channels: Sequence[int] | None = None) -> list[Piece]:
        """Return what was recorded between two times, as :meth:`Recording.window` says."""
        wanted = asked(start_s, stop_s, channels, self.source.channels)
        pieces: list[Piece] = []
        for stretch in self._stretches[bisect_left(self._ends, start_s) :]:
            if stretch.start_s >= stop_s:
                break
            pieces += self._pieces(start_s, stop_s, stretch, wanted)
        return sorted(pieces, key=lambda piece: piece.channel)

    def _pieces(self, start_s: float, stop_s: float, stretch: Stretch, wanted: list[int]) -> list[Piece]:
        """Return a piece of each channel that has samples in the window and the stretch."""
        parts = []
        for place in wanted:
            count = self._header.signals[place].count
            rate = self.source.channels[place].rate_hz
            low, high = between(start_s, stop_s, stretch, stretch.count * count, rate)
            if low < high:
                parts.append(_Part(place, count, rate, low, high, np.empty(high - low, np.float32)))
        if parts:
            self._fill(parts, stretch)
        return [Piece(p.place, stretch.start_s + p.low / p.rate_hz, p.rate_hz, p.into) for p in parts]

    def _fill(self, parts: list[_Part], stretch: Stretch) -> None:
        """Read the records of the parts, a block at a time, and put their samples where they belong."""
        header = self._header
        signals = [header.signals[part.place] for part in parts]
        low = min(signal.start for signal in signals)
        high = max(signal.start + signal.count * header.width for signal in signals)
        first = min(part.low // part.count for part in parts)
        last = max((part.high - 1) // part.count for part in parts) + 1
        step = max(1, _BLOCK // header.record)
        for at in range(first, last, step):
            count = min(step, last - at)
            start = header.data + (stretch.first + at) * header.record
            rows = self._file.rows(start, header.record, count, low, high)
            for part, signal in zip(parts, signals, strict=True):
                begin = signal.start - low
                self._put(part, at, rows[:, begin : begin + signal.count * header.width])

    def _put(self, part: _Part, record: int, rows: Bytes) -> None:
        """Scale what a block of records holds of a channel into its part."""
        digits = _whole16(rows) if self._header.width == 2 else _whole24(rows)
        base = record * part.count
        low, high = max(part.low, base), min(part.high, base + digits.size)
        if low >= high:
            return
        digits, into = digits[low - base : high - base], part.into[low - part.low : high - part.low]
        one = self._scaled[part.place]
        if one.channel.use == "trigger" and self._header.width == 3:
            into[:] = digits & _CODES
            return
        np.multiply(digits, np.float32(one.gain), out=into, casting="same_kind")
        if one.offset:
            into += np.float32(one.offset)

    def sha256(self) -> str:
        """Return the hash of the file."""
        return files.sha256([self._file])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _whole16(rows: Bytes) -> npt.NDArray[np.int16]:
    """Return samples of 16 bits, little-endian."""
    return np.ascontiguousarray(rows).reshape(-1).view("<i2")


def _whole24(rows: Bytes) -> npt.NDArray[np.int32]:
    """Return samples of 24 bits, little-endian, in 32: moved to the upper bytes and back, which keeps the sign."""
    three = np.ascontiguousarray(rows).reshape(-1, 3)
    four = np.zeros((len(three), 4), np.uint8)
    four[:, 1:] = three
    return four.reshape(-1).view("<i4") >> 8
