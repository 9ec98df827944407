"""From steps of the skin and places of the mesh to one signal a region and side.

Pixels tell fast motion exactly and drift slowly; the mesh tells slow places and is dragged along by every blink. So
fast motion comes from pixels alone, and the mesh, seen with open eyes only, takes the drift out. All filters are
zero-phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from facialis.face.measure import Track
from facialis.face.motion import median_known
from facialis.face.regions import PARTS, SLOTS, pull_direction
from facialis.face.signals import REGIONS, SIDES, Array, Signals
from facialis.findings import Side

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

_DRIFT_SECONDS = 5.0
_REST_SECONDS = 20.0
_LONGEST_GAP_SECONDS = 0.25
_SLIP_FLOOR = 0.006
_SLIP_SPREADS = 3.0
CLOSED_SHARE = 0.12
"""Where no closed eye was seen, a closed lid is taken to leave this share of the open aperture."""


class Stretch(NamedTuple):
    """Frames ``start`` to ``stop`` (half open) without a break in what was seen."""

    start: int
    stop: int


def stretches(seen: Mask, time_s: Floats) -> list[Stretch]:
    """Return the unbroken stretches: a face lost or a hole in the recording of more than 0.25 s ends one."""
    if not len(seen):
        return []
    broken = np.diff(time_s, prepend=time_s[0]) > _LONGEST_GAP_SECONDS
    label = np.cumsum(broken | (np.diff(seen.astype(int), prepend=0) != 0))
    edges = np.flatnonzero(np.diff(label, prepend=label[0] - 1))
    return [Stretch(int(a), int(b)) for a, b in zip(edges, [*edges[1:], len(seen)], strict=True) if seen[a]]


def fuse(track: Track, usable: Mask | None = None) -> Signals:
    """Return the signals of a measured recording.

    Parameters
    ----------
    track : Track
    usable : (T,) bool, optional
        Which frames count; by default all in which the face was found and followed.
    """
    seen = np.isfinite(track.head[:, 0]) & (track.score > 0)
    parts = stretches(seen, track.time_s)
    small = {(part, side): part_shift(track, parts, part, side) for part in PARTS for side in SIDES}
    shift: dict[tuple[str, Side], Array] = {}
    pull: dict[tuple[str, Side], Array] = {}
    for region in REGIONS:
        own = [(part, len(members)) for part, (home, members) in PARTS.items() if home == region]
        for side in SIDES:
            moved = sum(count * small[part, side] for part, count in own) / sum(count for _, count in own)
            shift[region, side] = np.asarray(moved, dtype=np.float32)
            pull[region, side] = (shift[region, side] @ pull_direction(region, Side.LEFT)).astype(np.float32)
    closure, aperture = {}, {}
    for column, side in ((0, Side.RIGHT), (1, Side.LEFT)):
        closure[side], aperture[side] = _lids(track, column)
    # The lid is the ring muscle's own edge and moves further than its skin; where no lid was seen the skin speaks.
    for side in SIDES:
        lid, skin = closure[side], pull["orbicularis_oculi", side]
        pull["orbicularis_oculi", side] = np.where(np.isfinite(lid), lid, skin).astype(np.float32)
    step = np.diff(track.time_s, prepend=track.time_s[:1])
    speed = np.hypot(track.head[:, 0], track.head[:, 1]) / np.where(step > 0, step, np.nan)
    return Signals(
        time_s=track.time_s,
        pull=pull,
        shift=shift,
        parts=small,
        closure=closure,
        aperture=aperture,
        usable=seen if usable is None else seen & usable,
        head_speed=speed.astype(np.float32),
        pose=np.cumsum(np.nan_to_num(track.head), axis=0).astype(np.float32),
        iod_px=track.iod_px.astype(np.float32),
        steps={key: track.tissue[:, slot] for key, slot in SLOTS.items()},
    )


def part_shift(track: Track, parts: list[Stretch], part: str, side: Side) -> Array:
    """Return the displacement of a part from its rest, (T, 2), as if it were on the left side; NaN where not seen."""
    region, members = PARTS[part]
    start = SLOTS[region, side].start
    slot = [start + member for member in members]
    result = np.full((len(track.time_s), 2), np.nan, np.float32)
    for stretch in parts:
        window = slice(stretch.start, stretch.stop)
        steps = trusted(track.tissue[window, SLOTS[region, side]])[:, members]
        path = np.cumsum(steps.mean(axis=1), axis=0)
        place = track.rest[:, slot].astype(np.float64).mean(axis=1)
        path -= _drift(path, place, track.run_of[window], track.time_s[window])
        result[window] = path - level(path, track.time_s[window], _REST_SECONDS)
    return result if side is Side.LEFT else result * np.array([-1, 1], np.float32)


def trusted(steps: npt.NDArray[np.float16]) -> Floats:
    """Return the steps (T, N, 2) of a region's points, those that parted from their neighbours set to the median.

    A point that slips (hair, a lip that opens, a highlight) jumps far and alone; the skin moves together.
    """
    known = steps.astype(np.float64)
    middle = np.nan_to_num(np.stack([median_known(known[..., axis]) for axis in (0, 1)], axis=-1))[:, None]
    off = np.hypot(*np.moveaxis(known - middle, -1, 0))
    usual = np.nan_to_num(median_known(off))[:, None]
    slipped = ~(off <= _SLIP_FLOOR + _SLIP_SPREADS * usual)
    return np.where(slipped[..., None], middle, known)


def _drift(path: Floats, place: Floats, run_of: npt.NDArray[np.int32], time_s: Floats) -> Floats:
    """Return how far the summed steps (T, 2) have wandered from the mesh's places (R, 2), smooth over 5 s."""
    runs, first, counts = np.unique(run_of, return_index=True, return_counts=True)
    mean = np.add.reduceat(path, first) / counts[:, None]
    when = np.add.reduceat(time_s, first) / counts
    wander = mean - place[runs]
    known = np.isfinite(wander).all(axis=1)
    if known.sum() < 2:
        return np.zeros_like(path)
    smooth = _smooth(when[known], wander[known], _DRIFT_SECONDS, when)
    return np.column_stack([np.interp(time_s, when, smooth[:, axis]) for axis in (0, 1)])


