"""A recording that is no file: arrays in memory, for simulated signals and tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import Annotation, Channel, FloatArray, Gap, Piece, Recording, RecordingError, Source
from facialis.emg.recording.stretches import asked, first_at, unlike


class Memory(Recording):
    """Arrays, read as a file is read.

    Parameters
    ----------
    samples : mapping of Channel to array of float, shape (n,)
        Microvolts of the whole time, each at its channel's own rate; what lies in a gap is not shown.
    gaps : sequence of Gap, optional
        Stretches that were not recorded, seconds from the start.
    annotations : sequence of Annotation, optional
    started : str or None, optional
        As in :class:`Source`.
    name : str, optional
        As in :class:`Source`.
    doubts : sequence of str, optional
        As in :class:`Source`.

    Raises
    ------
    RecordingError
        If there is no channel, or no sample.
    """

    def __init__(
        self,
        samples: Mapping[Channel, npt.ArrayLike],
        *,
        gaps: Sequence[Gap] = (),
        annotations: Sequence[Annotation] = (),
        started: str | None = None,
        name: str = "memory",
        doubts: Sequence[str] = (),
    ) -> None:
        channels = tuple(samples)
        self._arrays: list[FloatArray] = [np.asarray(array, np.float32).ravel() for array in samples.values()]
        lengths = [array.size / channel.rate_hz for array, channel in zip(self._arrays, channels, strict=True)]
        spans = tuple(unlike(gaps, max(lengths, default=0.0)))
        if not spans:
            raise RecordingError(f"{name}: holds no sample")
        self.source = Source(name, spans[-1].end_s, spans, channels, started, tuple(doubts))
        self._annotations = tuple(annotations)

    @classmethod
    def of(cls, signals: npt.ArrayLike, rate_hz: float, channels: Sequence[Channel], **more: object) -> Memory:
        """Take signals of shape (n_channels, n) that share one rate, in microvolts; `more` goes to the class."""
        told = [replace(channel, rate_hz=rate_hz) for channel in channels]
        return cls(dict(zip(told, np.atleast_2d(np.asarray(signals)), strict=True)), **more)  # type: ignore[arg-type]

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Those that were given."""
        return self._annotations

    def window(self, start_s: float, stop_s: float, channels: Sequence[int] | None = None) -> list[Piece]:
        """Return what was recorded between two times, as :meth:`Recording.window` says."""
        pieces = []
        for place in asked(start_s, stop_s, channels, self.source.channels):
            rate, array = self.source.channels[place].rate_hz, self._arrays[place]
            for span in self.source.spans:
                low = first_at(max(start_s, span.start_s), 0.0, rate)
                high = min(first_at(min(stop_s, span.end_s), 0.0, rate), array.size)
                if low < high:
                    pieces.append(Piece(place, low / rate, rate, array[low:high].copy()))
        return pieces

    def sha256(self) -> str:
        """Return the hash of the samples."""
        digest = hashlib.sha256()
        for array in self._arrays:
            digest.update(array.tobytes())
        return digest.hexdigest()

    def close(self) -> None:
        """Do nothing: there is no file."""
