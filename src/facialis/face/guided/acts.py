"""Voluntary acts: when the person did what a task asked for, and how far each place went from its rest each time.

An act is rest, hold, rest. Displacement counts from the line between the two rests, so that a slow drift of the
recording takes no part in it. The same measure taken where nobody moves (a sham act) is its noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face.events.candidate import RECOVERED
from facialis.face.events.channels import CHANNELS, Channels, frame_rate
from facialis.face.fusion import segments
from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import LATE_S, Task

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
Frames = npt.NDArray[np.intp]

_AROUND_S = 1.5
_SHORTEST_S = 0.35
"""A closure of both eyes that is shorter cannot be told from a blink."""
_BRIDGED_S = 0.15
_REST_S = 0.4
_LONGEST_RISE_S = 1.5
_SEEN = 0.8
_SHAMS = 40


class Act(NamedTuple):
    """One act: the frames of the rest before it, of its hold, and of the rest after it.

    One of the two rests may be empty, not both.
    """

    before: Frames
    hold: Frames
    after: Frames

    @property
    def key(self) -> tuple[bytes, ...]:
        """What tells it from other acts."""
        return tuple(part.tobytes() for part in self)

    @property
    def first(self) -> int:
        """First frame that the act needs."""
        return int(self.before[0] if len(self.before) else self.hold[0])

    @property
    def last(self) -> int:
        """Last frame that the act needs."""
        return int(self.after[-1] if len(self.after) else self.hold[-1])


def find_acts(ground: Ground, task: Task, ignored: Mask, rest: Mask) -> list[Act]:
    """Return the times at which a task was performed, whether it was performed well or hardly at all.

    Parameters
    ----------
    ground : Ground
    task : Task
        Of a kind that moves something.
    ignored : (T,) bool
        Frames that show something else, such as a blink in a smile.
    rest : (T,) bool
        Frames of rest, anywhere in the recording.
    """
    ch, way = ground.ch, ground.course(task.asks)
    seen = ch.usable & ~ignored
    inside = seen & (ch.time_s >= task.start_s) & (ch.time_s < task.end_s + LATE_S)
    near = seen & (ch.time_s >= task.start_s - _AROUND_S) & (ch.time_s < task.end_s + _AROUND_S)
    if inside.sum() < 8:
        return []
    low, high = float(np.percentile(way[near], 10)), float(np.percentile(way[inside], 95))
    if rest.any():
        # The task next to it may go the other way, a smile before a pucker: below rest there is no rest.
        low = max(low, float(np.median(way[rest])))
    up = _closed((way > (low + high) / 2) & inside, round(_BRIDGED_S * frame_rate(ch.time_s)))
    parts = [part for part in segments(up) if ch.time_s[part.stop - 1] - ch.time_s[part.start] >= _SHORTEST_S]
    if task.repeats and len(parts) > task.repeats:
        # More than were asked for: a slow blink or a false start is shorter than what was meant.
        longest = sorted(parts, key=lambda part: ch.time_s[part.stop - 1] - ch.time_s[part.start])[-task.repeats :]
        parts = sorted(longest)
    edges = [0, *(at for part in parts for at in part), len(way)]
    acts = [
        _act(ch, way - low, seen, (part.start, part.stop), (edges[2 * i], edges[2 * i + 3]))
        for i, part in enumerate(parts)
    ]
    return [act for act in acts if act is not None]


def _closed(mask: Mask, gap: int) -> Mask:
    """Return the mask with its short gaps filled."""
    filled = mask.copy()
    for part in segments(~mask):
        if part.start and part.stop < len(mask) and part.stop - part.start <= gap:
            filled[part.start : part.stop] = True
    return filled


def _act(ch: Channels, way: Floats, seen: Mask, part: tuple[int, int], free: tuple[int, int]) -> Act | None:
    """Return an act from the frames (start, stop) above half its height; rest is looked for in the ``free`` frames."""
    start, stop = part
    top = float(np.percentile(way[start:stop], 95))
    hold = start + np.flatnonzero((way[start:stop] >= 0.9 * top) & seen[start:stop])
    low = seen & (way < 0.2 * top)
    before = _rest(ch.time_s, low, start, free[0], -1)
    after = _rest(ch.time_s, low, stop - 1, free[1] - 1, 1)
    if not len(hold) or not (len(before) or len(after)):
        return None
    act = Act(before, hold, after)
    return act if ch.usable[act.first : act.last + 1].mean() >= _SEEN else None


def _rest(time_s: Floats, low: Mask, near: int, far: int, way: int) -> Frames:
    """Return the frames of rest next to an act: the nearest low frame on that side, and those of 0.4 s beyond it."""
    line = np.arange(near, far + way, way)
    line = line[np.abs(time_s[line] - time_s[near]) <= _LONGEST_RISE_S + _REST_S]
    calm = line[low[line]]
    calm = calm[np.abs(time_s[calm] - time_s[calm[0]]) <= _REST_S] if len(calm) else calm
    return np.sort(calm) if len(calm) >= 3 else calm[:0]


def shams(ground: Ground, acts: Sequence[Act], still: Mask) -> list[Act]:
    """Return acts of the usual timing laid over frames in which nobody moves; they measure noise.

    Parameters
    ----------
    ground : Ground
    acts : sequence of Act
        At least one.
    still : (T,) bool
        Frames of rest.
    """
    time_s = ground.ch.time_s
    usual = sorted(acts, key=lambda act: time_s[act.last] - time_s[act.first])[len(acts) // 2]
    at, once = ground.laid(usual.key, lambda: _laid(ground.ch, usual))
    calm = sum((still[frames] & new).sum(axis=1) for frames, new in zip(at, once, strict=True))
    laid = np.flatnonzero(calm / sum(new.sum(axis=1) for new in once) >= _SEEN)
    few = laid[np.linspace(0, len(laid) - 1, min(len(laid), _SHAMS)).astype(int)]
    return [Act(*(frames[i][new[i]] for frames, new in zip(at, once, strict=True))) for i in few]


def _laid(ch: Channels, usual: Act) -> tuple[list[Frames], list[Mask]]:
    """Return the frames of an act laid over the recording at every quarter of a second, and which of them are new.

    Each of the three parts is (starts, frames); of a frame that comes twice the second is not new.
    """
    spans = [ch.time_s[part] - ch.time_s[usual.first] for part in usual]
    length = float(ch.time_s[usual.last] - ch.time_s[usual.first])
    starts = np.arange(ch.time_s[0], ch.time_s[-1] - length, 0.25)
    # Every frame of the pattern moves by the same time, so that a variable rate does no harm.
    at = [np.searchsorted(ch.time_s, starts[:, None] + span) for span in spans]
    once = [np.diff(frames, axis=1, prepend=-1) > 0 for frames in at]
    return [frames.clip(0, len(ch.time_s) - 1) for frames in at], once


def displacement(paths: Floats, time_s: Floats, act: Act, origin: int = 0) -> Floats:
    """Return how far paths (T, ..., 2) lie at an act's hold from the line between its rests, (..., 2).

    Parameters
    ----------
    paths : (T, ..., 2) float
        Places over time.
    time_s : (T,) float
        Seconds of all frames.
    act : Act
    origin : int
        Frame that the first entry of ``paths`` belongs to.
    """
    held = paths[act.hold - origin].mean(axis=0)
    ends = [(time_s[part].mean(), paths[part - origin].mean(axis=0)) for part in (act.before, act.after) if len(part)]
    if len(ends) == 1:
        return np.asarray(held - ends[0][1])
    (early, foot), (late, end) = ends
    share = (time_s[act.hold].mean() - early) / (late - early)
    return np.asarray(held - (1 - share) * foot - share * end)


def of_channels(ground: Ground, act: Act) -> Floats:
    """Return the displacement of every channel of both sides (2, C, 2) in an act, what pixels lose put right."""
    moved = displacement(ground.both, ground.ch.time_s, act)
    gain = np.array([1.0 if name == "lid" else RECOVERED for name in CHANNELS])
    return np.asarray(moved / gain[:, None])


def of_points(ground: Ground, channels: Sequence[str], act: Act) -> Floats:
    """Return the displacement of every point of some channels on both sides (2, N, 2) in an act.

    Both as if they were on the left side. The lid is one point that moves along y.
    """
    window = slice(act.first, act.last + 1)
    path = np.concatenate([ground.path(channel, window) for channel in channels], axis=2)
    pixels = np.concatenate([[channel != "lid"] * ground.points(channel) for channel in channels])
    moved = displacement(path, ground.signals.time_s, act, act.first) / np.where(pixels, RECOVERED, 1.0)[:, None]
    moved[1, pixels, 0] *= -1.0
    return np.asarray(moved)
