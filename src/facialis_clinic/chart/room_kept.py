"""What was kept of a measurement, read once: whoever goes through its events asks for the same file at every key.

A few of them stay in this process's memory, never on a disk; a file of the store is never written again under its name,
so that what was read of it stays true.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from facialis_clinic.recordings.models import Measurement
from facialis_clinic.storage import recordings_storage

if TYPE_CHECKING:
    from facialis.face import Examination

MOST_FRAMES: Final = 100_000
"""Most frames that stay in memory altogether, about two kilobytes each; the last one read stays whatever its length."""
LONGEST_S: Final = 900.0
"""Seconds after its last use for which one stays, at most."""


class NotKept(Exception):
    """The signals of this measurement are not there, or are not what was measured."""


class Held(NamedTuple):
    """An examination in memory, and when it was last asked for."""

    seen: Examination
    used: float


class Memory:
    """The examinations that were asked for last.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[object, str], Held] = OrderedDict()

    def get(self, measurement: Measurement) -> Examination:
        """Return what was kept of a measurement, from memory or from the store.

        Raises
        ------
        NotKept
            If there is nothing that can be read.
        """
        if not measurement.signals:
            raise NotKept
        key, now = (measurement.pk, measurement.signals), self._clock()
        with self._lock:
            self._forget(now)
            held = self._held.pop(key, None)
        seen = _read(measurement.signals) if held is None else held.seen
        with self._lock:
            self._held[key] = Held(seen, now)
            self._forget(now)
        return seen

    def __len__(self) -> int:
        return len(self._held)

    def _forget(self, now: float) -> None:
        """Let go of what was not asked for of late, and of the oldest where they are too many."""
        for key in [key for key, held in self._held.items() if now - held.used > LONGEST_S]:
            del self._held[key]
        while len(self._held) > 1 and sum(len(one.seen.signals.time_s) for one in self._held.values()) > MOST_FRAMES:
            self._held.popitem(last=False)


def _read(name: str) -> Examination:
    from facialis.face import kept

    try:
        with recordings_storage().fetch(name) as path:
            return kept.read(path)
    except (OSError, kept.KeptError) as error:
        raise NotKept from error


MEMORY: Final = Memory()
