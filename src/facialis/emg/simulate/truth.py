"""What was really put into the signals: channels, bursts to the microsecond, lags, confounders with their times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.findings import Side

SCHEMA = "facialis.emg_truth/1"

Signals = npt.NDArray[np.float32]


class SimulationError(ValueError):
    """What was asked for cannot be made; the text says what and why."""


@dataclass(frozen=True, slots=True)
class SimChannel:
    """One pair of electrodes: its label, the muscle under it, the patient's own side."""

    name: str
    muscle: str
    side: Side

    def to_json(self) -> dict[str, str]:
        """Return its public form, as in a montage."""
        return {"name": self.name, "muscle": self.muscle, "side": self.side.value}


@dataclass(frozen=True, slots=True)
class SimAnnotation:
    """What an annotation of the file says; seconds from the start."""

    onset_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Burst:
    """One true burst of one channel.

    Attributes
    ----------
    channel : int
        Place in the channels.
    onset_s, offset_s : float
        Where the first discharge's potential first exceeds 2 % of its peak, and where the last one's last does.
    rms_uv : float
        Of the burst's own signal within it, without noise.
    snr_db : float
        Its mean square over that of the noise there.
    form : {"isolated", "grouped", "tonic"}
        2 s or longer is tonic; one of three or more less than 1 s apart is grouped.
    discharge_hz : float or None
        Mean rate at which each of its motor units fired; None where it was made without discharges.
    spikes : tuple of float
        Begin of each discharge of each unit, seconds, in order.
    kind : str
        What made it: "spasm", "afterdischarge", "blink", "voluntary", "synkinesis", ...
    group : int
        Bursts of one event in several muscles share it.
    """

    channel: int
    onset_s: float
    offset_s: float
    rms_uv: float
    snr_db: float
    form: str
    discharge_hz: float | None
    spikes: tuple[float, ...]
    kind: str
    group: int

    def to_json(self) -> dict[str, Any]:
        """Return its public form, times to the microsecond."""
        return {
            "channel": self.channel,
            "onset_s": round(self.onset_s, 6),
            "offset_s": round(self.offset_s, 6),
            "rms_uv": round(self.rms_uv, 4),
            "snr_db": round(self.snr_db, 3),
            "form": self.form,
            "discharge_hz": None if self.discharge_hz is None else round(self.discharge_hz, 3),
            "spikes": [round(spike, 6) for spike in self.spikes],
            "kind": self.kind,
            "group": self.group,
        }


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A confounder that was really there: its name, when, on which channels (empty: on all), and its size."""

    name: str
    start_s: float
    end_s: float
    channels: tuple[int, ...] = ()
    size: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return its public form."""
        return {
            "name": self.name,
            "start_s": round(self.start_s, 6),
            "end_s": round(self.end_s, 6),
            "channels": list(self.channels),
            "size": self.size,
        }


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of one recording.

    Attributes
    ----------
    kind : str
    seed : int
    affected : Side
    channels : tuple of SimChannel
    bursts : tuple of Burst
        By onset.
    lags : mapping of (int, int) to float
        Seconds from the first channel's onset to the second's, the median over the events that both took part in.
    disturbances : tuple of Disturbance
    noise_uv : float
    settings : mapping
        What else it was made with.
    """

    kind: str
    seed: int
    affected: Side
    channels: tuple[SimChannel, ...]
    bursts: tuple[Burst, ...]
    lags: Mapping[tuple[int, int], float]
    disturbances: tuple[Disturbance, ...]
    noise_uv: float
    settings: Mapping[str, Any]

    def of(self, channel: int) -> tuple[Burst, ...]:
        """Return the bursts of one channel."""
        return tuple(burst for burst in self.bursts if burst.channel == channel)

    def to_json(self) -> dict[str, Any]:
        """Return the public form (``facialis.emg_truth/1``)."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "seed": self.seed,
            "affected": self.affected.value,
            "noise_uv": self.noise_uv,
            "settings": dict(self.settings),
            "channels": [channel.to_json() for channel in self.channels],
            "lags": [{"channels": list(pair), "lag_s": round(lag, 6)} for pair, lag in self.lags.items()],
            "confounders": [disturbance.to_json() for disturbance in self.disturbances],
            "bursts": [burst.to_json() for burst in self.bursts],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """A recording with its truth.

    Attributes
    ----------
    channels : tuple of SimChannel
    rate_hz : float
    signals : float32, shape (n_channels, n_samples)
        Microvolts; NaN where nothing was recorded (gaps).
    truth : Truth
    annotations : tuple of SimAnnotation
    """

    channels: tuple[SimChannel, ...]
    rate_hz: float
    signals: Signals
    truth: Truth
    annotations: tuple[SimAnnotation, ...] = ()