def _smooth(when: Floats, values: Floats, width: float, at: Floats) -> Floats:
    """Return the Gaussian-weighted mean of ``values`` (K, 2) round each of ``at``, blockwise to keep memory flat."""
    result = np.empty((len(at), values.shape[1]))
    for begin in range(0, len(at), 512):
        block = slice(begin, begin + 512)
        low, high = np.searchsorted(when, [at[block][0] - 5 * width, at[block][-1] + 5 * width])
        near = slice(max(low - 1, 0), high + 1)
        weight = np.exp(-0.5 * ((at[block, None] - when[None, near]) / width) ** 2) + 1e-30
        result[block] = weight @ values[near] / weight.sum(axis=1, keepdims=True)
    return result


def level(path: Floats, time_s: Floats, seconds: float) -> Floats:
    """Return the resting level of a path (T, C): its running median over some seconds."""
    rate = (len(time_s) - 1) / max(time_s[-1] - time_s[0], 1e-9) if len(time_s) > 1 else 30.0
    # A median over every frame of many seconds is slow and no better than one over every tenth of a second.
    stride = max(1, int(rate * 0.1))
    few = path[::stride]
    width = max(3, min(len(few), int(seconds * rate / stride)) | 1)
    resting = ndimage.median_filter(few, size=(width, 1), mode="nearest")
    at = np.arange(len(few)) * stride
    return np.column_stack([np.interp(np.arange(len(path)), at, resting[:, c]) for c in range(path.shape[1])])


def _lids(track: Track, column: int) -> tuple[Array, Array]:
    """Return how far an eye is closed (IOD) and its opening between the person's closed (0) and open (1) level."""
    opening = track.aperture[:, column].astype(np.float64)
    known = np.isfinite(opening)
    if known.sum() < 3:
        empty = np.full(len(opening), np.nan, np.float32)
        return empty, empty.copy()
    filled = np.interp(np.arange(len(opening)), np.flatnonzero(known), opening[known])
    rate = (len(opening) - 1) / max(track.time_s[-1] - track.time_s[0], 1e-9)
    stride = max(1, int(rate * 0.1))
    few = filled[::stride]
    width = max(3, min(len(few), int(_REST_SECONDS * rate / stride)) | 1)
    level = ndimage.percentile_filter(few, 60, size=width, mode="nearest")
    level = ndimage.gaussian_filter1d(level, max(1.0, rate / stride), mode="nearest")
    wide = np.interp(np.arange(len(opening)), np.arange(len(few)) * stride, level)
    shut = _shut(filled, wide)
    closure = np.where(known, wide - filled, np.nan)
    share = np.where(known, (filled - shut) / np.maximum(wide - shut, 1e-4), np.nan)
    return closure.astype(np.float32), np.clip(share, -0.2, 1.5).astype(np.float32)


def _shut(opening: Floats, wide: Floats) -> Floats:
    """Return the closed level: the deepest closures seen if the eye was ever half closed, else a usual share."""
    usual = CLOSED_SHARE * wide
    deepest = float(np.percentile(opening / np.maximum(wide, 1e-4), 0.5))
    return np.minimum(deepest, 0.45) * wide if deepest < 0.45 else usual


def segments(mask: Mask) -> Iterator[Stretch]:
    """Yield the runs of true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield Stretch(int(start), int(stop))
