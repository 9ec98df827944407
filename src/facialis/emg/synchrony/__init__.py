"""Which muscles fire together beyond chance, with which lag; which side, and what the pattern is like."""

from __future__ import annotations

from facialis.emg.synchrony.pair import Pair, synchrony
from facialis.emg.synchrony.waveform import Samples, Waveform

__all__ = ["Pair", "Samples", "Waveform", "synchrony"]
