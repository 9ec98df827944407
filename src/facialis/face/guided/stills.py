"""The seven stills of an examination: rest, gentle and forced closure, brow raise, snarl, smile, pucker.

They serve as baseline photographs, so each is the moment that shows its task best: furthest gone, both eyes as asked,
sharp, and the head straight on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face.events import Event
from facialis.face.events.channels import Channels
from facialis.face.guided.ground import Ground
from facialis.face.guided.tasks import Performed
from facialis.face.landmarks import Crop
from facialis.face.recording import Frame, frames_between
from facialis.face.signals import SIDES, Signals

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

STILLS = {
    "rest": "rest",
    "gentle closure": "closure_gentle",
    "forced closure": "closure_forced",
    "brow raise": "brow_raise",
    "snarl": "snarl",
    "smile": "smile",
    "pucker": "pucker",
}
"""Name of each still, and the kind of task that it is taken from."""

PIXELS = 768
_SHUT, _OPEN = 0.3, 0.7
# What a still gives up for one unit of cost: a tenth of the excursion, ten degrees, a fifth of the sharpness.
_OF_EXCURSION, _OF_DEGREES, _OF_SHARPNESS, _OF_REST_IOD = 0.1, 10.0, 0.2, 0.02
_READ_S = 0.2


class View(NamedTuple):
    """How each frame shows the face.

    Attributes
    ----------
    yaw : (T,) float64
        Turn of the head, radians.
    sharpness : (T,) float32
        Edge energy of the face relative to its contrast.
    """

    yaw: Floats
    sharpness: Floats


@dataclass(frozen=True)
class Still:
    """One still.

    Attributes
    ----------
    name : str
    time_s : float or None
        When; None where there is no such moment, and ``because`` says why.
    because : tuple of str
    """

    name: str
    time_s: float | None
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        at = None if self.time_s is None else round(self.time_s, 4)
        return {"name": self.name, "time_s": at, "because": list(self.because)}


def choose(ground: Ground, events: Sequence[Event], view: View, tasks: Sequence[Performed]) -> tuple[Still, ...]:
    """Return the best moment for each of the seven stills.

    Parameters
    ----------
    ground : Ground
    events : sequence of Event
    view : View
    tasks : sequence of Performed
        Empty without a protocol: then only the rest is offered, from the whole recording.
    """
    chosen = []
    for name, kind in STILLS.items():
        own = [one for one in tasks if one.task.kind == kind]
        if name == "rest":
            chosen.append(_rest(ground, events, view, own))
        elif not own:
            why = f"the protocol has no {name}" if tasks else "no protocol: nobody asked for it at a known time"
            chosen.append(Still(name, None, (why,)))
        else:
            chosen.append(_act(ground, view, own, name))
    return tuple(chosen)


def _rest(ground: Ground, events: Sequence[Event], view: View, own: Sequence[Performed]) -> Still:
    """Choose the moment in which nothing moves, the eyes open."""
    ch = ground.ch
    busy = np.zeros(len(ch.time_s), bool)
    for event in events:
        busy |= (ch.time_s >= event.onset_s) & (ch.time_s <= event.offset_s)
    fit = ch.usable & ~busy & (_eyes(ground.signals).min(axis=0) > _OPEN)
    if own:
        fit &= _within(ch, [(one.task.start_s, one.task.end_s) for one in own])
    if not fit.any():
        return Still("rest", None, ("no usable moment without a movement and with both eyes open",))
    at = _best(_pose_cost(view, fit) + ground.away / _OF_REST_IOD, fit)
    return Still("rest", float(ch.time_s[at]), ("nothing moves, both eyes open", _pose(view, at)))


def _act(ground: Ground, view: View, own: Sequence[Performed], name: str) -> Still:
    """Choose the moment of the largest excursion in the repeats of a task."""
    done = [one for one in own if one.acts]
    if not done:
        return Still(name, None, own[0].because[-1:] or ("not performed",))
    ch, asks = ground.ch, done[0].task.asks
    held = ch.usable & _within(ch, [act for one in done for act in one.acts])
    eyes = _eyes(ground.signals)
    as_asked = held & ((eyes.max(axis=0) < _SHUT) if asks.lids else (eyes.min(axis=0) > _OPEN))
    fit = as_asked if as_asked.any() else held
    if not fit.any():
        return Still(name, None, ("the face could not be measured while it was held",))
    gone = ground.course(asks)
    share = gone / max(float(gone[held].max()), 1e-9)
    at = _best(_pose_cost(view, fit) + (1 - share) / _OF_EXCURSION, fit)
    word = "closed" if asks.lids else "open"
    said = f"both eyes {word}" if as_asked.any() else f"the eyes were never both {word}"
    return Still(
        name, float(ch.time_s[at]), (f"{100 * share[at]:.0f} % of the largest excursion", said, _pose(view, at))
    )


def _eyes(signals: Signals) -> Floats:
    """Return the opening of both eyes (2, T), 0 closed and 1 open; half open where it is not known."""
    return np.stack([np.nan_to_num(signals.aperture[side].astype(np.float64), nan=0.5) for side in SIDES])


def _within(ch: Channels, spans: Sequence[tuple[float, float]]) -> Mask:
    inside = np.zeros(len(ch.time_s), bool)
    for start, end in spans:
        inside |= (ch.time_s >= start) & (ch.time_s <= end)
    return inside


def _pose_cost(view: View, fit: Mask) -> Floats:
    """Return what each frame lacks in pose and sharpness, (T,)."""
    sharp = np.nan_to_num(view.sharpness.astype(np.float64))
    best = max(float(sharp[fit].max()), 1e-9)
    turned = np.degrees(np.abs(np.nan_to_num(view.yaw, nan=np.pi)))
    return np.asarray(turned / _OF_DEGREES + (1 - sharp / best) / _OF_SHARPNESS)


def _best(cost: Floats, fit: Mask) -> int:
    return int(np.where(fit, cost, np.inf).argmin())


def _pose(view: View, at: int) -> str:
    return f"the head turned by {abs(np.degrees(view.yaw[at])):.0f} degrees"


def pictures(
    path: Path, stills: Sequence[Still], places: Sequence[tuple[float, Crop]]
) -> Iterator[tuple[str, npt.NDArray[np.uint8]]]:
    """Yield the name and the picture, (768, 768, 3) uint8 RGB, of each still that there is; the face turned level.

    Parameters
    ----------
    path : Path
        The recording.
    stills : sequence of Still
    places : sequence of (float, Crop)
        Where the face was.

    Raises
    ------
    RecordingError
        If the recording can no longer be read.
    """
    known = [(at, crop) for at, crop in places if crop.size > 0]
    for still in stills:
        if still.time_s is None or not known:
            continue
        frame = _nearest(frames_between(path, max(still.time_s - _READ_S, 0.0), still.time_s + _READ_S), still.time_s)
        crop = min(known, key=lambda place: abs(place[0] - (still.time_s or 0.0)))[1]
        if frame is not None:
            yield still.name, frame.sample(crop.matrix(PIXELS), (PIXELS, PIXELS))


def _nearest(frames: Iterator[Frame], at: float) -> Frame | None:
    return min(frames, key=lambda frame: abs(frame.time_s - at), default=None)


def file_names(stills: Sequence[Still]) -> Mapping[str, str]:
    """Return the file name of each still by its name.

    Parameters
    ----------
    stills : sequence of Still
    """
    return {still.name: still.name.replace(" ", "_") + ".png" for still in stills}
