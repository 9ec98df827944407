"""Signals of electrodes with known truth; shares no code with detection."""

from facialis.emg.simulate.free_running import KINDS, simulate
from facialis.emg.simulate.truth import (
    Burst,
    Disturbance,
    SimAnnotation,
    SimChannel,
    Simulated,
    SimulationError,
    Truth,
)

__all__ = [
    "KINDS",
    "Burst",
    "Disturbance",
    "SimAnnotation",
    "SimChannel",
    "Simulated",
    "SimulationError",
    "Truth",
    "simulate",
]
