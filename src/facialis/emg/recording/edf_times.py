"""When each record of an EDF+ file began: gaps where its times leave some, and the annotations beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.edf_header import Header
from facialis.emg.recording.files import File
from facialis.emg.recording.model import Annotation, RecordingError
from facialis.emg.recording.stretches import Stretch
from facialis.emg.recording.tal import Lists

_BLOCK = 1 << 20

_DRIFT_S = 0.01
"""Seconds by which the times of the records may run away from the samples before it is said: a burst's length."""


@dataclass(frozen=True, slots=True)
class Times:
    """Where the records lie in time.

    Attributes
    ----------
    stretches : tuple of Stretch
        Counted in records.
    annotations : tuple of Annotation
        In order of time, seconds from the first sample.
    offset_s : float
        From the start that the header states (whole seconds) to the first sample.
    """

    stretches: tuple[Stretch, ...]
    annotations: tuple[Annotation, ...]
    offset_s: float

    @classmethod
    def read(cls, file: File, header: Header, doubts: list[str]) -> Times:
        """Read the lists of all records without their samples.

        Raises
        ------
        RecordingError
            If the records may leave gaps and do not say when they began, or go back in time.
        """
        lists = _lists(file, header)
        offset_s = lists.onsets[0] if lists.onsets and lists.onsets[0] is not None else 0.0
        stretches = _stretches(file, header, lists, doubts) if header.record_s else ()
        moments = sorted(
            (replace(one, onset_s=one.onset_s - offset_s) for one in lists.kept), key=lambda one: one.onset_s
        )
        end_s = stretches[-1].span.end_s if stretches and header.signals else None
        outside = sum(1 for one in moments if end_s is not None and not 0 <= one.onset_s <= end_s)
        if outside:
            doubts.append(f"{outside} of its annotations lie outside the recording")
        if lists.broken:
            doubts.append(f"{lists.broken} of its annotations cannot be read")
        if lists.left:
            doubts.append(f"{lists.left} of its annotations are left out: they are too many")
        if not header.signals:
            doubts.append("holds annotations and no signal")
        return cls(stretches, tuple(moments), offset_s)


def _lists(file: File, header: Header) -> Lists:
    """Read every list of annotations, a block of records at a time."""
    lists = Lists()
    if not header.lists:
        return lists
    low = min(signal.start for signal in header.lists)
    high = max(signal.start + signal.count * header.width for signal in header.lists)
    step = file.at_once(header.record, low, high, _BLOCK)
    first, *others = header.lists
    for at in range(0, header.records, step):
        count = min(step, header.records - at)
        rows = file.rows(header.data + at * header.record, header.record, count, low, high)
        for row in rows:
            lists.record(row[first.start - low : first.start - low + first.count * header.width].tobytes())
            for other in others:
                lists.more(row[other.start - low : other.start - low + other.count * header.width].tobytes())
    return lists


def _stretches(file: File, header: Header, lists: Lists, doubts: list[str]) -> tuple[Stretch, ...]:
    """Return what was recorded without a gap, as the times of the records say."""
    whole = (Stretch(0.0, 0, header.records, 1 / header.record_s),)
    onsets = np.array([np.nan if onset is None else onset for onset in lists.onsets])
    missing = int(np.isnan(onsets).sum())
    if missing or not onsets.size:
        if header.gaps:
            where = f"record {int(np.isnan(onsets).argmax()) + 1}" if onsets.size else "no record"
            says = "does not say when it began" if onsets.size else "says when it began"
            raise RecordingError(f"{file.name}: may have gaps (EDF+D), and {where} {says}; export it again as EDF+C")
        if missing:
            doubts.append(f"{missing} of its records do not say when they began: read as one stretch without a gap")
        return whole
    late = np.diff(onsets) - header.record_s
    tolerance = _tolerance(header, lists.decimals)
    back = np.flatnonzero(late < -tolerance)
    if back.size:
        what = f"record {back[0] + 2} begins {-late[back[0]]:.6g} s before the one before it ends"
        if header.gaps:
            raise RecordingError(f"{file.name}: goes back in time: {what}; export it again")
        doubts.append(f"{what}: read as one stretch without a gap, as the file says of itself (EDF+C)")
        return whole
    cuts = np.flatnonzero(late > tolerance) + 1
    if cuts.size and not header.gaps:
        doubts.append("says of itself that it has no gap (EDF+C), and its records leave some: they are kept as gaps")
    return _cut(onsets, cuts, header, doubts)


def _cut(
    onsets: npt.NDArray[np.float64], cuts: npt.NDArray[np.int64], header: Header, doubts: list[str]
) -> tuple[Stretch, ...]:
    """Return the stretches between the cuts."""
    firsts = [0, *cuts.tolist()]
    ends = [*cuts.tolist(), onsets.size]
    starts = onsets - onsets[0]
    drift = max(
        abs(float(starts[end - 1] - starts[first]) - (end - 1 - first) * header.record_s)
        for first, end in zip(firsts, ends, strict=True)
    )
    if drift > _DRIFT_S:
        doubts.append(
            f"the times of its records run {drift:.3g} s away from its samples; times are those of the samples"
        )
    return tuple(
        Stretch(float(starts[first]), first, end - first, 1 / header.record_s)
        for first, end in zip(firsts, ends, strict=True)
    )


def _tolerance(header: Header, decimals: int) -> float:
    """Return the seconds by which a record may be early or late and still follow the one before.

    Half a sample of the fastest signal; and what rounding does, where the file writes times too coarsely for the
    length of its records.
    """
    half = 0.5 * header.record_s / max((signal.count for signal in header.signals), default=1)
    unit = 10.0**-decimals
    rounded = abs(header.record_s / unit - round(header.record_s / unit)) > 1e-6
    return half + unit if rounded and decimals > 0 else half
