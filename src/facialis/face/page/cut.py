"""Cut the pictures of a page out of the recording: strips, films, both halves of the face, the seven stills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from facialis.face import magnify, overlay, strips
from facialis.face.guided import stills
from facialis.face.magnify import Clip
from facialis.face.overlay import Halves
from facialis.face.page.events import MOST_STRIPS, Strip
from facialis.face.page.words import LOOKED_FOR

if TYPE_CHECKING:
    from facialis.face.study import Examination

T = TypeVar("T")
Progress = Callable[[float, float | None], None]
# What each kind of picture costs beside a strip, so that the progress moves evenly.
_FILM, _HALVES = 4, 4


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures of the face for one page; each part may be missing.

    Attributes
    ----------
    strips : sequence of Strip
        Those first that matter most: only the first 60 are shown.
    clips : sequence of Clip
        Films of events, beside themselves enlarged.
    halves : Halves or None
        The face before an event and at its apex.
    stills : mapping of str to (h, w, 3) uint8
        The stills of the guided examination, by their name.
    """

    strips: Sequence[Strip] = ()
    clips: Sequence[Clip] = ()
    halves: Halves | None = None
    stills: Mapping[str, npt.NDArray[np.uint8]] = field(default_factory=dict)


def cut(path: Path, examination: Examination, progress: Progress | None = None) -> Pictures:
    """Cut all pictures that a page of this examination shows.

    Parameters
    ----------
    path : Path
        The recording.
    examination : Examination
        What was found in it.
    progress : callable, optional
        Called with the work done and the work in all.

    Returns
    -------
    Pictures

    Raises
    ------
    RecordingError
        If the recording can no longer be read.
    NetsMissing
        If the nets are not there.
    """
    events, places = examination.events, examination.places
    mirrored = examination.quality.mirrored == "yes"
    looked_for = {i: event for i, event in enumerate(events) if event.kind in LOOKED_FOR}
    pictured = list(looked_for)[:MOST_STRIPS]
    filmed = {i: events[i] for i in magnify.chosen(events)}
    spasms = {i: event for i, event in looked_for.items() if event.kind == "spasm"}
    tell = _Telling(progress, len(pictured) + _FILM * len(filmed) + (_HALVES if spasms else 0))
    cuts = strips.pictures(path, [events[i] for i in pictured], places)
    made = [Strip(i, frames) for i, frames in tell.each(zip(pictured, cuts, strict=True), 1)]
    films = magnify.clips(path, filmed, examination.signals, places, mirrored=mirrored)
    clips = [clip for clip in tell.each(films, _FILM) if clip is not None]
    halves = overlay.halves(path, spasms, places, mirrored=mirrored)
    # Without a protocol the stills would be one picture of rest, which the strips show anyway.
    best = stills.pictures(path, examination.stills, places) if examination.tasks else ()
    return Pictures(made, clips, halves, dict(best))


class _Telling:
    """Tells how much of the work is done."""

    def __init__(self, progress: Progress | None, total: float) -> None:
        self._progress, self._total, self._done = progress, total, 0.0

    def each(self, things: Iterable[T], work: float) -> Iterator[T]:
        """Pass things on, each so much work."""
        for thing in things:
            self._done += work
            if self._progress:
                self._progress(self._done, self._total)
            yield thing
