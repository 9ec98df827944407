"""What head and face do as a whole: quick motions of the head, and expressions that both sides of the face share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.events.channels import CHANNELS, LOWER, REGION_OF, Channels
from facialis.face.events.event import Event
from facialis.face.fusion import level, segments, stretches
from facialis.findings import Side

Floats = npt.NDArray[np.floating[Any]]

EXPRESSION_IOD = 0.025
_HEAD_SPEED = 0.6
_POSTURE_SECONDS = 6.0
_WILLED = [i for i, name in enumerate(CHANNELS) if REGION_OF[name] in LOWER or REGION_OF[name] == "frontalis"]


def head_motions(ch: Channels) -> list[Event]:
    """Return the quick movements of the head."""
    events = []
    for part in _bridged(segments(ch.head > _HEAD_SPEED), 0.3, ch.time_s):
        window = slice(part[0], part[1])
        apex = part[0] + int(ch.head[window].argmax())
        step = np.diff(ch.time_s, prepend=ch.time_s[:1])[window]
        events.append(
            Event(
                "head_motion",
                Side.BOTH,
                float(ch.time_s[part[0]]),
                float(ch.time_s[apex]),
                float(ch.time_s[part[1] - 1]),
                float((ch.head[window] * step).sum()),
                (),
                None,
                0.95,
                (f"the head moves at up to {ch.head[apex]:.1f} inter-ocular distances a second",),
            )
        )
    return events


def expressions(ch: Channels) -> list[Event]:
    """Return what both sides of the face did together: speech, smiles, chewing, raised brows."""
    sizes = np.zeros((len(ch.time_s), len(_WILLED)))
    for part in stretches(ch.usable, ch.time_s):
        window = slice(part.start, part.stop)
        each = []
        for side in (Side.LEFT, Side.RIGHT):
            path = ch.moved[side][window][:, _WILLED].reshape(part.stop - part.start, -1)
            path = path - level(path, ch.time_s[window], _POSTURE_SECONDS)
            each.append(np.hypot(path[:, ::2], path[:, 1::2]))
        sizes[window] = np.minimum(*each)
    size = sizes.max(axis=1)
    events = []
    for start, stop in _bridged(segments((size > EXPRESSION_IOD) & ch.usable), 0.4, ch.time_s):
        if ch.time_s[stop - 1] - ch.time_s[start] < 0.15:
            continue
        window = slice(start, stop)
        apex = start + int(size[window].argmax())
        names = [REGION_OF[CHANNELS[_WILLED[i]]] for i in np.argsort(-sizes[apex]) if sizes[apex, i] > EXPRESSION_IOD]
        took = tuple(dict.fromkeys(names))
        events.append(
            Event(
                "expression",
                Side.BOTH,
                float(ch.time_s[start]),
                float(ch.time_s[apex]),
                float(ch.time_s[stop - 1]),
                float(size[apex]),
                took,
                None,
                0.9,
                (f"both sides move together by up to {100 * size[apex]:.1f} % IOD",),
            )
        )
    return events


def _bridged(parts: Iterable[tuple[int, int]], gap_s: float, time_s: Floats) -> list[tuple[int, int]]:
    """Join stretches that are less than a gap apart."""
    joined: list[tuple[int, int]] = []
    for start, stop in parts:
        if joined and time_s[start] - time_s[joined[-1][1] - 1] < gap_s:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined
