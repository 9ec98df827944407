"""What one side did and the other did not: edges of the side difference, grown to whole events.

A spasm starts within a tenth of a second or two, on one side; speech, smiles and blinks start as fast but on both. So
the edge of the difference between the sides is held against the noise of the clip plus a share of what both sides and
the head do at that moment. From an edge the whole pattern over the regions is taken, the recording is projected on it,
and onset and offset are read from that one course.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.events.candidate import Candidate, measured
from facialis.face.events.channels import EDGE_SECONDS, Channels, edges, thresholds
from facialis.face.fusion import stretches
from facialis.findings import Side

Floats = npt.NDArray[np.floating[Any]]

_LONGEST_SECONDS = 12.0
_USUAL_SECONDS = 2.5
_KINK = 0.2


def one_sided(ch: Channels) -> list[Candidate]:
    """Return what one side did and the other did not, not yet named; one event may be found several times."""
    if len(ch.time_s) < 8:
        return []
    found: list[Candidate] = []
    for side in (Side.LEFT, Side.RIGHT):
        limit = thresholds(ch, side)
        size = np.hypot(*np.moveaxis(edges(ch.own[side], ch.time_s), -1, 0))
        excess = (size / limit).max(axis=1)
        for part in stretches(ch.usable, ch.time_s):
            found += _in_stretch(ch, side, part.start, part.stop, excess, limit)
    return found


def _in_stretch(ch: Channels, side: Side, start: int, stop: int, excess: Floats, limit: Floats) -> list[Candidate]:
    """Grow every edge of a stretch that counts, strongest first; an event is often found from both its ends."""
    left = excess[start:stop].copy()
    near = max(1, round(EDGE_SECONDS * ch.rate) // 2)
    # What comes into view or goes out of it in this very moment is not judged.
    left[: 2 * near], left[-2 * near :] = 0, 0
    found: list[Candidate] = []
    while left.size and left.max() > 1:
        at = int(left.argmax())
        found += _grow(ch, side, start, stop, start + at, limit)
        left[max(at - near, 0) : at + near + 1] = 0
    return found


def _grow(ch: Channels, side: Side, start: int, stop: int, at: int, limit: Floats) -> list[Candidate]:
    """Follow one edge to the whole event it belongs to, taken once as a beginning and once as an end."""
    rate = ch.rate
    half = max(1, round(EDGE_SECONDS * rate))
    found = []
    for way in (-1, 1):
        # Most events are short; only what does not end within two seconds and a half is looked at more widely.
        for seconds in (_USUAL_SECONDS, _LONGEST_SECONDS):
            reach = int(seconds * rate)
            low, high = max(start, at - reach), min(stop, at + reach)
            path = ch.own[side][low:high] / limit[at][None, :, None]
            foot, top = (int(np.clip(at - low + way * s * half, 0, len(path) - 1)) for s in (1, -1))
            hill = _hill(path, foot, top, half)
            if hill is not None:
                edge = float(np.hypot(*(path[top] - path[foot]).T).max())
                candidate = measured(ch, side, low, *hill, edge)
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
