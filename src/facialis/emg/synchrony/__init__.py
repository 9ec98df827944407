"""Which muscles fire together beyond chance, with which lag; which side, and what the pattern is like."""

from __future__ import annotations

from facialis.emg.synchrony.moments import Moments, moments
from facialis.emg.synchrony.pair import Pair, crosstalk, synchrony
from facialis.emg.synchrony.pattern import PATTERNS, Pattern, pattern
from facialis.emg.synchrony.signs import affected, findings
from facialis.emg.synchrony.waveform import Samples, Waveform

__all__ = [
    "PATTERNS",
    "Moments",
    "Pair",
    "Pattern",
    "Samples",
    "Waveform",
    "affected",
    "crosstalk",
    "findings",
    "moments",
    "pattern",
    "synchrony",
]
