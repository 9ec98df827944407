"""Files appear whole or not at all; the truth lies beside the recording."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from facialis.emg.simulate.evoked_truth import Sweeps
from facialis.emg.simulate.truth import Simulated


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name to write to, and put it in the file's place once all of it is written."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_truth(path: Path, made: Simulated | Sweeps) -> Path:
    """Write the truth beside a recording: ``name.edf`` has ``name.truth.json``; return its path."""
    beside = path.with_name(f"{path.stem}.truth.json")
    with replacing(beside) as temporary:
        temporary.write_text(json.dumps(made.truth.to_json(), allow_nan=False) + "\n", "utf-8")
    return beside


def write_montage(path: Path, made: Simulated | Sweeps) -> Path:
    """Write which muscle each channel lies over, beside a recording (``name.montage.json``); return its path."""
    beside = path.with_name(f"{path.stem}.montage.json")
    told = {"channels": [channel.to_json() for channel in made.channels if channel.muscle]}
    with replacing(beside) as temporary:
        temporary.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return beside
