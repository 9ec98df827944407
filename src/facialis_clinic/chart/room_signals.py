"""The signals of a measurement for the eye: bytes for the page's own script, and one drawing for pages without it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from facialis_clinic.chart.room_kept import MEMORY, NotKept
from facialis_clinic.recordings.models import Measurement

if TYPE_CHECKING:
    from facialis.face import Examination

MOST: Final = 24_000
"""Most moments that are sent; of a longer recording each pair of them is the least and the most of a stretch."""
LIDS: Final = "lids"
_STEP: Final = 1e-4
_NOT_SEEN: Final = -32768
_COLUMNS: Final = 400

Floats = npt.NDArray[np.floating[Any]]


def opened(measurement: Measurement) -> Examination:
    """Return what was kept of a measurement.

    Raises
    ------
    NotKept
        If there is nothing, or something else than was measured.
    """
    found = MEMORY.get(measurement)
    if [event.to_json() for event in found.events] != measurement.result["events"]:
        raise NotKept
    return found


def names() -> tuple[str, ...]:
    """Return what is drawn, from the brow down: the opening of the lids, then each region."""
    from facialis.face.signals import REGIONS

    return ("frontalis", LIDS, *REGIONS[1:])


def packed(seen: Examination, about: dict[str, Any]) -> bytes:
    """Return the curves as bytes: how long the JSON is (four bytes, little endian), the JSON, then the arrays.

    The arrays, each at a multiple of four bytes: the moments (float32, seconds); for each row and side (left first) a
    value a moment (int16, in ten-thousandths; -32768 where it was not seen); whether each moment could be measured
    (uint8).

    Parameters
    ----------
    seen : Examination
    about : dict
        What else the JSON says.
    """
    signals = seen.signals
    each = _stretch(len(signals.time_s))
    curves = [_thinned(curve, each) for curve in _curves(seen)]
    time_s = _moments(signals.time_s, each)
    usable = np.repeat(_usable(signals.usable, each), 2 if each > 1 else 1)
    head = {**about, "rows": list(names()), "count": len(time_s), "step": _STEP, "thinned": each}
    text = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    parts = [len(text).to_bytes(4, "little"), text.ljust(-(-len(text) // 4) * 4), time_s.astype("<f4").tobytes()]
    whole = np.stack([_whole(curve) for curve in curves])
    block = whole.astype("<i2").tobytes()
    return b"".join([*parts, block.ljust(-(-len(block) // 4) * 4, b"\0"), usable.astype(np.uint8).tobytes()])


def _curves(seen: Examination) -> Iterator[Floats]:
    from facialis.face.signals import SIDES

    for name in names():
        for side in SIDES:
            yield seen.signals.aperture[side] if name == LIDS else seen.signals.pull[name, side]


def _stretch(count: int) -> int:
    """Return how many frames two moments stand for; 1 where every frame is sent as it is."""
    return 1 if count <= MOST else -(-2 * count // MOST)


def _thinned(values: Floats, each: int) -> Floats:
    """Return the least and the most of each stretch, so that no twitch is lost; the curve itself where it is short."""
    if each == 1:
        return values
    padded = np.pad(values.astype(np.float64), (0, -len(values) % each), constant_values=np.nan).reshape(-1, each)
    known = np.isfinite(padded)
    some = known.any(axis=1)
    low = np.where(some, np.where(known, padded, np.inf).min(axis=1), np.nan)
    high = np.where(some, np.where(known, padded, -np.inf).max(axis=1), np.nan)
    return np.column_stack([low, high]).ravel()


def _moments(time_s: Floats, each: int) -> Floats:
    if each == 1:
        return time_s
    starts = time_s[::each]
    ends = np.append(starts[1:], time_s[-1])
    return np.column_stack([starts, (starts + ends) / 2]).ravel()


def _usable(usable: npt.NDArray[np.bool_], each: int) -> npt.NDArray[np.bool_]:
    return np.asarray(np.logical_and.reduceat(usable, np.arange(0, len(usable), each))) if len(usable) else usable


def _whole(values: Floats) -> npt.NDArray[np.int64]:
    known = np.isfinite(values)
    scaled = np.clip(np.round(np.where(known, values, 0) / _STEP), -32767, 32767)
    return np.where(known, scaled, _NOT_SEEN).astype(np.int64)


def gaps(seen: Examination) -> list[tuple[float, float]]:
    """Return the stretches that could not be measured, seconds."""
    from facialis.face.watched import unseen

    return unseen(seen.signals) if len(seen.signals.time_s) else []


def tasks(seen: Examination) -> list[dict[str, Any]]:
    """Return the tasks that were asked for, and when."""
    asked = seen.protocol.tasks if seen.protocol else ()
    return [{"name": one.name, "start_s": one.start_s, "end_s": one.end_s} for one in asked]


def drawing(seen: Examination, states: Sequence[str], words: str) -> str:
    """Return all curves over the whole recording as SVG, for a page without a script.

    Parameters
    ----------
    seen : Examination
    states : sequence of str
        What was said of each event, in their order.
    words : str
        What the drawing is called.
    """
    from django.template.loader import render_to_string

    time_s, end = seen.signals.time_s, max(seen.source.duration_s, 1e-6)
    each = max(1, -(-len(time_s) // _COLUMNS))

    def place(start: float, stop: float) -> tuple[float, float]:
        return start / end * _WIDE, (stop - start) / end * _WIDE

    # Two values stand for each stretch, at the same place: a line up and down.
    x = np.repeat(time_s[::each], 2) / end * _WIDE if len(time_s) else time_s
    curves = list(_curves(seen))
    drawn = []
    for row, name in enumerate(names()):
        pair = [_thinned(curve, each) if each > 1 else np.repeat(curve, 2) for curve in curves[2 * row : 2 * row + 2]]
        most = max((float(np.nanmax(np.abs(one))) for one in pair if np.isfinite(one).any()), default=0.0) or 1.0
        middle = row * _HIGH + _HIGH / 2
        paths = [_path(x, middle - one / most * (_HIGH / 2 - 4)) for one in pair]
        drawn.append({"name": name.replace("_", " "), "y": row * _HIGH, "left": paths[0], "right": paths[1]})
    told = {
        "rows": drawn,
        "high": len(drawn) * _HIGH,
        "words": words,
        "gaps": [place(start, stop) for start, stop in gaps(seen)],
        "tasks": [(*place(one["start_s"], one["end_s"]), one["name"]) for one in tasks(seen)],
        "events": [
            (*place(one.onset_s, max(one.offset_s, one.onset_s + end / 600)), one.side.value, number)
            for number, (one, state) in enumerate(zip(seen.events, states, strict=True), start=1)
            if one.kind in ("spasm", "synkinesis") and state != "out"
        ],
        "seconds": f"{end:.0f} s",
    }
    return render_to_string("chart/room_traces.svg", told)


_WIDE: Final = 1000
_HIGH: Final = 64


def _path(x: Floats, y: Floats) -> str:
    """Return a path through all that was seen."""
    parts, down = [], False
    for at, height in zip(x, y, strict=True):
        if not np.isfinite(height):
            down = False
            continue
        parts.append(f"{'L' if down else 'M'}{at:.1f} {height:.1f}")
        down = True
    return "".join(parts)
