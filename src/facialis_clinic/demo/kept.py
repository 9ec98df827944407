"""Results of the demonstration's films, kept by content, so that a second practice need not measure them again.

A result is found by the film's SHA-256, what was told with it, the code that measures and the nets. One that is found
takes the same way into the record as one that has just been measured.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from facialis.face.nets import NETS
from facialis_clinic.demo.clips import code, folder
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.models import Measurement
from facialis_clinic.storage import recordings_storage

RESULT, SIGNALS = "result.json", "signals"


def place_of(film: Path, told: Mapping[str, Any]) -> Path:
    """Return the folder in which the result of a film is kept, whether it is there or not."""
    with film.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps([dict(told), code("face", "knowledge"), dict(NETS)], sort_keys=True).encode())
    return folder() / "measured" / digest.hexdigest()[:32]


def is_kept(place: Path) -> bool:
    """Whether a result is kept there."""
    return (place / RESULT).is_file()


def keep(place: Path, measurement: Measurement) -> None:
    """Keep what the site's worker measured."""
    place.mkdir(parents=True, exist_ok=True)
    if measurement.signals:
        with recordings_storage().fetch(measurement.signals) as signals:
            shutil.copyfile(signals, place / SIGNALS)
    part = place / (RESULT + ".part")
    part.write_text(json.dumps({"video": measurement.result, "words": measurement.words}), encoding="utf-8")
    part.replace(place / RESULT)


def answering(place: Path) -> Callable[..., apart.Outcome]:
    """Return a function that answers what is kept there, in the place of the process that measures."""

    def ask(_task: str, *, paths: Mapping[str, Path], **_more: object) -> apart.Outcome:
        told = json.loads((place / RESULT).read_text(encoding="utf-8"))
        signals = place / SIGNALS
        if signals.is_file():
            shutil.copyfile(signals, paths["signals"])
        return apart.Answered({**told, "kept": signals.is_file()})

    return ask
