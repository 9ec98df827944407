"""What the viewer draws from, held in memory while somebody looks: bursts, highs and lows, and the recording itself.

A file of the store is never written again under its name, so that what was opened of it stays true.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from facialis_clinic.electrodes import bounds
from facialis_clinic.electrodes.models import Reading
from facialis_clinic.storage import Folder, recordings_storage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from facialis.emg.bursts import Bursts
    from facialis.emg.pyramid import Pyramid
    from facialis.emg.recording import Recording
    from facialis.paper.plot import Plot

MOST_OPEN: Final = 4
"""Most recordings that stay open in this process."""
LOOKED_BACK_S: Final = 300.0
"""A burst that began so long before a window may still go on in it; longer ones are drawn from their own page."""


class NotKept(Exception):
    """The files of this reading are not there, or are not what was written."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open of a reading.

    Attributes
    ----------
    pyramid : Pyramid
    recording : Recording or None
        Itself, for what is finer; None where it may not be opened by a page.
    rows : array of records
        Bursts in order of onset, on the disk.
    close : callable
        Lets go.
    drawn : dict
        What was drawn of it and is asked for again: a page tells the size of a picture before it is loaded.
    """

    pyramid: Pyramid
    recording: Recording | None
    rows: npt.NDArray[np.void]
    close: Callable[[], None]
    drawn: dict[str, Plot] = field(default_factory=dict)

    def bursts(self, start_s: float, stop_s: float) -> Bursts:
        """Return the bursts that are seen between two moments."""
        import numpy as np

        from facialis.emg.bursts import Bursts

        onset = self.rows["onset_s"]
        first, last = np.searchsorted(onset, [start_s - LOOKED_BACK_S, stop_s])
        part = np.array(self.rows[first:last])
        part = part[part["offset_s"] > start_s]
        return Bursts(**{one.name: np.ascontiguousarray(part[one.name]) for one in fields(Bursts)})

    def every(self) -> Bursts:
        """Return all bursts."""
        import numpy as np

        from facialis.emg.bursts import Bursts

        return Bursts(**{one.name: np.ascontiguousarray(self.rows[one.name]) for one in fields(Bursts)})


class Memory:
    """The readings that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[Any, Opened] = OrderedDict()

    def get(self, reading: Reading) -> Opened:
        """Return what is open of a reading, from memory or from the store.

        Raises
        ------
        NotKept
            If there is nothing that can be read.
        """
        key = (reading.pk, reading.pyramid)
        with self._lock:
            held = self._held.pop(key, None)
            if held is None:
                held = _open(reading)
            self._held[key] = held
            while len(self._held) > MOST_OPEN:
                # Whoever still draws from it keeps it alive; the last one to let go closes it.
                self._held.popitem(last=False)
        return held

    def clear(self) -> None:
        """Let go of all of it."""
        with self._lock:
            while self._held:
                self._held.popitem()[1].close()


def _open(reading: Reading) -> Opened:
    import numpy as np

    from facialis.document import DocumentError
    from facialis.emg.pyramid import Pyramid, PyramidError
    from facialis.emg.recording import RecordingError

    if not (reading.bursts and reading.pyramid):
        raise NotKept
    store, stack = recordings_storage(), ExitStack()
    try:
        rows = np.load(stack.enter_context(store.fetch(reading.bursts)), mmap_mode="r", allow_pickle=False)
        recording = None
        with suppress(OSError, RecordingError, DocumentError):
            recording = _recording(reading, stack)
        pyramid = Pyramid.open(stack.enter_context(store.fetch(reading.pyramid)), recording)
    except (OSError, ValueError, PyramidError) as error:
        stack.close()
        raise NotKept from error
    stack.callback(pyramid.close)
    return Opened(pyramid, recording, rows, stack.close)


def _recording(reading: Reading, stack: ExitStack) -> Recording | None:
    """Return the recording itself, opened; None where it would take a page too long.

    The process apart has read all of this very file before: it is none that could surprise its reader.
    """
    from facialis.emg.recording import Montage, open_recording

    study, store = reading.study, recordings_storage()
    if not bounds.finest(study.ending, study.size, here=isinstance(store, Folder)):
        return None
    path = stack.enter_context(store.fetch(study.original))
    montage = Montage.of(reading.montage) if reading.montage else None
    told = {name: study.told.get(name) for name in ("rate_hz", "unit")}
    return stack.enter_context(open_recording(path, montage=montage, **told))


MEMORY: Final = Memory()
