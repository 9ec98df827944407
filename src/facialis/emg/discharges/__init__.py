"""How often motor units fire within a burst: from spikes where they stand apart, from the spectrum where they merge."""

from __future__ import annotations

from facialis.emg.discharges.rate import LEAST_HZ, Discharges, RateError, discharges

__all__ = ["LEAST_HZ", "Discharges", "RateError", "discharges"]
