"""What was really done to a clip: its events, as a detector should have found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np

from facialis.face.simulate.actions import Action, Drive
from facialis.face.simulate.cases import Weakness
from facialis.face.simulate.courses import Times, crossings
from facialis.findings import Side

SCHEMA = "facialis.truth/1"
_STEP_S = 0.002
_ONE_EVENT_GAP_S = 0.1  # twitches less than this apart are one event


@dataclass(frozen=True, slots=True)
class Event:
    """One true event; the fields are those of a public event of the examination.

    Attributes
    ----------
    kind : str
        "spasm", "synkinesis", "blink", "expression" or "head_motion".
    side : Side
        The patient's own.
    onset_s, apex_s, offset_s : float
        10 % crossings of the event's own course and its top (of a plateau: the middle), seconds from the first frame.
    amplitude_iod : float
        Largest displacement of any tissue point against the same moment without the event, fraction of IOD.
    regions : tuple of str
    form : "clonic", "tonic" or None
    pattern : str or None
        Which movement it was ("smile", "wink", "functional_lip_pull").
    """

    kind: str
    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    amplitude_iod: float
    regions: tuple[str, ...] = ()
    form: Literal["clonic", "tonic"] | None = None
    pattern: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form, times to the millisecond."""
        told = {
            "kind": self.kind,
            "side": self.side.value,
            "onset_s": round(self.onset_s, 3),
            "apex_s": round(self.apex_s, 3),
            "offset_s": round(self.offset_s, 3),
            "amplitude_iod": round(self.amplitude_iod, 4),
            "regions": list(self.regions),
            "form": self.form,
        }
        return told | ({"pattern": self.pattern} if self.pattern else {})


@dataclass(frozen=True, eq=False)
class Truth:
    """The truth of one simulated clip.

    Attributes
    ----------
    source : dict
        What the clip was made from.
    seed : int
    fps : float
        Median frame rate.
    iod_px : float
        Inter-ocular distance in the clip, pixels (median).
    natural : "none" or "unknown"
        Whether the source itself moved: then ``events`` lists only what was added.
    time_s : (T,) float64
        Time of each frame.
    events : tuple of Event
        Sorted by onset.
    courses : dict of (region, side) to (T,) float64
        Displacement of the region's most mobile point along its muscle's pull, fraction of IOD, head motion left out.
    closure : dict of side to (T,) float64
        Closure of each eye by what was added; 1 is shut.
    weakness : Weakness or None
        The side that does less at will, and by what share.
    covered : sequence of (float, float)
        When a hand lay on the face, seconds.
    """

    source: Mapping[str, Any]
    seed: int
    fps: float
    iod_px: float
    natural: Literal["none", "unknown"]
    time_s: Times
    events: tuple[Event, ...]
    courses: Mapping[tuple[str, Side], Times]
    closure: Mapping[Side, Times]
    weakness: Weakness | None = None
    covered: Sequence[tuple[float, float]] = ()

    def course(self, region: str, side: Side) -> Times:
        """Return the displacement (T,) of a region's most mobile point along its muscle's pull, fraction of IOD.

        Raises
        ------
        KeyError
            If there is no such region or side.
        """
        return self.courses[region, side]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form (``facialis.truth/1``)."""
        told: dict[str, Any] = {
            "schema": SCHEMA,
            "source": dict(self.source),
            "seed": self.seed,
            "fps": round(self.fps, 3),
            "iod_px": round(self.iod_px, 2),
            "natural": self.natural,
            "duration_s": round(float(self.time_s[-1]), 3) if len(self.time_s) else 0.0,
            "frames": len(self.time_s),
            "events": [event.to_json() for event in self.events],
        }
        if self.weakness is not None:
            told["weakness"] = {"side": self.weakness.side.value, "share": self.weakness.share}
        if self.covered:
            told["covered"] = [{"start_s": round(start, 3), "end_s": round(end, 3)} for start, end in self.covered]
        return told


class Movable(Protocol):
    """A face that can say how far it moves: the tissue of a picture or a 3-D head."""

    def course(self, drives: Sequence[Drive], time_s: Times) -> Times:
        """Return the largest displacement (T,) of any skin point over time, fraction of IOD."""


def reach(action: Action, tissue: Movable) -> Action:
    """Scale an action's drives so that its largest displacement is the one asked for (a lid closes at most)."""
    if action.amplitude_iod is None:
        return action
    time_s = np.arange(action.start_s, action.end_s, 2 * _STEP_S)
    for _ in range(4):
        found = float(tissue.course(action.drives, time_s).max())
        action = action.scaled(action.amplitude_iod / found)
    return action


def fuse(actions: Sequence[Action], tissue: Movable) -> list[Action]:
    """Join spasms of one side whose 10 % crossings lie less than 0.1 s apart: they are one event."""
    fused: list[Action] = []
    by_side: dict[Side, list[Action]] = {}
    for action in actions:
        (by_side.setdefault(action.side, []) if action.kind == "spasm" else fused).append(action)
    for same in by_side.values():
        runs = [[same[0]]]
        for before, after in pairwise(same):
            if _event(after, tissue).onset_s - _event(before, tissue).offset_s < _ONE_EVENT_GAP_S:
                runs[-1].append(after)
            else:
                runs.append([after])
        fused += [_join(run) for run in runs]
    return sorted(fused, key=lambda action: action.start_s)


def _join(run: Sequence[Action]) -> Action:
    drives = tuple(drive for action in run for drive in action.drives)
    form = "tonic" if any(action.form == "tonic" for action in run) else run[0].form
    return replace(run[0], drives=drives, form=form, amplitude_iod=None) if len(run) > 1 else run[0]


def events(actions: Sequence[Action], tissue: Movable) -> list[Event]:
    """Measure each action on its displacement field and return the events, sorted by onset."""
    return sorted((_event(action, tissue) for action in fuse(actions, tissue)), key=lambda event: event.onset_s)


def _event(action: Action, tissue: Movable) -> Event:
    time_s = np.arange(action.start_s - _STEP_S, action.end_s + _STEP_S, _STEP_S)
    course = tissue.course(action.drives, time_s)
    onset, apex, offset = crossings(time_s, course)
    size = float(course.max())
    return Event(action.kind, action.side, onset, apex, offset, size, action.regions, action.form, action.pattern)
