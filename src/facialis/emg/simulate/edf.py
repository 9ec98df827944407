"""Write EDF+: 16 bit, annotations, and with gaps as the discontinuous kind (EDF+D, Kemp and Olivan 2003)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facialis.emg.simulate.beside import replacing
from facialis.emg.simulate.truth import SimAnnotation, SimChannel, Simulated, SimulationError

START = datetime(2026, 1, 5, 9, 0, 0)  # noqa: DTZ001 - EDF writes the clock on the wall
RECORD_S = (1.0, 0.1)
"""How long a data record is: the first where the length allows it, else the second."""

_STEPS_UV = (0.1, 0.5, 1.0, 5.0)
_LOWEST, _HIGHEST = -32768, 32767
_ANNOTATIONS = "EDF Annotations"

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the begin of the file."""

    channels: tuple[SimChannel, ...]
    rate_hz: float
    steps_uv: tuple[float, ...]
    record_s: float
    records: int
    continuous: bool
    note_bytes: int
    start: datetime = START

    @property
    def per_record(self) -> int:
        """Samples of a channel in a record."""
        return round(self.rate_hz * self.record_s)

    @property
    def record_bytes(self) -> int:
        """Length of one data record."""
        return 2 * self.per_record * len(self.channels) + self.note_bytes

    def to_bytes(self) -> bytes:
        """Return the header as the file holds it."""
        count = len(self.channels) + 1
        day = self.start.strftime("%d.%m.%y%H.%M.%S")
        born = self.start.strftime("%d-%b-%Y").upper()
        fixed = [
            ("0", 8),
            ("X X X X", 80),
            (f"Startdate {born} X X facialis_simulated", 80),
            (day, 16),
            (str(256 * (count + 1)), 8),
            ("EDF+C" if self.continuous else "EDF+D", 44),
            (str(self.records), 8),
            (f"{self.record_s:g}", 8),
            (str(count), 4),
        ]
        lows = [f"{_LOWEST * step:g}" for step in self.steps_uv]
        highs = [f"{_HIGHEST * step:.8g}"[:8] for step in self.steps_uv]
        columns: list[tuple[list[str], int]] = [
            ([*(channel.name for channel in self.channels), _ANNOTATIONS], 16),
            (["AgAgCl surface"] * (count - 1) + [""], 80),
            (["uV"] * (count - 1) + [""], 8),
            ([*lows, "-1"], 8),
            ([*highs, "1"], 8),
            ([str(_LOWEST)] * count, 8),
            ([str(_HIGHEST)] * count, 8),
            ([""] * count, 80),
            ([str(self.per_record)] * (count - 1) + [str(self.note_bytes // 2)], 8),
            ([""] * count, 32),
        ]
        text = "".join(word[:width].ljust(width) for word, width in fixed)
        text += "".join(word[:width].ljust(width) for words, width in columns for word in words)
        return text.encode("ascii", "replace")


def write_edf(path: Path, made: Simulated, *, start: datetime = START) -> Path:
    """Write a recording as EDF+C, or as EDF+D where it has gaps (samples that are NaN in every channel).

    A stretch between gaps that is no whole number of records loses what is over; without gaps the last record is
    filled with zeros.

    Raises
    ------
    SimulationError
        If the rate gives no whole number of samples in a record.
    """
    missing = np.asarray(np.isnan(made.signals).all(axis=0))
    record_s = RECORD_S[0] if not missing.any() and made.signals.shape[1] % made.rate_hz == 0 else RECORD_S[1]
    per_record = round(made.rate_hz * record_s)
    if abs(made.rate_hz * record_s - per_record) > 1e-9:
        raise SimulationError(f"EDF needs a whole number of samples in {record_s:g} s: not at {made.rate_hz:g} Hz")
    begins = _begins(missing, per_record)
    steps = tuple(_step(row) for row in made.signals)
    notes = _notes(begins / made.rate_hz, made.annotations)
    width = max(len(note) for note in notes)
    width += width % 2
    header = Header(made.channels, made.rate_hz, steps, record_s, len(begins), not missing.any(), width, start)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(header.to_bytes())
        for first in range(0, len(begins), 64):
            some = slice(first, first + 64)
            file.write(packed(_cut(made, begins[some], per_record), steps, notes[some], width).tobytes())
    return path


def packed(
    samples: npt.NDArray[np.float32], steps_uv: Sequence[float], notes: Sequence[bytes], note_bytes: int
) -> Bytes:
    """Return data records as bytes, shape (n_records, record_bytes), of samples (n_records, n_channels, per_record)."""
    scaled = np.nan_to_num(samples) / np.asarray(steps_uv, np.float32)[:, None]
    whole = np.clip(np.rint(scaled), _LOWEST, _HIGHEST).astype("<i2")
    signals = np.ascontiguousarray(whole).reshape(len(samples), -1).view(np.uint8)
    said = np.frombuffer(b"".join(note.ljust(note_bytes, b"\0") for note in notes), np.uint8)
    return np.hstack((signals, said.reshape(len(samples), note_bytes)))


def stamp(onset_s: float) -> bytes:
    """Return the entry that says when a record begins."""
    clock = f"{onset_s:.6f}".rstrip("0").rstrip(".")
    return f"+{clock}\x14\x14\0".encode()


def _begins(missing: npt.NDArray[np.bool_], per_record: int) -> npt.NDArray[np.int64]:
    """Return the first sample of each record."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], missing, [True])).astype(np.int8)))
    begins: list[int] = []
    for start, stop in edges.reshape(-1, 2):
        last = stop - per_record + 1 if missing.any() else stop
        begins += range(int(start), int(last), per_record)
    return np.array(begins, np.int64)


def _step(row: npt.NDArray[np.float32]) -> float:
    largest = float(np.nanmax(np.abs(row))) if row.size else 0.0
    return next((step for step in _STEPS_UV if largest <= step * _HIGHEST), _STEPS_UV[-1])


def _cut(made: Simulated, begins: npt.NDArray[np.int64], per_record: int) -> npt.NDArray[np.float32]:
    places = begins[:, None] + np.arange(per_record)
    held = made.signals[:, np.minimum(places, made.signals.shape[1] - 1)]
    held = np.where(places < made.signals.shape[1], held, np.float32(0))
    return held.transpose(1, 0, 2)


def _notes(begins_s: npt.NDArray[np.float64], said: Iterable[SimAnnotation]) -> list[bytes]:
    """Return each record's annotations: when it begins, then what is said of moments in it."""
    notes = [stamp(float(begin)) for begin in begins_s]
    for one in said:
        record = max(int(np.searchsorted(begins_s, one.onset_s + 1e-9)) - 1, 0)
        lasts = f"\x15{one.duration_s:.6g}" if one.duration_s else ""
        notes[record] += f"+{one.onset_s:.6f}{lasts}\x14{one.text}\x14\0".encode()
    return notes
