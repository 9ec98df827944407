"""WFDB records (PhysioNet) in windows, by the optional package ``wfdb``."""

from __future__ import annotations

import importlib
import re
import threading
import warnings
from collections.abc import Callable
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from facialis.emg.recording.channels import Told, scaled
from facialis.emg.recording.files import File
from facialis.emg.recording.framed import Framed, Part
from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.stretches import Stretch

Answer = TypeVar("Answer")

_BYTES = {"16": 2.0, "24": 3.0, "32": 4.0, "61": 2.0, "80": 1.0, "160": 2.0, "212": 1.5}
_BYTES |= {"310": 4 / 3, "311": 4 / 3}
"""Bytes a sample in each format; those packed as FLAC are not listed."""

_BITS = {"16": 16, "24": 24, "32": 32, "61": 16, "80": 8, "160": 16, "212": 12, "310": 10, "311": 10}

_BLOCK = 1 << 15
"""Frames that are read at once."""

_MOST_SEGMENTS = 10_000

_importing = threading.Lock()


class Wfdb(Framed):
    """A WFDB record of one or several segments; its frames are those of WFDB.

    Parameters
    ----------
    file : File
        The header, .hea.
    montage : Montage or None
    unit : str or None
        Not used: a unit that a record leaves out is the millivolt, as its format says.

    Raises
    ------
    RecordingError
        If it cannot be read, a part is not beside it, or the package is not installed.
    DocumentError
        If the montage names a channel that is not there.
    """

    def __init__(self, file: File, montage: Montage | None = None, unit: str | None = None) -> None:
        self._lock = threading.Lock()
        self._package = _package(file)
        self._path = str(file.path.resolve().with_suffix(""))
        doubts: list[str] = []
        record = self._ask(file, self._package.rdheader, self._path)
        segments = [record] if not hasattr(record, "seg_name") else self._segments(file, record)
        opened = [file]
        try:
            frames = [_check(file, segment, opened, doubts) for segment in segments if segment is not None]
            first = next((segment for segment in segments if segment is not None and segment.n_sig), None)
            if first is None or not record.fs or not 0 < record.fs < 1e7:
                raise RecordingError(f"{file.name}: holds no signal with a sampling rate; give the record's own header")
            made = scaled(file.name, _told(first), montage, unit, doubts)
            stretches = _stretches(record, segments, frames, float(record.fs))
            if not stretches:
                raise RecordingError(f"{file.name}: holds no sample")
        except BaseException:
            for one in opened[1:]:
                one.close()
            raise
        started = record.base_datetime.isoformat() if isinstance(record.base_datetime, datetime) else None
        super().__init__(opened, made, [int(n) for n in first.samps_per_frame], stretches, (), started, doubts)

    def _segments(self, file: File, record: Any) -> list[Any]:
        """Return the headers of the segments, None for one in which nothing was recorded."""
        if len(record.seg_name) > _MOST_SEGMENTS:
            raise RecordingError(f"{file.name}: names more than {_MOST_SEGMENTS} segments; export it again as one")
        found: list[Any] = []
        for name in record.seg_name:
            if name == "~":
                found.append(None)
                continue
            _local(file, name)
            if not (file.path.parent / f"{name}.hea").is_file():
                raise RecordingError(
                    f'{file.name}: its segment "{name}.hea" is not beside it; put it into the same folder'
                )
            found.append(self._ask(file, self._package.rdheader, str(Path(self._path).parent / name)))
            if hasattr(found[-1], "seg_name"):
                raise RecordingError(f"{file.name}: holds segments of segments; export it again as one record")
        return found

    def _fill(self, parts: list[Part], stretch: Stretch, first: int, last: int) -> None:
        wanted = [part.place for part in parts]
        for at in range(first, last, _BLOCK):
            begin = stretch.first + at
            end = stretch.first + min(at + _BLOCK, last)
            record = self._ask(
                self._opened[0], self._package.rdrecord, self._path,
                sampfrom=begin, sampto=end, channels=wanted, physical=True, smooth_frames=False,
            )  # fmt: skip
            for part, samples in zip(parts, record.e_p_signal, strict=True):
                part.put(at, samples, self._scaled[part.place])

    def _ask(self, file: File, ask: Callable[..., Answer], *words: Any, **more: Any) -> Answer:
        """Ask the package, one thread at a time; whatever it raises becomes one line."""
        with self._lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ask(*words, **more)
            except Exception as error:
                why = " ".join(str(error).split())[:120] or type(error).__name__
                raise RecordingError(f"{file.name}: cannot be read as WFDB ({why}); copy the record again") from error


def _package(file: File) -> Any:
    """Import the package, which is an extra."""
    with _importing, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on import it calls pandas in a way that newer ones warn of
        try:
            return importlib.import_module("wfdb")
        except ImportError as error:
            what = "is a WFDB record, which needs the package wfdb"
            raise RecordingError(f"{file.name}: {what}; install facialis[emg], or export it as EDF+") from error


def _local(file: File, name: str) -> None:
    """Refuse names that lead out of the folder of the record."""
    if not re.fullmatch(r"[\w.-]*\w[\w.-]*", name):
        raise RecordingError(f'{file.name}: names "{name[:60]}", which is no file beside it; correct the header')


