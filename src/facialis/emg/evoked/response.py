"""One response, present, absent or not assessable, with its numbers and its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facialis.emg.evoked.sweeps import Sweeps
from facialis.findings import Estimate, State

NAMES = ("M", "LSR", "R1", "R2i", "R2c", "F")
WORDS = {
    "M": "direct motor response",
    "LSR": "lateral spread response",
    "R1": "R1",
    "R2i": "R2, ipsilateral",
    "R2c": "R2, contralateral",
    "F": "F-wave",
}


@dataclass(frozen=True, slots=True)
class Response:
    """What one channel shows after stimuli to one branch.

    Attributes
    ----------
    block : Sweeps
        Where it was looked for.
    name : str
        One of ``NAMES``.
    state : State
    sweeps : int
        How many were judged.
    because : tuple of str
        The reasons, most important first; never empty.
    probability : float or None
        That it is there; None where nothing can be said.
    latency_ms, amplitude_uv : Estimate or None
        Of its onset, and from the base line to the largest peak of the average of the sweeps that show it.
    persistence : float or None
        Share of the sweeps that show it.
    jitter_ms, peak_to_peak_uv, area_uvms : float or None
        From sweep to sweep; of the average; of the rectified sweeps.
    habituation : float or None
        How much smaller the last third is than the first, as a share.
    phases : int or None
    volume_conducted : bool
        Whether it is another muscle's response, seen from afar.
    end_ms : float or None
        When it is over.
    detection_limit_uv : float or None
        What is larger would have been seen; None where something was seen, or nobody can say.
    """

    block: Sweeps
    name: str
    state: State
    sweeps: int
    because: tuple[str, ...]
    probability: float | None = None
    latency_ms: Estimate | None = None
    amplitude_uv: Estimate | None = None
    persistence: float | None = None
    jitter_ms: float | None = None
    peak_to_peak_uv: float | None = None
    area_uvms: float | None = None
    habituation: float | None = None
    phases: int | None = None
    volume_conducted: bool = False
    end_ms: float | None = None
    detection_limit_uv: float | None = None

    @property
    def present(self) -> bool:
        """Whether it is there."""
        return self.state is State.PRESENT

    def to_json(self) -> dict[str, Any]:
        """Return its public form; an unknown number is None."""
        block = self.block
        return {
            "channel": block.channel,
            "name": self.name,
            "state": self.state.value,
            "probability": _round(self.probability, 4),
            "latency_ms": _interval(self.latency_ms, 3),
            "amplitude_uv": _interval(self.amplitude_uv, 2),
            "sweeps": self.sweeps,
            "persistence": _round(self.persistence, 3),
            "muscle": block.muscle,
            "side": block.side.value,
            "stimulated": str(block.stimulated),
            "volume_conducted": self.volume_conducted,
            "jitter_ms": _round(self.jitter_ms, 3),
            "peak_to_peak_uv": _round(self.peak_to_peak_uv, 2),
            "area_uvms": _round(self.area_uvms, 2),
            "habituation": _round(self.habituation, 3),
            "phases": self.phases,
            "end_ms": _round(self.end_ms, 2),
            "detection_limit_uv": _round(self.detection_limit_uv, 2),
            "because": list(self.because),
        }


def _interval(estimate: Estimate | None, digits: int) -> dict[str, float | None]:
    if estimate is None:
        return {"value": None, "low": None, "high": None}
    value, low, high = (round(number, digits) for number in (estimate.value, estimate.low, estimate.high))
    return {"value": value, "low": low, "high": high}


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
