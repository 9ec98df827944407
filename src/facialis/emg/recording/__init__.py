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
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.open import open_recording

__all__ = [
    "Annotation",
    "Channel",
    "Gap",
    "Montage",
    "Piece",
    "Recording",
    "RecordingError",
    "Source",
    "Span",
    "open_recording",
]
