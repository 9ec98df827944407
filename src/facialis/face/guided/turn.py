"""The turn to the arrow on the screen's edge: it shows whether the recording is mirrored.

The person turns towards an arrow whose side is known; the picture shows to which of its own sides the nose went. In a
plain recording the person's right is on the picture's left. A wink would not do: not everyone can wink with either eye,
least of all with a weak one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.guided.protocol import LATE_S, Task
from facialis.findings import Side
from facialis.knowledge import threshold

Floats = npt.NDArray[np.floating[Any]]

_LONGEST_FRAME_S = 0.25


@dataclass(frozen=True)
class Turn:
    """What the arrow turn showed.

    Attributes
    ----------
    mirrored : str
        ``yes``, ``no`` or ``unknown``.
    because : tuple of str
        The reasons in words.
    """

    mirrored: str
    because: tuple[str, ...]


def read_turn(time_s: Floats, yaw: Floats, tasks: Sequence[Task]) -> Turn:
    """Return whether a recording is mirrored.

    Parameters
    ----------
    time_s : (T,) float64
        Seconds of each frame.
    yaw : (T,) float64
        Turn of the head in the picture, radians; positive where the nose points to the picture's right; NaN where no
        face was found.
    tasks : sequence of Task
        The whole protocol; the head's straight pose is the median outside its arrow turns.
    """
    arrows = [task for task in tasks if task.kind == "arrow"]
    if not arrows:
        return Turn("unknown", ("the protocol has no turn to an arrow",))
    inside = np.zeros(len(time_s), bool)
    for task in arrows:
        inside |= (time_s >= task.start_s) & (time_s < task.end_s + LATE_S)
    straight = yaw[~inside & np.isfinite(yaw)]
    if not len(straight):
        return Turn("unknown", ("the head was not seen looking straight on",))
    read = [_one(time_s, yaw - float(np.median(straight)), task) for task in arrows]
    words = {turn.mirrored for turn in read} - {"unknown"}
    because = tuple(reason for turn in read for reason in turn.because)
    if len(words) == 2:
        return Turn("unknown", (*because, "the turns contradict each other"))
    return Turn(words.pop() if words else "unknown", because)


def _one(time_s: Floats, turned: Floats, task: Task) -> Turn:
    """Read one turn from the angle to the straight pose, (T,)."""
    least, hold = threshold("arrow_yaw_min_deg"), threshold("arrow_hold_s")
    window = (time_s >= task.start_s) & (time_s < task.end_s + LATE_S)
    frame_s = np.minimum(np.diff(time_s, append=time_s[-1:]), _LONGEST_FRAME_S)
    degrees = np.degrees(turned)
    held = {
        "right": float(frame_s[window & (degrees >= least)].sum()),
        "left": float(frame_s[window & (degrees <= -least)].sum()),
    }
    ways = [way for way, seconds in held.items() if seconds >= hold]
    if len(ways) == 2:
        return Turn("unknown", (f'"{task.name}": the head turned both ways',))
    if not ways:
        seen = degrees[window & np.isfinite(degrees)]
        far = f"{np.abs(seen).max():.0f} degrees at most" if len(seen) else "no face was seen"
        return Turn("unknown", (f'"{task.name}": {far}; a turn is {least:.0f} degrees for {hold:.1f} s',))
    way = ways[0]
    # Who faces the camera has their right on the picture's left; in a mirrored picture it stays on the right.
    mirrored = way == task.arrow.value
    text = f"the arrow was on the person's {task.arrow}, the nose went to the picture's {way}"
    return Turn("yes" if mirrored else "no", (text,))


def settle(mirrored: str, turn: Turn) -> tuple[str, str]:
    """Return whether a recording counts as mirrored, and what to warn of; empty where all agree.

    Parameters
    ----------
    mirrored : {"unknown", "no", "yes"}
        What the caller said.
    turn : Turn
        What the arrow said; it settles the matter where the caller said nothing. Where they disagree nobody knows.
    """
    if mirrored == "unknown" or turn.mirrored == "unknown":
        return (turn.mirrored if mirrored == "unknown" else mirrored), ""
    if mirrored == turn.mirrored:
        return mirrored, ""
    said, shown = ("mirrored" if word == "yes" else "not mirrored" for word in (mirrored, turn.mirrored))
    return "unknown", (
        f"sides contradict: the recording was called {said}, the turn to the arrow shows it {shown}; "
        "film the turn again or correct the call, and plan nothing on a side before"
    )


def sides_known(side: Side, warning: str) -> Side:
    """Return a side, or NONE for left and right where the recording's sides contradict each other."""
    return Side.NONE if warning and side in (Side.LEFT, Side.RIGHT) else side
