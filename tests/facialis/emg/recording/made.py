"""Files of recordings written by hand, byte by byte, so that anything in them can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass
class Signal:
    """A signal of an EDF or BDF file: digits are written as they are."""

    digits: np.ndarray
    count: int
    label: str = "L OOc"
    unit: str = "uV"
    low: str = "-3276.8"
    high: str = "3276.7"
    dlow: str = "-32768"
    dhigh: str = "32767"


@dataclass
class Edf:
    """What an EDF file is made of; `lists` are the bytes of annotations of each record, of each such channel."""

    signals: list[Signal] = field(default_factory=list)
    lists: Sequence[Sequence[bytes]] = ()
    kind: str = "EDF+C"
    record_s: str = "1"
    records: str | None = None
    width: int = 2
    started: str = "02.03.2604.05.06"
    encoding: str = "utf-8"
    tail: bytes = b""
    cut: int = 0

    def bytes(self) -> bytes:
        size = 64
        written = list(self.signals)
        for channel in self.lists:
            size = max([size, *(len(one) for one in channel)])
        size += -size % 6  # whole samples of 16 and of 24 bits
        label = "EDF Annotations" if self.width == 2 else "BDF Annotations"
        count = max([len(s.digits) // s.count for s in self.signals] + [len(channel) for channel in self.lists])
        rows = [
            b"".join(
                [self._digits(s.digits[i * s.count : (i + 1) * s.count]) for s in self.signals]
                + [channel[i].ljust(size, b"\0") for channel in self.lists]
            )
            for i in range(count)
        ]
        written += [Signal(np.zeros(0), size // self.width, label, "", "-1", "1") for _ in self.lists]
        version = b"0       " if self.width == 2 else b"\xffBIOSEMI"
        head = [
            "X X X X".ljust(80), "Startdate 02-MAR-2026 X X X".ljust(80), self.started.ljust(16),
            str(256 * (len(written) + 1)).ljust(8), self.kind.ljust(44),
            (self.records if self.records is not None else str(count)).ljust(8), self.record_s.ljust(8),
            str(len(written)).ljust(4),
        ]  # fmt: skip
        body = version + "".join(head).encode()
        for width, values in (
            (16, [s.label for s in written]), (80, [""] * len(written)), (8, [s.unit for s in written]),
            (8, [s.low for s in written]), (8, [s.high for s in written]), (8, [s.dlow for s in written]),
            (8, [s.dhigh for s in written]), (80, [""] * len(written)), (8, [str(s.count) for s in written]),
            (32, [""] * len(written)),
        ):  # fmt: skip
            body += b"".join(value.encode(self.encoding).ljust(width)[:width] for value in values)
        whole = body + b"".join(rows) + self.tail
        return whole[: len(whole) - self.cut]

    def write(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path

    def _digits(self, digits: np.ndarray) -> bytes:
        if self.width == 2:
            return digits.astype("<i2").tobytes()
        return digits.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def tal(onset: str, *texts: str, lasting: str = "") -> bytes:
    """Return a list of annotations as EDF+ writes it."""
    head = onset + ("\x15" + lasting if lasting else "")
    return (head + "\x14" + "".join(text + "\x14" for text in texts)).encode() + b"\0"


def ramp(seconds: int, rate: int, start: int = 0) -> np.ndarray:
    """Return digits that all differ from their neighbours, so that a shift by one is seen."""
    return (np.arange(start, start + seconds * rate) * 7) % 30000


HEADER = """Brain Vision Data Exchange Header File Version 1.0
[Common Infos]
Codepage=UTF-8
DataFile={data}
MarkerFile={markers}
DataFormat=BINARY
DataOrientation={orientation}
NumberOfChannels={count}
SamplingInterval={interval}
[Binary Infos]
BinaryFormat={binary}
{more}
[Channel Infos]
{channels}
[Comment]
A m p l i f i e r  S e t u p = none
"""

MARKERS = """Brain Vision Data Exchange Marker File, Version 1.0
[Common Infos]
DataFile=x.eeg
[Marker Infos]
"""


def brainvision(
    folder: Path,
    samples: np.ndarray,
    *,
    dtype: str = "<i2",
    binary: str = "INT_16",
    orientation: str = "MULTIPLEXED",
    channels: Sequence[str] = ("L OOc,,0.5,µV", "L OOr,,0.5,µV"),
    interval: str = "500",
    markers: Sequence[str] = (),
    more: str = "",
    encoding: str = "utf-8",
) -> Path:
    """Write the three files of a BrainVision recording; samples have the shape (n, n_channels)."""
    table = samples.T if orientation == "VECTORIZED" else samples
    (folder / "x.eeg").write_bytes(np.ascontiguousarray(table).astype(dtype).tobytes())
    lines = [f"Mk{place}={one}" for place, one in enumerate(markers, 1)]
    (folder / "x.vmrk").write_text(MARKERS + "\n".join(lines) + "\n", encoding=encoding)
    text = HEADER.format(
        data="x.eeg", markers="x.vmrk", orientation=orientation, count=len(channels), interval=interval, binary=binary,
        more=more, channels="\n".join(f"Ch{place}={one}" for place, one in enumerate(channels, 1)),
    )  # fmt: skip
    (folder / "x.vhdr").write_text(text, encoding=encoding)
    return folder / "x.vhdr"
