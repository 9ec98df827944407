"""What a pattern is looked for in: bursts by channel, moments, and how long was watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg.bursts import Bursts
from facialis.emg.recording import Channel
from facialis.emg.synchrony.moments import BLINK, NOT_FACIAL, Moments
from facialis.findings import Estimate, Finding, Side, State
from facialis.intervals import rate
from facialis.paper.words import region
from facialis.units import count

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Seen:
    """Bursts that nothing speaks against, and all that is known about them.

    Attributes
    ----------
    bursts : Bursts
    channels : tuple of Channel
    usable_s : array, shape (n_channels,)
    moments : Moments
    side : Side
        The affected one.
    """

    bursts: Bursts
    channels: tuple[Channel, ...]
    usable_s: Floats
    moments: Moments
    side: Side

    def of_face(self) -> Iterator[tuple[int, Channel, Bursts]]:
        """Yield the channels of the face with their bursts; a muscle that nobody named counts as one of the face."""
        for place, channel in enumerate(self.channels):
            if channel.use == "emg" and channel.muscle not in NOT_FACIAL:
                yield place, channel, self.bursts.of(place)

    def of_jaw(self) -> Iterator[tuple[int, Channel, Bursts]]:
        """Yield the channels of muscles that the trigeminal nerve drives."""
        for place, channel in enumerate(self.channels):
            if channel.use == "emg" and channel.muscle in ("masseter", "temporalis"):
                yield place, channel, self.bursts.of(place)

    @cached_property
    def events(self) -> npt.NDArray[np.bool_]:
        """Moments that are no blink and were not asked for, a mask."""
        return np.asarray(self.moments.unasked & (self.moments.kind < BLINK))

    @property
    def watched_s(self) -> float:
        """Seconds of the channel that was watched longest."""
        return float(self.usable_s.max(initial=0.0))

    def enough(self, number: int, seconds: float) -> bool:
        """Say whether so many in so much time are present: two, at a rate whose lower bound is above that of errors."""
        often = rate(number, seconds)
        least = knowledge.threshold("present_events_min")
        return often is not None and number >= least and often.low > knowledge.threshold("emg_false_moments_per_min")

    def too_little(self, chances: int) -> str:
        """Say why a sign cannot be called absent after so many chances to show; empty if it can."""
        seconds, least = knowledge.threshold("absent_rest_s"), int(knowledge.threshold("absent_opportunities_min"))
        if chances >= least and self.watched_s >= seconds:
            return ""
        had = f"{count(chances, 'opportunity', 'opportunities')} and {self.watched_s:.0f} s"
        return f"not seen in {had}; absent needs {least} and {seconds:.0f} s"


def unknown(code: str, reason: str) -> Finding:
    """Return a finding that cannot be assessed."""
    return Finding(code, State.NOT_ASSESSABLE, source="emg", because=(reason,))


def present(code: str, side: Side, estimate: Estimate | None, *because: str) -> Finding:
    """Return a finding that is there."""
    return Finding(code, State.PRESENT, side, estimate, "emg", because)


def absent(code: str, estimate: Estimate | None, *because: str) -> Finding:
    """Return a finding that is not there."""
    return Finding(code, State.ABSENT, Side.NONE, estimate, "emg", because)


def joined(sides: list[Side]) -> Side:
    """Return the side of several channels."""
    known = {side for side in sides if side in (Side.LEFT, Side.RIGHT)}
    return Side.NONE if not known else known.pop() if len(known) == 1 else Side.BOTH


def named(channel: Channel) -> str:
    """Name a channel as in a text."""
    if channel.muscle is None:
        return channel.name
    return f"{region(channel.muscle)} {channel.side.value}".removesuffix(" none")
