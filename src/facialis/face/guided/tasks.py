"""What each task of a guided examination showed: how far each side went, what moved along, how often it twitched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.face.events import Event
from facialis.face.events.channels import Channels
from facialis.face.guided.acts import Act, find_acts, shams
from facialis.face.guided.excursion import (
    Along,
    Excursion,
    excursion,
    gone,
    moved_along,
    of_every_channel,
    weaker_side,
)
from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.signals import SIDES
from facialis.findings import Estimate, Side
from facialis.intervals import rate
from facialis.knowledge import threshold
from facialis.units import count, percent_iod

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

_LEAST_SEEN = 0.5
_LEAST_SHAMS = 5


@dataclass(frozen=True, eq=False)
class Performed:
    """One task as it was performed. What could not be assessed is None, and ``because`` says why.

    Attributes
    ----------
    task : Task
        What was asked for, and when.
    usable_s : float
        Seconds of it that could be measured.
    assessable : bool
        Whether anything may be said of it.
    because : tuple of str
        What could not be assessed, and why.
    acts : tuple of (float, float)
        When each repeat was held, start and end in seconds.
    size : mapping of Side to Estimate
        How far each asked side went, inter-ocular distances; empty where that is not known.
    asymmetry : Estimate or None
        (left - right) / (left + right) of the two.
    weaker : Side
        The side that moves less beyond doubt; NONE otherwise.
    along : tuple of Along
        What moved along and should not have.
    spasms : int or None
        Spasms that began in the task.
    spasms_per_min, after_per_min : Estimate or None
        Their rate in the task, and in the ten seconds after it.
    """

    task: Task
    usable_s: float
    assessable: bool
    because: tuple[str, ...]
    acts: tuple[tuple[float, float], ...] = ()
    size: Mapping[Side, Estimate] = field(default_factory=dict)
    asymmetry: Estimate | None = None
    weaker: Side = Side.NONE
    along: tuple[Along, ...] = ()
    spasms: int | None = None
    spasms_per_min: Estimate | None = None
    after_per_min: Estimate | None = None

    @property
    def repeats(self) -> int:
        """How often it was performed."""
        return len(self.acts)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "name": self.task.name,
            "kind": self.task.kind,
            "start_s": round(self.task.start_s, 3),
            "end_s": round(self.task.end_s, 3),
            "usable_s": round(self.usable_s, 3),
            "repeats": self.repeats,
            "repeats_asked": self.task.repeats or None,
            "acts": [{"start_s": round(start, 3), "end_s": round(end, 3)} for start, end in self.acts],
            "assessable": self.assessable,
            "because": list(self.because),
            "excursion_iod": {side.value: interval(self.size.get(side)) for side in SIDES} if self.size else None,
            "asymmetry": interval(self.asymmetry),
            "weaker": self.weaker.value,
            "synkinesis": [
                {"region": a.region, "side": a.side.value, "excursion_iod": interval(a.size)} for a in self.along
            ],
            "spasms": self.spasms,
            "spasms_per_min": interval(self.spasms_per_min),
            "spasms_after_per_min": interval(self.after_per_min),
        }


def interval(estimate: Estimate | None) -> dict[str, float] | None:
    """Return an estimate as ``{"value", "low", "high"}``, or None."""
    if estimate is None:
        return None
    return {name: round(getattr(estimate, name), 5) for name in ("value", "low", "high")}


def perform(filmed: Filmed, refused: bool = False) -> tuple[Performed, ...]:
    """Measure every task of a protocol.

    Parameters
    ----------
    filmed : Filmed
    refused : bool
        Whether the recording was refused: then nothing is said of any task.
    """
    tasks = filmed.protocol.tasks
    if refused:
        return tuple(Performed(task, 0.0, False, ("the recording was refused",)) for task in tasks)
    return tuple(_perform(filmed, task) for task in tasks)


@dataclass(eq=False)
class Filmed:
    """A recording and its protocol, for the tasks to be looked up in.

    Attributes
    ----------
    ground : Ground
        Of the whole recording, sides put right.
    events : sequence of Event
        What happened in it.
    protocol : Protocol
    yaw : (T,) float64
        Turn of the head, radians.
    """

    ground: Ground
    events: Sequence[Event]
    protocol: Protocol
    yaw: Floats

    @property
    def ch(self) -> Channels:
        """Both sides on one time axis."""
        return self.ground.ch

    @cached_property
    def blinks(self) -> Mask:
        """The frames (T,) of blinks."""
        return self.during([e for e in self.events if e.kind == "blink"])

    @cached_property
    def rest(self) -> Mask:
        """The frames (T,) in which nobody moves."""
        busy = self.during([e for e in self.events if e.kind in ("spasm", "expression", "head_motion", "synkinesis")])
        return self.of_kind("rest") & self.ch.usable & ~self.blinks & ~busy

    def window(self, start_s: float, end_s: float) -> Mask:
        """Return the frames (T,) of a stretch of time, half open."""
        return (self.ch.time_s >= start_s) & (self.ch.time_s < end_s)

    def of_kind(self, kind: str) -> Mask:
        """Return the frames (T,) of all tasks of a kind."""
        inside = np.zeros(len(self.ch.time_s), bool)
        for task in self.protocol.tasks:
            if task.kind == kind:
                inside |= self.window(task.start_s, task.end_s)
        return inside

    def during(self, events: Sequence[Event]) -> Mask:
        """Return the frames (T,) inside any of some events."""
        inside = np.zeros(len(self.ch.time_s), bool)
        for event in events:
            inside |= (self.ch.time_s >= event.onset_s) & (self.ch.time_s <= event.offset_s)
        return inside

    def seconds(self, mask: Mask) -> float:
        """Return the usable seconds of some frames (T,)."""
        return float(self.ground.step_s[mask & self.ch.usable].sum())

    def spasms(self, mask: Mask) -> int:
        """Return how many spasms began in some frames (T,)."""
        return self.begun("spasm", mask)

    def begun(self, kind: str, mask: Mask) -> int:
        """Return how many events of a kind began in some frames (T,)."""
        onsets = [event.onset_s for event in self.events if event.kind == kind]
        at = np.searchsorted(self.ch.time_s, onsets).clip(0, max(len(mask) - 1, 0)).astype(int)
        return int(mask[at].sum()) if len(mask) else 0


def _perform(filmed: Filmed, task: Task) -> Performed:
    window = filmed.window(task.start_s, task.end_s)
    usable = filmed.seconds(window)
    last = float(filmed.ch.time_s[-1]) if len(filmed.ch.time_s) else 0.0
    because = []
    if task.end_s > last + 0.5:
        because.append(f"the recording ends {task.end_s - last:.1f} s before the task does")
    if task.start_s < 0:
        because.append(f"the recording begins {-task.start_s:.1f} s after the task does")
    length = task.end_s - task.start_s
    if usable < _LEAST_SEEN * length:
        return Performed(
            task, usable, False, (*because, f"the face could be measured in {usable:.1f} of {length:.1f} s")
        )
    spasms = filmed.spasms(window)
    after = filmed.window(task.end_s, task.end_s + threshold("provoked_within_s"))
    counted = Performed(
        task, usable, True, tuple(because),
        spasms=spasms,
        spasms_per_min=rate(spasms, usable),
        after_per_min=rate(filmed.spasms(after), filmed.seconds(after)) if task.kind != "rest" else None,
    )  # fmt: skip
    if task.asks.unmeasured:
        return replace(counted, because=(*because, task.asks.unmeasured))
    return _moved(filmed, counted)


def _moved(filmed: Filmed, counted: Performed) -> Performed:
    """Measure the movement that a task asks for."""
    task, because = counted.task, [*counted.because]
    acts, shown = _repeats(filmed, task)
    if acts and shown is None:
        return _unassessable(counted, "too little quiet rest in the protocol to know the noise")
    alone = [not _in_spasm(filmed, act) for act in acts]
    clean = [act for act, is_alone in zip(acts, alone, strict=True) if is_alone]
    found = excursion(task.asks, shown.gone[alone] if clean else shown.gone, shown.still) if shown else None
    if shown is None or found is None or not _went(found, task):
        far = f", {percent_iod(max(e.value for e in found.size.values()))} at most" if found else ""
        return _unassessable(counted, f"not performed: no movement as asked above the noise{far}")
    along = tuple(moved_along(task.asks, shown.along, shown.along_still, found.size))
    times = tuple((float(filmed.ch.time_s[a.hold[0]]), float(filmed.ch.time_s[a.hold[-1]])) for a in acts)
    because += _shortfalls(task, len(acts), len(clean), bool(along))
    done = replace(counted, because=tuple(because), acts=times, along=along)
    # What moves along with every repeat looks like a spasm each time; the movement that was asked for is still sound.
    sound = clean or (acts if along else [])
    if not sound:
        return done
    why = _incomparable(filmed, task, sound)
    weaker = Side.NONE if why else weaker_side(found.asymmetry, len(sound))
    if weaker is not Side.NONE and knowledge.toxin_is_recent(filmed.protocol.days_since_toxin):
        weaker = Side.NONE
        because.append("recent toxin: no side is called weaker")
    return replace(
        done,
        because=(*because, why) if why else tuple(because),
        size=found.size if task.asks.side is Side.BOTH else {task.asks.side: found.size[task.asks.side]},
        asymmetry=None if why else found.asymmetry,
        weaker=weaker,
    )


class Shown(NamedTuple):
    """How far all places went in the repeats of a task, and in the same laid over rest, see :mod:`.excursion`."""

    gone: Floats
    still: Floats
    along: Mapping[Side, Floats]
    along_still: Mapping[Side, Floats]


class Repeats(NamedTuple):
    """The repeats of a task and what they showed; None without enough rest to know the noise."""

    acts: Sequence[Act]
    shown: Shown | None


def _repeats(filmed: Filmed, task: Task) -> Repeats:
    """Return the repeats of a task; where blinks and rest are what they were, so are the repeats."""
    ignored = np.zeros_like(filmed.blinks) if task.asks.lids else filmed.blinks
    follows_from = np.packbits(ignored).tobytes(), np.packbits(filmed.rest).tobytes()
    known: tuple[object, Repeats] | None = filmed.ground.known.get(task)
    if known is None or known[0] != follows_from:
        known = filmed.ground.known[task] = follows_from, _measured(filmed, task, ignored)
    return known[1]


def _measured(filmed: Filmed, task: Task, ignored: Mask) -> Repeats:
    ground = filmed.ground
    acts = find_acts(ground, task, ignored, filmed.rest)
    laid = shams(ground, acts, filmed.rest) if acts else []
    if len(laid) < _LEAST_SHAMS:
        return Repeats(acts, None)
    moved, still = (gone(ground, task.asks, each) for each in (acts, laid))
    along, along_still = (of_every_channel(ground, each) for each in (acts, laid))
    return Repeats(acts, Shown(moved, still, along, along_still))


def _unassessable(counted: Performed, why: str) -> Performed:
    return Performed(counted.task, counted.usable_s, False, (*counted.because, why))


def _shortfalls(task: Task, found: int, clean: int, along: bool) -> list[str]:
    """Say which repeats are missing, and what follows."""
    because = []
    if clean < found:
        because.append(f"{found - clean} of {count(found, 'repeat')} fell into a spasm")
    if task.repeats and found < task.repeats:
        because.append(f"{found} of {count(task.repeats, 'repeat')} found")
    if clean == 1:
        because.append("one repeat: the interval holds the noise of the recording only")
    if not clean:
        because.append("each with the same movement along" if along else "no repeat without a spasm")
    least = int(threshold("task_repeats_min"))
    if found < least:
        because.append(f"weakness and movement along need {least} repeats")
    return because


def _went(found: Excursion, task: Task) -> bool:
    """Say whether the side that moves more moved as asked: further than noise and further than nothing."""
    asked = SIDES if task.asks.side is Side.BOTH else (task.asks.side,)
    far = max((found.size[side] for side in asked), key=lambda size: size.value)
    return far.value > max(threshold("act_excursion_min_iod"), 3 * found.noise)


def _in_spasm(filmed: Filmed, act: Act) -> bool:
    """Say whether a spasm adds to an act."""
    start, end = filmed.ch.time_s[act.hold[0]], filmed.ch.time_s[act.hold[-1]]
    return any(e.kind == "spasm" and e.onset_s < end and e.offset_s > start for e in filmed.events)


def _incomparable(filmed: Filmed, task: Task, acts: Sequence[Act]) -> str:
    """Say why the two sides cannot be compared; empty if they can."""
    if task.asks.side is not Side.BOTH:
        return "one side was asked for: there is no asymmetry"
    turned = float(np.degrees(np.nanmedian(np.concatenate([np.abs(filmed.yaw[act.hold]) for act in acts]))))
    most = threshold("asymmetry_yaw_max_deg")
    if turned > most:
        return f"the head is turned by {turned:.0f} degrees: the sides can be compared below {most:.0f}"
    return ""
