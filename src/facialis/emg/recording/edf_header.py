"""The header of EDF, EDF+, BDF and BDF+ files: read as leniently as can be without guessing a number.

Source: Kemp et al., A simple format for exchange of digitized polygraphic recordings, Electroencephalography and
Clinical Neurophysiology 82 (1992) 391-393; for 24 bits the maker's description of BDF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from facialis.emg.recording.channels import Told
from facialis.emg.recording.files import File, text_of
from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.stretches import number

FIXED = 256
_SIGNAL = 256
_FIELDS = {"label": 16, "sensor": 80, "unit": 8, "low": 8, "high": 8, "dlow": 8, "dhigh": 8, "filter": 80, "count": 8}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of each record: where its bytes lie in it, and what the header says of its samples."""

    label: str
    start: int
    count: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says, checked against the size of the file.

    Attributes
    ----------
    width : int
        Bytes a sample: 2 or 3.
    data : int
        Where the first record begins.
    record : int
        Bytes a record.
    records : int
        Whole records that are there.
    record_s : float
        Seconds a record; 0 where only annotations are held.
    signals, lists : tuple of Signal
        Those with samples, those with annotations.
    gaps : bool
        Whether the file says that its records may leave gaps (EDF+D).
    started : datetime or None
    """

    width: int
    data: int
    record: int
    records: int
    record_s: float
    signals: tuple[Signal, ...]
    lists: tuple[Signal, ...]
    gaps: bool
    started: datetime | None

    @classmethod
    def read(cls, file: File, doubts: list[str]) -> Header:
        """Read the header of a file; what is odd and borne with is added to `doubts`.

        Raises
        ------
        RecordingError
            If it cannot be read.
        """
        raw = file.read(0, FIXED)
        if len(raw) < FIXED:
            raise RecordingError(f"{file.name}: ends within its header; copy it again from where it was recorded")
        width = 3 if raw[0] == 0xFF else 2
        count = _whole(raw[252:256], file, "the number of its signals", least=1)
        size = FIXED + count * _SIGNAL
        if size > file.size:
            raise RecordingError(f"{file.name}: ends within its header ({count} signals); copy it again")
        if number(text_of(raw[184:192])) != size:
            doubts.append("the header states a wrong size of itself")
        signals, lists, record = _signals(file, count, width, doubts)
        return cls(
            width=width,
            data=size,
            record=record,
            records=_records(raw[236:244], file, size, record, doubts),
            record_s=_seconds(raw[244:252], file, bool(signals)),
            signals=signals,
            lists=lists,
            gaps=text_of(raw[192:197]).upper() in ("EDF+D", "BDF+D"),
            started=_started(text_of(raw[88:168]), text_of(raw[168:176]), text_of(raw[176:184]), doubts),
        )

    def told(self, signal: Signal) -> Told:
        """Return what the header says of a signal's samples."""
        dlow, dhigh, low, high = (number(signal.fields[key]) for key in ("dlow", "dhigh", "low", "high"))
        rate, unit = signal.count / self.record_s, signal.fields["unit"].strip()
        if not all(isfinite(value) for value in (dlow, dhigh, low, high)):
            return Told(signal.label, unit, rate, why="a limit in the header is no number")
        if dlow == dhigh or low == high:
            what = "digital" if dlow == dhigh else "physical"
            return Told(signal.label, unit, rate, why=f"its smallest and its largest {what} value are the same")
        gain = (high - low) / (dhigh - dlow)
        return Told(
            signal.label, unit, rate, gain, low - dlow * gain, min(low, high), max(low, high), abs(gain)
        )  # fmt: skip


def _signals(
    file: File, count: int, width: int, doubts: list[str]
) -> tuple[tuple[Signal, ...], tuple[Signal, ...], int]:
    """Return the signals, the lists of annotations and the bytes a record."""
    raw = file.read(FIXED, count * _SIGNAL)
    table: dict[str, list[str]] = {}
    at = 0
    for key, size in _FIELDS.items():
        table[key] = [text_of(raw[at + i * size : at + (i + 1) * size]).strip("\0 ") for i in range(count)]
        at += count * size
    signals, lists = [], []
    start = 0
    for place in range(count):
        fields = {key: column[place] for key, column in table.items()}
        samples = _whole(fields["count"].encode(), file, f"the samples a record of signal {place + 1}", least=0)
        signal = Signal(fields["label"], start, samples, fields)
        start += samples * width
        if signal.label.lower() in ("edf annotations", "bdf annotations"):
            lists.append(signal)
        elif samples:
            signals.append(signal)
        else:
            doubts.append(f'"{signal.label}" holds no sample and is left out')
    if not start:
        raise RecordingError(f"{file.name}: holds no sample in any signal; export it again")
    return tuple(signals), tuple(lists), start


def _whole(raw: bytes, file: File, what: str, least: int) -> int:
    value = number(text_of(raw))
    if not isfinite(value) or value != int(value) or value < least:
        raise RecordingError(f"{file.name}: is damaged: {what} is {_shown(raw)}; export it again")
    return int(value)


def _seconds(raw: bytes, file: File, sampled: bool) -> float:
    """Return the seconds a record; 0 is allowed where there are only annotations."""
    value = number(text_of(raw))
    if not isfinite(value) or value < 0 or (sampled and not 1e-6 <= value <= 1e8):
        raise RecordingError(
            f"{file.name}: a record lasts {_shown(raw)} s, so no sampling rate is known; export it again"
        )
    return value


def _records(raw: bytes, file: File, data: int, record: int, doubts: list[str]) -> int:
    """Return how many whole records are there; what the header claims is no reason to believe it."""
    whole, rest = divmod(file.size - data, record)
    claimed = number(text_of(raw))
    if not whole:
        raise RecordingError(f"{file.name}: holds no whole record; copy it again from where it was recorded")
    if not isfinite(claimed) or claimed < 1:
        if claimed != -1:
            doubts.append(f"the header states {_shown(raw)} records; counted by the size of the file")
        claimed = whole
    if claimed > whole:
        doubts.append(f"is cut short: {whole} of {claimed:.0f} records are whole, and those are read")
    elif claimed < whole:
        doubts.append(
            f"holds {file.size - data - int(claimed) * record} bytes after its last record; they are not read"
        )
        whole = int(claimed)
    elif rest:
        doubts.append(f"holds {rest} bytes after its last whole record; they are not read")
    return whole


def _started(recording: str, date: str, clock: str, doubts: list[str]) -> datetime | None:
    """Return when it began: day by the EDF+ field where there is one, for its years have four digits."""
    figures = [int(part) for part in re.findall(r"\d+", f"{date} {clock}")]
    try:
        day, month, year, hour, minute, second = figures
        year += 1900 if 85 <= year < 100 else 2000 if year < 85 else 0
        written = re.match(r"\s*Startdate (\d\d)-([A-Za-z]{3})-(\d{4})", recording)
        if written and written[2].upper() in _MONTHS:
            day, month, year = int(written[1]), _MONTHS.index(written[2].upper()) + 1, int(written[3])
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the file states no time zone
    except ValueError:
        doubts.append(f"states no date and time that can be read ({date.strip()} {clock.strip()})")
        return None


def _shown(raw: bytes) -> str:
    """Quote what stands in a field."""
    return repr(text_of(raw).strip("\0 "))
