"""A recording as every part of the room sees it: channels, stretches of time without a gap, windows of microvolts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.findings import Side

FloatArray = npt.NDArray[np.float32]


class RecordingError(Exception):
    """The file cannot be read; the text is one line: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One pair of electrodes.

    Attributes
    ----------
    name : str
        Its label in the file, made unique.
    muscle : str or None
        As in the vocabulary of muscles, ``"orbicularis_oculi"``; None where neither montage nor label says it.
    side : Side
        The patient's own side; NONE where nobody says it.
    rate_hz : float
        Samples a second.
    use : {"emg", "trigger", "other"}
        Electrodes on a muscle, marks of a stimulator, or what is not read (temperature, oxygen, EEG).
    unit : str
        ``"uV"`` once it is read as voltage, else as the file says.
    low_uv, high_uv : float or None
        What the converter can show at most; None where the file does not say it.
    step_uv : float or None
        The smallest difference that it can show.
    """

    name: str
    muscle: str | None
    side: Side
    rate_hz: float
    use: str = "emg"
    unit: str = "uV"
    low_uv: float | None = None
    high_uv: float | None = None
    step_uv: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return its public form."""
        return {
            "name": self.name,
            "muscle": self.muscle,
            "side": self.side.value,
            "rate_hz": self.rate_hz,
            "unit": self.unit,
            "use": self.use,
        }


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch without a gap: half-open, seconds from the start of the recording."""

    start_s: float
    end_s: float


Gap = Span
"""A stretch in which nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the file says of a moment; seconds from the start of the recording."""

    onset_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples of one channel that follow each other without a gap.

    Attributes
    ----------
    channel : int
        Its place in ``Source.channels``.
    start_s : float
        When the first sample was taken, seconds from the start of the recording.
    rate_hz : float
    samples : array of float32, shape (n,)
        Microvolts, or the channel's own unit where it is no voltage; NaN where the file holds no number.
    """

    channel: int
    start_s: float
    rate_hz: float
    samples: FloatArray


@dataclass(frozen=True, slots=True)
class Source:
    """Where the signals come from.

    Attributes
    ----------
    name : str
        File name without its folder.
    duration_s : float
        From the start of the first sample to the end of the last one, gaps included.
    spans : tuple of Span
        What was recorded, in order; they do not touch.
    channels : tuple of Channel
    started : str or None
        Date and time of the start as the file says it, ISO 8601 without a time zone; for the day curve.
    doubts : tuple of str
        What is odd in the file and was borne with, in words.
    """

    name: str
    duration_s: float
    spans: tuple[Span, ...]
    channels: tuple[Channel, ...]
    started: str | None = None
    doubts: tuple[str, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing between the first sample and the last one."""
        edges = zip(self.spans, self.spans[1:], strict=False)
        return tuple(Gap(before.end_s, after.start_s) for before, after in edges)

    @property
    def recorded_s(self) -> float:
        """Seconds that were recorded, without the gaps."""
        return sum(span.end_s - span.start_s for span in self.spans)


class Recording(ABC):
    """A file that is open; nothing of it is in memory but what :meth:`window` is asked for.

    Reading is safe from several threads at once. Use it in a ``with`` statement.

    Attributes
    ----------
    source : Source
    files : tuple of Path
        What it is read from; empty where it is no file.
    """

    source: Source
    files: tuple[Path, ...] = ()

    @property
    @abstractmethod
    def annotations(self) -> tuple[Annotation, ...]:
        """What the file says of moments, in order of time; a trigger channel is read the first time it is asked for."""

    @abstractmethod
    def window(self, start_s: float, stop_s: float, channels: Sequence[int] | None = None) -> list[Piece]:
        """Return what was recorded between two times.

        Parameters
        ----------
        start_s, stop_s : float
            Seconds from the start of the recording; half-open. What lies outside the recording is not there.
        channels : sequence of int, optional
            Places in ``source.channels``; all of them by default.

        Returns
        -------
        list of Piece
            In order of channel, then time; a channel has a piece for each stretch without a gap, and none where it has
            no sample.

        Raises
        ------
        RecordingError
            If the file ends early or cannot be read any more.
        """

    @abstractmethod
    def sha256(self) -> str:
        """Return the hash of the file, or of all the files that it is made of; read the first time it is asked for."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
