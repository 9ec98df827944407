"""Sweeps after a stimulus and the truth of every response in every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from facialis.emg.simulate.potentials import Floats
from facialis.emg.simulate.truth import Signals, SimChannel
from facialis.findings import Side

SCHEMA = "facialis.emg_sweeps_truth/1"


@dataclass(frozen=True, slots=True)
class Response:
    """One response of one channel.

    Attributes
    ----------
    channel : int
    name : str
        "M", "volume" (the M of a neighbour, seen from afar), "F", "LSR", "R1", "R2i", "R2c", "late".
    latency_ms : tuple of float or None
        A sweep each: where the response first exceeds 5 % of its own peak; of R1 and R2 alike. None where it is absent.
    amplitude_uv : tuple of float or None
        A sweep each: from its lowest to its highest point, without noise and artefact.
    peak_uv : tuple of float or None
        A sweep each: its largest distance from the baseline.
    """

    channel: int
    name: str
    latency_ms: tuple[float | None, ...]
    amplitude_uv: tuple[float | None, ...]
    peak_uv: tuple[float | None, ...]

    @property
    def present(self) -> tuple[bool, ...]:
        """In which sweeps it is there."""
        return tuple(latency is not None for latency in self.latency_ms)

    @property
    def persistence(self) -> float:
        """In which share of the sweeps it is there."""
        return sum(self.present) / len(self.present)

    def median(self, of: str) -> float | None:
        """Return the median over the sweeps that have it of "latency_ms", "amplitude_uv" or "peak_uv"."""
        values = [value for value in getattr(self, of) if value is not None]
        return float(np.median(values)) if values else None

    def to_json(self) -> dict[str, Any]:
        """Return its public form."""

        def rounded(values: tuple[float | None, ...]) -> list[float | None]:
            return [None if value is None else round(value, 4) for value in values]

        return {
            "channel": self.channel,
            "name": self.name,
            "persistence": round(self.persistence, 4),
            "median_latency_ms": rounded((self.median("latency_ms"),))[0],
            "median_amplitude_uv": rounded((self.median("amplitude_uv"),))[0],
            "latency_ms": rounded(self.latency_ms),
            "amplitude_uv": rounded(self.amplitude_uv),
            "peak_uv": rounded(self.peak_uv),
        }


@dataclass(frozen=True, slots=True)
class SweepsTruth:
    """The truth of a set of sweeps; responses that are in no sweep are left out."""

    kind: str
    seed: int
    stimulated: str
    affected: Side
    channels: tuple[SimChannel, ...]
    responses: tuple[Response, ...]
    noise_uv: float
    settings: Mapping[str, Any]

    def of(self, channel: int, name: str | None = None) -> tuple[Response, ...]:
        """Return the responses of one channel."""
        return tuple(one for one in self.responses if one.channel == channel and name in (None, one.name))

    def to_json(self) -> dict[str, Any]:
        """Return the public form (``facialis.emg_sweeps_truth/1``)."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "seed": self.seed,
            "stimulated": self.stimulated,
            "affected": self.affected.value,
            "noise_uv": self.noise_uv,
            "settings": dict(self.settings),
            "channels": [channel.to_json() for channel in self.channels],
            "responses": [response.to_json() for response in self.responses],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """Sweeps of several channels with their truth.

    Attributes
    ----------
    kind : {"lateral_spread", "blink"}
    channels : tuple of SimChannel
    stimulated : str
        Branch and side, ``"zygomatic_left"``.
    rate_hz : float
    time_ms : float64, shape (n_samples,)
        0 is the stimulus.
    signals : float32, shape (n_channels, n_sweeps, n_samples)
        Microvolts.
    evoked : float32, same shape
        The same without noise and background: artefact and responses.
    truth : SweepsTruth
    """

    kind: str
    channels: tuple[SimChannel, ...]
    stimulated: str
    rate_hz: float
    time_ms: Floats
    signals: Signals
    evoked: Signals
    truth: SweepsTruth
