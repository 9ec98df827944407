"""Signals of electrodes with known truth; shares no code with detection."""

from facialis.emg.simulate.beside import write_montage, write_truth
from facialis.emg.simulate.confounders import CONFOUNDERS, Confounder
from facialis.emg.simulate.edf import write_edf
from facialis.emg.simulate.evoked_truth import Response, Sweeps, SweepsTruth
from facialis.emg.simulate.free_running import KINDS, simulate
from facialis.emg.simulate.laid_out import COMPACT_S, MARKS, continuous
from facialis.emg.simulate.long import LongTruth, write_long
from facialis.emg.simulate.sweeps import SWEEP_KINDS, sweeps
from facialis.emg.simulate.tables import write_csv
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
    "COMPACT_S",
    "CONFOUNDERS",
    "KINDS",
    "MARKS",
    "SWEEP_KINDS",
    "Burst",
    "Confounder",
    "Disturbance",
    "LongTruth",
    "Response",
    "SimAnnotation",
    "SimChannel",
    "Simulated",
    "SimulationError",
    "Sweeps",
    "SweepsTruth",
    "Truth",
    "continuous",
    "simulate",
    "sweeps",
    "write_csv",
    "write_edf",
    "write_long",
    "write_montage",
    "write_truth",
]
