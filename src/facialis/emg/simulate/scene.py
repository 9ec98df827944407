"""What stands ready before anything fires: channels, their motor units, the length, the randomness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from facialis.emg.simulate.potentials import Pool
from facialis.emg.simulate.trains import Train
from facialis.emg.simulate.truth import SimChannel
from facialis.findings import Side

CHEWING = ("masseter", "temporalis")
"""Of the fifth nerve, not the seventh."""

MUSCLES = (
    "frontalis",
    "corrugator",
    "orbicularis_oculi",
    "nasalis",
    "zygomaticus",
    "orbicularis_oris",
    "mentalis",
    "platysma",
    *CHEWING,
)
"""What electrodes may lie over."""

EDGE_S = 0.1  # nothing happens closer to either end


@dataclass(frozen=True, slots=True, eq=False)
class Volley:
    """One burst of one channel as it was planned.

    Attributes
    ----------
    channel : int
    train : Train
        Times from the start of the recording.
    kind : str
    group : int
    snr_db : float
        Mean square of its own signal within it over the noise's.
    """

    channel: int
    train: Train
    kind: str
    group: int
    snr_db: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What a plan draws from.

    Attributes
    ----------
    rng : numpy.random.Generator
    seconds : float
    channels : tuple of SimChannel
    pools : tuple of Pool
        One a channel.
    side : Side
        The affected one.
    snr_db : float
        Of a burst of middle strength.
    spread_db : float
        Standard deviation of the strengths.
    groups : iterator of int
        Numbers of events.
    tasks : tuple of (float, str)
        When a person is asked for which act.
    """

    rng: np.random.Generator
    seconds: float
    channels: tuple[SimChannel, ...]
    pools: tuple[Pool, ...]
    side: Side
    snr_db: float
    spread_db: float
    groups: Iterator[int]
    tasks: tuple[tuple[float, str], ...] = ()

    def where(self, muscles: tuple[str, ...] | None = None, side: Side | None = None) -> list[int]:
        """Return the channels over some muscles of a side; by default the face's (not the jaw's) of both."""
        return [
            place
            for place, channel in enumerate(self.channels)
            if (channel.muscle in muscles if muscles is not None else channel.muscle not in CHEWING)
            and (side is None or channel.side is side)
        ]

    def times(self, per_min: float, apart_s: float) -> list[float]:
        """Draw moments of a Poisson process, thinned so that they keep a distance."""
        expected = per_min * self.seconds / 60
        # What happens once or more on average happens at least once: a kind without its sign is another kind.
        count = max(self.rng.poisson(expected), int(expected >= 1))
        drawn = np.sort(self.rng.uniform(EDGE_S, max(self.seconds - EDGE_S, EDGE_S), count))
        kept: list[float] = []
        for at in drawn:
            if not kept or at - kept[-1] >= apart_s:
                kept.append(float(at))
        return kept

    def stretches(
        self, per_min: float, length_s: tuple[float, float], apart_s: float = 0.6
    ) -> list[tuple[float, float]]:
        """Draw stretches that keep a distance: begin and length, the length log-uniform."""
        free = 0.0
        drawn: list[tuple[float, float]] = []
        for at in self.times(per_min, 0.0):
            length = float(np.exp(self.rng.uniform(np.log(length_s[0]), np.log(length_s[1]))))
            if at >= free and (at + length < self.seconds - 1.0 or not drawn):
                drawn.append((at, min(length, max(0.8 * (self.seconds - at) - 0.6, length_s[0]))))
                free = at + length + apart_s
        return drawn

    def strength(self, extra_db: float = 0.0) -> float:
        """Draw how strong a burst is, decibels over the noise."""
        return self.snr_db + extra_db + float(self.rng.normal(0, self.spread_db))

    def volley(self, channel: int, train: Train, kind: str, group: int, extra_db: float = 0.0) -> list[Volley]:
        """Return the burst in a list, or an empty one where it would not lie wholly in the recording."""
        if not len(train) or train.times_s[0] < EDGE_S or train.times_s[-1] > self.seconds - EDGE_S:
            return []
        return [Volley(channel, train, kind, group, self.strength(extra_db))]
