"""What was watched, for how long, and whether it is enough to speak of presence or of absence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facialis import knowledge
from facialis.face.events import Event
from facialis.face.quality import Quality
from facialis.face.signals import Signals
from facialis.intervals import rate


def covered_seconds(events: Sequence[Event]) -> float:
    """Return the seconds covered by events, overlaps counted once."""
    total, end = 0.0, -np.inf
    for event in sorted(events, key=lambda e: e.onset_s):
        total += max(event.offset_s - max(event.onset_s, end), 0.0)
        end = max(end, event.offset_s)
    return total


def unseen(signals: Signals) -> list[tuple[float, float]]:
    """Return the stretches (start, end), seconds, that could not be measured and are long enough to hide a twitch."""
    time_s = signals.time_s
    seen = np.flatnonzero(signals.usable)
    edges = np.concatenate([time_s[:1], time_s[seen], time_s[-1:]])
    longer = np.flatnonzero(np.diff(edges) > knowledge.threshold("event_merge_s"))
    return [(float(edges[i]), float(edges[i + 1])) for i in longer]


@dataclass(frozen=True, eq=False)
class Watched:
    """One clip, asked whether it shows enough.

    Attributes
    ----------
    events : sequence of Event
    quality : Quality
    """

    events: Sequence[Event]
    quality: Quality

    @property
    def spasms(self) -> list[Event]:
        """The spasms alone."""
        return [event for event in self.events if event.kind == "spasm"]

    @property
    def sure(self) -> bool:
        """Enough spasms to speak of: two, and a rate whose lower bound lies above the false rate."""
        seen = len(self.spasms)
        often = None if self.quality.verdict == "refused" else rate(seen, self.quality.usable_s)
        if often is None or seen < knowledge.threshold("present_events_min"):
            return False
        return often.low > knowledge.threshold("false_spasms_per_min")

    @property
    def probability(self) -> float:
        """How likely it is that at least two of the spasms are real, if each is so with its own probability."""
        chances = np.array([event.probability for event in self.spasms])
        none = np.prod(1.0 - chances)
        one = sum(chance * np.prod(np.delete(1.0 - chances, i)) for i, chance in enumerate(chances))
        return round(float(np.clip(1.0 - none - one, 0.0, 1.0)), 4)

    @property
    def _busy(self) -> list[Event]:
        return [event for event in self.events if event.kind in ("expression", "head_motion")]

    @property
    def rest_s(self) -> float:
        """Usable seconds without expressions and head motion."""
        return max(self.quality.usable_s - covered_seconds(self._busy), 0.0)

    @property
    def blinks_at_rest(self) -> int:
        """Blinks whose deepest moment lies in rest."""
        busy = [(event.onset_s, event.offset_s) for event in self._busy]
        blinks = [event.apex_s for event in self.events if event.kind == "blink"]
        return sum(not any(start <= apex <= end for start, end in busy) for apex in blinks)

    def too_short(self, chances: int) -> str:
        """Say why a sign cannot be called absent after so many chances to show; empty if it can."""
        rest, least = knowledge.threshold("absent_rest_s"), int(knowledge.threshold("absent_opportunities_min"))
        if self.rest_s >= rest and chances >= least:
            return ""
        return f"not seen in {chances} chances and {self.rest_s:.0f} s of rest; absent needs {least} and {rest:.0f} s"
