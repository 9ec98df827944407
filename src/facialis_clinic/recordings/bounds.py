"""How much is taken, and how much a process may use for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

from facialis_clinic.recordings.apart.limits import MIB, Limits

LONGEST_S: Final = 15 * 60.0
PART: Final = 4 * MIB
MOST_OPEN: Final = 3
# A still that a page sends before it films, and how often one may come.
STILL: Final = 200_000
STILL_S: Final = 1
# What is kept of the signals of one recording; a quarter of an hour at 60 pictures a second takes half of it.
SIGNALS: Final = 96 * MIB
ABANDONED: Final = timedelta(days=7)
# A patient takes a film back within this long after sending it.
TAKE_BACK: Final = timedelta(hours=24)
# No file is called forgotten before it is this old: its row may not be committed yet.
UNCLAIMED: Final = timedelta(days=7)
_SPARE = 1 << 30


def most_bytes() -> int:
    """Return the largest file that is taken."""
    return int(getattr(settings, "RECORDING_MOST_BYTES", 2 << 30))


def quota() -> int:
    """Return how much one person's films may take up, those on their way included."""
    return int(getattr(settings, "RECORDING_QUOTA", 20 << 30))


def spare() -> int:
    """Return how much of the disk stays free."""
    return int(getattr(settings, "RECORDING_SPARE", _SPARE))


def keeping(size: int) -> Limits:
    """Return the bounds of looking into a file of ``size`` bytes and copying its film, twice read and once written."""
    return Limits(
        memory=2048 * MIB, cpu_s=60 + size // (20 * MIB), wall_s=60 + size / (10 * MIB), file_size=size + 16 * MIB
    )


def looking() -> Limits:
    """Return the bounds of looking at one still."""
    return Limits(memory=2048 * MIB, cpu_s=10, wall_s=15)


def measuring(duration_s: float) -> Limits:
    """Return the bounds of measuring: far beyond what any phone's film takes on a slow machine."""
    return Limits(
        memory=4096 * MIB, cpu_s=round(120 + 60 * duration_s), wall_s=120 + 60 * duration_s, file_size=SIGNALS
    )


def copying(duration_s: float) -> Limits:
    """Return the bounds of making the copy for eyes; a second of it takes far less than 2 MB."""
    most = round(16 + 2 * duration_s) * MIB
    return Limits(memory=4096 * MIB, cpu_s=round(120 + 40 * duration_s), wall_s=120 + 40 * duration_s, file_size=most)
