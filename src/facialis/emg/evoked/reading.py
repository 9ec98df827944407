"""Reading sweeps, whatever they come in: a table of sweeps, or one continuous recording that is cut at its stimuli."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from facialis.emg.evoked import cut, table
from facialis.emg.evoked.sweeps import Read, Stimulated
from facialis.emg.recording import RecordingError
from facialis.emg.recording.montage import Montage


def read(path: Path, *, stimulated: Stimulated | None = None, montage: Path | None = None) -> Read:
    """Read sweeps.

    Parameters
    ----------
    path : Path
    stimulated : Stimulated, optional
        Where the file does not say it.
    montage : Path, optional

    Raises
    ------
    RecordingError, DocumentError
        In one line: file, place, what is wrong, what to do.
    """
    if not path.is_file():
        raise RecordingError(f"{path}: {'is a folder' if path.is_dir() else 'is not there'}; give a file with sweeps")
    if not table.is_sweeps(path):
        return cut.read(path, stimulated=stimulated, montage=montage)
    blocks = table.read(path, stimulated=stimulated, montage=None if montage is None else Montage.read(montage))
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Read(path.name, digest, "csv", blocks)
