"""Bursts of a muscle: found by the envelope, placed by likelihood ratio."""

from __future__ import annotations

from facialis.emg.bursts.table import FORMS, Bursts

__all__ = ["FORMS", "Bursts"]
