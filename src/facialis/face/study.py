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
from facialis.face.guided import Guided, Showed, guide, show
from facialis.face.guided.effects import Effect
from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import Protocol
from facialis.face.guided.stills import Still, View, choose
from facialis.face.guided.tasks import Performed
from facialis.face.landmarks import Crop
from facialis.face.measure import Track, measure
from facialis.face.quality import Quality, judge, usable_frames
from facialis.face.recording import Recording, Source
from facialis.face.review import Review
from facialis.face.signals import Signals, swapped
from facialis.face.signs import findings
from facialis.face.summary import Summary, summarise
from facialis.face.toxin import unhidden
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
    guided : Guided or None
        The protocol that it was filmed by.
    view : View or None
        How each frame shows the face; for the stills.
    """

    source: Source
    quality: Quality
    events: tuple[Event, ...]
    signals: Signals
    places: tuple[tuple[float, Crop], ...] = ()
    review: Review | None = None
    measured: Examination | None = None
    guided: Guided | None = None
    view: View | None = None

    @cached_property
    def summary(self) -> Summary:
        """Rate, time in spasm, side and synchrony."""
        return self.guided.summed(self._summary) if self.guided else self._summary

    @cached_property
    def _summary(self) -> Summary:
        """The summary before anything is said of a contradiction between the sides."""
        return summarise(self.events, self.quality, unseen(self.signals))

    @property
    def protocol(self) -> Protocol | None:
        """The protocol that it was filmed by."""
        return self.guided.protocol if self.guided else None

    @property
    def tasks(self) -> tuple[Performed, ...]:
        """What each task of the protocol showed; empty without one."""
        return self.guided.performed(self._showed.tasks) if self.guided else ()

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What movement, distraction and holding back did to the rate of spasms."""
        return self._showed.effects

    @cached_property
    def stills(self) -> tuple[Still, ...]:
        """The best moment for each of the seven stills, or why there is none."""
        if self.view is None:
            return ()
        return choose(self._ground, self.events, self.view, self.tasks)

    @cached_property
    def _ground(self) -> Ground:
        """What stays whatever the events are called: that of the examination before the review, where there is one."""
        same = self.measured is not None and self.measured.signals is self.signals
        return self.measured._ground if self.measured is not None and same else Ground(self.signals)

    @cached_property
    def _showed(self) -> Showed:
        if self.guided is None or self.view is None:
            return Showed((), (), {})
        refused = self.quality.verdict == "refused"
        return show(self.guided.protocol, self._ground, self.events, self.view.yaw, refused)

    def findings(self) -> list[Finding]:
        """Return every sign that a camera can see: present, absent or not assessable, with the reasons."""
        asked = self.protocol.asked() if self.protocol else ()
        general = findings(self.events, self.quality, self._summary, self.signals, asked)
        if self.guided is None:
            return unhidden(general, None)
        return unhidden(self.guided.found(general, self._showed.findings), self.guided.protocol.days_since_toxin)

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
        if self.view is not None:
            result["stills"] = [still.to_json() for still in self.stills]
        if self.guided is not None:
            result["protocol"] = self.guided.to_json()
        if self.protocol is not None and self.protocol.tasks:
            result["tasks"] = [task.to_json() for task in self.tasks]
            result["effects"] = [effect.to_json() for effect in self.effects]
        if self.review is not None and self.measured is not None:
            result["review"] = self.review.to_json(self.measured.to_json())
        return result


def examine(
    path: Path | str,
    *,
    mirrored: str = "unknown",
    protocol: Protocol | None = None,
    progress: Progress | None = None,
) -> Examination:
    """Measure a video of a face.

    Parameters
    ----------
    path : path-like
        A video file.
    mirrored : {"unknown", "no", "yes"}
        Whether the recording shows the face as a mirror does. With "yes" left and right are exchanged.
    protocol : Protocol, optional
        The tasks that the person was asked to do, see :func:`facialis.face.guided.protocol.load`. Its turn to the arrow
        settles ``mirrored`` where that is "unknown".
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
    DocumentError
        If a task lies wholly outside the recording.
    ValueError
        If ``mirrored`` is another word.
    """
    if mirrored not in ("unknown", "no", "yes"):
        raise ValueError(f'mirrored is "unknown", "no" or "yes", not {mirrored!r}')
    track, source = tracked(Path(path), progress, protocol)
    return concluded(track, source, mirrored, protocol)


def concluded(track: Track, source: Source, mirrored: str = "unknown", protocol: Protocol | None = None) -> Examination:
    """Return the examination of a recording that has been measured, see :func:`examine`."""
    guided = guide(protocol, track.time_s, track.yaw, mirrored) if protocol else None
    signals = fuse(track, usable_frames(track))
    # Where caller and arrow contradict each other the caller's word decides what is left in the lists of events.
    if mirrored == "yes" or (guided and mirrored == "unknown" and guided.mirrored == "yes"):
        signals = swapped(signals)
    quality = judge(track, signals, source, guided.mirrored if guided else mirrored)
    if guided:
        quality = guided.judged(quality)
    asked = protocol.asked() if protocol else ()
    events = () if quality.verdict == "refused" else tuple(find_events(signals, asked))
    places = tuple(zip(_ends(track), track.crops, strict=True))
    view = View(track.yaw, track.sharpness)
    return Examination(source, quality, events, signals, places, guided=guided, view=view)


def _ends(track: Track) -> list[float]:
    """Return when each run of frames ended, seconds."""
    last = np.flatnonzero(np.diff(track.run_of, append=-1))
    return [float(at) for at in track.time_s[last]]


def tracked(path: Path, progress: Progress | None = None, protocol: Protocol | None = None) -> tuple[Track, Source]:
    """Measure the largest lasting face; a second pass is needed only where the first one followed a lesser face."""
    with Recording(path) as recording:
        if protocol and recording.estimated_duration_s:
            protocol.fit(recording.estimated_duration_s)
        track = measure(recording, progress)
        source = recording.source
    if protocol:
        protocol.fit(source.duration_s)
    larger = track.census.larger()
    if larger is not None:
        with Recording(path) as recording:
            track = measure(recording, progress, start=larger)
    return track, source
