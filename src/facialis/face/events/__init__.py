"""What happened: head motion and what both sides do together are explained first; the rest is named side by side."""

from __future__ import annotations

from collections.abc import Sequence

from facialis.face.events.channels import MOST_FRAMES, channels
from facialis.face.events.event import Asked, Event
from facialis.face.events.lids import both_lids
from facialis.face.events.naming import named
from facialis.face.events.onesided import one_sided
from facialis.face.events.together import expressions, head_motions
from facialis.face.signals import Signals, slowed

__all__ = ["Asked", "Event", "find_events"]


def find_events(signals: Signals, asked: Sequence[Asked] = ()) -> list[Event]:
    """Return everything that happened in a recording, in order of onset.

    Parameters
    ----------
    signals : Signals
    asked : sequence of Asked
        What tasks asked for, and when; such a movement is an expression.
    """
    signals = slowed(signals, MOST_FRAMES)
    ch = channels(signals)
    if len(ch.time_s) < 8 or not ch.usable.any():
        return []
    blinks, closures = both_lids(ch, signals, asked)
    explained = [*blinks, *closures, *head_motions(ch), *expressions(ch)]
    sided = named(signals, one_sided(ch), [*blinks, *closures], asked)
    return sorted([*explained, *sided], key=lambda event: (event.onset_s, event.kind))
