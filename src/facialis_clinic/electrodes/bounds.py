"""How much is taken, and how much a process may use for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

from facialis_clinic.recordings.apart.limits import MIB, Limits
from facialis_clinic.recordings.bounds import UNCLAIMED, spare

__all__ = ["TAKE_BACK", "UNCLAIMED", "finest", "looking", "most_bytes", "reading", "spare"]

# Whoever sent a wrong file takes it back within this long.
TAKE_BACK: Final = timedelta(hours=24)
# What a page may open for a few seconds of it: a file of columns is read from its beginning.
_FINE_TABLE: Final = 16 * MIB
# Days of a store elsewhere would have to be fetched whole.
_FINE_FETCHED: Final = 64 * MIB
FINE_ANYWHERE: Final = ("edf", "bdf", "rec")


def most_bytes() -> int:
    """Return the largest file that is taken: three days of eight muscles at 2 kHz have 8.3 GB."""
    return int(getattr(settings, "ELECTRODES_MOST_BYTES", 16 << 30))


def finest(ending: str, size: int, *, here: bool) -> bool:
    """Whether a page may look into the recording itself, for what is finer than the file for drawing.

    Parameters
    ----------
    ending : str
        How the name of the file ends.
    size : int
        Bytes.
    here : bool
        Whether the store lies on this machine.
    """
    if ending == "zip" or not (here or size <= _FINE_FETCHED):
        return False
    return ending in FINE_ANYWHERE or size <= _FINE_TABLE


def looking(size: int) -> Limits:
    """Return the bounds of looking which channels a file has."""
    slow = 60 + size // (20 * MIB)
    return Limits(memory=4096 * MIB, cpu_s=slow, wall_s=2.0 * slow, file_size=_unpacked(size))


def reading(size: int) -> Limits:
    """Return the bounds of reading all of it: far beyond what days of eight muscles take on a slow machine."""
    slow = 600 + size // MIB
    return Limits(memory=4096 * MIB, cpu_s=2 * slow, wall_s=4.0 * slow, file_size=max(_unpacked(size), 4096 * MIB))


def _unpacked(size: int) -> int:
    return 64 * MIB + 20 * size
