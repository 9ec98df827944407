"""All that is read in a recording, and the files that the pages draw from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from facialis.emg.bursts import Bursts

# The whole result is text of numbers: the lowest level packs it nearly as well, in a quarter of the time.
_LEVEL = 1


def free(
    source: Path, told: dict[str, Any], paths: dict[str, Path], step: Callable[[float, float | None], None]
) -> dict[str, Any]:
    """Read a face that was left to itself, and write its files: the whole result, the bursts, highs and lows.

    Parameters
    ----------
    source : Path
    told : dict
        ``montage``, and where they are known ``rate_hz``, ``unit`` and ``days_since_toxin``.
    paths : dict
        ``keep``: where what is finished is kept; ``whole``, ``table``, ``bursts``, ``pyramid``: what is written.
    step : callable
        Called with the seconds done and in all.

    Raises
    ------
    RecordingError, DocumentError
    """
    import numpy as np

    from facialis.emg.recording import Montage, open_recording
    from facialis.emg.study import studied

    montage = Montage.of(told["montage"]) if told["montage"] else None
    with open_recording(source, montage=montage, rate_hz=told.get("rate_hz"), unit=told.get("unit")) as opened:
        study = studied(
            opened, days_since_toxin=told.get("days_since_toxin"), workers=2, keep=paths["keep"], progress=step
        )
        _pack(paths["whole"], study.json())
        _pack(paths["table"], study.csv())
        with paths["bursts"].open("xb") as file:
            np.save(file, rows_of(study.bursts), allow_pickle=False)
        if study.measured.pyramid is not None:
            study.measured.pyramid.save(paths["pyramid"])
    asleep = [[span.start_s, span.end_s] for span in study.scored.asleep]
    return {"result": study.head(), "asleep": asleep}


def rows_of(bursts: Bursts) -> npt.NDArray[np.void]:
    """Return bursts as one array, a row each, that a page can look into without reading all of it."""
    import numpy as np

    from facialis.emg.bursts import Bursts

    names = [one.name for one in fields(Bursts)]
    kinds = [(name, getattr(bursts, name).dtype.str) for name in names]
    rows = np.zeros(len(bursts), kinds)
    for name in names:
        rows[name] = getattr(bursts, name)
    return rows


def evoked(source: Path, told: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read responses to stimuli; ``folder`` takes what is only for this.

    Raises
    ------
    RecordingError, DocumentError
    """
    from facialis.emg.evoked import examine

    montage = None
    if told["montage"]:
        folder.mkdir(exist_ok=True)
        montage = folder / "montage.json"
        montage.write_text(json.dumps(told["montage"]))
    found = examine(
        source,
        told["kind"],
        stimulated=told.get("stimulated"),
        montage=montage,
        days_since_toxin=told.get("days_since_toxin"),
    )
    return {"result": found.to_json(), "asleep": []}


def _pack(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("xb") as file, gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
        for piece in pieces:
            packed.write(piece)
