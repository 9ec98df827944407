"""What a recording shows whatever its events are called: found once, so that the figures soon follow a reviewer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.events.channels import CHANNELS, Channels, channels
from facialis.face.fusion import trusted
from facialis.face.guided.kinds import Kind
from facialis.face.regions import PARTS
from facialis.face.signals import SIDES, Signals
from facialis.findings import Side

Floats = npt.NDArray[np.floating[Any]]


class Ground:
    """The signals of one recording, and what was made of them so far.

    Parameters
    ----------
    signals : Signals
        Sides put right.
    """

    def __init__(self, signals: Signals) -> None:
        self.signals = signals
        self.known: dict[Any, Any] = {}
        """What else was found, by what it follows from."""
        self._courses: dict[Kind, Floats] = {}
        self._steps: dict[tuple[str, Side], Floats] = {}

    @cached_property
    def ch(self) -> Channels:
        """Both sides on one time axis."""
        return channels(self.signals)

    @cached_property
    def step_s(self) -> Floats:
        """Seconds that each frame stands for, (T,)."""
        step = np.diff(self.ch.time_s, append=self.ch.time_s[-1:])
        usual = float(np.median(step[:-1])) if len(step) > 1 else 0.0
        step = np.minimum(step, 3 * usual)
        step[-1:] = usual
        return np.asarray(step)

    @cached_property
    def away(self) -> Floats:
        """How far both sides lie from their rest, the mean of all channels, (T,)."""
        return np.asarray(sum(np.hypot(*np.moveaxis(self.ch.moved[side], -1, 0)).mean(axis=1) for side in SIDES))

    def course(self, asks: Kind) -> Floats:
        """Return how far the asked movement has gone, (T,): the sum over its places, the mean over the asked sides.

        Parameters
        ----------
        asks : Kind
            Of a task that moves something.
        """
        if asks not in self._courses:
            sides = (Side.LEFT, Side.RIGHT) if asks.side is Side.BOTH else (asks.side,)
            total = np.zeros(len(self.ch.time_s))
            for channel, direction in asks.found_by or asks.moves:
                for side in sides:
                    total += self.ch.moved[side][:, CHANNELS.index(channel)] @ np.array(direction)
            self._courses[asks] = total / len(sides)
        return self._courses[asks]

    def steps(self, channel: str, side: Side) -> Floats:
        """Return the steps of every point of a part, (T, N, 2), those that slipped set to the median of their region.

        Parameters
        ----------
        channel : str
            A key of :data:`facialis.face.regions.PARTS`.
        side : Side
        """
        if (channel, side) not in self._steps:
            region, members = PARTS[channel]
            exact = trusted(self.signals.steps[region, side])[:, list(members)]
            # Steps are kept as half floats: half the memory holds their medians too, but for the wildest.
            brief = exact.astype(np.float32)
            self._steps[channel, side] = brief if np.array_equal(brief, exact) else exact
        return self._steps[channel, side]
