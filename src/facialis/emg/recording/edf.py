"""EDF, EDF+ and BDF in windows: gaps as the records' own times say them, each signal at its own rate, memory flat."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.channels import scaled
from facialis.emg.recording.edf_header import Header
from facialis.emg.recording.edf_times import Times
from facialis.emg.recording.files import Bytes, File
from facialis.emg.recording.framed import Framed, Part
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.stretches import Stretch

_BLOCK = 1 << 20
"""Bytes that are read at once: they stay in the processor's cache, and a window of hours needs no more."""

_CODES = 0xFFFF
"""The bits of a BDF status channel that carry triggers; those above are the amplifier's own state."""


class Edf(Framed):
    """An EDF, EDF+, BDF or BDF+ file; its frames are the records.

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
        self._header = header = Header.read(file, doubts)
        made = scaled(file.name, [header.told(signal) for signal in header.signals], montage, unit, doubts)
        times = Times.read(file, header, doubts)
        started = header.started and header.started + timedelta(seconds=times.offset_s)
        super().__init__(
            [file],
            made,
            [signal.count for signal in header.signals],
            times.stretches if header.signals else (),
            times.annotations,
            started.isoformat() if started else None,
            doubts,
        )

    def _fill(self, parts: list[Part], stretch: Stretch, first: int, last: int) -> None:
        header = self._header
        signals = [header.signals[part.place] for part in parts]
        low = min(signal.start for signal in signals)
        high = max(signal.start + signal.count * header.width for signal in signals)
        step = max(1, _BLOCK // header.record)
        for at in range(first, last, step):
            start = header.data + (stretch.first + at) * header.record
            rows = self._opened[0].rows(start, header.record, min(step, last - at), low, high)
            for part, signal in zip(parts, signals, strict=True):
                begin = signal.start - low
                digits = self._digits(part, rows[:, begin : begin + signal.count * header.width])
                part.put(at, digits, self._scaled[part.place])

    def _digits(self, part: Part, rows: Bytes) -> npt.NDArray[np.int16] | npt.NDArray[np.int32]:
        """Return the samples of a channel in some records as they were stored."""
        if self._header.width == 2:
            return np.ascontiguousarray(rows).reshape(-1).view("<i2")
        digits = _whole24(rows)
        return digits & _CODES if self.source.channels[part.place].use == "trigger" else digits


def _whole24(rows: Bytes) -> npt.NDArray[np.int32]:
    """Return samples of 24 bits, little-endian, in 32: moved to the upper bytes and back, which keeps the sign."""
    three = np.ascontiguousarray(rows).reshape(-1, 3)
    four = np.zeros((len(three), 4), np.uint8)
    four[:, 1:] = three
    return four.reshape(-1).view("<i4") >> 8
