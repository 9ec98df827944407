"""Pictures of an event, cut out of the recording: before, at onset, half-way up, at the apex, at offset, after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facialis.face.events import Event
from facialis.face.landmarks import Crop
from facialis.face.recording import Frame, frames_between

PIXELS = 160
_AROUND = 0.15
_SHRINK = 0.8
_LONGEST_READ = 3.0

Picture = tuple[float, npt.NDArray[np.uint8]]


def moments(event: Event) -> list[float]:
    """Return the times to show, seconds."""
    return [
        event.onset_s - _AROUND,
        event.onset_s,
        (event.onset_s + event.apex_s) / 2,
        event.apex_s,
        event.offset_s,
        event.offset_s + _AROUND,
    ]


def pictures(path: Path, events: Sequence[Event], places: Sequence[tuple[float, Crop]]) -> Iterator[list[Picture]]:
    """Yield the pictures of each event: (time, (160, 160, 3) uint8 RGB), the face turned level.

    Parameters
    ----------
    path : Path
        The recording.
    events : sequence of Event
        In any order; each is read on its own.
    places : sequence of (float, Crop)
        Where the face was, in order of time.

    Raises
    ------
    RecordingError
        If the recording can no longer be read.
    """
    for event in events:
        yield list(_of(path, event, places))


def _of(path: Path, event: Event, places: Sequence[tuple[float, Crop]]) -> Iterator[Picture]:
    known = [(at, crop) for at, crop in places if crop.size > 0]
    if not known:
        return
    # One crop for the whole strip, so that what moves is the face and not the frame.
    near = min(known, key=lambda place: abs(place[0] - event.apex_s))[1]
    crop = near._replace(size=near.size * _SHRINK)
    shown = -1.0
    for start, stop, wanted in _reads(moments(event)):
        before: Frame | None = None
        for frame in frames_between(path, start, stop):
            while wanted and frame.time_s >= wanted[0]:
                at = wanted.pop(0)
                nearest = before if before is not None and at - before.time_s < frame.time_s - at else frame
                if nearest.time_s > shown:
                    shown = nearest.time_s
                    yield nearest.time_s, nearest.sample(crop.matrix(PIXELS), (PIXELS, PIXELS))
            before = frame


def _reads(times: list[float]) -> Iterator[tuple[float, float, list[float]]]:
    """Group times that are close together into one read; a long hold is not read through."""
    group: list[float] = []
    for at in sorted(max(t, 0.0) for t in times):
        if group and at - group[0] > _LONGEST_READ:
            yield _from(group), group[-1] + 0.1, group
            group = []
        group.append(at)
    if group:
        yield _from(group), group[-1] + 0.1, group


def _from(group: list[float]) -> float:
    """Start a little early, so that the frame before the first moment is there to choose from."""
    return max(group[0] - 0.1, 0.0)
