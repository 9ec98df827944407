"""Reading sweeps, whatever they come in: a table of sweeps, or one continuous recording that is cut at its stimuli."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from facialis.emg.evoked import naming, table
from facialis.emg.evoked.sweeps import Read, Stimulated
from facialis.emg.recording import RecordingError


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
    named = {} if montage is None else naming.montage(montage)
    blocks = table.read(path, stimulated=stimulated, montage=named)
    unknown = [name for name in named if name not in {block.channel for block in blocks}]
    if unknown:
        there = ", ".join(dict.fromkeys(block.channel for block in blocks))
        raise RecordingError(f'{montage}: "{unknown[0]}" is no channel of {path.name}, which has {there}')
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Read(path.name, digest, "csv", blocks)
