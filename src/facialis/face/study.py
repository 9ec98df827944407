"""One recording summed up: how often, how long, which side, how sure; and the findings that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from facialis.face import nets
from facialis.face.events import Event, find_events
from facialis.face.fusion import fuse
from facialis.face.landmarks import Crop
from facialis.face.measure import Track, measure
from facialis.face.quality import Quality, judge, usable_frames
from facialis.face.recording import Recording, Source
from facialis.face.review import Review
from facialis.face.signals import Signals, swapped
from facialis.face.signs import findings
from facialis.face.summary import Summary, summarise
from facialis.face.watched import unseen
from facialis.findings import Finding

Progress = Callable[[float, float | None], None]


@dataclass(frozen=True, eq=False)
class Examination:
    """What a recording of a face showed.

    Attributes
    ----------
    source : Source
        The recording.
    quality : Quality
        What it could show.
    events : tuple of Event
        What happened, in order of onset.
    signals : Signals
        The curves behind the events.
    places : tuple of (float, Crop)
        Where the face was, every quarter of a second or so; for pictures.
    review : Review or None
        What a reviewer changed; then the events are as the reviewer sees them.
    measured : Examination or None
        As it was before the review.
    """

    source: Source
    quality: Quality
    events: tuple[Event, ...]
    signals: Signals
    places: tuple[tuple[float, Crop], ...] = ()
    review: Review | None = None
    measured: Examination | None = None

    @cached_property
    def summary(self) -> Summary:
        """Rate, time in spasm, side and synchrony."""
        return summarise(self.events, self.quality, unseen(self.signals))

    def findings(self) -> list[Finding]:
        """Return every sign that a camera can see: present, absent or not assessable, with the reasons."""
        return findings(self.events, self.quality, self.summary, self.signals)

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.video/1``."""
        result: dict[str, Any] = {
            "schema": "facialis.video/1",
            "source": self.source.to_json(),
            "quality": self.quality.to_json(),
            "events": [event.to_json() for event in self.events],
            "summary": self.summary.to_json(),
            "findings": [finding.to_json() for finding in self.findings()],
            "software": {"version": version("facialis"), "models": dict(nets.NETS)},
        }
        if self.review is not None and self.measured is not None:
            result["review"] = self.review.to_json(self.measured.to_json())
        return result


def examine(path: Path | str, *, mirrored: str = "unknown", progress: Progress | None = None) -> Examination:
    """Measure a video of a face.

    Parameters
    ----------
    path : path-like
        A video file.
    mirrored : {"unknown", "no", "yes"}
        Whether the recording shows the face as a mirror does. With "yes" left and right are exchanged.
    progress : callable, optional
        Called now and then with the seconds done and the seconds in all (``None`` if not known).

    Returns
    -------
    Examination
        Also of a recording that is refused: then without events, and the quality says why.

    Raises
    ------
    RecordingError
        If the file cannot be read as a video.
    NetsMissing
        If the nets are not there.
    ValueError
        If ``mirrored`` is another word.
    """
    if mirrored not in ("unknown", "no", "yes"):
        raise ValueError(f'mirrored is "unknown", "no" or "yes", not {mirrored!r}')
    track, source = _track(Path(path), progress)
    signals = fuse(track, usable_frames(track))
    if mirrored == "yes":
        signals = swapped(signals)
    quality = judge(track, signals, source, mirrored)
    events = () if quality.verdict == "refused" else tuple(find_events(signals))
    return Examination(source, quality, events, signals, tuple(zip(_ends(track), track.crops, strict=True)))


def _ends(track: Track) -> list[float]:
    """Return when each run of frames ended, seconds."""
    last = np.flatnonzero(np.diff(track.run_of, append=-1))
    return [float(at) for at in track.time_s[last]]


def _track(path: Path, progress: Progress | None) -> tuple[Track, Source]:
    """Measure the largest lasting face; a second pass is needed only where the first one followed a lesser face."""
    with Recording(path) as recording:
        track = measure(recording, progress)
        source = recording.source
    larger = track.census.larger()
    if larger is not None:
        with Recording(path) as recording:
            track = measure(recording, progress, start=larger)
    return track, source
