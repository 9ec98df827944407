"""Lowest and highest value of every stretch of a recording, at every zoom: three days are drawn at once.

The finest level holds the lowest and the highest sample of each quarter of a second, each further level those of four
times as much. One file holds them all, plain numbers after one line of JSON, and is read piece by piece: what is looked
at is all that is ever in memory. What is finer than a quarter of a second is read from the recording.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import FloatArray, Recording
from facialis.paper.files import write_whole

BASE_S = 0.25
"""A block of the finest level: 88 MB for three days of eight muscles, and four minutes on a screen come from it."""
FACTOR = 4
MAGIC = "facialis.emg_pyramid/1"
IN_MEMORY = 16_000_000
"""Up to so many bytes stay in memory; larger ones lie in a file without a name, which goes with the process."""
_SLOT = np.dtype("<f4").itemsize * 2
_FILL = 1 << 18
_NEAR = 1e-3  # of a sample: times are sums of rounded numbers
_HEAD_MAX = 1_000_000

Times = npt.NDArray[np.float64]


class PyramidError(Exception):
    """A file is no pyramid, or a damaged one; the text is one line."""


@dataclass(frozen=True, slots=True)
class Level:
    """One zoom: blocks of ``block_s`` seconds, ``count`` a channel, from byte ``offset`` on."""

    block_s: float
    count: int
    offset: int


class Pyramid:
    """Lows and highs of some channels of a recording.

    Attributes
    ----------
    duration_s : float
    channels : tuple of int
        Places in the source.
    levels : tuple of Level
        From the finest to the coarsest.
    """

    def __init__(
        self,
        file: IO[bytes],
        duration_s: float,
        channels: Sequence[int],
        *,
        begins: int = 0,
        recording: Recording | None = None,
    ) -> None:
        self.duration_s = duration_s
        self.channels = tuple(channels)
        self.levels = _levels(duration_s, len(self.channels), begins)
        self._file, self._begins, self._recording = file, begins, recording
        self._lock = threading.Lock()
        self._closed = weakref.finalize(self, file.close)  # one that is forgotten leaves no file open

    @classmethod
    def empty(cls, duration_s: float, channels: Sequence[int], recording: Recording | None = None) -> Pyramid:
        """Make one to be filled with :meth:`put` and :meth:`close_up`."""
        size = _size(_levels(duration_s, len(channels), 0), len(channels))
        file: IO[bytes] = BytesIO() if size <= IN_MEMORY else tempfile.TemporaryFile(prefix="facialis-")  # noqa: SIM115
        nothing = np.full(_FILL, np.nan, "<f4").tobytes()
        for left in range(size, 0, -len(nothing)):
            file.write(nothing[:left])
        return cls(file, duration_s, channels, recording=recording)

    def put(self, first: int, blocks: FloatArray) -> None:
        """Write blocks of the finest level: ``(channels, n, 2)`` lows and highs, from block `first` on."""
        fits = blocks[:, : max(self.levels[0].count - first, 0)]
        for row in range(len(self.channels)):
            self._write(0, row, first, fits[row])

    def close_up(self) -> Pyramid:
        """Work out the coarser levels from the finest one, a channel at a time."""
        for row in range(len(self.channels)):
            for number in range(1, len(self.levels)):
                fine = self._read(number - 1, row, 0, self.levels[number - 1].count)
                self._write(number, row, 0, lows_and_highs(fine, np.arange(0, len(fine), FACTOR)))
        return self

    def save(self, path: Path) -> Path:
        """Write it to a file, whole or not at all.

        Raises
        ------
        OSError
        """
        head = {"format": MAGIC, "duration_s": self.duration_s, "channels": list(self.channels), "base_s": BASE_S}
        return write_whole(path, self._pieces(json.dumps(head).encode() + b"\n"))

    @classmethod
    def open(cls, path: Path, recording: Recording | None = None) -> Pyramid:
        """Open what :meth:`save` wrote.

        Parameters
        ----------
        path : Path
        recording : Recording, optional
            For what is finer than the file; without it a quarter of a second is the finest.

        Raises
        ------
        PyramidError
            If it is no pyramid, one of another version, or has been cut off.
        OSError
        """
        file = path.open("rb")
        try:
            line = file.readline(_HEAD_MAX)
            head = json.loads(line)
            if head["format"] != MAGIC or head["base_s"] != BASE_S:
                raise PyramidError(f"{path.name} is of another version of Facialis: measure the recording again")
            made = cls(file, float(head["duration_s"]), head["channels"], begins=len(line), recording=recording)
        except (ValueError, KeyError, TypeError) as error:
            file.close()
            raise PyramidError(f"{path.name} is no pyramid of a recording") from error
        except PyramidError:
            file.close()
            raise
        if path.stat().st_size != len(line) + _size(made.levels, len(made.channels)):
            file.close()
            raise PyramidError(f"{path.name} has been cut off: measure the recording again")
        return made

    def close(self) -> None:
        """Let go of the file; what is forgotten lets go by itself."""
        self._closed()

    def window(self, channel: int, start_s: float, stop_s: float, columns: int) -> tuple[Times, FloatArray, FloatArray]:
        """Return the lowest and the highest sample of each column of a picture.

        Parameters
        ----------
        channel : int
            Its place in the source.
        start_s, stop_s : float
            What is looked at, seconds; cut to the recording.
        columns : int
            At most so many are returned, or one more where the blocks at both ends stick out; fewer where there is
            nothing finer to show.

        Returns
        -------
        times : array of float64, shape (k,)
            Where each column begins; it ends where the next one begins.
        low, high : arrays of float32, shape (k,)
            In the recording's unit; NaN where nothing was recorded.

        Raises
        ------
        ValueError
            If the channel is not in it, or there is no column.
        """
        if channel not in self.channels or columns < 1:
            raise ValueError(f"channel {channel} is not in the pyramid" if columns >= 1 else "give at least one column")
        start_s, stop_s = max(start_s, 0.0), min(stop_s, self.duration_s)
        if not start_s < stop_s:
            return np.zeros(0), np.zeros(0, np.float32), np.zeros(0, np.float32)
        width = (stop_s - start_s) / columns
        if width < BASE_S and self._recording is not None:
            return _from_samples(self._recording, channel, start_s, stop_s, columns)
        number = max((n for n, level in enumerate(self.levels) if level.block_s <= width), default=0)
        level = self.levels[number]
        first = int(start_s / level.block_s)
        last = min(int(np.ceil(stop_s / level.block_s - 1e-9)), level.count)
        edges = np.unique(np.linspace(first, last, min(columns, last - first) + 1).astype(np.intp)[:-1])
        pairs = lows_and_highs(self._read(number, self.channels.index(channel), first, last), edges - first)
        return np.asarray(edges * level.block_s, np.float64), pairs[:, 0], pairs[:, 1]

    def _place(self, number: int, row: int, first: int) -> int:
        level = self.levels[number]
        return level.offset + (row * level.count + first) * _SLOT

    def _read(self, number: int, row: int, first: int, last: int) -> FloatArray:
        with self._lock:
            self._file.seek(self._place(number, row, first))
            data = self._file.read((last - first) * _SLOT)
        return np.frombuffer(data, "<f4").reshape(-1, 2)

    def _write(self, number: int, row: int, first: int, pairs: FloatArray) -> None:
        with self._lock:
            self._file.seek(self._place(number, row, first))
            self._file.write(np.ascontiguousarray(pairs, "<f4").tobytes())

    def _pieces(self, head: bytes) -> Iterator[bytes]:
        yield head
        with self._lock:
            self._file.seek(self._begins)
            while piece := self._file.read(shutil.COPY_BUFSIZE):  # type: ignore[attr-defined]
                yield piece


def _levels(duration_s: float, channels: int, begins: int) -> tuple[Level, ...]:
    block_s, made = BASE_S, []
    count = max(int(np.ceil(duration_s / BASE_S - 1e-9)), 1)
    while True:
        made.append(Level(block_s, count, begins))
        if count == 1:
            return tuple(made)
        begins += count * channels * _SLOT
        block_s, count = block_s * FACTOR, -(-count // FACTOR)


def _size(levels: Sequence[Level], channels: int) -> int:
    return sum(level.count for level in levels) * channels * _SLOT


def lows_and_highs(pairs: FloatArray, starts: npt.NDArray[np.intp]) -> FloatArray:
    """Return low and high of runs of pairs; each run goes from one start to the next one.

    Parameters
    ----------
    pairs : array of float32, shape (n, 2)
    starts : array of int, shape (k,)
        Rising strictly, below n.

    Returns
    -------
    array of float32, shape (k, 2)
        NaN where all of a run is NaN.
    """
    if not len(starts):
        return np.zeros((0, 2), np.float32)
    low, high = np.fmin.reduceat(pairs[:, 0], starts), np.fmax.reduceat(pairs[:, 1], starts)
    return np.stack([low, high], axis=1)


def blocks(samples: FloatArray, edges: npt.NDArray[np.intp]) -> FloatArray:
    """Return lowest and highest sample between each two edges.

    Parameters
    ----------
    samples : array of float32, shape (n,)
    edges : array of int, shape (k + 1,)
        Never falling, from 0 to n.

    Returns
    -------
    array of float32, shape (k, 2)
        NaN where there is no sample, or none that is a number.
    """
    made = np.full((len(edges) - 1, 2), np.nan, np.float32)
    full = np.flatnonzero(np.diff(edges) > 0)
    if not len(full):
        return made
    begin, end = edges[full[0]], edges[full[-1] + 1]
    even = np.diff(edges[full[0] : full[-1] + 2])
    if (even == even[0]).all():
        # A grid of its own: several times as fast as runs of any length. NaN spreads, so it is looked for afterwards.
        grid = samples[begin:end].reshape(-1, even[0])
        made[full, 0], made[full, 1] = grid.min(axis=1), grid.max(axis=1)
        spoilt = full[np.isnan(made[full, 0])]
    else:
        starts = edges[full]
        made[full, 0] = np.minimum.reduceat(samples[:end], starts)
        made[full, 1] = np.maximum.reduceat(samples[:end], starts)
        spoilt = full[np.isnan(made[full, 0])]
    for block in spoilt:
        part = samples[edges[block] : edges[block + 1]]
        made[block] = np.fmin.reduce(part), np.fmax.reduce(part)
    return made


def _from_samples(
    recording: Recording, channel: int, start_s: float, stop_s: float, columns: int
) -> tuple[Times, FloatArray, FloatArray]:
    """Return columns of samples; the samples themselves where there are no more of them than columns."""
    pieces = [piece for piece in recording.window(start_s, stop_s, [channel]) if len(piece.samples)]
    if 0 < sum(len(piece.samples) for piece in pieces) <= columns:
        return _points([(piece.start_s + np.arange(len(piece.samples)) / piece.rate_hz, piece.samples)
                        for piece in pieces])  # fmt: skip
    times = np.linspace(start_s, stop_s, columns + 1)
    made = np.full((columns, 2), np.nan, np.float32)
    for piece in pieces:
        edges = np.ceil((times - piece.start_s) * piece.rate_hz - _NEAR).astype(np.intp)
        found = blocks(piece.samples, np.clip(edges, 0, len(piece.samples)))
        made[:, 0], made[:, 1] = np.fmin(made[:, 0], found[:, 0]), np.fmax(made[:, 1], found[:, 1])
    return times[:-1], made[:, 0], made[:, 1]


def _points(parts: Sequence[tuple[Times, FloatArray]]) -> tuple[Times, FloatArray, FloatArray]:
    """Return samples one by one, with a NaN in the middle between two parts so that no line is drawn over a gap."""
    times: list[Times] = []
    values: list[FloatArray] = []
    for at, samples in parts:
        if times:
            times.append((times[-1][-1:] + at[:1]) / 2)
            values.append(np.full(1, np.nan, np.float32))
        times.append(at)
        values.append(samples)
    if not times:
        return np.zeros(0), np.zeros(0, np.float32), np.zeros(0, np.float32)
    line = np.concatenate(values)
    return np.concatenate(times), line, line
