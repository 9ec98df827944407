"""What one side did and the other did not: edges of the side difference, grown to whole events.

A spasm starts within a tenth of a second or two, on one side; speech, smiles and blinks start as fast but on both. So
the edge of the difference between the sides is held against the noise of the clip plus a share of what both sides and
the head do at that moment. From an edge the whole pattern over the regions is taken, the recording is projected on it,
and onset and offset are read from that one course.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from facialis.face.fusion import stretches, trusted
from facialis.face.regions import PARTS, pull_direction
from facialis.face.signals import Signals
from facialis.findings import Side
from facialis.knowledge import threshold

Floats = npt.NDArray[np.float64]

CHANNELS = (*PARTS, "lid")
"""What an event is looked for in: the parts of the skin over the muscles, and the eyelids."""

REGION_OF = {**{part: region for part, (region, _) in PARTS.items()}, "lid": "orbicularis_oculi"}

LOWER = frozenset({"nasalis", "zygomaticus", "orbicularis_oris", "mentalis", "platysma"})
UPPER = frozenset({"frontalis", "orbicularis_oculi"})

_PULLS = np.array([pull_direction(region, Side.LEFT) for region, _ in PARTS.values()] + [[0.0, 1.0]])
"""Pull of each channel on the left side; a closing lid goes down."""

RECOVERED = 0.92
"""Share of a twitch that the pixels give back, `python -m benchmarks flow`; displacements are put right by it."""

EDGE_SECONDS = 0.1
_NOISE_FACTOR = 3.5
_FLOOR = {
    "lid": 0.02,
    "mentalis": 0.012,
    "platysma": 0.02,
    "orbicularis_oris upper": 0.01,
    "orbicularis_oris lower": 0.012,
}
_SMALLEST = 0.008
_COMMON_SHARE = 0.15
_HEAD_SHARE = 0.04
_LONGEST_SECONDS = 12.0
_USUAL_SECONDS = 2.5
_KINK = 0.2


class Measures(NamedTuple):
    """What an event is judged by.

    Attributes
    ----------
    excess : float
        Edge of the side difference over its threshold.
    one_sided : float
        (own - other side's displacement) / larger of the two: 1 is one side alone, 0 both alike.
    own_share : float
        Share of the difference between the sides that this side's displacement makes up: 1 for one side alone, 0.5 for
        two sides that move against each other.
    flank_other : float
        What the other side does while this one starts and ends, along the same pattern, over what this one does: 0 for
        one side alone, 1 for both alike.
    along : float
        How well the displacement follows the muscles' pull: 1 along it, -1 against it.
    astray : float
        How far the course ends from where it began, relative to its peak.
    rise_s : float
        Time from 10 to 90 % of the peak at the fastest speed of the rise: a hold that creeps up is still a quick start.
    spread : int
        Number of regions that took part.
    upper_and_lower : bool
        The eye and the mouth or cheek of that side moved.
    common : float
        What both sides did during the event, inter-ocular distances.
    restless : float
        What the same pattern does in the 1.5 s before and after: upper quartile of its edges over the event's peak.
    head : float
        Fastest head motion during the event, inter-ocular distances a second.
    lag_s : float or None
        Half-way time of the lower face less that of the upper; None if only one of them moved.
    brow_up, lid_down : float
        How far the brow rose and the lids closed on that side, inter-ocular distances.
    """

    excess: float
    one_sided: float
    own_share: float
    flank_other: float
    along: float
    astray: float
    rise_s: float
    spread: int
    upper_and_lower: bool
    common: float
    restless: float
    head: float
    lag_s: float | None
    brow_up: float
    lid_down: float


class Candidate(NamedTuple):
    """A one-sided event before it has a name."""

    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    plateau_s: float
    sizes: dict[str, float]
    measures: Measures


@dataclass(eq=False)
class Channels:
    """Both sides on one time axis: ``moved[side]`` (T, C, 2), light smoothing above 60 frames a second, gaps filled."""

    time_s: Floats
    moved: dict[Side, Floats]
    head: Floats
    usable: npt.NDArray[np.bool_]

    @cached_property
    def difference(self) -> Floats:
        """Left less right, (T, C, 2)."""
        return self.moved[Side.LEFT] - self.moved[Side.RIGHT]

    @cached_property
    def smallest(self) -> Floats:
        """Smallest edge of the difference that counts in a quiet moment, (C,), inter-ocular distances."""
        floor = np.array([_FLOOR.get(name, _SMALLEST) for name in CHANNELS])
        return np.asarray(np.fmax(_NOISE_FACTOR * noise(self), floor), dtype=np.float64)


def channels(signals: Signals) -> Channels:
    """Collect the signals that events are looked for in."""
    time_s = np.asarray(signals.time_s)
    rate = frame_rate(time_s)
    width = rate / 120.0 if rate > 60 else 0.0
    moved = {}
    for side in (Side.LEFT, Side.RIGHT):
        lid = np.column_stack([np.zeros(len(time_s)), signals.closure[side]])
        stack = np.stack([*(signals.parts[part, side] for part in PARTS), lid], axis=1).astype(np.float64)
        stack = _filled(stack, signals.usable)
        moved[side] = ndimage.gaussian_filter1d(stack, width, axis=0) if width else stack
    head = np.nan_to_num(signals.head_speed.astype(np.float64))
    return Channels(time_s, moved, head, signals.usable)


def frame_rate(time_s: Floats) -> float:
    """Return the usual number of frames a second; 30 where there are too few frames to tell."""
    return float(1 / max(np.median(np.diff(time_s)), 1e-3)) if len(time_s) > 2 else 30.0


def _filled(stack: Floats, usable: npt.NDArray[np.bool_]) -> Floats:
    """Hold the last seen value over gaps; events are never looked for inside them."""
    known = usable & np.isfinite(stack).all(axis=(1, 2))
    if not known.any():
        return np.zeros_like(stack)
    last = np.maximum.accumulate(np.where(known, np.arange(len(stack)), 0))
    last[: np.argmax(known)] = np.argmax(known)
    return np.asarray(stack[last])


def edges(path: Floats, time_s: Floats) -> Floats:
    """Return how far a path (T, ...) goes from 0.1 s before each frame to 0.1 s after."""
    later = np.clip(np.searchsorted(time_s, time_s + EDGE_SECONDS - 1e-6), 0, len(time_s) - 1)
    earlier = np.clip(np.searchsorted(time_s, time_s - EDGE_SECONDS + 1e-6, side="right") - 1, 0, len(time_s) - 1)
    return np.asarray(path[later] - path[earlier])


def noise(ch: Channels) -> Floats:
    """Return the edge that noise alone makes in each channel, (C,).

    Read from how much two neighbouring steps differ, over the quieter quarter of the frames: motion of the face is
    smooth over three frames where noise is not. Steps add up over an edge as in a random walk.
    """
    if ch.usable.sum() < 10:
        return np.full(len(CHANNELS), np.nan)
    jerk = np.hypot(*np.moveaxis(np.diff(ch.difference, n=2, axis=0), -1, 0))[ch.usable[1:-1]]
    # The lower quartile of a Rayleigh variable is 0.76 of its deviation; two steps have twice the variance of one.
    step: Floats = np.percentile(jerk, 25, axis=0) / 0.76 / np.sqrt(2)
    return np.asarray(step * np.sqrt(2 * EDGE_SECONDS * frame_rate(ch.time_s)))


def thresholds(ch: Channels) -> Floats:
    """Return the edge that counts at each moment, (T, C): noise, plus a share of what both sides and the head do."""
    window = max(1, round(0.3 * frame_rate(ch.time_s))) | 1
    left, right = (np.hypot(*np.moveaxis(edges(ch.moved[s], ch.time_s), -1, 0)) for s in (Side.LEFT, Side.RIGHT))
    common = ndimage.maximum_filter1d(np.minimum(left, right), window, axis=0)
    head = ndimage.maximum_filter1d(ch.head, window) * 2 * EDGE_SECONDS
    return np.asarray(ch.smallest + _COMMON_SHARE * common + _HEAD_SHARE * head[:, None])


def one_sided(ch: Channels) -> list[Candidate]:
    """Return what one side did and the other did not, not yet named; one event may be found several times."""
    if len(ch.time_s) < 8:
        return []
    limit = thresholds(ch)
    size = np.hypot(*np.moveaxis(edges(ch.difference, ch.time_s), -1, 0))
    excess = (size / limit).max(axis=1)
    found: list[Candidate] = []
    for part in stretches(ch.usable, ch.time_s):
        found += _in_stretch(ch, part.start, part.stop, excess, limit)
    return found


def _in_stretch(ch: Channels, start: int, stop: int, excess: Floats, limit: Floats) -> list[Candidate]:
    """Grow every edge of a stretch that counts, strongest first; an event is often found from both its ends."""
    left = excess[start:stop].copy()
    near = max(1, round(EDGE_SECONDS * frame_rate(ch.time_s)) // 2)
    # What comes into view or goes out of it in this very moment is not judged.
    left[: 2 * near], left[-2 * near :] = 0, 0
    found: list[Candidate] = []
    while left.size and left.max() > 1:
        at = int(left.argmax())
        found += _grow(ch, start, stop, start + at, limit)
        left[max(at - near, 0) : at + near + 1] = 0
    return found


def _grow(ch: Channels, start: int, stop: int, at: int, limit: Floats) -> list[Candidate]:
    """Follow one edge to the whole event it belongs to, taken once as a beginning and once as an end."""
    rate = frame_rate(ch.time_s)
    half = max(1, round(EDGE_SECONDS * rate))
    found = []
    for way in (-1, 1):
        # Most events are short; only what does not end within two seconds and a half is looked at more widely.
        for seconds in (_USUAL_SECONDS, _LONGEST_SECONDS):
            reach = int(seconds * rate)
            low, high = max(start, at - reach), min(stop, at + reach)
            path = ch.difference[low:high] / limit[at][None, :, None]
            foot, top = (int(np.clip(at - low + way * s * half, 0, len(path) - 1)) for s in (1, -1))
            hill = _hill(path, foot, top, half)
            if hill is not None:
                edge = float(np.hypot(*(path[top] - path[foot]).T).max())
                candidate = _measured(ch, low, *hill, edge)
                found += [candidate] if candidate is not None else []
                break
    return found


def _hill(path: Floats, foot: int, top: int, half: int) -> tuple[tuple[int, int, int], Floats] | None:
    """Return (foot, apex, foot) of the event that one edge is a flank of, and its course; None if it never ends."""
    course = _project(path, path[foot], path[top] - path[foot])
    span = _span(course, top, half)
    if span is None:
        return None
    # The pattern of the whole event, seen from the line between its feet, is less noisy than that of one edge.
    first, apex, last = span
    share = (apex - first) / (last - first)
    middle = (1 - share) * path[first] + share * path[last]
    course = _project(path, middle, path[apex] - middle)
    span = _span(course, apex, half)
    return None if span is None else (span, course)


def _project(path: Floats, foot: Floats, pattern: Floats) -> Floats:
    """Return the path (T, C, 2) along a pattern (C, 2): 0 at the foot, 1 where the pattern is complete."""
    size = float((pattern**2).sum())
    return np.asarray(((path - foot) * pattern).sum(axis=(1, 2)) / max(size, 1e-12))


def _span(course: Floats, near: int, still: int) -> tuple[int, int, int] | None:
    """Return foot, apex and foot of the hill at ``near``; None if it does not come down on both sides."""
    apex = near
    while True:
        begin = max(apex - 3, 0)
        best = begin + int(course[begin : apex + 4].argmax())
        if course[best] <= course[apex]:
            break
        apex = best
    first, last = _foot(course, apex, -1, still), _foot(course, apex, 1, still)
    if first is None or last is None or last - first < 2:
        return None
    return first, first + int(course[first : last + 1].argmax()), last


def _foot(course: Floats, apex: int, step: int, still: int) -> int | None:
    """Walk down one flank to its kink: below half the peak, and from there on slower than a fifth of its fastest fall.

    A level alone would not do: beside speech the course does not come to rest.
    """
    flank = course[apex::step] if step > 0 else course[apex::-1]
    low = np.flatnonzero(flank < 0.5 * flank[0])
    if not len(low):
        return None
    falls = -np.diff(flank, append=flank[-1])
    begin = int(low[0])
    fastest = float(falls[max(begin - still, 0) : begin + 1].max())
    slow = np.flatnonzero(falls[begin:] < _KINK * fastest)
    return int(apex + step * (begin + slow[0])) if len(slow) else None


def _measured(ch: Channels, low: int, span: tuple[int, int, int], course: Floats, excess: float) -> Candidate | None:
    """Turn a span of the course into a candidate; None if neither side did clearly more."""
    first, apex, last = span
    window = slice(low + first, low + last + 1)
    time_s = ch.time_s[window]
    moved = {side: _excursion(ch.moved[side][window], apex - first) for side in (Side.LEFT, Side.RIGHT)}
    sizes = {side: np.hypot(*vectors.T) for side, vectors in moved.items()}
    limit = ch.smallest
    side = max(sizes, key=lambda s: float((sizes[s] / limit).max()))
    mine, other = sizes[side], sizes[side.other]
    takes = (mine > 0.6 * limit) & (mine > 0.2 * mine.max()) & (mine > 1.5 * other)
    took = [i for i in np.argsort(-mine) if takes[i]]
    if not took:
        return None
    profile = course[first : last + 1]
    profile = profile - np.linspace(profile[0], profile[-1], len(profile))
    peak = float(profile[apex - first])
    level = threshold("event_edge_fraction") * peak
    onset, offset = (crossing(time_s, profile, apex - first, level, step) for step in (-1, 1))
    above = time_s[profile >= 0.7 * peak]
    names: dict[str, float] = {}
    for i in took:
        names.setdefault(REGION_OF[CHANNELS[i]], float(mine[i]))
    measures = Measures(
        excess=excess,
        one_sided=float(1 - other[took].max() / max(mine[took].max(), 1e-9)),
        own_share=_own_share(moved[side][took], moved[side.other][took]),
        flank_other=_flank_other(ch, window, side, took, profile / max(peak, 1e-9)),
        along=_along(moved[side], took),
        astray=float(abs(course[last] - course[first]) / max(peak, 1e-9)),
        rise_s=_rise(profile[: apex - first + 1], time_s[: apex - first + 1]),
        spread=len(names),
        upper_and_lower=bool(UPPER & names.keys() and LOWER & names.keys()),
        common=float(np.minimum(mine, other).max()),
        restless=_restless(course, first, last, peak, frame_rate(ch.time_s)),
        head=float(ch.head[window].max()),
        lag_s=_lag(ch.difference[window], time_s, apex - first, took),
        brow_up=float(-moved[side][CHANNELS.index("frontalis medial"), 1]),
        lid_down=float(moved[side][CHANNELS.index("lid"), 1]),
    )
    plateau = float(np.ptp(above)) if len(above) else 0.0
    return Candidate(side, onset, float(time_s[apex - first]), offset, plateau, names, measures)


def _own_share(mine: Floats, other: Floats) -> float:
    """Return the share of a difference of displacements (K, 2) that one side makes up, limited to 0 to 2."""
    difference = mine - other
    return float(np.clip((mine * difference).sum() / max(float((difference**2).sum()), 1e-12), 0, 2))


def _flank_other(ch: Channels, window: slice, side: Side, took: list[int], profile: Floats) -> float:
    """Compare the two sides on the flanks of an event only: a hold lasts long enough for speech to go on under it."""
    high = np.flatnonzero(profile >= 0.8)
    scale = ch.smallest[took, None]
    mine, other = (ch.moved[s][window][:, took] / scale for s in (side, side.other))
    shares = []
    for begin, end in ((0, int(high[0])), (len(profile) - 1, int(high[-1]))):
        pattern = (mine[end] - mine[begin]) - (other[end] - other[begin])
        own, its = (float(((path[end] - path[begin]) * pattern).sum()) for path in (mine, other))
        shares.append((abs(its), abs(own)))
    return float(np.clip(sum(a for a, _ in shares) / max(sum(b for _, b in shares), 1e-9), 0, 2))


def _along(mine: Floats, took: list[int]) -> float:
    """Return the cosine between displacements (C, 2) and the pulls of their muscles, weighted by size."""
    chosen = mine[took]
    size = float(np.hypot(*chosen.T).sum())
    return float((chosen * _PULLS[took]).sum() / max(size, 1e-9))


def _rise(flank: Floats, time_s: Floats) -> float:
    """Return how long a flank takes from 10 to 90 % at its fastest, seconds."""
    speed = np.diff(flank) / np.maximum(np.diff(time_s), 1e-6)
    top = float(speed.max()) if len(speed) else 0.0
    return 0.8 * float(flank[-1]) / top if top > 0 else float(np.ptp(time_s))


def _restless(course: Floats, first: int, last: int, peak: float, rate: float) -> float:
    """Return the usual edge of a course outside an event, relative to the event's peak."""
    lag = max(1, round(EDGE_SECONDS * rate))
    around = round(1.5 * rate)
    outside = [course[max(first - around, 0) : first + 1], course[last : last + around]]
    edges_ = np.concatenate([np.abs(part[lag:] - part[:-lag]) if len(part) > lag else np.zeros(0) for part in outside])
    return float(np.percentile(edges_, 75) / max(peak, 1e-9)) if len(edges_) else 1.0


def _lag(path: Floats, time_s: Floats, apex: int, took: list[int]) -> float | None:
    """Return how much later the lower face is half-way up than the upper face, seconds."""
    halves = []
    for group in (LOWER, UPPER):
        members = [i for i in took if REGION_OF[CHANNELS[i]] in group]
        if not members:
            return None
        top = path[apex, members]
        foot = (path[0, members] + path[-1, members]) / 2
        course = ((path[:, members] - foot) * (top - foot)).sum(axis=(1, 2))
        peak = int(course.argmax())
        halves.append(crossing(time_s, course, peak, 0.5 * float(course[peak]), -1))
    return halves[0] - halves[1]


def _excursion(moved: Floats, apex: int) -> Floats:
    """Return the displacement (C, 2) at the apex from the line between first and last frame, mean of three frames."""
    share = apex / max(len(moved) - 1, 1)
    line = (1 - share) * moved[0] + share * moved[-1]
    top = moved[max(apex - 1, 0) : apex + 2] if len(moved) > 8 else moved[apex : apex + 1]
    return np.asarray(top.mean(axis=0) - line)


def crossing(time_s: Floats, profile: Floats, apex: int, level: float, step: int) -> float:
    """Return when the profile crosses a level, walking from the apex; linear between frames."""
    i = apex
    while 0 <= i + step < len(profile) and profile[i + step] > level:
        i += step
    j = i + step
    if not 0 <= j < len(profile):
        return float(time_s[i])
    share = (profile[i] - level) / max(profile[i] - profile[j], 1e-12)
    return float(time_s[i] + share * (time_s[j] - time_s[i]))


def farthest(signals: Signals, regions: Iterable[str], side: Side, span: tuple[float, float, float]) -> float:
    """Return the largest displacement of any point over some regions at an event's apex, inter-ocular distances.

    Parameters
    ----------
    signals : Signals
    regions : iterable of str
        Muscles that took part.
    side : Side
        LEFT or RIGHT.
    span : tuple of float
        Onset, apex and offset, seconds. Displacement counts from the line between the places at onset and at offset.
    """
    low, apex, high = (int(i) for i in np.searchsorted(signals.time_s, span))
    low, high = max(low - 2, 0), min(high + 2, len(signals.time_s))
    top = 0.0
    for region in regions:
        path = np.cumsum(trusted(signals.steps[region, side][low:high]), axis=0)
        if len(path) < 3:
            continue
        line = np.linspace(path[0], path[-1], len(path))
        near = slice(max(apex - 1 - low, 0), apex + 2 - low)
        moved = (path - line)[near]
        top = max(top, float(np.hypot(moved[..., 0], moved[..., 1]).max(initial=0.0)))
    return top / RECOVERED
