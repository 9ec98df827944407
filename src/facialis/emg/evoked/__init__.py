"""Evoked responses: the stimulus artefact out first, then direct response, lateral spread and blink reflex."""

from __future__ import annotations

from facialis.emg.evoked.response import Response
from facialis.emg.evoked.study import KINDS, Evoked, examine
from facialis.emg.evoked.sweeps import Read, Stimulated, Sweeps

__all__ = ["KINDS", "Evoked", "Read", "Response", "Stimulated", "Sweeps", "examine"]
