"""The two text files of BrainVision: the header (.vhdr) and the markers (.vmrk), versions 1 and 2.

Source: BrainVision Core Data Format 1.0 and 2.0, Brain Products.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from facialis.emg.recording.channels import Told
from facialis.emg.recording.files import File, text_of
from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.stretches import number

_MOST_TEXT = 1 << 26
"""Bytes of a header or a list of markers; a hundred times what the longest recording writes."""

_FORMATS = {"INT_16": "i2", "UINT_16": "u2", "INT_32": "i4", "IEEE_FLOAT_32": "f4"}


@dataclass(frozen=True, slots=True)
class Marker:
    """A line of the marker file: what, at which sample (counted from 0), for how many, and the clock if it says it."""

    kind: str
    text: str
    sample: int
    samples: int
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Header:
    """What a .vhdr file says.

    Attributes
    ----------
    data, markers : str or None
        Names of the other two files; markers are optional.
    dtype : numpy type as text
    by_channel : bool
        All samples of a channel together ("vectorized"), not all channels of a sample.
    rate_hz : float
    told : tuple of Told
    points : int or None
        Samples a channel, where it says so.
    """

    data: str
    markers: str | None
    dtype: str
    by_channel: bool
    rate_hz: float
    told: tuple[Told, ...]
    points: int | None

    @classmethod
    def read(cls, file: File) -> Header:
        """Read a header.

        Raises
        ------
        RecordingError
            If something that is needed is missing or is not read.
        """
        parts = sections(file)
        common, binary = parts.get("common infos", {}), parts.get("binary infos", {})
        if common.get("dataformat", "BINARY").upper() != "BINARY":
            raise RecordingError(f"{file.name}: holds its samples as text (DataFormat); export it as binary")
        if common.get("datatype", "TIMEDOMAIN").upper() not in ("TIMEDOMAIN", ""):
            raise RecordingError(f"{file.name}: holds no samples over time (DataType); export it in the time domain")
        orientation = common.get("dataorientation", "MULTIPLEXED").upper()
        if orientation not in ("MULTIPLEXED", "VECTORIZED"):
            raise RecordingError(
                f"{file.name}: DataOrientation is {orientation!r}; it must be MULTIPLEXED or VECTORIZED"
            )
        name = binary.get("binaryformat", "").upper()
        if name not in _FORMATS:
            raise RecordingError(f"{file.name}: BinaryFormat is {name!r}; it must be one of {', '.join(_FORMATS)}")
        interval = number(common.get("samplinginterval", ""))
        if not 1e-1 <= interval <= 1e9:
            raise RecordingError(f"{file.name}: SamplingInterval is no number of microseconds, so no rate is known")
        if not common.get("datafile"):
            raise RecordingError(f"{file.name}: names no DataFile; write the name of the .eeg file into it")
        order = ">" if binary.get("usebigendianorder", "").upper() == "YES" else "<"
        rate = 1e6 / interval
        return cls(
            _beside(common["datafile"], file),
            _beside(common["markerfile"], file) if common.get("markerfile") else None,
            order + _FORMATS[name],
            orientation == "VECTORIZED",
            rate,
            _told(file, parts, common, rate, _FORMATS[name]),
            int(common["datapoints"]) if re.fullmatch(r"\d{1,15}", common.get("datapoints", "")) else None,
        )


def sections(file: File) -> dict[str, dict[str, str]]:
    """Return the keys of each section, in small letters; comments and free text are left out."""
    if file.size > _MOST_TEXT:
        raise RecordingError(f"{file.name}: is far too long for a header of BrainVision; give the .vhdr file")
    found: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for line in text_of(file.read(0, file.size)).splitlines():
        title = re.fullmatch(r"\[([^\]]*)\]\s*", line)
        if title:
            keys = found.setdefault(title[1].strip().lower(), {})
        elif not line.startswith(";") and "=" in line:
            key, _, value = line.partition("=")
            keys[key.strip().lower()] = value.strip()
    return found


def markers(file: File) -> list[Marker]:
    """Return the markers of a .vmrk file, in its order; lines that are none are left out."""
    found = []
    for key, line in sections(file).get("marker infos", {}).items():
        fields = [field.replace("\\1", ",").strip() for field in line.split(",")]
        if not re.fullmatch(r"mk\d+", key) or len(fields) < 3 or not re.fullmatch(r"[+-]?\d{1,15}", fields[2]):
            continue
        length = int(fields[3]) if len(fields) > 3 and re.fullmatch(r"\d{1,15}", fields[3]) else 1
        found.append(Marker(fields[0], fields[1], int(fields[2]) - 1, length, _clock(fields[5:6])))
    return found


def _told(
    file: File, parts: dict[str, dict[str, str]], common: dict[str, str], rate_hz: float, dtype: str
) -> tuple[Told, ...]:
    """Return what the header says of each channel."""
    lines = parts.get("channel infos", {})
    count = number(common.get("numberofchannels", str(len(lines))))
    if not (count >= 1 and count == int(count) and count <= len(lines)):
        raise RecordingError(f"{file.name}: NumberOfChannels does not fit its list of channels; export it again")
    whole = {"i2": (-32768, 32767), "u2": (0, 65535), "i4": (-(2**31), 2**31 - 1)}.get(dtype)
    told = []
    for place in range(1, int(count) + 1):
        if f"ch{place}" not in lines:
            raise RecordingError(f"{file.name}: says nothing of its channel {place} (Ch{place}=); export it again")
        fields = [*(field.replace("\\1", ",").strip() for field in lines[f"ch{place}"].split(",")), "", "", ""]
        gain = number(fields[2]) if fields[2] else 1.0
        unit = fields[3] or "uV"  # the format says that an empty unit is microvolts
        if not 0 < abs(gain) < float("inf"):
            told.append(Told(fields[0], unit, rate_hz, why=f"its resolution is {fields[2]!r}"))
            continue
        low, high = sorted(limit * gain for limit in whole) if whole else (None, None)
        told.append(Told(fields[0], unit, rate_hz, gain, 0.0, low, high, abs(gain) if whole else None))
    return tuple(told)


def _beside(name: str, file: File) -> str:
    """Return the name of a file in the same folder; a header must not lead to another one."""
    stem = file.name.rsplit(".", 1)[0]
    return re.split(r"[/\\]", name.replace("$b", stem))[-1]


def _clock(fields: list[str]) -> datetime | None:
    """Return the date and time that a marker says: 20 digits, to the microsecond; zeros where it does not know."""
    try:
        return datetime.strptime(fields[0], "%Y%m%d%H%M%S%f")  # noqa: DTZ007 - the file states no time zone
    except (IndexError, ValueError):
        return None
