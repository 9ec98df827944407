"""What was read in a recording, made once without the process apart: pages and charts need a whole result."""

from __future__ import annotations

import gzip
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

SECONDS = 12.0


@cache
def free() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the result of twelve seconds of hemifacial spasm of the left without its bursts, and its files."""
    from facialis.emg import simulate
    from facialis.findings import Side
    from facialis_clinic.electrodes.apart.reading import free as read

    muscles = ["orbicularis_oculi", "orbicularis_oris"]
    made = simulate.simulate("hemifacial_spasm", 7, SECONDS, 2000.0, Side.LEFT, 20.0, muscles)
    with TemporaryDirectory() as name:
        folder = Path(name)
        simulate.write_edf(folder / "spasms.edf", made)
        paths = {one: folder / one for one in ("keep", "whole", "table", "bursts", "pyramid")}
        told = read(folder / "spasms.edf", {"montage": {}}, paths, lambda _done, _all: None)
        files = {one: paths[one].read_bytes() for one in ("whole", "table", "bursts", "pyramid")}
    assert gzip.decompress(files["whole"])
    return told["result"], files


@cache
def evoked() -> dict[str, Any]:
    """Return the result of sweeps with a lateral spread response on the left."""
    from facialis.emg import simulate
    from facialis.findings import Side
    from facialis_clinic.electrodes.apart.reading import evoked as read

    with TemporaryDirectory() as name:
        path = Path(name) / "sweeps.csv"
        simulate.write_csv(path, simulate.sweeps("lateral_spread", 3, 8, 20_000.0, affected=Side.LEFT))
        told = {"kind": "lateral-spread", "montage": {}}
        result: dict[str, Any] = read(path, told, Path(name))["result"]
    return result


def stored(kind: Any, content: BytesIO) -> str:
    """Store a file and return its name."""
    from facialis_clinic.storage import recordings_storage

    return str(recordings_storage().keep(kind, content))


def reading_of(study: Any, *, version: str = "0") -> Any:
    """Make what was read in a study, with its files."""
    from facialis_clinic.electrodes.models import Reading

    result, files = free() if study.kind == "free" else (evoked(), {})
    return Reading.objects.create(
        study=study,
        version=version,
        result={**result, "source": {**result["source"], "name": str(study.pk)}},
        montage=study.montage,
        attempt=1,
        read_at=timezone.now(),
        **{name: stored("readings", BytesIO(content)) for name, content in files.items()},
    )


def as_labelled(study: Any) -> dict[str, tuple[str, str]]:
    """Return where the electrodes lay as the labels say."""
    return {row["name"]: (row["muscle"], row["side"]) for row in study.channels}
