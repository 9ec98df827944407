"""Recordings of electrodes, read in windows: EDF, EDF+, BDF, BrainVision, CSV and WFDB."""

from __future__ import annotations

from facialis.emg.recording.model import (
    Annotation,
    Channel,
    Gap,
    Piece,
    Recording,
    RecordingError,
    Source,
    Span,
)

__all__ = ["Annotation", "Channel", "Gap", "Piece", "Recording", "RecordingError", "Source", "Span"]
