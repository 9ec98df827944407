"""CSV and other tables in windows: read once through for an index, then only where a window asks, memory flat."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator

from facialis.emg.recording.channels import scaled
from facialis.emg.recording.files import File
from facialis.emg.recording.framed import Framed, Part
from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.stretches import Stretch
from facialis.emg.recording.table_header import Layout
from facialis.emg.recording.table_rows import Table, rows
from facialis.emg.recording.table_times import Clock, rate_of

_BLOCK = 1 << 18
"""Bytes between two entries of the index, and the longest line."""


class CsvTable(Framed):
    """A table with a row a sample and a column a channel, with or without a column of times.

    Parameters
    ----------
    file : File
    montage : Montage or None
    rate_hz : float or None
        Where the table neither states it nor has times.
    unit : str or None
        Where the table states none.

    Raises
    ------
    RecordingError
        If it cannot be read, or does not say its rate or unit.
    DocumentError
        If the montage names a channel that is not there.
    """

    def __init__(
        self, file: File, montage: Montage | None = None, rate_hz: float | None = None, unit: str | None = None
    ) -> None:
        self._layout = layout = Layout.read(file)
        self._starts, self._firsts = array("q"), array("q")
        self._file = file
        stated = layout.rate_hz if layout.rate_hz is not None else rate_hz
        if stated is not None and not 0 < stated < 1e7:
            raise RecordingError(f"{file.name}: states {stated:g} samples a second; correct # rate_hz")
        if rate_hz is not None and layout.rate_hz is not None and abs(rate_hz / layout.rate_hz - 1) > 1e-6:
            raise RecordingError(f"{file.name}: states {layout.rate_hz:g} Hz; leave --rate-hz {rate_hz:g} out")
        if stated is None and layout.time is None:
            raise RecordingError(f"{file.name}: states no sampling rate and has no column time_s; give it: --rate-hz")
        doubts: list[str] = []
        # What the channels are is said before the whole file is read: a unit that is missing is told at once.
        scaled(file.name, layout.told(stated or 1.0), montage, unit, [])
        stretches, rate = self._index(stated, doubts)
        made = scaled(file.name, layout.told(rate), montage, unit, doubts)
        super().__init__([file], made, [1] * len(made), stretches, (), layout.started, doubts)

    def _index(self, stated: float | None, doubts: list[str]) -> tuple[list[Stretch], float]:
        """Read the whole table once; return its stretches and its rate."""
        scale = self._layout.time
        clock: Clock | None = None
        total, rounding = 0, 0.0
        for start, raw in _blocks(self._file, self._layout.start):
            table = rows(raw, self._layout, self._file.name, total)
            self._starts.append(start)
            self._firsts.append(total)
            total += len(table)
            if scale is not None and len(table):
                rounding = scale * _rounding(raw, self._layout)
                times = table[:, 0] * scale
                clock = clock or Clock(self._file.name, rate_of(self._file.name, times, rounding, stated))
                clock.take(times, rounding)
        if not total:
            raise RecordingError(f"{self._file.name}: holds no row of numbers; export it again")
        self._firsts.append(total)
        if clock is None:
            rate = stated or 1.0
            return [Stretch(0.0, 0, total, rate)], rate
        doubts += clock.doubts(rounding)
        return clock.stretches, clock.rate_hz

    def _fill(self, parts: list[Part], stretch: Stretch, first: int, last: int) -> None:
        begin, end = stretch.first + first, stretch.first + last
        shift = 0 if self._layout.time is None else 1
        for block in range(bisect_right(self._firsts, begin) - 1, len(self._starts)):
            row = self._firsts[block]
            if row >= end:
                break
            table = self._rows(block)
            low, high = max(begin, row), min(end, row + len(table))
            for part in parts:
                column = table[low - row : high - row, part.place + shift]
                part.put(low - stretch.first, column, self._scaled[part.place])

    def _rows(self, block: int) -> Table:
        """Return the rows of a block of the index."""
        start = self._starts[block]
        stop = self._starts[block + 1] if block + 1 < len(self._starts) else self._file.size
        found = rows(self._file.read(start, stop - start), self._layout, self._file.name, self._firsts[block])
        if len(found) != self._firsts[block + 1] - self._firsts[block]:
            raise RecordingError(f"{self._file.name}: changed while it was read; open it again")
        return found


def _blocks(file: File, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines, a block at a time, with the place of each block."""
    while start < file.size:
        raw = file.read(start, _BLOCK)
        if start + len(raw) < file.size:
            cut = raw.rfind(b"\n") + 1
            if not cut:
                raise RecordingError(
                    f"{file.name}: a line is longer than {_BLOCK} bytes; give a table with a row a sample"
                )
            raw = raw[:cut]
        yield start, raw
        start += len(raw)


def _rounding(raw: bytes, layout: Layout) -> float:
    """Return what the last decimal of the times in some lines is worth, in their unit."""
    finest = -1
    for line in raw[:4096].split(b"\n")[:50]:
        match = re.match(rb'\s*"?[+-]?\d*[.,]?(\d*)([eE]([+-]\d+))?', line)
        if layout.decimal == "." and b"." not in line[: match.end() if match else 0]:
            digits = 0
        else:
            digits = len(match[1]) if match else 0
        exponent = int(match[3]) if match and match[3] else 0
        finest = max(finest, digits - exponent)
    return 10.0 ** -min(max(finest, 0), 15)
