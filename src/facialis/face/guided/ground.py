"""What a recording shows whatever its events are called: found once, so that the figures soon follow a reviewer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from facialis.face.events.channels import CHANNELS, Channels, channels
from facialis.face.fusion import trusted
from facialis.face.guided.kinds import Kind
from facialis.face.regions import PARTS
from facialis.face.signals import SIDES, Signals
from facialis.findings import Side

Floats = npt.NDArray[np.floating[Any]]
Made = TypeVar("Made")

_MOST_ACTS = 8000
_MOST_PATTERNS = 16


class Once:
    """What was made of some keys, each made once; beyond a number of them all are forgotten.

    Parameters
    ----------
    most : int
        How many are remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[Hashable, Any] = {}

    def __call__(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of a key."""
        made: Made | None = self._made.get(key)
        if made is None:
            if len(self._made) >= self._most:
                self._made.clear()
            made = self._made[key] = make()
        return made


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
        self.went = Once(_MOST_ACTS)
        """How far everything went in an act, by the act."""
        self.laid = Once(_MOST_PATTERNS)
        """Where an act could be laid over the recording, by the act."""
        self._courses: dict[Kind, Floats] = {}
        self._steps: dict[str, Floats] = {}

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

    @cached_property
    def both(self) -> Floats:
        """How far every channel of both sides lies from its rest, (T, 2, C, 2)."""
        return np.stack([self.ch.moved[side] for side in SIDES], axis=1)

    @staticmethod
    def points(channel: str) -> int:
        """Return how many points a channel has on each side."""
        return 1 if channel == "lid" else len(PARTS[channel][1])

    def path(self, channel: str, window: slice) -> Floats:
        """Return the path of every point of a channel on both sides over some frames, (T, 2, N, 2), axes of the face.

        Parameters
        ----------
        channel : str
        window : slice
            The frames; paths of skin begin at the first of them.
        """
        if channel != "lid":
            region, members = PARTS[channel]
            return np.cumsum(self._trusted(region)[window][:, :, list(members)], axis=0, dtype=np.float64)
        shut = np.stack([self.signals.closure[side][window] for side in SIDES], axis=1)
        shut = np.nan_to_num(shut.astype(np.float64))
        return np.stack([np.zeros_like(shut), shut], axis=-1)[:, :, None]

    def _trusted(self, region: str) -> Floats:
        """Return the steps of every point of both sides, (T, 2, N, 2), those that slipped set to their median."""
        if region not in self._steps:
            exact = np.stack([trusted(self.signals.steps[region, side]) for side in SIDES], axis=1)
            # Steps are kept as half floats: half the memory holds their medians too, but for the wildest.
            brief = exact.astype(np.float32)
            self._steps[region] = brief if np.array_equal(brief, exact) else exact
        return self._steps[region]
