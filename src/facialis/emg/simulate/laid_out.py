"""Sweeps as one continuous recording, as a monitor stores them: marked, with a trigger channel, or with neither."""

from __future__ import annotations

import numpy as np

from facialis.emg.simulate.evoked_truth import Sweeps
from facialis.emg.simulate.noise import noise
from facialis.emg.simulate.truth import SimAnnotation, SimChannel, Simulated, SimulationError, Truth
from facialis.findings import Side

MARKS = ("stim", "trigger", "none")
"""How the stimuli are marked: by annotations, by a channel, by nothing but their artefact."""

_TRIGGER_UV = 1000.0
_TRIGGER_S = 0.001
COMPACT_S = 0.5
"""From stimulus to stimulus where only the file's size matters; a person is stimulated every several seconds."""


def continuous(of: Sweeps, *, every_s: float = 8.0, marks: str = "stim", seed: int = 0, vary: float = 0.1) -> Simulated:
    """Lay sweeps out as one recording.

    Parameters
    ----------
    of : Sweeps
    every_s : float
        From stimulus to stimulus; :data:`COMPACT_S` keeps files small.
    marks : {"stim", "trigger", "none"}
        Annotations ``stim``, a channel "Trigger" of pulses, or nothing: then the artefact alone tells.
    seed : int
        Of the noise, which is drawn anew.
    vary : float
        By what share the intervals vary.

    Returns
    -------
    Simulated
        ``truth.settings`` holds ``stimuli_s`` and the sweeps' truth under ``sweeps``.
    """
    if marks not in MARKS:
        raise SimulationError(f"no marks {marks!r}: give one of {', '.join(MARKS)}")
    rng = np.random.default_rng([seed, of.truth.seed, 99])
    channels, count, width = of.evoked.shape
    lead = int(np.searchsorted(of.time_ms, 0.0))
    # Sweeps never overlap: the shortest interval holds one whole.
    least = width / of.rate_hz
    steps = np.maximum(every_s * (1 + vary * rng.uniform(-1, 1, count)), least)
    at = np.round((lead / of.rate_hz + 0.1 + np.cumsum(steps) - steps[0]) * of.rate_hz).astype(np.int64)
    size = int(at[-1]) + width + round(0.1 * of.rate_hz)
    signals = np.stack([noise(rng, size, of.rate_hz, of.truth.noise_uv) for _ in range(channels)])
    for sweep, place in enumerate(at):
        signals[:, place - lead : place - lead + width] += of.evoked[:, sweep]
    stimuli = (at / of.rate_hz).tolist()
    names = of.channels
    notes: tuple[SimAnnotation, ...] = ()
    if marks == "trigger":
        pulse = np.zeros(size, np.float32)
        for place in at:
            pulse[place : place + max(round(_TRIGGER_S * of.rate_hz), 2)] = _TRIGGER_UV
        signals, names = np.vstack((signals, pulse)), (*names, SimChannel("Trigger", "", Side.NONE))
    elif marks == "stim":
        notes = tuple(SimAnnotation(float(moment), 0.0, "stim") for moment in stimuli)
    settings = {"rate_hz": of.rate_hz, "marks": marks, "stimuli_s": stimuli, "sweeps": of.truth.to_json()}
    truth = Truth(of.kind, of.truth.seed, of.truth.affected, names, (), {}, (), of.truth.noise_uv, settings)
    return Simulated(names, of.rate_hz, signals, truth, notes)
