"""Windows over a file of frames: each frame holds the same number of samples of a channel. All readers stand on it."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.emg.recording import files
from facialis.emg.recording.channels import Scaled
from facialis.emg.recording.files import File
from facialis.emg.recording.model import Annotation, FloatArray, Piece, Recording, Source
from facialis.emg.recording.stretches import Stretch, asked, between, joined
from facialis.emg.recording.tal import MOST
from facialis.emg.recording.triggers import edges

_FAR = 1 << 10
"""Steps between digits and microvolts from which on 32 bits would lose some: the sum is then made in 64."""


@dataclass(frozen=True, slots=True)
class Part:
    """Samples `low` to `high` of a channel within a stretch, and the array that they go into.

    Attributes
    ----------
    place : int
        Of the channel.
    count : int
        Samples a frame.
    rate_hz : float
    low, high : int
        Half-open, counted from the first sample of the stretch.
    into : array of float32, shape (high - low,)
    """

    place: int
    count: int
    rate_hz: float
    low: int
    high: int
    into: FloatArray

    def put(self, frame: int, digits: npt.NDArray[Any], one: Scaled) -> None:
        """Scale what lies in the part of samples whose first one is the first of a frame; no number is NaN."""
        base = frame * self.count
        low, high = max(self.low, base), min(self.high, base + digits.size)
        if low < high:
            into = self.into[low - self.low : high - self.low]
            digits = digits[low - base : high - base]
            with np.errstate(over="ignore", invalid="ignore"):
                if abs(one.offset) > _FAR * abs(one.gain):
                    into[:] = digits * one.gain + one.offset
                else:
                    np.multiply(digits, np.float32(one.gain), out=into, casting="same_kind")
                    if one.offset:
                        into += np.float32(one.offset)
            if digits.dtype.kind == "f":
                into[~np.isfinite(into)] = np.nan


class Framed(Recording):
    """A recording in frames.

    Parameters
    ----------
    opened : sequence of File
        The first one names the recording.
    scaled : sequence of Scaled
    counts : sequence of int
        Samples of each channel a frame.
    stretches : sequence of Stretch
        Counted in frames; in order, none overlaps another.
    annotations : sequence of Annotation
    started : str or None
    doubts : sequence of str
    """

    def __init__(
        self,
        opened: Sequence[File],
        scaled: Sequence[Scaled],
        counts: Sequence[int],
        stretches: Sequence[Stretch],
        annotations: Sequence[Annotation],
        started: str | None,
        doubts: Sequence[str],
    ) -> None:
        self._opened, self._scaled, self._counts = tuple(opened), tuple(scaled), tuple(counts)
        self.files = tuple(file.path for file in self._opened)
        self._stretches = tuple(stretches)
        self._ends = [stretch.span.end_s for stretch in stretches]
        self._hash: str | None = None
        self._annotations = tuple(annotations)
        spans = joined([stretch.span for stretch in stretches])
        channels = tuple(one.channel for one in scaled)
        self.source = Source(
            opened[0].name, spans[-1].end_s if spans else 0.0, spans, channels, started, tuple(doubts)
        )  # fmt: skip

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """What the file says of moments, and the edges of its trigger channels; those are read once."""
        return self._all

    @cached_property
    def _all(self) -> tuple[Annotation, ...]:
        triggers = [place for place, channel in enumerate(self.source.channels) if channel.use == "trigger"]
        found = chain.from_iterable(edges(self, place) for place in triggers)
        return tuple(sorted([*self._annotations, *found], key=lambda one: one.onset_s)[:MOST])

    def window(self, start_s: float, stop_s: float, channels: Sequence[int] | None = None) -> list[Piece]:
        """Return what was recorded between two times, as :meth:`Recording.window` says."""
        wanted = asked(start_s, stop_s, channels, self.source.channels)
        pieces: list[Piece] = []
        for stretch in self._stretches[bisect_left(self._ends, start_s) :]:
            if stretch.start_s >= stop_s:
                break
            parts = self._parts(start_s, stop_s, stretch, wanted)
            if parts:
                first = min(part.low // part.count for part in parts)
                last = max((part.high - 1) // part.count for part in parts) + 1
                self._fill(parts, stretch, first, last)
            pieces += [Piece(p.place, stretch.start_s + p.low / p.rate_hz, p.rate_hz, p.into) for p in parts]
        return sorted(pieces, key=lambda piece: piece.channel)

    def _parts(self, start_s: float, stop_s: float, stretch: Stretch, wanted: list[int]) -> list[Part]:
        """Return the part of each channel that has samples in the window and the stretch."""
        parts = []
        for place in wanted:
            count, rate = self._counts[place], self.source.channels[place].rate_hz
            low, high = between(start_s, stop_s, stretch, stretch.count * count, rate)
            if low < high:
                parts.append(Part(place, count, rate, low, high, np.empty(high - low, np.float32)))
        return parts

    @abstractmethod
    def _fill(self, parts: list[Part], stretch: Stretch, first: int, last: int) -> None:
        """Read the frames `first` to `last` of a stretch, a block at a time, into the parts."""

    def sha256(self) -> str:
        """Return the hash of the files."""
        if self._hash is None:
            self._hash = files.sha256(self._opened)
        return self._hash

    def close(self) -> None:
        """Let go of the files."""
        for file in self._opened:
            file.close()
