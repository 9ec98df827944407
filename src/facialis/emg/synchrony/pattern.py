"""What the pattern over the muscles is like: hemifacial spasm, both sides at once, synkinesis, or blinks alone.

A pattern is no diagnosis: the differential sees findings and nothing of this. Three questions are asked of the moments,
in this order, and each answer is the probability that a share lies beyond what errors make of it:

1. is there more than blinks?
2. if so, does a side move by itself? An act that drags along the other half of the face is not by itself.
3. if not, is it such acts, or do both sides begin at once?

Both sides moving each by itself is hemifacial spasm of both sides, and not blepharospasm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from facialis.emg.synchrony import lag
from facialis.emg.synchrony.moments import BLINK, BOTH, LEFT, RIGHT, Moments
from facialis.units import count

PATTERNS = ("hemifacial_spasm", "bilateral", "synkinesis", "blinks")
FEWEST = 8
"""Moments before a pattern is spoken of."""
MORE_THAN_BLINKS = 0.1
"""Share of moments that are not blinks, from which it is more than blinks: some are found too long or on one side."""
BY_ITSELF = 0.12
"""Share of what is no blink that is on one side by itself, from which a side moves by itself: acts break to pieces."""
DRAGGED = 0.35
"""Share of acts that drag along in what both sides do, from which it is synkinesis: half an act may not be found."""
BEFORE = (0.2, 0.8)
"""What is taken to have been seen before anything was: one moment, and that rather not."""
SLOW_S, SLOW_WIDTH_S = 0.003, 0.002
"""Where a lag stops being that of spasm that spreads in a blink (4-12 ms) and becomes that of regrowth (10-40 ms), the
act that leads being found some 8 ms late because it swells."""
DOUBT = 0.04
"""Kept for what none of the questions asks for, shared by all."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the pattern is like.

    Attributes
    ----------
    probability : mapping of str to float, or None
        Of each of :data:`PATTERNS`, together one; None where too little was seen.
    because : tuple of str
    """

    probability: Mapping[str, float] | None
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return its public form."""
        return {"probability": dict(self.probability) if self.probability else None, "because": list(self.because)}


def pattern(moments: Moments) -> Pattern:
    """Say what the pattern of moments is like."""
    recorded, number = moments.recorded, int(np.count_nonzero(moments.kind <= BLINK))
    if not (recorded[0] and recorded[2]):
        return Pattern(None, ("needs electrodes on the eye of both sides",))
    if number < FEWEST:
        return Pattern(None, (f"{count(number, 'moment')}: too few to speak of a pattern",))
    events = moments.unasked
    alone, both = (
        int(np.count_nonzero(events & (moments.kind <= RIGHT))),
        int(np.count_nonzero(events & (moments.kind == BOTH))),
    )
    dragged, late = moments.dragged_lag_s
    side = LEFT if np.count_nonzero(dragged == LEFT) >= np.count_nonzero(dragged == RIGHT) else RIGHT
    with_act = int(np.count_nonzero(dragged == side))
    blinks = int(np.count_nonzero((moments.kind == BLINK) & (dragged < 0)))
    middle = float(np.median(late[dragged == side])) if with_act else 0.0
    slow = with_act / (1 + float(np.exp(-(middle - SLOW_S) / SLOW_WIDTH_S)))
    more = _exceeds(MORE_THAN_BLINKS, alone + both + with_act, blinks)
    itself = _exceeds(BY_ITSELF, alone, both + slow)
    drags = _exceeds(DRAGGED, slow, both)
    plain = {
        "hemifacial_spasm": more * itself,
        "bilateral": more * (1 - itself) * (1 - drags),
        "synkinesis": more * (1 - itself) * drags,
        "blinks": 1 - more,
    }
    reasons = (
        f"{alone} on one side by itself, {both} on both sides at once, {count(blinks, 'blink')} with nothing else",
        f"{with_act} of {count(int(np.count_nonzero(moments.acts)), 'act')} drag along the other half of one side"
        + (f", {lag.in_words(middle)}" if with_act else ""),
    )
    return Pattern({name: (1 - DOUBT) * plain[name] + DOUBT / len(plain) for name in PATTERNS}, reasons)


def _exceeds(share: float, hits: float, others: float) -> float:
    """Return the probability that a share exceeds another, from what was counted."""
    return float(stats.beta.sf(share, BEFORE[0] + hits, BEFORE[1] + others))