def _check(file: File, segment: Any, opened: list[File], doubts: list[str]) -> int:
    """Return how many frames of a segment are there: as the header says, and no more than its files hold."""
    if not segment.n_sig:
        return int(segment.sig_len or 0)
    _whole(file, segment)
    if set(segment.file_name) == {"~"}:
        return int(segment.sig_len or 0)
    there = []
    for name in dict.fromkeys(segment.file_name):
        _local(file, name)
        if not (file.path.parent / name).exists():
            raise RecordingError(f'{file.name}: its file "{name}" is not beside it; put it into the same folder')
        opened.append(File(file.path.parent / name))
        places = [place for place, one in enumerate(segment.file_name) if one == name]
        there.append(_frames(opened[-1], segment, places))
    held = max(0, min(there))
    if segment.sig_len is not None and 0 < segment.sig_len <= held:
        return int(segment.sig_len)
    if segment.sig_len is None:
        # The package reads such a record only as a whole.
        what = f"states no number of samples; its files hold {held}: write it after the rate in the first line"
        raise RecordingError(f"{file.name}: {what}")
    doubts.append(f"is cut short: {held} of {segment.sig_len} samples are there, and those are read")
    if not held:
        raise RecordingError(f"{file.name}: its files hold no sample; copy them again")
    return held


_LISTS = ("file_name", "fmt", "samps_per_frame", "byte_offset", "adc_gain", "baseline", "adc_res", "adc_zero", "units")


def _whole(file: File, segment: Any) -> None:
    """Refuse a header that does not say everything of each of its signals."""
    count = segment.n_sig
    lists = [getattr(segment, key, None) for key in (*_LISTS, "sig_name")]
    if not (isinstance(count, int) and count > 0 and all(isinstance(one, list) and len(one) == count for one in lists)):
        raise RecordingError(f"{file.name}: does not describe each of its signals; copy the record again")
    if any(not 0 < int(per or 0) < 1e6 for per in segment.samps_per_frame) or any(
        not 0 <= int(offset or 0) < 1e15 for offset in segment.byte_offset
    ):
        raise RecordingError(f"{file.name}: is damaged in its samples a frame or its offsets; copy the record again")
    if "8" in segment.fmt:
        # The package adds the differences up from the start of each window instead of that of the record.
        raise RecordingError(f"{file.name}: stores differences (format 8), not read; convert it to format 16")
    if not all(
        isfinite(float(value or 0)) for key in ("adc_gain", "baseline", "adc_zero") for value in getattr(segment, key)
    ):
        raise RecordingError(f"{file.name}: states a gain that is no number; correct the header")


def _frames(data: File, segment: Any, places: list[int]) -> int:
    """Return how many frames a file of samples holds."""
    fmt, offset = segment.fmt[places[0]], int(segment.byte_offset[places[0]] or 0)
    samples = sum(int(segment.samps_per_frame[place]) for place in places)
    if fmt in _BYTES and samples > 0:
        return int((data.size - offset) / (_BYTES[fmt] * samples) + 1e-9)
    try:
        sound = importlib.import_module("soundfile").info(str(data.path.resolve()))
        return int(sound.frames) // max(int(segment.samps_per_frame[place]) for place in places)
    except Exception as error:
        raise RecordingError(f"{data.name}: cannot be read as WFDB format {fmt}; copy the record again") from error


def _told(segment: Any) -> list[Told]:
    """Return what a header says of its signals; they come in their own unit, so the scale is 1."""
    told = []
    for place in range(segment.n_sig):
        rate = float(segment.fs) * int(segment.samps_per_frame[place])
        label, unit = segment.sig_name[place] or "", segment.units[place] or "mV"
        bits = int(segment.adc_res[place] or 0) or _BITS.get(segment.fmt[place], 0)
        gain, baseline = float(segment.adc_gain[place] or 0), float(segment.baseline[place] or 0)
        if not (gain and 0 < bits <= 32):
            told.append(Told(label, unit, rate))
            continue
        zero = float(segment.adc_zero[place] or 0)
        low, high = sorted((zero + edge - baseline) / gain for edge in (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1))
        told.append(Told(label, unit, rate, 1.0, 0.0, low, high, 1 / abs(gain)))
    return told


def _stretches(record: Any, segments: list[Any], frames: list[int], rate_hz: float) -> list[Stretch]:
    """Return what was recorded: segments that follow each other are one stretch, one without a header is a gap."""
    if len(segments) == 1 and segments[0] is record:
        return [Stretch(0.0, 0, frames[0], rate_hz)] if frames[0] else []
    held = iter(frames)
    stretches: list[Stretch] = []
    at = 0
    for segment, claimed in zip(segments, record.seg_len, strict=True):
        count = 0 if segment is None else min(next(held), int(claimed))
        if count and stretches and stretches[-1].first + stretches[-1].count == at:
            before = stretches.pop()
            stretches.append(Stretch(before.start_s, before.first, before.count + count, rate_hz))
        elif count:
            stretches.append(Stretch(at / rate_hz, at, count, rate_hz))
        at += int(claimed)
    if stretches and stretches[0].start_s:
        # The clock begins with the first sample.
        zero = stretches[0].start_s
        stretches = [Stretch(one.start_s - zero, one.first, one.count, rate_hz) for one in stretches]
    return stretches
