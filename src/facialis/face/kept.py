"""An examination kept in one file, so that it can be drawn and reviewed later without the film.

The file is a NumPy archive (``.npz``) of plain arrays and one JSON text; no pickles. What :func:`read` gives makes the
same public result as the examination that was kept, before and after a review.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.events import Event
from facialis.face.events.candidate import Measures
from facialis.face.guided import Guided
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.guided.stills import View
from facialis.face.guided.turn import Turn
from facialis.face.quality import Quality
from facialis.face.recording import Source
from facialis.face.regions import MUSCLES, PARTS
from facialis.face.signals import REGIONS, SIDES, Signals
from facialis.face.study import Examination
from facialis.findings import Side

SCHEMA = "facialis.kept/1"
MOST_BYTES = 160 << 20
"""Most that the arrays may take up when they are unpacked: three quarters of an hour at 60 frames a second."""

_TABLES = {"pull": (REGIONS, 0), "shift": (REGIONS, 2), "parts": (tuple(PARTS), 2)}
_LIDS = ("closure", "aperture")
_ALONE: Mapping[str, tuple[type, int]] = {
    "time_s": (np.floating, 0),
    "usable": (np.bool_, 0),
    "head_speed": (np.floating, 0),
    "pose": (np.floating, 6),
    "iod_px": (np.floating, 0),
}

Arrays = dict[str, npt.NDArray[Any]]


class KeptError(ValueError):
    """A file that holds no examination, or not the whole of one."""


def write(examination: Examination, path: Path) -> None:
    """Write an examination as it was measured; a review of it is left out.

    Parameters
    ----------
    examination : Examination
    path : Path
        Is written anew.

    Raises
    ------
    KeptError
        If the recording is too long for it; nothing is written then.
    """
    measured = examination.measured or examination
    signals = measured.signals
    arrays: Arrays = {name: getattr(signals, name) for name in _ALONE}
    for name, (keys, _) in _TABLES.items():
        table = getattr(signals, name)
        arrays[name] = np.stack([table[key, side] for key in keys for side in SIDES])
    for name in _LIDS:
        arrays[name] = np.stack([getattr(signals, name)[side] for side in SIDES])
    for region in REGIONS:
        arrays[f"steps_{region}"] = np.stack([signals.steps[region, side] for side in SIDES])
    if measured.view is not None:
        arrays["yaw"], arrays["sharpness"] = measured.view.yaw, measured.view.sharpness
    arrays["about"] = np.frombuffer(json.dumps(_about(measured), default=_plain).encode(), np.uint8)
    if sum(values.nbytes for values in arrays.values()) > MOST_BYTES:
        raise KeptError(f"{len(signals.time_s)} frames: too many to be kept")
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python."""
    return value.item()


def _about(measured: Examination) -> dict[str, Any]:
    guided = measured.guided
    return {
        "schema": SCHEMA,
        "source": asdict(measured.source),
        "quality": {**asdict(measured.quality), "detection_limit_iod": dict(measured.quality.detection_limit_iod)},
        "events": [_event_told(event) for event in measured.events],
        "guided": None if guided is None else asdict(guided),
    }


def _event_told(event: Event) -> dict[str, Any]:
    measures = None if event.measures is None else event.measures._asdict()
    told = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    return {**told, "measures": measures}


def read(path: Path) -> Examination:
    """Read a kept examination; it has no ``places``, as pictures need the film.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Examination

    Raises
    ------
    KeptError
        If the file holds none, or not the whole of one. Nothing in it is run.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_BYTES + (1 << 20):
                raise KeptError(f"{path.name}: unpacks to more than is ever kept")
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(bytes(_some(file, "about", np.uint8)))
            if not isinstance(about, dict) or about.get("schema") != SCHEMA:
                raise KeptError(f"{path.name}: holds no kept examination")
            return _examination(file, about)
    except KeptError:
        raise
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise KeptError(f"{path.name}: {type(error).__name__}: {error}") from error


def _examination(file: Any, about: Mapping[str, Any]) -> Examination:
    quality = about["quality"]
    signals = _signals(file)
    view = None
    if "yaw" in file:
        count = len(signals.time_s)
        view = View(_some(file, "yaw", np.floating, (count,)), _some(file, "sharpness", np.floating, (count,)))
    return Examination(
        Source(**about["source"]),
        Quality(**{**quality, "reasons": tuple(quality["reasons"])}),
        tuple(_event(one) for one in about["events"]),
        signals,
        guided=None if about["guided"] is None else _guided(about["guided"]),
        view=view,
    )


def _signals(file: Any) -> Signals:
    count = len(_some(file, "time_s", np.floating))
    alone: dict[str, Any] = {
        name: _some(file, name, kind, (count, *(wide,) * (wide > 0))) for name, (kind, wide) in _ALONE.items()
    }
    tables: dict[str, Any] = {}
    for name, (keys, wide) in _TABLES.items():
        values = _some(file, name, np.floating, (2 * len(keys), count, *(wide,) * (wide > 0)))
        tables[name] = dict(zip([(key, side) for key in keys for side in SIDES], values, strict=True))
    for name in _LIDS:
        tables[name] = dict(zip(SIDES, _some(file, name, np.floating, (2, count)), strict=True))
    return Signals(**alone, **tables, steps=_steps(file, count))


def _steps(file: Any, count: int) -> dict[tuple[str, Side], npt.NDArray[np.float16]]:
    steps: dict[tuple[str, Side], npt.NDArray[np.float16]] = {}
    for region in REGIONS:
        values = _some(file, f"steps_{region}", np.float16, (2, count, len(MUSCLES[region].left), 2))
        steps |= {(region, side): one for side, one in zip(SIDES, values, strict=True)}
    return steps


def _some(file: Any, name: str, kind: type, shape: tuple[int, ...] | None = None) -> npt.NDArray[Any]:
    """Return one array of the file, of the kind and shape that it must have."""
    values: npt.NDArray[Any] = file[name]
    if not np.issubdtype(values.dtype, kind) or (values.ndim != 1 if shape is None else values.shape != shape):
        raise KeptError(f"{name} is {values.dtype} {values.shape}")
    return values


def _event(told: Mapping[str, Any]) -> Event:
    measures = told["measures"]
    return Event(
        **{
            **told,
            "side": Side(told["side"]),
            "regions": tuple(told["regions"]),
            "why": tuple(told["why"]),
            "measures": None if measures is None else Measures(**measures),
        }
    )


def _guided(told: Mapping[str, Any]) -> Guided:
    turn, protocol = told["turn"], told["protocol"]
    tasks = tuple(Task(**{**task, "arrow": Side(task["arrow"])}) for task in protocol["tasks"])
    return Guided(
        Protocol(protocol["name"], tasks, protocol["days_since_toxin"]),
        Turn(turn["mirrored"], tuple(turn["because"])),
        told["mirrored"],
        told["warning"],
    )
