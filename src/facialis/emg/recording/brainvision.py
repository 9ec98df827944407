"""BrainVision recordings in windows: a header, a file of samples and a file of markers."""

from __future__ import annotations

import numpy as np

from facialis.emg.recording.brainvision_header import Header, Marker, markers
from facialis.emg.recording.channels import scaled
from facialis.emg.recording.files import File
from facialis.emg.recording.framed import Framed, Part
from facialis.emg.recording.model import Annotation, RecordingError
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.stretches import Stretch
from facialis.emg.recording.tal import MOST

_BLOCK = 1 << 20


class BrainVision(Framed):
    """A BrainVision recording; a frame is one sample of each channel.

    Parameters
    ----------
    file : File
        The header, .vhdr.
    montage : Montage or None
    unit : str or None
        Not used: a unit that a header leaves out is the microvolt, as its format says.

    Raises
    ------
    RecordingError
        If it cannot be read, or the file of samples is not beside it.
    DocumentError
        If the montage names a channel that is not there.
    """

    def __init__(self, file: File, montage: Montage | None = None, unit: str | None = None) -> None:
        doubts: list[str] = []
        header = Header.read(file)
        made = scaled(file.name, list(header.told), montage, unit, doubts)
        self._dtype, self._by_channel = np.dtype(header.dtype), header.by_channel
        opened = [file]
        try:
            self._data = _beside(file, header.data, "DataFile")
            opened.append(self._data)
            self._total = _frames(self._data, self._dtype.itemsize * len(made), header, doubts)
            marks = _marks(file, header, opened, doubts)
            stretches = _stretches(marks, self._total, header.rate_hz, doubts)
        except BaseException:
            for one in opened[1:]:
                one.close()
            raise
        first = next((mark.clock for mark in marks if mark.kind == "New Segment" and mark.clock), None)
        said = _annotations(marks, stretches, header.rate_hz, doubts)
        super().__init__(
            opened, made, [1] * len(made), stretches, said, first.isoformat() if first else None, doubts
        )  # fmt: skip

    def _fill(self, parts: list[Part], stretch: Stretch, first: int, last: int) -> None:
        count, size = len(self._counts), self._dtype.itemsize
        step = max(1, _BLOCK // (size * (1 if self._by_channel else count)))
        for at in range(first, last, step):
            frames = min(step, last - at)
            begin = stretch.first + at
            if self._by_channel:
                for part in parts:
                    raw = np.empty(frames * size, np.uint8)
                    digits = self._data.fill(raw, (part.place * self._total + begin) * size).view(self._dtype)
                    part.put(at, digits, self._scaled[part.place])
                continue
            raw = self._data.fill(np.empty(frames * size * count, np.uint8), begin * size * count)
            table = raw.view(self._dtype).reshape(frames, count)
            for part in parts:
                part.put(at, table[:, part.place], self._scaled[part.place])


def _beside(file: File, name: str, key: str) -> File:
    """Open a file that the header names."""
    if not (file.path.parent / name).exists():
        raise RecordingError(f'{file.name}: its {key} "{name}" is not beside it; put it into the same folder')
    return File(file.path.parent / name)


def _frames(data: File, frame: int, header: Header, doubts: list[str]) -> int:
    """Return how many whole frames the file of samples holds."""
    count, rest = divmod(data.size, frame)
    if not count:
        raise RecordingError(f"{data.name}: holds no sample of every channel; copy it again")
    if header.by_channel and header.points not in (None, count):
        raise RecordingError(
            f"{data.name}: has {count} samples a channel, not the {header.points} stated; copy it again"
        )
    if rest:
        doubts.append(f"{data.name} holds {rest} bytes after its last whole sample; they are not read")
    return count


def _marks(file: File, header: Header, opened: list[File], doubts: list[str]) -> list[Marker]:
    """Return the markers; a recording without them is still a recording."""
    if header.markers is None:
        return []
    try:
        opened.append(_beside(file, header.markers, "MarkerFile"))
        return markers(opened[-1])
    except RecordingError as error:
        doubts.append(f"no marker is read: {error}")
        return []


def _stretches(marks: list[Marker], total: int, rate_hz: float, doubts: list[str]) -> list[Stretch]:
    """Return what was recorded without a gap: a new segment leaves one, as long as the clock of both says."""
    segments = sorted((m for m in marks if m.kind == "New Segment" and 0 <= m.sample < total), key=lambda m: m.sample)
    stretches = [Stretch(0.0, 0, total, rate_hz)]
    clock = segments[0].clock if segments and segments[0].sample == 0 else None
    for mark in (segment for segment in segments if segment.sample > 0):
        before = stretches[-1]
        if mark.sample == before.first:
            continue
        runs_on = before.start_s + (mark.sample - before.first) / rate_hz
        begins = (mark.clock - clock).total_seconds() if mark.clock and clock else runs_on
        if mark.clock is None or clock is None or begins < runs_on - 0.5 / rate_hz:
            what = "states no time" if mark.clock is None or clock is None else "begins before the one before it ends"
            doubts.append(f"the segment at {runs_on:.3f} s {what}: what was paused before it is not known")
        elif begins > runs_on + 0.5 / rate_hz:
            stretches[-1] = Stretch(before.start_s, before.first, mark.sample - before.first, rate_hz)
            stretches.append(Stretch(begins, mark.sample, total - mark.sample, rate_hz))
    return stretches


def _annotations(marks: list[Marker], stretches: list[Stretch], rate_hz: float, doubts: list[str]) -> list[Annotation]:
    """Return the markers as moments: ``"Stimulus/S  1"``."""
    firsts = np.array([stretch.first for stretch in stretches])
    found = []
    outside = 0
    for mark in marks[:MOST]:
        stretch = stretches[max(0, int(np.searchsorted(firsts, mark.sample, "right")) - 1)]
        onset_s = stretch.start_s + (mark.sample - stretch.first) / rate_hz
        outside += not 0 <= mark.sample < stretches[-1].first + stretches[-1].count
        length = mark.samples / rate_hz if mark.samples > 1 else 0.0
        found.append(Annotation(onset_s, length, "/".join(part for part in (mark.kind, mark.text) if part)))
    if outside:
        doubts.append(f"{outside} of its annotations lie outside the recording")
    if len(marks) > MOST:
        doubts.append(f"{len(marks) - MOST} of its annotations are left out: they are too many")
    return sorted(found, key=lambda one: one.onset_s)
