"""A guided examination as a whole: what the protocol settles before anything is measured, and what its tasks showed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from facialis.face.events import Event
from facialis.face.guided.effects import Effect, effects
from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import Protocol
from facialis.face.guided.signs import task_findings
from facialis.face.guided.tasks import Filmed, Floats, Performed, perform
from facialis.face.guided.turn import Turn, read_turn, settle, sides_known
from facialis.face.quality import Quality
from facialis.face.summary import Summary
from facialis.findings import Finding, Side, State

_NEUTRAL = {"left": "side A", "right": "side B"}


@dataclass(frozen=True)
class Guided:
    """A protocol and what its turn to the arrow settled.

    Attributes
    ----------
    protocol : Protocol
    turn : Turn
        What the arrow showed.
    mirrored : str
        Whether the recording counts as mirrored: ``yes``, ``no`` or ``unknown``.
    warning : str
        That the caller and the arrow contradict each other; empty where they do not. Then no side is known.
    """

    protocol: Protocol
    turn: Turn
    mirrored: str
    warning: str

    def judged(self, quality: Quality) -> Quality:
        """Return the quality with the warning in front, if there is one."""
        if not self.warning:
            return quality
        verdict = "limited" if quality.verdict == "good" else quality.verdict
        return replace(quality, verdict=verdict, reasons=(self.warning, *quality.reasons))

    def summed(self, summary: Summary) -> Summary:
        """Return the summary without a side where the sides contradict each other."""
        side = sides_known(summary.affected_side, self.warning)
        if side is summary.affected_side:
            return summary
        return replace(summary, affected_side=side, side_probability=None, side_because=(self.warning,))

    def found(self, general: Sequence[Finding], guided: dict[str, Finding]) -> list[Finding]:
        """Return the general findings with those of the tasks put in, and no side where none is known."""
        told = merged(general, guided)
        if not self.warning:
            return told
        return [
            replace(one, side=sides_known(one.side, self.warning), because=tuple(map(_neutral, one.because)))
            for one in told
        ]

    def performed(self, tasks: Sequence[Performed]) -> tuple[Performed, ...]:
        """Return the tasks, none of which names a weaker side where the sides contradict each other."""
        return tuple(replace(one, weaker=Side.NONE) if self.warning else one for one in tasks)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form of the protocol."""
        because = [self.warning, *self.turn.because] if self.warning else [*self.turn.because]
        days = self.protocol.days_since_toxin
        return {
            "name": self.protocol.name,
            "mirrored_by_arrow": self.turn.mirrored,
            "because": because,
            "warning": self.warning or None,
            "days_since_toxin": None if days is None else round(days, 2),
        }


def _neutral(because: str) -> str:
    """Call the sides A and B in a reason. What a task is called, as in "wink left", stays: the person was asked so."""
    return re.sub(
        r"(\bthe |\bon the |: |, )(left|right)\b( side)?",
        lambda found: found[1].removesuffix("the ") + _NEUTRAL[found[2]],
        because,
    )


@dataclass(frozen=True, eq=False)
class Showed:
    """What the tasks of a guided examination showed.

    Attributes
    ----------
    tasks : tuple of Performed
    effects : tuple of Effect
    findings : dict of str to Finding
        Those that only tasks give, by code.
    """

    tasks: tuple[Performed, ...]
    effects: tuple[Effect, ...]
    findings: dict[str, Finding]


def guide(protocol: Protocol, time_s: Floats, yaw: Floats, mirrored: str) -> Guided:
    """Settle what a protocol settles before anything is measured.

    Parameters
    ----------
    protocol : Protocol
    time_s, yaw : (T,) float64
        Seconds of each frame, and the turn of the head in the picture, radians.
    mirrored : {"unknown", "no", "yes"}
        What the caller said.
    """
    turn = read_turn(time_s, yaw, protocol.tasks)
    return Guided(protocol, turn, *settle(mirrored, turn))


def show(protocol: Protocol, ground: Ground, events: Sequence[Event], yaw: Floats, refused: bool) -> Showed:
    """Return what the tasks of a protocol showed.

    Parameters
    ----------
    protocol : Protocol
    ground : Ground
        Sides put right.
    events : sequence of Event
    yaw : (T,) float64
        Turn of the head, radians.
    refused : bool
        Whether the recording was refused.
    """
    if not protocol.tasks:
        return Showed((), (), {})
    filmed = Filmed(ground, events, protocol, yaw)
    tasks = perform(filmed, refused)
    if refused:
        return Showed(tasks, (), {})
    seen = effects(filmed, tasks)
    return Showed(tasks, seen, task_findings(filmed, tasks, seen))


def merged(general: Sequence[Finding], guided: dict[str, Finding]) -> list[Finding]:
    """Return the findings of a recording, those of its tasks put in.

    What is present stands, whoever saw it. Otherwise the tasks' answer goes before the general one, which knew no task;
    that of blinking goes before it always, as closures that were asked for are no blinks at rest.

    Parameters
    ----------
    general : sequence of Finding
    guided : dict of str to Finding
        By code.
    """

    def one(finding: Finding) -> Finding:
        shown = guided.get(finding.code)
        seen_anyway = finding.state is State.PRESENT and shown is not None and shown.state is not State.PRESENT
        seen_anyway &= finding.code != "increased_blinking"
        return finding if shown is None or seen_anyway else shown

    return [one(finding) for finding in general]
