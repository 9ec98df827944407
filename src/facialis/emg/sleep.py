"""When the person slept, as the annotations of the recording say it: stages as polysomnography writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from facialis.emg.recording import Annotation, Source, Span

EPOCH_S = 30.0
"""A stage without a duration and without a next one lasts an epoch of sleep scoring."""

_STAGE = r"\b(?:sleep\s*stage|stage)\s*:?\s*"
_ASLEEP = re.compile(_STAGE + r"(?:n?[1-4]|r(?:em)?)\b|^n[1-3]$|^rem$|^asleep$|^s[1-4]$", re.IGNORECASE)
_AWAKE = re.compile(_STAGE + r"w(?:ake)?\b|^(?:wake|awake|w|woke up)$", re.IGNORECASE)
_UNSCORED = re.compile(_STAGE + r"\?|movement time|^unscored$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scored:
    """What was scored, as stretches that do not overlap and lie within what was recorded.

    Attributes
    ----------
    asleep, awake : tuple of Span
        Both empty where nobody scored the sleep.
    """

    asleep: tuple[Span, ...] = ()
    awake: tuple[Span, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything was scored."""
        return bool(self.asleep or self.awake)


def scored(annotations: Sequence[Annotation], source: Source) -> Scored:
    """Read the stages out of the annotations.

    A stage lasts as long as it says, else until the next stage, else an epoch; what was not recorded is left out.
    """
    stages = sorted((one for one in annotations if _state(one.text)), key=lambda one: one.onset_s)
    found: dict[str, list[Span]] = {"asleep": [], "awake": [], "unscored": []}
    for place, one in enumerate(stages):
        following = stages[place + 1].onset_s if place + 1 < len(stages) else one.onset_s + (one.duration_s or EPOCH_S)
        end = min(one.onset_s + one.duration_s, following) if one.duration_s > 0 else following
        for span in source.spans:
            start, stop = max(one.onset_s, span.start_s), min(end, span.end_s)
            if stop > start:
                found[_state(one.text)].append(Span(start, stop))
    return Scored(tuple(found["asleep"]), tuple(found["awake"]))


def _state(text: str) -> str:
    plain = text.strip()
    if _UNSCORED.search(plain):
        return "unscored"
    if _ASLEEP.search(plain):
        return "asleep"
    return "awake" if _AWAKE.search(plain) else ""


def seconds(spans: Sequence[Span]) -> float:
    """Return how long stretches are together."""
    return sum(span.end_s - span.start_s for span in spans)
