"""Which muscle and which side a channel of sweeps lies on: the montage says it, else its name."""

from __future__ import annotations

from facialis.emg.recording.labels import muscle_of, side_of
from facialis.emg.recording.montage import Montage, Place


def places(names: list[str], montage: Montage | None) -> dict[str, Place]:
    """Return where each channel lies.

    Parameters
    ----------
    names : list of str
        None twice.
    montage : Montage or None

    Raises
    ------
    DocumentError
        If the montage names a channel that is not there.
    """
    told = montage.places(names) if montage else {}
    return {name: told.get(name) or Place(muscle_of(name), side_of(name)) for name in names}
